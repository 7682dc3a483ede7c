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
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from dashboard.data import current as data
from dashboard.data import freshness, reload
from dashboard.data.current import (
    LAYERS_VARIABLE,
    ServedCatalogue,
    catalogue,
    clear_caches,
    source_catalogue,
)
from dashboard.data.reload import LayerReloader
from dashboard.settings import variable_name
from dashboard.web.http import IMMUTABLE, REVALIDATE, guarded
from geo.errors import LayerError, SettingError, StoreError
from geo.layers import snapshot
from geo.layers.atomic_write import write_all
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, encode, read
from geo.layers.manifest import CURRENT, Manifest
from geo.layers.publish import publish
from geo.layers.store import Store
from geo.schema import LAYERS
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import OpenPage, page_html
from tests.e2e.conftest import running_server
from tests.s3 import Bucket, Files, committed, lay, renamed

AT = datetime(2026, 1, 20, 9, 5, tzinfo=UTC)
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
def filled(bucket: Bucket, old: Files) -> Bucket:
    """A bucket with the committed layers; its objects stay for the next test."""
    part = bucket.at("filled")
    lay(part.store(), old)
    return part


@pytest.fixture
def fed(parsed: Catalogue) -> Callable[[Store], LayerReloader]:
    def opened(files: Mapping[str, bytes]) -> Catalogue:
        layers = ServedCatalogue(files)
        layers.share(parsed)
        return layers

    return lambda store: LayerReloader(store, 30, opened)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[LayerReloader], LayerReloader]]:
    """Pages and routes read this feed."""

    def served(reloader: LayerReloader) -> LayerReloader:
        monkeypatch.setattr(data, "layer_reloader", lambda: reloader)
        return reloader

    clear_caches()
    yield served
    data._pinned.set(None)


def dili(reloader: LayerReloader) -> str:
    cities = reloader.get_or_raise().source["cities"].set_index("city_id")
    return str(cities.loc["dili", "name"])


# Another set is taken up


def test_layers_of_an_object_store_are_those_on_disk(filled, parsed, fed):
    served = fed(filled.store()).get_or_raise()
    assert served.source.version == parsed.version
    for name in LAYERS:
        assert served.snapshot.files[name] == (LAYERS_DIR / f"{name}.parquet").read_bytes()
    assert Catalogue(served.snapshot.files)["cities"].equals(read("cities"))


def test_all_replicas_take_up_another_set_without_a_restart(filled, old, new, fed):
    replicas = [fed(filled.store()), fed(filled.store())]
    assert [dili(reloader) for reloader in replicas] == ["Dili", "Dili"]
    lay(filled.store(), new, AT + timedelta(hours=1))
    assert [dili(reloader) for reloader in replicas] == ["Dili", "Dili"]
    for reloader in replicas:
        reloader.poll()
    assert [dili(reloader) for reloader in replicas] == [ANOTHER, ANOTHER]
    assert len({reloader.get_or_raise().source.version for reloader in replicas}) == 1
    assert replicas[0].get_or_raise().snapshot.published == AT + timedelta(hours=1)


def test_what_did_not_change_is_not_read_again(tmp_path, old, new, fed):
    lay(Store(tmp_path), old)
    reloader = fed(Store(tmp_path))
    before = reloader.get_or_raise().source
    lay(Store(tmp_path), new)
    reloader.poll()
    after = reloader.get_or_raise().source
    assert after["places"] is before["places"]
    assert after["cities"] is not before["cities"]


def test_half_a_publication_is_not_seen(filled, old, new, fed):
    reloader = fed(filled.store())
    before = reloader.get_or_raise()
    lay(filled.store(), new, manifest=False)
    reloader.poll()
    assert reloader.get_or_raise() is before
    assert reloader.stale is None


