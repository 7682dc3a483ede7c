"""Layers from a store: another set is taken up whole; whatever fails leaves the last good one."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import threading
import time
import urllib.error
import urllib.request
import weakref
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from dashboard.data import current as data
from dashboard.data import reload
from dashboard.data.current import (
    ServedCatalogue,
    catalogue,
    clear_caches,
    source_catalogue,
)
from dashboard.data.reload import LayerReloader
from dashboard.markup.footer import footer
from dashboard.settings import variable_name
from dashboard.web.http import IMMUTABLE, REVALIDATE, guarded
from geo.errors import LayerError, SettingError
from geo.layers import store
from geo.layers.atomic_write import write_all
from geo.layers.catalogue import Catalogue
from geo.layers.files import encode
from geo.layers.store import CURRENT
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import OpenPage, page_html
from tests.e2e.conftest import running_server
from tests.layer_sets import PUBLISHED, Files, committed, put_set, renamed

SECONDS_VARIABLE = variable_name("layers_seconds")
ANOTHER = "Dili by another name"


@pytest.fixture(scope="module")
def parsed() -> Catalogue:
    """The committed layers, read once for all tests: sets share what they have in common."""
    layers = ServedCatalogue(committed())
    for name in LAYERS:
        layers[name]
    return layers


@pytest.fixture(scope="module")
def old(parsed: Catalogue) -> Files:
    return dict(parsed.files)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def new(old: Files) -> Files:
    return renamed(old, ANOTHER)


@pytest.fixture
def opened(
    parsed: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Path], LayerReloader]]:
    """Open a reloader, which pages and routes read from then on."""

    def open_catalogue(files: Mapping[str, bytes], checked: bool) -> Catalogue:
        layers = ServedCatalogue(files, checked)
        layers.share(parsed)
        return layers

    def open_reloader(directory: Path) -> LayerReloader:
        reloader = LayerReloader(directory, 30, open_catalogue)
        monkeypatch.setattr(data, "layer_reloader", cache(lambda: reloader))
        return reloader

    clear_caches()
    yield open_reloader
    data._pinned.set(None)


@pytest.fixture
def reloader(tmp_path: Path, old: Files, opened: Callable[[Path], LayerReloader]) -> LayerReloader:
    """A reloader of a directory, ``tmp_path``, where the committed layers are published."""
    put_set(tmp_path, old)
    reloader = opened(tmp_path)
    reloader.get_or_raise()
    return reloader


def dili(reloader: LayerReloader) -> str:
    cities = reloader.get_or_raise().source["cities"].set_index("city_id")
    return str(cities.loc["dili", "name"])


def unreachable(*_: object) -> None:
    raise ConnectionError


# Another set is taken up


def test_all_replicas_take_up_another_set_without_a_restart(tmp_path, old, new, opened):
    put_set(tmp_path, old)
    replicas = [opened(tmp_path), opened(tmp_path)]
    assert [dili(reloader) for reloader in replicas] == ["Dili", "Dili"]
    put_set(tmp_path, new, PUBLISHED + timedelta(hours=1))
    assert [dili(reloader) for reloader in replicas] == ["Dili", "Dili"]
    for reloader in replicas:
        reloader.poll()
    assert [dili(reloader) for reloader in replicas] == [ANOTHER, ANOTHER]
    assert len({reloader.get_or_raise().source.version for reloader in replicas}) == 1
    assert replicas[0].get_or_raise().snapshot.published == PUBLISHED + timedelta(hours=1)


def test_what_did_not_change_is_not_read_again(reloader, tmp_path, new, monkeypatch):
    paths: list[str] = []
    read = store.read
    monkeypatch.setattr(store, "read", lambda *named: paths.append(named[1]) or read(*named))
    before = reloader.get_or_raise().source
    reloader.poll()
    manifest = put_set(tmp_path, new)
    reloader.poll()
    assert paths == [CURRENT, CURRENT, manifest.layers["cities"].path("cities")]
    after = reloader.get_or_raise().source
    assert after["places"] is before["places"]
    assert after["cities"] is not before["cities"]


def test_half_a_publication_is_not_seen(reloader, tmp_path, new):
    before, manifest = reloader.get_or_raise(), (tmp_path / CURRENT).read_bytes()
    put_set(tmp_path, new)
    (tmp_path / CURRENT).write_bytes(manifest)
    reloader.poll()
    assert reloader.get_or_raise() is before
    assert reloader.stale is None


def test_thread_takes_up_another_set_by_itself(reloader, tmp_path, new):
    reloader.seconds = 0.02
    reloader.start(patience=30)
    assert dili(reloader) == "Dili"
    put_set(tmp_path, new)
    wait_until(lambda: dili(reloader) == ANOTHER)
    reloader.stop()
    assert reloader._thread is not None
    reloader._thread.join(timeout=30)
    assert not reloader._thread.is_alive()


def test_after_a_fault_it_asks_again_soon_and_then_less_and_less(
    tmp_path, old, opened, monkeypatch
):
    pauses: list[float] = []

    class Waits:
        def is_set(self) -> bool:
            return len(pauses) == 1_200

        def wait(self, seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 1_198:
                put_set(tmp_path, old)

    (tmp_path / CURRENT).write_bytes(b"{")
    reloader = opened(tmp_path)
    reloader._stopped = Waits()
    reloader._watch()
    for pause, about in zip(pauses[:8], (1, 2, 4, 8, 16, 30, 30, 30), strict=True):
        assert 0.8 * about <= pause <= 1.2 * about
    assert len(set(pauses[5:8])) == 3  # replicas do not ask all at once
    assert dili(reloader) == "Dili"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Whatever fails leaves the last good set


def other_content(directory: Path, new: Files) -> None:
    path = directory / put_set(directory, new).layers["cities"].path("cities")
    path.write_bytes(new["cities"][:500] + b"?" + new["cities"][501:])


def other_schema(directory: Path, new: Files) -> None:
    put_set(directory, {**new, "cities": new["countries"]})


def does_not_fit_together(directory: Path, new: Files) -> None:
    layers = Catalogue(new)
    fewer = encode(layers["projects"].iloc[1:], LAYERS["projects"], layers.info("projects"))
    put_set(directory, {**new, "projects": fewer})


def no_manifest(directory: Path, new: Files) -> None:
    (directory / CURRENT).write_bytes(b"{")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (other_content, "The object of layer cities is not that of its hash"),
        (other_schema, "cities.parquet is not valid"),
        (does_not_fit_together, "projects"),
        (no_manifest, "layers.json is damaged"),
    ],
)
def test_unsound_set_leaves_the_last_good_one_and_is_told(
    spoil, reason, reloader, tmp_path, new, routes, caplog
):
    before = reloader.get_or_raise()
    spoil(tmp_path, new)
    with caplog.at_level(logging.WARNING, "dashboard"):
        for _ in range(2):
            reloader.poll()
    assert reloader.get_or_raise() is before
    [line] = [it for it in caplog.messages if reason in it]  # said once, not at every poll
    assert f"Version {before.source.version} stays." in line
    answer = ask(routes, "/readyz")
    stale = answer.json()["stale"]
    assert (answer.status, answer.json()["status"]) == (200, "ready")
    assert reason in stale["reason"]
    assert datetime.fromisoformat(stale["since"]) <= datetime.now(UTC)
    put_set(tmp_path, new)
    reloader.poll()
    assert dili(reloader) == ANOTHER
    assert "stale" not in ask(routes, "/readyz").json()


def test_unreachable_store_leaves_the_last_good_set(reloader, tmp_path, new, routes, monkeypatch):
    before, succeeded = reloader.get_or_raise(), reloader._succeeded
    with monkeypatch.context() as broken:
        broken.setattr(store, "read", unreachable)
        reloader.poll()
        assert reloader.get_or_raise() is before
        answer = ask(routes, "/readyz")
        assert (answer.status, answer.json()["stale"]) == (
            200,
            {
                "reason": "The store of the layers does not answer (ConnectionError).",
                "since": succeeded.isoformat(timespec="seconds"),
            },
        )
        assert ask(routes, "/layers/cities.geojson").status == 200
    put_set(tmp_path, new)
    reloader.poll()
    assert dili(reloader) == ANOTHER
    assert "stale" not in ask(routes, "/readyz").json()


def test_poll_that_does_not_end_counts_as_unreachable(reloader, monkeypatch):
    reloader.start(patience=30)
    reloader.stop()
    assert reloader.stale is None
    later = time.monotonic() + 3_600
    monkeypatch.setattr(reload, "time", SimpleNamespace(monotonic=lambda: later))
    assert reloader.stale is not None
    assert (reloader.stale.unreachable, reloader.stale.since) == (True, reloader._succeeded)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_clock_that_is_set_anew_makes_no_store_silent(jump, reloader, tmp_path, new, monkeypatch):
    reloader.start(patience=30)
    reloader.stop()

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + jump

    monkeypatch.setattr(reload, "datetime", Clock)
    assert reloader.stale is None
    put_set(tmp_path, new)
    reloader.poll()
    assert (dili(reloader), reloader.stale) == (ANOTHER, None)


def test_bug_does_not_end_the_polling(reloader, monkeypatch, caplog):
    before = reloader.get_or_raise()
    with monkeypatch.context() as broken:
        broken.setattr(store, "take_snapshot", lambda *_: 1 / 0)
        reloader.poll()
    assert reloader.get_or_raise() is before
    assert reloader.stale is not None
    assert "ZeroDivisionError" in reloader.stale.reason
    assert "Traceback" in caplog.text
    reloader.poll()
    assert reloader.stale is None


# A start without layers


def test_start_without_a_set_is_alive_and_not_ready(
    tmp_path, old, opened, routes, open_page, monkeypatch
):
    reloader = opened(tmp_path)
    unsound = "the published data did not pass validation"
    for read, sentence in (
        (unreachable, "the data store has not responded"),
        (store.read, unsound),
    ):
        monkeypatch.setattr(store, "read", read)
        (tmp_path / CURRENT).write_bytes(b"{")
        reloader.poll()
        assert ask(routes, "/healthz").body == b"ok"
        answer = ask(routes, "/readyz")
        assert answer.status == 503
        assert sentence in answer.json()["detail"]
        assert str(tmp_path) not in answer.json()["detail"]
        assert ask(routes, "/download/cities.csv").status == 503
        app = open_page()
        assert len(app.exception) == 1
        assert "stamp" not in page_html(app)
        with pytest.raises(LayerError, match=sentence):
            data.catalogue()
    put_set(tmp_path, old)
    reloader.poll()
    assert ask(routes, "/readyz").json()["published"] == PUBLISHED.isoformat()


# A directory of plain layers


def test_directory_is_taken_up_when_it_is_built_anew(layer_copy, new, opened):
    reloader = opened(layer_copy)
    assert dili(reloader) == "Dili"
    (layer_copy / "build_report.json").unlink()
    write_all({layer_copy / f"{name}.parquet": content for name, content in new.items()})
    reloader.poll()
    assert dili(reloader) == ANOTHER


def test_damaged_file_leaves_the_last_good_directory(layer_copy, old, opened):
    reloader = opened(layer_copy)
    before = reloader.get_or_raise()
    (layer_copy / "cities.parquet").write_bytes(b"PAR1")
    reloader.poll()
    assert reloader.get_or_raise() is before
    assert reloader.stale is not None
    assert reloader.stale.reason.startswith("cities.parquet is not of the build")
    write_all({layer_copy / "cities.parquet": old["cities"]})
    reloader.poll()
    assert reloader.stale is None


def test_directory_that_never_was_sound_is_served_as_it_is(layer_copy, old, opened, caplog):
    (layer_copy / "cities.parquet").write_bytes(b"PAR1")
    reloader = opened(layer_copy)
    assert len(reloader.get_or_raise().source["countries"]) == 11
    assert "cities.parquet is not of the build" in caplog.text
    with pytest.raises(LayerError, match=r"cities\.parquet is damaged"):
        reloader.get_or_raise().source["cities"]
    (layer_copy / "partners.parquet").write_bytes(b"PAR1")
    write_all({layer_copy / "cities.parquet": old["cities"]})
    reloader.poll()
    assert dili(reloader) == "Dili"


# One set from the beginning to the end


def test_request_keeps_to_the_layers_it_began_with(reloader, tmp_path, new):
    seen = []

    def handler(request: Request) -> PlainTextResponse:
        seen.append((source_catalogue(), catalogue()))
        put_set(tmp_path, new)
        reloader.poll()
        assert dili(reloader) == ANOTHER
        seen.append((source_catalogue(), catalogue()))
        return PlainTextResponse("")

    asyncio.run(guarded(handler)(Request({"type": "http", "query_string": b"lang=id"})))
    assert seen[0] == seen[1]
    assert source_catalogue() is reloader.get_or_raise().source


def test_run_of_a_page_keeps_to_the_layers_it_began_with(reloader, tmp_path, new):
    data.pin_layers()
    first = data.served_layers()
    put_set(tmp_path, new)
    reloader.poll()
    assert source_catalogue() is first.source
    data.pin_layers()
    assert source_catalogue() is reloader.get_or_raise().source
    data.pin_layers(first)  # as a fragment of the first run does
    assert source_catalogue() is first.source


def test_replicas_never_have_wrong_content_kept_under_a_version(
    tmp_path, old, new, opened, routes, monkeypatch
):
    put_set(tmp_path, old)
    before, after = opened(tmp_path), opened(tmp_path)
    versions = [before.get_or_raise().source.version]
    put_set(tmp_path, new)
    versions.append(after.get_or_raise().source.version)
    got = {}
    for replica, own in zip((before, after), versions, strict=True):
        monkeypatch.setattr(data, "layer_reloader", cache(lambda replica=replica: replica))
        for version in versions:
            got[own, version] = ask(routes, f"/layers/cities.geojson?v={version}")
            kept = got[own, version].headers["cache-control"]
            assert kept == (IMMUTABLE if version == own else REVALIDATE)
    first, second = versions
    assert got[first, second].body == got[first, first].body != got[second, second].body
    # A browser that asks again at the other replica is not told that what it keeps is right.
    monkeypatch.setattr(data, "layer_reloader", cache(lambda: after))
    held = got[first, second].headers["etag"]
    again = ask(routes, f"/layers/cities.geojson?v={second}", if_none_match=held)
    assert (again.status, again.body) == (200, got[second, second].body)


def test_old_layers_leave_the_memory(reloader, tmp_path, old, routes, monkeypatch):
    monkeypatch.setattr(reload, "set_problems", lambda layers: [])
    sets = [renamed(old, f"Dili {number}") for number in range(4)]
    held = []
    for turn in range(8):
        put_set(tmp_path, sets[turn % 4], PUBLISHED + timedelta(seconds=turn))
        reloader.poll()
        for path in ("/layers/cities.geojson", "/labels/3/6/3.geojson"):
            assert ask(routes, f"{path}?lang=id").status == 200
        source = reloader.get_or_raise().source
        held += [weakref.ref(it) for it in (source, *reloader.get_or_raise().translated.values())]
        held.append(weakref.ref(source["cities"]))
        assert reloader.get_or_raise().translated
    del source
    gc.collect()
    assert len(held) == 24
    assert [ref() is not None for ref in held] == [False] * 21 + [True] * 3


def test_readers_of_a_directory_that_is_replaced_all_the_time_see_whole_sets(
    reloader, tmp_path, old, new, monkeypatch
):
    monkeypatch.setattr(reload, "set_problems", lambda layers: [])
    sets = {ServedCatalogue(files).version: name for files, name in ((old, "Dili"), (new, ANOTHER))}
    faults: list[object] = []
    enough = threading.Event()

    def reader() -> None:
        while not enough.wait(0.001):
            with data.pinned_layers():
                version = catalogue().version
                cities = catalogue()["cities"].set_index("city_id")
                if sets.get(version) != cities.loc["dili", "name"]:
                    faults.append(version)

    readers = [threading.Thread(target=reader) for _ in range(2)]
    for thread in readers:
        thread.start()
    seen = set()
    for turn in range(12):
        put_set(tmp_path, (old, new)[turn % 2], PUBLISHED + timedelta(seconds=turn))
        reloader.poll()
        seen.add(dili(reloader))
        faults += [reloader.stale] if reloader.stale else []
    enough.set()
    for thread in readers:
        thread.join()
    assert faults == []
    assert seen == {"Dili", ANOTHER}


# What users are told


def test_page_tells_version_newest_source_and_publication(reloader, open_page: OpenPage):
    foot = page_html(open_page()).partition('<footer class="stamp">')[2]
    version = reloader.get_or_raise().source.version.partition("-")[0]
    assert f"Data version {version}. Newest source: 5 September 2026." in foot
    assert "Published on 20 January 2026, 09:05 UTC." in foot
    assert foot.count("<p>") == 1


def test_foot_of_the_page_tells_of_a_store_that_does_not_answer(reloader):
    reloader._stale = reload.Staleness("gone", PUBLISHED, unreachable=True)
    assert "The data store has not responded since 20 January 2026, 09:05 UTC" in footer(
        "overview", {}
    )
    reloader._stale = reload.Staleness("unsound", PUBLISHED, unreachable=False)
    assert (
        "Newer data was found on 20 January 2026, 09:05 UTC but did not pass validation"
        in footer("overview", {})
    )
    reloader._stale = None
    assert footer("overview", {}).count("<p>") == 1


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1.5"])
def test_wrong_number_of_seconds_is_one_sentence(seconds, monkeypatch):
    monkeypatch.setenv(SECONDS_VARIABLE, seconds)
    clear_caches()
    with pytest.raises(SettingError, match=f"{SECONDS_VARIABLE} is '{seconds}'"):
        data.layer_reloader()


# The server


def test_server_starts_without_layers_and_takes_up_what_is_published(
    tmp_path: Path, old: Files, new: Files
):
    def ready() -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    directory = tmp_path / "published"
    directory.mkdir()
    log = tmp_path / "server.log"
    with running_server(log, directory, {SECONDS_VARIABLE: "1"}) as address:
        assert ready()[0] == 503
        put_set(directory, old)
        wait_until(lambda: ready()[0] == 200)
        first = ready()[1]["version"]
        put_set(directory, new, PUBLISHED + timedelta(hours=1))
        wait_until(lambda: ready()[1]["version"] != first)
        (directory / CURRENT).write_bytes(b"{")
        wait_until(lambda: "stale" in ready()[1])
        assert ready()[0] == 200
    assert "Traceback" not in log.read_text()
