"""Publish a set of layers to the store that the replicas of the dashboard read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pyarrow import fs

from geo.errors import LayerError
from geo.layers.atomic_write import write_bytes
from geo.layers.catalogue import Catalogue
from geo.layers.store import (
    CURRENT,
    Entry,
    Manifest,
    local_directory,
    open_store,
    read,
    store_errors,
    take_snapshot,
)
from geo.layers.validate import layer_problems
from geo.schema import LAYERS, schema_digest

GRACE = timedelta(days=1)
"""Newer objects are never pruned: they may be in use, or about to be published."""


class Publication(NamedTuple):
    """The current manifest, the layers that were uploaded, and whether the set is another one."""

    manifest: Manifest
    written: list[str]
    changed: bool


@store_errors()
def publish(
    directory: Path, store: fs.SubTreeFileSystem, now: datetime | None = None
) -> Publication:
    """Publish the layers that a build wrote into a directory.

    The layers are validated first. Contents that the current set lacks are written and read back,
    and the manifest is written last, so that readers keep the old set if anything fails before.
    If the set is published already, missing or damaged objects are repaired.

    Raises
    ------
    LayerError
        If the layers are invalid, or the store is a directory of plain layers.
    StoreError
        If the store is unreachable or denies access.
    """
    target = local_directory(store)
    if target and any((target / f"{name}.parquet").exists() for name in LAYERS):
        raise LayerError(
            f"{target} holds layers that were built there; publish into another directory."
        )
    built = take_snapshot(open_store(directory))
    layers = Catalogue(built.files)
    for problem in chain([built.fault] if built.fault else [], layer_problems(layers)):
        raise LayerError(f"Nothing was published. {problem}")
    try:
        before = _current(store)
    except LayerError:  # damaged
        before = None
    entries = {name: Entry.from_bytes(content) for name, content in built.files.items()}
    written = []
    for name, entry in entries.items():
        path, content = entry.path(name), built.files[name]
        # Contents that only older sets hold are rewritten, so that pruning treats them as new.
        if before and before.layers.get(name) == entry and read(store, path) == content:
            continue
        write(store, path, content)
        if read(store, path) != content:
            raise LayerError(f"{path} cannot be read back as it was written; publish again.")
        written.append(name)
    if before and (before.layers, before.declarations) == (entries, schema_digest()):
        return Publication(before, written, changed=False)
    published = (now or datetime.now(UTC)).replace(microsecond=0)
    manifest = Manifest(
        version=layers.version,
        published=published,
        layers=entries,
        declarations=schema_digest(),
        history=built.history,
    )
    history_path = f"manifests/{published:%Y%m%dT%H%M%SZ}-{manifest.version}.json"
    write(store, history_path, manifest.encode())
    write(store, CURRENT, manifest.encode())
    return Publication(manifest, written, changed=True)


def write(store: fs.SubTreeFileSystem, path: str, content: bytes) -> None:
    """Write an object atomically."""
    if directory := local_directory(store):
        write_bytes(directory / path, content)
        return
    with store.open_output_stream(path) as stream:
        stream.write(content)  # sent when the stream is closed, in one request


def _current(store: fs.SubTreeFileSystem) -> Manifest | None:
    content = read(store, CURRENT)
    return None if content is None else Manifest.decode(content)


@store_errors()
def prune(store: fs.SubTreeFileSystem, keep: int, now: datetime | None = None) -> list[str]:
    """Delete manifests but the newest ``keep``, and objects that no remaining one references.

    The current set is kept, and whatever is younger than :data:`GRACE`. If a manifest to keep
    cannot be read, a LayerError is raised and nothing is deleted. Returns the deleted paths.
    """
    current = _current(store)
    if current is None:
        raise LayerError(f"The store has no {CURRENT}, so nothing is deleted there.")
    old = (now or datetime.now(UTC)) - GRACE
    history = list_objects(store, "manifests")
    dropped = [path for path in list(history)[:-keep] if history[path] < old]
    kept = [Manifest.decode(read(store, it) or b"") for it in history if it not in dropped]
    used = {entry.path(name) for it in (current, *kept) for name, entry in it.layers.items()}
    objects = list_objects(store, "objects").items()
    # Manifests go first, so that none remains whose objects are gone.
    dropped += [path for path, modified in objects if modified < old and path not in used]
    for path in dropped:
        store.delete_file(path)
    return dropped


def list_objects(store: fs.SubTreeFileSystem, folder: str) -> dict[str, datetime]:
    """Path and time of writing of the objects in a folder, sorted by path."""
    infos = store.get_file_info(fs.FileSelector(folder, allow_not_found=True))
    return {it.path: it.mtime for it in sorted(infos, key=lambda it: it.path) if it.is_file}