def test_thread_takes_up_another_set_by_itself(tmp_path, old, new, fed):
    lay(Store(tmp_path), old)
    reloader = fed(Store(tmp_path))
    reloader.seconds = 0.02
    reloader.start(patience=30)
    assert dili(reloader) == "Dili"
    lay(Store(tmp_path), new)
    wait_until(lambda: dili(reloader) == ANOTHER)
    reloader.stop()
    assert reloader._thread is not None
    reloader._thread.join(timeout=30)
    assert not reloader._thread.is_alive()


def test_after_a_fault_it_asks_again_soon_and_then_less_and_less(tmp_path, old, fed):
    pauses: list[float] = []

    class Waits:
        def is_set(self) -> bool:
            return len(pauses) == 9

        def wait(self, seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 7:
                lay(Store(tmp_path), old)

    Store(tmp_path).write(CURRENT, b"{")
    reloader = fed(Store(tmp_path))
    reloader._stopped = Waits()
    reloader._watch()
    for pause, about in zip(pauses, (1, 2, 4, 8, 16, 30, 30, 30, 30), strict=True):
        assert 0.8 * about <= pause <= 1.2 * about
    assert len({pause / 30 for pause in pauses[5:]}) == 4  # replicas do not ask all at once
    assert dili(reloader) == "Dili"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Whatever fails leaves the last good set


def cut(store: Store, new: Files, manifest: Manifest) -> None:
    store.write(manifest.layers["cities"].path("cities"), new["cities"][:1000])


def other_content(store: Store, new: Files, manifest: Manifest) -> None:
    content = bytearray(new["cities"])
    content[500] ^= 1
    store.write(manifest.layers["cities"].path("cities"), bytes(content))


def missing(store: Store, new: Files, manifest: Manifest) -> None:
    store.delete(manifest.layers["cities"].path("cities"))


def other_schema(store: Store, new: Files, manifest: Manifest) -> None:
    lay(store, {**new, "cities": new["countries"]})


def does_not_fit_together(store: Store, new: Files, manifest: Manifest) -> None:
    layers = Catalogue(new)
    fewer = encode(layers["projects"].iloc[1:], LAYERS["projects"], layers.info("projects"))
    lay(store, {**new, "projects": fewer})


def no_manifest(store: Store, new: Files, manifest: Manifest) -> None:
    store.write(CURRENT, b"{")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (cut, "The object of layer cities has 1,000 bytes"),
        (other_content, "The object of layer cities is not that of its hash"),
        (missing, "The object of layer cities is missing"),
        (other_schema, "cities.parquet is not sound"),
        (does_not_fit_together, "projects"),
        (no_manifest, "layers.json is damaged"),
    ],
)
def test_unsound_set_leaves_the_last_good_one_and_is_told(
    spoil, reason, filled, old, new, fed, serve, routes, caplog
):
    store = filled.store()
    reloader = serve(fed(store))
    before = reloader.get_or_raise()
    spoil(store, new, lay(store, new))
    with caplog.at_level(logging.WARNING, "dashboard"):
        for _ in range(2):
            reloader.poll()
    assert reloader.get_or_raise() is before
    [line] = [it for it in caplog.messages if reason in it]  # said once, not at every look
    assert f"Version {before.source.version} stays." in line
    answer = ask(routes, "/readyz")
    stale = answer.json()["stale"]
    assert (answer.status, answer.json()["status"]) == (200, "ready")
    assert reason in stale["reason"]
    assert datetime.fromisoformat(stale["since"]) <= datetime.now(UTC)
    lay(store, new)
    reloader.poll()
    assert dili(reloader) == ANOTHER
    assert "stale" not in ask(routes, "/readyz").json()


