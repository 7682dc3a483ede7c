"""Publishing and pruning of layers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import geo.layers.publish
from geo.cli import main
from geo.errors import LayerError, StoreError
from geo.layers.files import LAYERS_DIR
from geo.layers.manifest import CURRENT, HISTORY, OBJECTS, Entry, Manifest
from geo.layers.publish import GRACE, prune, publish
from geo.layers.snapshot import Snapshot, take_snapshot
from geo.layers.store import Store
from geo.schema import LAYERS
from tests.s3 import Bucket, Files, committed, lay, renamed

NOW = datetime(2026, 1, 20, 9, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def old() -> Files:
    return committed()


@pytest.fixture(scope="module")
def new(old: Files) -> Files:
    return renamed(old, "Dili by another name")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without validation, which takes seconds."""
    monkeypatch.setattr(geo.layers.publish, "layer_problems", lambda layers: [])


@pytest.fixture(params=["directory", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "directory":
        return Store(tmp_path / "published")
    bucket: Bucket = request.getfixturevalue("bucket")
    return bucket.store()


@pytest.fixture
def directory(tmp_path: Path) -> Callable[[Files], Path]:
    def written(files: Files) -> Path:
        path = tmp_path / "built"
        path.mkdir(exist_ok=True)
        for name, content in files.items():
            (path / f"{name}.parquet").write_bytes(content)
        return path

    return written


def taken(store: Store) -> Snapshot:
    found = take_snapshot(store)
    assert found is not None
    return found


@pytest.mark.usefixtures("unchecked")
def test_published_layers_are_those_on_disk(store: Store, old: Files) -> None:
    done = publish(LAYERS_DIR, store, NOW)
    assert (done.written, done.changed) == (tuple(LAYERS), True)
    assert (taken(store).files, taken(store).published) == (old, NOW)


@pytest.mark.usefixtures("unchecked")
def test_next_set_writes_what_changed_and_replaces_the_manifest(
    store: Store, directory: Callable[[Files], Path], old: Files, new: Files
) -> None:
    publish(directory(old), store, NOW)
    later = publish(directory(new), store, NOW + timedelta(hours=1))
    assert later.written == ("cities",)
    assert taken(store).files == new
    assert len(store.objects(HISTORY)) == 2
    assert Manifest.decode(store.read(store.objects(HISTORY)[1].path)) == later.manifest


@pytest.mark.usefixtures("unchecked")
def test_set_that_is_there_is_not_published_again_but_repaired(
    store: Store, directory: Callable[[Files], Path], old: Files
) -> None:
    first = publish(directory(old), store, NOW)
    again = publish(directory(old), store, NOW + timedelta(hours=1))
    assert (again.written, again.changed, again.manifest) == ((), False, first.manifest)
    store.write(first.manifest.layers["places"].path("places"), b"PAR1")
    store.delete(first.manifest.layers["cities"].path("cities"))
    repaired = publish(directory(old), store, NOW + timedelta(hours=1))
    assert set(repaired.written) == {"places", "cities"}
    assert (taken(store).files, taken(store).published) == (old, NOW)


@pytest.mark.usefixtures("unchecked")
def test_damaged_manifest_is_replaced(store: Store, directory: Callable[[Files], Path], old: Files):
    store.write(CURRENT, b"{")
    publish(directory(old), store, NOW)
    assert taken(store).files == old


@pytest.mark.usefixtures("unchecked")
def test_readers_have_the_old_set_whatever_write_fails(
    tmp_path: Path,
    directory: Callable[[Files], Path],
    monkeypatch: pytest.MonkeyPatch,
    old: Files,
    new: Files,
) -> None:
    store = Store(tmp_path / "published")
    lay(store, old)
    source, write = directory(new), Store.write
    written: list[str] = []
    most = 0

    def failing(self: Store, path: str, content: bytes) -> None:
        if len(written) == most:
            raise StoreError("gone")
        written.append(path)
        write(self, path, content)

    monkeypatch.setattr(Store, "write", failing)
    for most in range(3):  # noqa: B007 - read by failing()
        written.clear()
        with pytest.raises(StoreError, match="gone"):
            publish(source, store, NOW + timedelta(hours=1))
        assert taken(store).files == old
    most = 3
    written.clear()
    publish(source, store, NOW + timedelta(hours=1))
    assert written[-1] == CURRENT
    assert taken(store).files == new


def test_unsound_layers_are_not_published(
    tmp_path: Path, directory: Callable[[Files], Path], old: Files
) -> None:
    store = Store(tmp_path / "published")
    with pytest.raises(LayerError, match=r"^Nothing was published. cities.parquet is damaged"):
        publish(directory({**old, "cities": b"PAR1"}), store)
    with pytest.raises(LayerError, match=r"^Nothing was published. countries.parquet is missing"):
        publish(tmp_path / "nowhere", store)
    assert not (tmp_path / "published").exists()


@pytest.mark.usefixtures("unchecked")
def test_layers_of_another_build_than_the_report_are_not_published(
    layer_copy: Path, tmp_path: Path, new: Files
) -> None:
    (layer_copy / "cities.parquet").write_bytes(new["cities"])
    with pytest.raises(LayerError, match=r"cities.parquet is not of the build that build_report"):
        publish(layer_copy, Store(tmp_path / "published"))


@pytest.mark.usefixtures("unchecked")
def test_layers_are_not_published_over_built_ones(layer_copy: Path) -> None:
    with pytest.raises(LayerError, match="holds layers that were built there"):
        publish(LAYERS_DIR, Store(layer_copy))


# Dropping old sets

SMALL = {"cities": b"1"}


def laid(store: Store, day: int, content: bytes) -> Manifest:
    """A published manifest with one object."""
    manifest = Manifest(f"v{day}", NOW + timedelta(days=day), {"cities": Entry.from_bytes(content)})
    store.write(manifest.layers["cities"].path("cities"), content)
    store.write(manifest.history_path, manifest.encode())
    store.write(CURRENT, manifest.encode())
    return manifest


def held(store: Store) -> set[str]:
    return {it.path for folder in (HISTORY, OBJECTS) for it in store.objects(folder)}


def test_pruning_drops_what_no_kept_manifest_names(store: Store) -> None:
    sets = [laid(store, day, content) for day, content in enumerate((b"a", b"b", b"a", b"c"))]
    store.write("objects/unknown", b"of a publication that failed")
    store.write("notes.txt", b"not ours")
    later = datetime.now(UTC) + GRACE + timedelta(minutes=1)
    dropped = prune(store, keep=2, now=later)
    deleted = [sets[0].history_path, sets[1].history_path, *sets[1].paths, "objects/unknown"]
    assert sorted(dropped) == sorted(deleted)
    assert held(store) == {it.history_path for it in sets[2:]} | sets[2].paths | sets[3].paths
    assert store.read("notes.txt") == b"not ours"
    assert prune(store, keep=2, now=later) == []


def test_pruning_keeps_the_current_set_and_whatever_is_young(store: Store) -> None:
    first = laid(store, 0, b"a")
    laid(store, 1, b"b")
    before = held(store)
    assert prune(store, keep=1) == []
    assert held(store) == before
    store.write(CURRENT, first.encode())  # someone went back to it
    prune(store, keep=1, now=datetime.now(UTC) + GRACE + timedelta(minutes=1))
    assert held(store) == before


def test_pruning_drops_nothing_when_a_manifest_cannot_be_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(LayerError, match=r"has no layers\.json"):
        prune(store, keep=1)
    laid(store, 0, b"a")
    laid(store, 1, b"b")
    store.write(store.objects(HISTORY)[1].path, b"{")
    before = held(store)
    with pytest.raises(LayerError, match="damaged"):
        prune(store, keep=1, now=datetime.now(UTC) + 2 * GRACE)
    assert held(store) == before


# The command


@pytest.mark.usefixtures("unchecked")
def test_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["publish", str(LAYERS_DIR), str(tmp_path / "published"), "--prune", "3"]
    message = []
    for _ in range(2):
        assert main(arguments) == 0
        message.append(capsys.readouterr().out)
    version = json.loads((tmp_path / "published" / CURRENT).read_bytes())["version"]
    assert f"version {version} published, {len(LAYERS)} layers written" in message[0]
    assert f"version {version} already published, 0 layers written" in message[1]
    assert "0 old objects deleted" in message[1]


def test_command_refuses_a_wrong_store_and_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", str(LAYERS_DIR), "gs://bucket"]) == 1
    assert "'gs://bucket' is neither a directory nor" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["publish", str(LAYERS_DIR), "x", "--prune", "0"])
    assert "'0' is not a number of 1 or more" in capsys.readouterr().err
