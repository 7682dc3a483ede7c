"""The cache is bounded, computes each value once, and caches no exceptions."""

from __future__ import annotations

import threading

import pandas as pd
import pytest

from geo.cache import Cache, approximate_size


@pytest.mark.parametrize(
    ("value", "least"),
    [
        (b"x" * 1_000, 1_000),
        ({"a": "y" * 1_000}, 1_000),
        (["z" * 500, ("z" * 400, "z" * 300)], 1_200),
        (pd.DataFrame({"a": ["name " * 50] * 10}), 2_500),
    ],
)
def test_size_counts_what_a_value_holds(value, least):
    assert least <= approximate_size(value) < least + 2_000


def test_bounds_are_kept_and_what_goes_is_told():
    evicted: list[bytes] = []
    cache: Cache[bytes] = Cache(max_bytes=10, max_items=3, size=len, dropped=evicted.append)
    for key in "abcd":
        cache.get(key, lambda: b"12")
    assert (len(cache), len(evicted)) == (3, 1)
    cache.get("large", lambda: b"x" * 50)
    assert ("large" in cache, len(cache), len(evicted)) == (True, 1, 4)
    cache.drop("large")
    cache.drop("none")
    assert (len(cache), len(evicted)) == (0, 5)


def test_a_failure_is_not_kept_and_who_waited_tries_again():
    cache: Cache[str] = Cache(1_000, 10)
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
