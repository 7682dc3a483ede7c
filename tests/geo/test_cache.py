"""The caches share a budget of bytes, compute each value once, and cache no exceptions."""

from __future__ import annotations

import gc
import pickle
import threading
import tracemalloc
import weakref
from collections.abc import Hashable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.cache import Budget, Cache, size_in_memory
from geo.layers.catalogue import Catalogue


@dataclass(frozen=True)
class Picture:
    title: str
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Slotted:
    title: str


@pytest.mark.parametrize(
    "value",
    [
        b"x" * 50_000,
        "Đà Nẵng " * 5_000,
        {f"key {number}": "y" * 1_000 for number in range(50)},
        ["z" * 5_000, ("z" * 4_000, "z" * 3_000)],
        Picture("map" * 5_000, (b"a" * 10_000, b"b" * 20_000)),
        [Slotted("t" * 5_000 + str(number)) for number in range(10)],
        np.arange(10_000),
        pd.DataFrame({"a": [f"name {number} " * 50 for number in range(500)], "b": 1.5}),
        pd.Series([f"name {number} " * 50 for number in range(500)], dtype=object),
    ],
    ids=lambda value: type(value).__name__,
)
def test_size_is_that_of_a_copy_in_memory(value):
    content = pickle.dumps(value)
    pickle.loads(content)
    gc.collect()
    tracemalloc.start()
    copy = pickle.loads(content)
    traced, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Arrow holds strings outside of Python's allocators.
    held = max(traced, len(content)) if isinstance(value, pd.DataFrame) else traced
    assert 0.8 < size_in_memory(copy) / held < 1.3


def test_size_counts_geometries_with_their_vertices_and_no_layers():
    ring = shapely.Point(0, 0).buffer(1, quad_segs=2_000)
    vertices = shapely.get_num_coordinates(ring)
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[ring], crs="OGC:CRS84")
    assert 16 * vertices < size_in_memory(frame) < 30 * vertices
    assert 16 * vertices < size_in_memory([ring, ring]) < 30 * vertices
    assert 16 * vertices < size_in_memory(frame.geometry) < 30 * vertices
    layers = Catalogue()
    assert len(layers["places"])
    assert size_in_memory([layers, size_in_memory]) < 200


def test_the_least_recently_used_of_all_caches_go_and_what_goes_is_told():
    evicted: list[Hashable] = []
    budget = Budget(1_100)
    one, other = (
        Cache[bytes](name, budget, len, lambda key, value: evicted.append(key))
        for name in ("one", "other")
    )
    small = [one.get(number, lambda: b"x" * 100) for number in range(3)]
    other.get("first", lambda: b"x" * 300)
    one.get(0, lambda: b"never")
    other.get("second", lambda: b"x" * 400)
    assert (evicted, len(small)) == ([1], 3)
    other.get("large", lambda: b"x" * 5_000)
    assert evicted == [1, 2, "first", 0, "second"]
    assert ("large" in other, len(one), len(other)) == (True, 0, 1)
    other.drop("large")
    other.drop("none")
    assert evicted[5:] == ["large"]
    assert budget.usage() == {"one": (0, 0), "other": (0, 0)}


def test_usage_is_told_by_name_and_caches_that_are_gone_hold_nothing():
    budget = Budget(1_000_000)
    caches = [Cache[bytes]("same", budget, len) for _ in range(2)]
    for cache in caches:
        cache.get(1, lambda: b"x" * 100)
    size, entries = budget.usage()["same"]
    assert (200 <= size < 400, entries) == (True, 2)
    caches.clear()
    del cache
    gc.collect()
    assert budget.usage() == {}


def test_a_catalogue_that_its_own_results_refer_to_is_freed():
    def of_gone_catalogue() -> weakref.ref[Catalogue]:
        catalogue = Catalogue({})
        catalogue.cached("a", lambda: [catalogue])
        return weakref.ref(catalogue)

    gone = of_gone_catalogue()
    gc.collect()
    assert gone() is None


def test_a_failure_is_not_kept_and_who_waited_tries_again():
    cache: Cache[str] = Cache("test", Budget(1_000))
    begun, go_on, found = threading.Event(), threading.Event(), []

    def broken() -> str:
        begun.set()
        assert go_on.wait(30)
        raise KeyboardInterrupt

    def first() -> None:
        with pytest.raises(KeyboardInterrupt):
            cache.get("a", broken)

    threads = [
        threading.Thread(target=first),
        threading.Thread(target=lambda: found.append(cache.get("a", lambda: "made"))),
    ]
    threads[0].start()
    assert begun.wait(30)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == ["made"]


def test_threads_that_fill_one_budget_keep_its_books():
    budget = Budget(20_000)
    caches = [Cache[bytes](str(number), budget, len) for number in range(3)]

    def fill(seed: int) -> None:
        for number in range(300):
            cache, key = caches[(seed + number) % 3], (seed * number) % 50
            assert len(cache.get(key, lambda: bytes(200))) == 200
            if number % 7 == 0:
                cache.drop(key)

    threads = [threading.Thread(target=fill, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(size for size, _ in budget.usage().values()) <= budget.max_bytes
    for cache in caches:
        assert cache.bytes == sum(entry.size for entry in cache._entries.values())
        assert not cache._pending
