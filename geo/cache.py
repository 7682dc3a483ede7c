"""In-memory caches that share one budget of bytes, and the size of values in memory."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import wraps
from itertools import count
from threading import Lock
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

import numpy as np
import pandas as pd
import shapely

from geo.i18n import Language, is_explicit, language

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
    """Let a pure function cache its results with its first argument, in each language, and apart
    for links that name the language; the other arguments must be hashable.

    A page run computes what no earlier run with the same layers, language and filter has computed.
    """

    @wraps(function)
    def cached(holder: Holder, /, *args: P.args, **kwargs: P.kwargs) -> Value:
        in_language = language(), is_explicit()
        key = (in_language, function.__module__, function.__qualname__, args, *kwargs.items())
        return holder.cached(key, lambda: function(holder, *args, **kwargs))

    return cached


_GEOMETRY_BYTES, _COORDINATE_BYTES = 200, 24
"""Of a geometry with GEOS 3.14, measured with ``mallinfo2``: a point takes 200 bytes, each vertex
of a line or polygon of 1,000 takes 20 to 24."""


class Shared:
    """Base of what many values refer to and none of them holds."""


def size_in_memory(value: object) -> int:
    """Size of a value in bytes with all that it holds; what can be called, languages, and
    what is :class:`Shared` count nothing.

    >>> size_in_memory((b"x" * 1_000, {"a": "y" * 1_000})) > 2_000
    True
    """
    return _size(value, set())


def _size(value: Any, seen: set[int]) -> int:
    if id(value) in seen or callable(value) or isinstance(value, (Shared, Language)):
        return 0
    seen.add(id(value))
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return _frame_size(value)
    if isinstance(value, np.ndarray):
        return _array_size(value)
    if isinstance(value, shapely.Geometry):
        return _geometries_size(np.array([value], dtype=object))
    size = sys.getsizeof(value)
    if isinstance(value, Mapping):
        size += sum(_size(key, seen) + _size(held, seen) for key, held in value.items())
    elif isinstance(value, (tuple, list, set, frozenset)):
        size += sum(_size(held, seen) for held in value)
    slots = (name for kind in type(value).__mro__ for name in kind.__dict__.get("__slots__", ()))
    fields = (getattr(value, name, None) for name in ("__dict__", *slots))
    return size + sum(_size(held, seen) for held in fields if held is not None)


def _frame_size(frame: pd.DataFrame | pd.Series) -> int:
    """Size of a frame, whose own figure leaves out geometries and what lists hold."""
    columns = frame.to_frame() if isinstance(frame, pd.Series) else frame
    size = int(columns.memory_usage(deep=True).sum())
    seen: set[int] = set()
    for position, kind in enumerate(columns.dtypes):
        values = columns.iloc[:, position]
        if str(kind) == "geometry":
            size += _geometries_size(np.asarray(values.array))
        elif str(kind) == "object":
            # pandas counts a list in a cell, not what it holds.
            size += sum(_size(held, seen) for held in values if not isinstance(held, str))
    return size


def _array_size(array: np.ndarray[Any, Any]) -> int:
    if array.dtype == object:
        return int(array.nbytes) + sum(_size(held, set()) for held in array.flat)
    return sys.getsizeof(array) if array.base is None else int(array.nbytes)


def _geometries_size(geometries: np.ndarray[Any, Any]) -> int:
    coordinates = int(shapely.get_num_coordinates(geometries).sum())
    return _GEOMETRY_BYTES * geometries.size + _COORDINATE_BYTES * coordinates


class Budget:
    """Bytes that caches share: of all their values, the least recently used are evicted first.

    Parameters
    ----------
    max_bytes
        Limit of the sizes of all values. The newest value stays even if it alone exceeds it.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.caches: WeakSet[Cache[Any]] = WeakSet()
        self.lock = Lock()
        self._uses = count()

    def next_use(self) -> int:
        """A number greater than those of all earlier uses."""
        return next(self._uses)

    def usage(self) -> dict[str, tuple[int, int]]:
        """Bytes and number of values by name of cache."""
        usage: dict[str, tuple[int, int]] = {}
        with self.lock:
            for cache in self.caches:
                size, entries = usage.get(cache.name, (0, 0))
                usage[cache.name] = size + cache.bytes, entries + len(cache)
        return usage

    def evict(self) -> list[tuple[Cache[Any], Hashable, Any]]:
        """Remove the least recently used values beyond the limit; the lock must be held."""
        evicted = []
        caches = [cache for cache in self.caches if len(cache)]
        total, entries = sum(cache.bytes for cache in caches), sum(map(len, caches))
        while total > self.max_bytes and entries > 1:
            cache = min((cache for cache in caches if len(cache)), key=Cache.oldest_use)
            key, value, size = cache.forget_oldest()
            evicted.append((cache, key, value))
            total, entries = total - size, entries - 1
        return evicted


