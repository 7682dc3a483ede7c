"""The export cache: bounded size and number, no open descriptors, equivalent queries share."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from dashboard.web import byte_ranges, export_cache, http
from dashboard.web.export_cache import ExportCache
from geo.cache import Budget
from geo.errors import StoreError
from tests.dashboard.asgi import ask


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """A cache of the test's own that keeps everything in files."""
    monkeypatch.setattr(export_cache.tempfile, "tempdir", str(tmp_path))
    cache = ExportCache(in_memory_bytes=0)
    monkeypatch.setattr(byte_ranges, "export_cache", cache)
    monkeypatch.setattr(http, "export_cache", cache)
    return cache


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_answers_kept_take_no_descriptors(routes, cache):
    path = "/download/cities.csv?q={}"
    assert ask(routes, path.format("warm"), range="bytes=0-0").status == 206
    before = descriptors()
    for number in range(60):
        assert ask(routes, path.format(number), range="bytes=0-0").status == 206
    assert descriptors() <= before


def test_bytes_of_answers_are_bounded_in_memory_and_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(export_cache.tempfile, "tempdir", str(tmp_path))
    budgets = Budget(3_000), Budget(9_000), Budget(500)
    for cache in (
        ExportCache(memory=budgets[0], in_memory_bytes=100),
        ExportCache(memory=budgets[1], disk=Budget(10_000), in_memory_bytes=0),
        ExportCache(disk=budgets[2], in_memory_bytes=0),
    ):
        for number in range(20):
            cache.get(str(number), lambda: iter([b"x" * 100]))
        kept = [str(number) in cache for number in range(20)]
        assert 3 <= sum(kept) < 15
        assert kept == sorted(kept)
        assert len(files(tmp_path)) == (sum(kept) if cache._in_memory_bytes == 0 else 0)
        for budget in budgets:
            assert sum(size for size, _ in budget.usage().values()) <= budget.max_bytes
        for path in files(tmp_path):
            path.unlink()


def test_small_answers_are_kept_in_memory_and_large_ones_in_files(tmp_path, monkeypatch):
    monkeypatch.setattr(export_cache.tempfile, "tempdir", str(tmp_path))
    cache = ExportCache(in_memory_bytes=10)
    assert cache.content("small", lambda: b"x" * 10) == b"x" * 10
    assert files(tmp_path) == []
    assert cache.content("large", lambda: b"x" * 11) == b"x" * 11
    assert [path.stat().st_size for path in files(tmp_path)] == [11]


def test_answer_whose_file_was_tidied_away_is_made_again(cache, tmp_path):
    cache.get("a", lambda: [b"first"])
    for path in tmp_path.iterdir():
        shutil.rmtree(path)
    assert b"".join(cache.read("a", lambda: [b"again"], 1, 3)) == b"ga"


def test_full_disk_is_one_sentence_and_leaves_nothing(routes, cache, tmp_path, monkeypatch):
    def full(file, chunk):
        raise export_cache._disk_error(OSError(28, "No space left on device"))

    monkeypatch.setattr(export_cache, "_write_all", full)
    answer = ask(routes, "/download/cities.csv", range="bytes=0-9")
    assert (answer.status, "No space left" in answer.json()["detail"]) == (503, True)
    assert files(tmp_path) == []
    with pytest.raises(StoreError):
        cache.get("a", lambda: [b"x"])


def test_directories_of_killed_processes_go_and_those_of_others_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(export_cache.tempfile, "tempdir", str(tmp_path))
    left, lives, foreign = (
        tmp_path / name
        for name in (
            f"{export_cache._DIRECTORY_PREFIX}left",
            f"{export_cache._DIRECTORY_PREFIX}lives",
            "other-left",
        )
    )
    for path in (left, lives, foreign):
        path.mkdir()
    lock = os.open(lives, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    export_cache._remove_leftovers()
    assert left.exists()  # too young: its process may be about to take the lock
    monkeypatch.setattr(export_cache, "_LEFTOVER_SECONDS", -1)
    export_cache._remove_leftovers()
    assert [path.exists() for path in (left, lives, foreign)] == [False, True, True]
    os.close(lock)


SAME = [
    ("/layers/cities.geojson?country=IDN,PHL", "/layers/cities.geojson?country=PHL,%20IDN,IDN"),
    ("/layers/cities.geojson?q=zzzz", "/layers/cities.geojson?q=yyyy"),
    ("/layers/cities.geojson?q=Manila", "/layers/cities.geojson?q=MANILA%20"),
    ("/labels/1/1/0.geojson?q=zzzz", "/labels/1/1/0.geojson?q=yyyy"),
    ("/download/cities.csv?population=100000..", "/download/cities.csv?population=1e5.."),
    ("/charts/support.svg?country=IDN,PHL", "/charts/support.svg?country=PHL&country=IDN"),
    ("/charts/support.svg?q=%20water", "/charts/support.svg?q=water"),
    ("/tables/cities.csv?near=dili&within=50", "/tables/cities.csv?within=5e1&near=dili"),
    ("/maps/explore.svg?country=IDN&size=slide", "/maps/explore.svg?country=IDN,&theme=light"),
    ("/maps/pages/explore.svg?growth=2.0..", "/maps/pages/explore.svg?growth=2.."),
    (
        "/embed/charts/projects-by-focus-area?country=IDN",
        "/embed/charts/projects-by-focus-area?country=IDN,",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_questions_are_kept_once(one, other, routes, cache):
    first, second = (ask(routes, path) for path in (one, other))
    assert (first.status, second.status) == (200, 200)
    assert first.headers["etag"] == second.headers["etag"]
    assert first.content == second.content


def test_texts_that_find_the_same_cities_but_other_places_are_kept_apart(routes):
    """Of places in Malaysia, some are nearest to a city of Singapore, which one text finds."""
    path = "/layers/places.geojson?country=MYS&q={}"
    found = {text: ask(routes, path.format(text)) for text in ("singapore", "zzzz")}
    assert found["zzzz"].json()["features"] == []
    assert len(found["singapore"].json()["features"]) > 0


def test_wrong_question_is_told_whatever_the_client_holds(routes):
    for path in ("/charts/support.svg?colour=red", "/embed/charts/none"):
        assert ask(routes, path, if_none_match="*").status in (400, 404)
