"""Finished answers: bounded by bytes and number, no descriptor each, equal questions kept once."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from dashboard.web import byte_ranges as streaming
from dashboard.web import export_cache as kept
from dashboard.web import http
from dashboard.web.export_cache import Kept
from geo.errors import StoreError
from tests.dashboard.asgi import ask


@pytest.fixture
def store(monkeypatch, tmp_path):
    """A store of the test's own that keeps everything in files."""
    monkeypatch.setattr(kept.tempfile, "tempdir", str(tmp_path))
    own = Kept(small=0)
    monkeypatch.setattr(streaming, "kept", own)
    monkeypatch.setattr(http, "kept", own)
    return own


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_answers_kept_take_no_descriptors(routes, store):
    path = "/download/cities.csv?q={}"
    assert ask(routes, path.format("warm"), range="bytes=0-0").status == 206
    before = descriptors()
    for number in range(60):
        assert ask(routes, path.format(number), range="bytes=0-0").status == 206
    assert descriptors() <= before


def test_number_and_bytes_of_answers_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(kept.tempfile, "tempdir", str(tmp_path))
    for store, most in ((Kept(most=5, small=0), 5), (Kept(most_bytes=300, small=0), 3)):
        for number in range(20):
            store.get(str(number), lambda: iter([b"x" * 100]))
        assert [str(n) in store for n in range(20)] == [n >= 20 - most for n in range(20)]
        assert len(files(store._there().path)) == most


def test_small_answers_are_kept_in_memory_and_large_ones_in_files(tmp_path, monkeypatch):
    monkeypatch.setattr(kept.tempfile, "tempdir", str(tmp_path))
    store = Kept(small=10)
    assert store.content("small", lambda: b"x" * 10) == b"x" * 10
    assert files(tmp_path) == []
    assert store.content("large", lambda: b"x" * 11) == b"x" * 11
    assert [path.stat().st_size for path in files(tmp_path)] == [11]


def test_answer_whose_file_was_tidied_away_is_made_again(store, tmp_path):
    store.get("a", lambda: [b"first"])
    for path in tmp_path.iterdir():
        shutil.rmtree(path)
    assert b"".join(store.read("a", lambda: [b"again"], 1, 3)) == b"ga"


def test_full_disk_is_one_sentence_and_leaves_nothing(routes, store, tmp_path, monkeypatch):
    def full(file, chunk):
        raise kept._refused(OSError(28, "No space left on device"))

    monkeypatch.setattr(kept, "_put", full)
    answer = ask(routes, "/download/cities.csv", range="bytes=0-9")
    assert (answer.status, "No space left" in answer.json()["detail"]) == (503, True)
    assert files(tmp_path) == []
    with pytest.raises(StoreError):
        store.get("a", lambda: [b"x"])


def test_directories_of_killed_processes_go_and_those_of_others_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(kept.tempfile, "tempdir", str(tmp_path))
    left, lives, foreign = (
        tmp_path / name for name in (f"{kept._NAME}left", f"{kept._NAME}lives", "other-left")
    )
    for path in (left, lives, foreign):
        path.mkdir()
    lock = os.open(lives, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    kept._remove_leftovers()
    assert left.exists()  # too young: its process may be about to take the lock
    monkeypatch.setattr(kept, "_LEFT_SECONDS", -1)
    kept._remove_leftovers()
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
    ("/maps/pages/explore.svg?growth=2.0..", "/maps/pages/explore.svg?growth=2.."),
    (
        "/embed/charts/projects-by-focus-area?country=IDN",
        "/embed/charts/projects-by-focus-area?country=IDN,",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_questions_are_kept_once(one, other, routes, store):
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
