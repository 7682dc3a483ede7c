"""Publish a set of layers to the store that the replicas of the dashboard read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geo.errors import LayerError, StoreError
from geo.layers.catalogue import Catalogue
from geo.layers.manifest import CURRENT, HISTORY, OBJECTS, Entry, Manifest
from geo.layers.snapshot import read_object, take_snapshot
from geo.layers.store import Store
from geo.layers.validate import layer_problems
from geo.schema import LAYERS

GRACE = timedelta(days=1)
"""Newer files are never pruned: they may be in use, or about to be published."""


@dataclass(frozen=True)
class Publication:
    """Result of a publication.

    Attributes
    ----------
    manifest
        The current manifest.
    written
        Layers whose content was uploaded.
    changed
        Whether the set differs from the one published before.
    """

    manifest: Manifest
    written: tuple[str, ...]
    changed: bool


def publish(directory: Path, store: Store, now: datetime | None = None) -> Publication:
    """Publish the layers of a directory.

    The layers are validated first. Contents that the current set lacks are written and read back,
    and the manifest is written last, so that readers keep the old set if anything fails before.
    If the set is published already, missing or damaged objects are repaired.

    Parameters
    ----------
    directory
        Layers as :func:`geo.build.run.build` writes them.
    store
        Destination; not a directory of plain layers.
    now
        Time of publication; the current time by default.

    Raises
    ------
    LayerError
        If the layers are invalid, or the store is a directory of plain layers.
    StoreError
        If the store is unreachable or denies access.
    """
    files = _sound(directory)
    if store.directory and any((store.directory / f"{name}.parquet").exists() for name in LAYERS):
        raise LayerError(
            f"{store.directory} holds layers that were built there; publish into another directory."
        )
    before = _replaced(store)
    entries = {name: Entry.from_bytes(content) for name, content in files.items()}
    written = []
    for name, entry in entries.items():
        # Contents that only older sets hold are rewritten, so that pruning treats them as new.
        if not before or before.layers.get(name) != entry or not _is_there(store, name, entry):
            store.write(entry.path(name), files[name])
            read_object(store, name, entry)
            written.append(name)
    if before and before.layers == entries:
        return Publication(before, tuple(written), changed=False)
    published = (now or datetime.now(UTC)).replace(microsecond=0)
    manifest = Manifest(Catalogue(files).version, published, entries)
    store.write(manifest.history_path, manifest.encode())
    store.write(CURRENT, manifest.encode())
    return Publication(manifest, tuple(written), changed=True)


def _sound(directory: Path) -> Mapping[str, bytes]:
    snapshot = take_snapshot(Store(directory))
    assert snapshot is not None  # no mark was given
    for problem in (snapshot.fault, *layer_problems(Catalogue(snapshot.files))):
        if problem:
            raise LayerError(f"Nothing was published. {problem}")
    return snapshot.files


def _current(store: Store) -> Manifest | None:
    try:
        return Manifest.decode(store.read(CURRENT))
    except FileNotFoundError:
        return None


def _replaced(store: Store) -> Manifest | None:
    """The manifest to be replaced; ``None`` also if it is damaged."""
    try:
        return _current(store)
    except StoreError:
        raise
    except LayerError:
        return None


def _is_there(store: Store, name: str, entry: Entry) -> bool:
    try:
        read_object(store, name, entry)
    except StoreError:
        raise
    except LayerError:
        return False
    return True


def prune(store: Store, keep: int, now: datetime | None = None) -> list[str]:
    """Delete objects that none of the newest manifests references.

    The current set is kept, and so are manifests and objects younger than :data:`GRACE`.

    Parameters
    ----------
    keep
        Number of newest manifests to keep, at least 1.

    Returns
    -------
    list of str
        Deleted paths.

    Raises
    ------
    LayerError
        If a manifest to keep cannot be read; nothing is deleted then.
    """
    current = _current(store)
    if current is None:
        raise LayerError(f"{store.address} has no {CURRENT}, so nothing is dropped there.")
    old = (now or datetime.now(UTC)) - GRACE
    history = store.objects(HISTORY)
    kept_paths = {stored.path for stored in history[-max(keep, 1) :]} | {current.history_path}
    kept_paths |= {stored.path for stored in history if stored.written >= old}
    named = set(current.paths)
    for stored in history:
        if stored.path in kept_paths:
            named |= Manifest.decode(store.read(stored.path)).paths
    contents = [stored for stored in store.objects(OBJECTS) if stored.written < old]
    # Delete manifests first, so that none remains whose objects are gone.
    dropped = [stored.path for stored in history if stored.path not in kept_paths]
    dropped += [stored.path for stored in contents if stored.path not in named]
    for path in dropped:
        store.delete(path)
    return dropped