def test_store_that_is_gone_or_silent_leaves_the_last_good_set(
    filled, old, new, fed, serve, routes
):
    reloader = serve(fed(filled.store()))
    before = reloader.get_or_raise()
    well = reloader._up_to_date_since
    for fail in (filled.gate.shut, filled.gate.silence):
        fail()
        reloader.poll()
        assert reloader.get_or_raise() is before
        answer = ask(routes, "/readyz")
        assert answer.status == 200
        assert answer.json()["stale"] == {
            "reason": "The store of the layers does not answer (NETWORK_CONNECTION).",
            "since": well.isoformat(timespec="seconds"),
        }
        assert ask(routes, "/layers/cities.geojson").status == 200
        filled.gate.reopen()
    lay(filled.store(), new)
    reloader.poll()
    assert dili(reloader) == ANOTHER
    assert "stale" not in ask(routes, "/readyz").json()


def test_look_that_does_not_end_counts_as_silence(tmp_path, old, fed):
    lay(Store(tmp_path), old)
    reloader = fed(Store(tmp_path))
    reloader.start(patience=30)
    reloader.stop()
    assert reloader.stale is None
    later = time.monotonic() + 3_600
    reloader._clock = lambda: later
    assert reloader.stale is not None
    assert (reloader.stale.unreachable, reloader.stale.since) == (True, reloader._up_to_date_since)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_clock_that_is_set_anew_makes_no_store_silent(jump, tmp_path, old, new, fed, monkeypatch):
    lay(Store(tmp_path), old)
    reloader = fed(Store(tmp_path))
    reloader.start(patience=30)
    reloader.stop()

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + jump

    monkeypatch.setattr(reload, "datetime", Clock)
    assert reloader.stale is None
    lay(Store(tmp_path), new)
    reloader.poll()
    assert (dili(reloader), reloader.stale) == (ANOTHER, None)


def test_fault_of_our_own_does_not_end_the_looking(tmp_path, old, new, fed, monkeypatch):
    lay(Store(tmp_path), old)
    reloader = fed(Store(tmp_path))
    before = reloader.get_or_raise()
    with monkeypatch.context() as broken:
        broken.setattr(snapshot, "take_snapshot", lambda *_: 1 / 0)
        reloader.poll()
    assert reloader.get_or_raise() is before
    assert reloader.stale is not None
    assert "ZeroDivisionError" in reloader.stale.reason
    reloader.poll()
    assert reloader.stale is None


# A start without layers


def test_start_without_a_set_is_alive_and_not_ready(bucket, old, fed, serve, routes, open_page):
    reloader = serve(fed(bucket.store()))
    for fail, sentence in (
        (lambda: None, "their store has not answered"),
        (bucket.gate.shut, "their store has not answered"),
        (lambda: spoiled(bucket, old), "those that are published are not sound"),
    ):
        fail()
        reloader.poll()
        assert ask(routes, "/healthz").body == b"ok"
        answer = ask(routes, "/readyz")
        assert answer.status == 503
        assert sentence in answer.json()["detail"]
        assert bucket.address not in answer.json()["detail"]
        assert ask(routes, "/download/cities.csv").status == 503
    lay(bucket.store(), old)
    reloader.poll()
    assert ask(routes, "/readyz").json()["published"] == AT.isoformat()


def spoiled(bucket: Bucket, files: Files) -> None:
    bucket.gate.reopen()
    cut(bucket.store(), files, lay(bucket.store(), files))


def test_page_without_a_set_is_one_sentence(tmp_path, fed, serve, open_page, monkeypatch):
    reloader = serve(fed(Store(tmp_path)))

    def gone(*_: object) -> None:
        raise StoreError("gone")

    monkeypatch.setattr(snapshot, "take_snapshot", gone)
    app = open_page()
    assert len(app.exception) == 1
    assert "stamp" not in page_html(app)
    assert reloader.served is None
    with pytest.raises(LayerError, match=r"^The layers cannot be shown yet, because their store"):
        data.catalogue()


# A directory of plain layers


def test_directory_is_taken_up_when_it_is_built_anew(layer_copy, new, fed):
    reloader = fed(Store(layer_copy))
    assert dili(reloader) == "Dili"
    (layer_copy / "build_report.json").unlink()
    write_all({layer_copy / f"{name}.parquet": content for name, content in new.items()})
    reloader.poll()
    assert dili(reloader) == ANOTHER