MEMORY, DISK = Budget(64 << 20), Budget(512 << 20)
"""What all caches of this process may hold in memory, and in temporary files."""


@dataclass(slots=True)
class _Entry(Generic[Value]):
    value: Value
    size: int
    used: int


class Cache(Generic[Value]):
    """Least recently used cache, thread-safe.

    Parameters
    ----------
    name
        Name in the metrics; caches may share one.
    budget
        What bounds it, together with the other caches of this budget.
    size
        Size of a value in bytes.
    dropped
        Called with key and value of each that is evicted or removed.
    """

    def __init__(
        self,
        name: str,
        budget: Budget = MEMORY,
        size: Callable[[Value], int] = size_in_memory,
        dropped: Callable[[Hashable, Value], object] = lambda _key, _value: None,
    ) -> None:
        self.name, self.bytes = name, 0
        self._budget, self._size, self._dropped = budget, size, dropped
        self._entries: OrderedDict[Hashable, _Entry[Value]] = OrderedDict()
        # Only until a value is there: a finished future takes 2.1 kB.
        self._pending: dict[Hashable, Future[Value]] = {}
        with budget.lock:
            budget.caches.add(self)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key, computed by the first caller while concurrent ones wait.

        Exceptions are not cached; concurrent callers then try themselves.
        """
        with self._budget.lock:
            if entry := self._entries.get(key):
                entry.used = self._budget.next_use()
                self._entries.move_to_end(key)
                return entry.value
            first = key not in self._pending
            future = self._pending.setdefault(key, Future())
        if first:
            return self._make(key, make, future)
        return self.get(key, make) if future.exception() else future.result()

    def _make(self, key: Hashable, make: Callable[[], Value], future: Future[Value]) -> Value:
        try:
            value = make()
            size = self._size(value) + size_in_memory(key)
        except BaseException as error:
            with self._budget.lock:
                del self._pending[key]
            future.set_exception(error)
            raise
        with self._budget.lock:
            del self._pending[key]
            self._entries[key] = _Entry(value, size, self._budget.next_use())
            self.bytes += size
            evicted = self._budget.evict()
        future.set_result(value)
        for cache, old_key, old_value in evicted:
            cache._dropped(old_key, old_value)
        return value

    def drop(self, key: Hashable) -> None:
        """Remove a value, if cached."""
        with self._budget.lock:
            entry = self._entries.pop(key, None)
            self.bytes -= entry.size if entry else 0
        if entry:
            self._dropped(key, entry.value)

    def oldest_use(self) -> int:
        """When the least recently used value was used."""
        return next(iter(self._entries.values())).used

    def forget_oldest(self) -> tuple[Hashable, Value, int]:
        """Remove the least recently used value and return its key, itself and its size; the
        budget's lock must be held."""
        key, entry = self._entries.popitem(last=False)
        self.bytes -= entry.size
        return key, entry.value, entry.size
