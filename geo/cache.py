"""What was made once, kept for those who ask again: bounded by bytes and by number."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import pandas as pd

Value = TypeVar("Value")


def size_of(value: Any) -> int:
    """About how many bytes a value takes in memory, with what it holds.

    >>> size_of((b"x" * 1_000, {"a": "y" * 1_000})) > 2_000
    True
    """
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    size = sys.getsizeof(value)
    if isinstance(value, Mapping):
        return size + sum(size_of(key) + size_of(held) for key, held in value.items())
    if isinstance(value, (tuple, list, set, frozenset)):
        return size + sum(map(size_of, value))
    if is_dataclass(value) and not isinstance(value, type):
        return size + sum(size_of(getattr(value, field.name)) for field in fields(value))
    return size


class Cache(Generic[Value]):
    """Values by key, the ones asked for last.

    Parameters
    ----------
    most_bytes, most
        Bounds of all values together; the one asked for longest ago goes first. The newest stays
        even if it alone is larger.
    size
        Bytes of a value.
    dropped
        Called with each value that goes.
    """

    def __init__(
        self,
        most_bytes: int,
        most: int,
        size: Callable[[Value], int] = size_of,
        dropped: Callable[[Value], None] = lambda _: None,
    ) -> None:
        self._most_bytes, self._most = most_bytes, most
        self._size, self._dropped = size, dropped
        self._kept: OrderedDict[Hashable, Future[Value]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._bytes = 0
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._sizes

    def __len__(self) -> int:
        return len(self._sizes)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made by the first who asks; others wait for it. What raises is not
        kept, and who waited for it tries by themselves."""
        with self._lock:
            first = key not in self._kept
            future = self._kept.setdefault(key, Future())
            self._kept.move_to_end(key)
        if not first:
            if future.exception() is None:
                return future.result()
            return self.get(key, make)
        try:
            value = make()
            size = self._size(value)
        except BaseException as error:
            with self._lock:
                del self._kept[key]
            future.set_exception(error)
            raise
        with self._lock:
            self._sizes[key] = size
            self._bytes += size
            future.set_result(value)
            gone = self._too_much(key)
        for one in gone:
            self._dropped(one)
        return value

    def drop(self, key: Hashable) -> None:
        """Forget a value, if there is one."""
        with self._lock:
            gone = [self._forget(key)] if key in self._sizes else []
        for one in gone:
            self._dropped(one)

    def _forget(self, key: Hashable) -> Value:
        self._bytes -= self._sizes.pop(key)
        return self._kept.pop(key).result()

    def _too_much(self, newest: Hashable) -> list[Value]:
        """Forget what is beyond the bounds."""
        gone = []
        for key in [key for key in self._kept if key in self._sizes and key != newest]:
            if self._bytes <= self._most_bytes and len(self._sizes) <= self._most:
                break
            gone.append(self._forget(key))
        return gone