def test_damaged_file_leaves_the_last_good_directory(layer_copy, old, fed):
    reloader = fed(Store(layer_copy))
    before = reloader.get_or_raise()
    (layer_copy / "cities.parquet").write_bytes(b"PAR1")
    reloader.poll()
    assert reloader.get_or_raise() is before
    assert reloader.stale is not None
    assert reloader.stale.reason.startswith("cities.parquet is not of the build")
    write_all({layer_copy / "cities.parquet": old["cities"]})
    reloader.poll()
    assert reloader.stale is None


def test_directory_that_never_was_sound_is_served_as_it_is(layer_copy, old, fed, caplog):
    (layer_copy / "cities.parquet").write_bytes(b"PAR1")
    reloader = fed(Store(layer_copy))
    assert len(reloader.get_or_raise().source["countries"]) == 11
    assert "cities.parquet is not of the build" in caplog.text
    with pytest.raises(LayerError, match=r"cities\.parquet is damaged"):
        reloader.get_or_raise().source["cities"]
    (layer_copy / "partners.parquet").write_bytes(b"PAR1")
    write_all({layer_copy / "cities.parquet": old["cities"]})
    reloader.poll()
    assert dili(reloader) == "Dili"


# One set from the beginning to the end


def test_request_keeps_to_the_layers_it_began_with(tmp_path, old, new, fed, serve):
    lay(Store(tmp_path), old)
    reloader = serve(fed(Store(tmp_path)))
    seen = []

    def handler(request: Request) -> PlainTextResponse:
        seen.append((source_catalogue(), catalogue()))
        lay(Store(tmp_path), new)
        reloader.poll()
        assert dili(reloader) == ANOTHER
        seen.append((source_catalogue(), catalogue()))
        return PlainTextResponse("")

    asyncio.run(guarded(handler)(Request({"type": "http", "query_string": b"lang=id"})))
    assert seen[0] == seen[1]
    assert source_catalogue() is reloader.get_or_raise().source


def test_run_of_a_page_keeps_to_the_layers_it_began_with(tmp_path, old, new, fed, serve):
    lay(Store(tmp_path), old)
    reloader = serve(fed(Store(tmp_path)))
    data.pin_layers()
    first = data.served_layers()
    lay(Store(tmp_path), new)
    reloader.poll()
    assert source_catalogue() is first.source
    data.pin_layers()
    assert source_catalogue() is reloader.get_or_raise().source
    data.pin_layers(first)  # as a fragment of the first run does
    assert source_catalogue() is first.source


def test_replicas_never_have_wrong_content_kept_under_a_version(
    tmp_path, old, new, fed, serve, routes
):
    lay(Store(tmp_path), old)
    before, after = fed(Store(tmp_path)), fed(Store(tmp_path))
    versions = [before.get_or_raise().source.version]
    lay(Store(tmp_path), new)
    versions.append(after.get_or_raise().source.version)
    got = {}
    for replica, own in zip((before, after), versions, strict=True):
        serve(replica)
        for version in versions:
            got[own, version] = ask(routes, f"/layers/cities.geojson?v={version}")
            kept = got[own, version].headers["cache-control"]
            assert kept == (IMMUTABLE if version == own else REVALIDATE)
    first, second = versions
    assert got[first, second].body == got[first, first].body != got[second, second].body
    # A browser that asks again at the other replica is not told that what it keeps is right.
    serve(after)
    held = got[first, second].headers["etag"]
    again = ask(routes, f"/layers/cities.geojson?v={second}", if_none_match=held)
    assert (again.status, again.body) == (200, got[second, second].body)


