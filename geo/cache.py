"""A thread-safe LRU cache, bounded by bytes and by number of items."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import fields, is_dataclass
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

import pandas as pd

from geo.i18n import language

Value = TypeVar("Value")
P = ParamSpec("P")


class Caching(Protocol):
    """What caches results, such as a catalogue of layers."""

    def cached(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the result of ``make``, cached under ``key``."""


Holder = TypeVar("Holder", bound=Caching)


def memoized(
    function: Callable[Concatenate[Holder, P], Value],
) -> Callable[Concatenate[Holder, P], Value]:
    """Let a pure function cache its results, in each language, with its first argument; the others
    must be hashable.

    A page run computes what no earlier run with the same layers, language and filter has computed.
    """

    @wraps(function)
    def cached(holder: Holder, /, *args: P.args, **kwargs: P.kwargs) -> Value:
        key = (language(), function.__module__, function.__qualname__, args, *kwargs.items())
        return holder.cached(key, lambda: function(holder, *args, **kwargs))

    return cached


def approximate_size(value: Any) -> int:
    """Approximate size of a value in memory, in bytes, including nested values.

    >>> approximate_size((b"x" * 1_000, {"a": "y" * 1_000})) > 2_000
    True
    """
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    size = sys.getsizeof(value)
    if isinstance(value, Mapping):
        return size + sum(
            approximate_size(key) + approximate_size(held) for key, held in value.items()
        )
    if isinstance(value, (tuple, list, set, frozenset)):
        return size + sum(map(approximate_size, value))
    if is_dataclass(value) and not isinstance(value, type):
        return size + sum(approximate_size(getattr(value, field.name)) for field in fields(value))
    return size


class Cache(Generic[Value]):
    """Least recently used cache.

    Parameters
    ----------
    max_bytes, max_items
        Limits of total size and number of values; the least recently used are evicted. The newest
        value is kept even if it alone exceeds the size.
    size
        Size of a value in bytes.
    dropped
        Called with each evicted value.
    """

    def __init__(
        self,
        max_bytes: int,
        max_items: int,
        size: Callable[[Value], int] = approximate_size,
        dropped: Callable[[Value], None] = lambda _: None,
    ) -> None:
        self._max_bytes, self._max_items = max_bytes, max_items
        self._size, self._dropped = size, dropped
        self._futures: OrderedDict[Hashable, Future[Value]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._bytes = 0
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._sizes

    def __len__(self) -> int:
        return len(self._sizes)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key, computed by the first caller while concurrent ones wait.

        Exceptions are not cached; concurrent callers then try themselves.
        """
        with self._lock:
            first = key not in self._futures
            future = self._futures.setdefault(key, Future())
            self._futures.move_to_end(key)
        if not first:
            if future.exception() is None:
                return future.result()
            return self.get(key, make)
        try:
            value = make()
            size = self._size(value)
        except BaseException as error:
            with self._lock:
                del self._futures[key]
            future.set_exception(error)
            raise
        with self._lock:
            self._sizes[key] = size
            self._bytes += size
            future.set_result(value)
            evicted = self._evict(key)
        for evicted_value in evicted:
            self._dropped(evicted_value)
        return value

    def drop(self, key: Hashable) -> None:
        """Remove a value, if cached."""
        with self._lock:
            dropped_values = [self._forget(key)] if key in self._sizes else []
        for one in dropped_values:
            self._dropped(one)

    def _forget(self, key: Hashable) -> Value:
        self._bytes -= self._sizes.pop(key)
        return self._futures.pop(key).result()

    def _evict(self, newest: Hashable) -> list[Value]:
        """Remove values beyond the limits."""
        evicted = []
        for key in [key for key in self._futures if key in self._sizes and key != newest]:
            if self._bytes <= self._max_bytes and len(self._sizes) <= self._max_items:
                break
            evicted.append(self._forget(key))
        return evicted
