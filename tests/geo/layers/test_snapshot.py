"""Snapshots of layers are consistent: as published, or as written by one build."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from geo.errors import LayerError
from geo.layers.atomic_write import write_all
from geo.layers.manifest import CURRENT, Entry, Manifest
from geo.layers.snapshot import REPORT, take_snapshot
from geo.layers.store import Store
from geo.schema import LAYERS
from tests.s3 import Files, committed, lay, renamed


@pytest.fixture(scope="module")
def old() -> Files:
    return committed()


@pytest.fixture(scope="module")
def new(old: Files) -> Files:
    return renamed(old, "Dili by another name")


def report(files: Files) -> bytes:
    """A build report of these files, reduced to the hashes."""
    rows = [
        {"layer": name, "sha256": Entry.from_bytes(content).sha256}
        for name, content in files.items()
    ]
    return json.dumps({"layers": rows}).encode()


def build(directory: Path, files: Files) -> None:
    """Write a set of layers like a build."""
    contents = {directory / f"{name}.parquet": content for name, content in files.items()}
    write_all({**contents, directory / REPORT: report(files)})


def cut(content: bytes) -> bytes:
    return content[:-1]


def changed(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut, r"^The object of layer cities has [\d,]+ bytes, not the [\d,]+ of layers.json;"),
        (changed, "^The object of layer cities is not that of its hash;"),
        (None, "^The object of layer cities is missing;"),
    ],
    ids=["truncated", "other content", "missing"],
)
def test_published_set_that_is_not_whole_is_refused(
    spoil: Callable[[bytes], bytes] | None, message: str, tmp_path: Path, old: Files
) -> None:
    store = Store(tmp_path)
    path = lay(store, old).layers["cities"].path("cities")
    if spoil:
        store.write(path, spoil(old["cities"]))
    else:
        store.delete(path)
    with pytest.raises(LayerError, match=f"{message} publish the layers again with `python -m geo"):
        take_snapshot(store)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"format": 2}', b'{"format": 1, "layers": {"cities": 3}}'],
)
def test_damaged_manifest_is_refused(content: bytes, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write(CURRENT, content)
    with pytest.raises(LayerError, match=r"^layers\.json is damaged or of another version"):
        take_snapshot(store)


def test_set_of_an_earlier_version_of_the_project_is_refused(tmp_path: Path, old: Files) -> None:
    store = Store(tmp_path)
    lay(store, {name: content for name, content in old.items() if name != "places"})
    with pytest.raises(LayerError, match=r"^layers\.json names no layer places;"):
        take_snapshot(store)


def test_layer_of_a_later_version_of_the_project_is_left_out(tmp_path: Path, old: Files) -> None:
    store = Store(tmp_path)
    manifest = lay(store, old)
    more = {**manifest.layers, "rivers": Entry.from_bytes(b"")}
    store.write(CURRENT, Manifest(manifest.version, manifest.published, more).encode())
    found = take_snapshot(store)
    assert found is not None
    assert found.files == old


def test_objects_without_a_manifest_are_no_set(tmp_path: Path, old: Files, new: Files) -> None:
    store = Store(tmp_path)
    lay(store, old)
    before = take_snapshot(store)
    assert before is not None
    lay(store, new, manifest=False)
    assert take_snapshot(store, before) is None


def test_plain_directory_is_read_with_what_it_lacks(layer_copy: Path, old: Files) -> None:
    (layer_copy / "cities.parquet").unlink()
    found = take_snapshot(Store(layer_copy))
    assert found is not None
    assert found.files == {name: content for name, content in old.items() if name != "cities"}
    assert found.published is None
    assert take_snapshot(Store(layer_copy), found) is None


def test_file_replaced_by_one_of_the_same_size_and_time_is_seen(layer_copy: Path) -> None:
    found = take_snapshot(Store(layer_copy))
    assert found is not None
    path = layer_copy / "cities.parquet"
    times, other = path.stat(), layer_copy / "other"
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)
    assert take_snapshot(Store(layer_copy), found) is not None


def test_files_of_two_builds_are_told(layer_copy: Path, new: Files) -> None:
    write_all({layer_copy / "cities.parquet": new["cities"]})
    found = take_snapshot(Store(layer_copy))
    assert found is not None
    assert found.fault.startswith("cities.parquet is not of the build that build_report.json")
    build(layer_copy, new)
    found = take_snapshot(Store(layer_copy))
    assert found is not None
    assert found.fault == ""


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"layers": [{"layer": "cities"}]}'])
def test_directory_without_a_report_of_hashes_is_taken_as_it_is(
    content: bytes | None, layer_copy: Path
) -> None:
    (layer_copy / REPORT).unlink() if content is None else (layer_copy / REPORT).write_bytes(
        content
    )
    found = take_snapshot(Store(layer_copy))
    assert found is not None
    assert (set(found.files), found.fault) == (set(LAYERS), "")


def test_directory_that_is_built_anew_all_the_time_is_never_read_mixed(
    tmp_path: Path, old: Files, new: Files
) -> None:
    first = {**old, "places": b"1" * 50_000, "context": b"1"}
    both = [first, {**new, "places": b"2", "context": b"22"}]
    build(tmp_path, first)
    enough = threading.Event()

    def builder() -> None:
        turn = 0
        while not enough.is_set():
            turn += 1
            build(tmp_path, both[turn % 2])

    writer = threading.Thread(target=builder)
    writer.start()
    found = []
    for _ in range(150):
        with suppress(LayerError):  # files were replaced in each attempt
            found.append(take_snapshot(Store(tmp_path)))
    enough.set()
    writer.join()
    found.append(take_snapshot(Store(tmp_path)))
    whole = [it for it in found if it and not it.fault]
    assert whole
    assert all(it.files in both for it in whole)