def test_old_layers_leave_the_memory(tmp_path, old, fed, serve, routes, monkeypatch):
    monkeypatch.setattr(reload, "set_problems", lambda layers: [])
    store = Store(tmp_path)
    lay(store, old)
    reloader = serve(fed(store))
    sets = [renamed(old, f"Dili {number}") for number in range(4)]
    held = []
    for turn in range(20):
        lay(store, sets[turn % 4], AT + timedelta(seconds=turn))
        reloader.poll()
        for path in ("/layers/cities.geojson", "/labels/3/6/3.geojson"):
            assert ask(routes, f"{path}?lang=id").status == 200
        source = reloader.get_or_raise().source
        held += [weakref.ref(it) for it in (source, *reloader.get_or_raise().translated.values())]
        held.append(weakref.ref(source["cities"]))
        assert reloader.get_or_raise().translated
    del source
    gc.collect()
    assert len(held) == 60
    assert [ref() is not None for ref in held] == [False] * 57 + [True] * 3


def test_readers_of_a_directory_that_is_replaced_all_the_time_see_whole_sets(
    tmp_path, old, new, fed, serve, monkeypatch
):
    monkeypatch.setattr(reload, "set_problems", lambda layers: [])
    store = Store(tmp_path)
    lay(store, old)
    reloader = serve(fed(store))
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
        lay(store, (old, new)[turn % 2], AT + timedelta(seconds=turn))
        reloader.poll()
        seen.add(dili(reloader))
        faults += [reloader.stale] if reloader.stale else []
    enough.set()
    for thread in readers:
        thread.join()
    assert faults == []
    assert seen == {"Dili", ANOTHER}


# What users are told


def test_page_tells_version_newest_source_and_publication(
    tmp_path, old, fed, serve, open_page: OpenPage
):
    lay(Store(tmp_path), old)
    reloader = serve(fed(Store(tmp_path)))
    foot = page_html(open_page()).partition('<footer class="stamp">')[2]
    version = reloader.get_or_raise().source.version.partition("-")[0]
    assert f"Data version {version}. Newest source: July 2026." in foot
    assert "Published on 20 January 2026, 09:05 UTC." in foot
    assert foot.count("<p>") == 1


def test_foot_of_the_page_tells_of_a_store_that_does_not_answer(tmp_path, old, fed, serve):
    lay(Store(tmp_path), old)
    reloader = serve(fed(Store(tmp_path)))
    reloader.get_or_raise()
    reloader._stale = reload.Staleness("gone", AT, unreachable=True)
    assert "has not answered since 20 January 2026, 09:05 UTC" in freshness.footer_html()
    reloader._stale = reload.Staleness("unsound", AT, unreachable=False)
    assert (
        "Newer data was found on 20 January 2026, 09:05 UTC but is not sound"
        in freshness.footer_html()
    )
    reloader._stale = None
    assert freshness.footer_html().count("<p>") == 1


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1.5"])
def test_wrong_number_of_seconds_is_one_sentence(seconds, monkeypatch):
    monkeypatch.setenv(SECONDS_VARIABLE, seconds)
    clear_caches()
    with pytest.raises(SettingError, match=f"{SECONDS_VARIABLE} is '{seconds}'"):
        data.layer_reloader()


# The server


def test_server_starts_without_its_store_and_takes_up_what_is_published(
    bucket: Bucket, tmp_path: Path, new: Files
):
    def ready() -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    bucket.gate.shut()
    variables = {LAYERS_VARIABLE: bucket.address, SECONDS_VARIABLE: "1"}
    log = tmp_path / "server.log"
    with running_server(log, environment={**bucket.environment, **variables}) as address:
        assert ready()[0] == 503
        bucket.gate.reopen()
        publish(LAYERS_DIR, bucket.store(), AT)
        wait_until(lambda: ready()[0] == 200)
        first = ready()[1]["version"]
        lay(bucket.store(), new, AT + timedelta(hours=1))
        wait_until(lambda: ready()[1]["version"] != first)
        bucket.gate.shut()
        wait_until(lambda: "stale" in ready()[1])
        assert ready()[0] == 200
    assert "Traceback" not in log.read_text()
