"""Publish a set of layers where every replica of the dashboard reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geo.errors import LayerError, StoreError
from geo.layers.catalogue import Catalogue
from geo.layers.manifest import CURRENT, HISTORY, OBJECTS, Entry, Manifest
from geo.layers.snapshot import object_of, take
from geo.layers.store import Store
from geo.layers.validate import layer_problems
from geo.schema import LAYERS

GRACE = timedelta(days=1)
"""Nothing younger is dropped: someone may be reading it, or about to publish it."""


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes
    ----------
    manifest
        What readers follow now.
    written
        Layers whose content was not there.
    changed
        Whether readers get another set than before.
    """

    manifest: Manifest
    written: tuple[str, ...]
    changed: bool


def publish(directory: Path, store: Store, now: datetime | None = None) -> Publication:
    """Publish the layers of a directory.

    The layers are checked first. Contents that the current set does not hold are written, all are
    read back, and the manifest is written last: whatever fails before leaves readers the old set.
    A set that is published already is repaired where an object of it is missing or damaged.

    Parameters
    ----------
    directory
        Layers as :func:`geo.build.run.build` writes them.
    store
        Where they go; not a directory of plain layers.
    now
        Time of publication, of this moment unless given.

    Raises
    ------
    LayerError
        If the layers are not sound, or the store is a directory of plain layers.
    StoreError
        If the store does not answer or refuses.
    """
    files = _sound(directory)
    if store.directory and any((store.directory / f"{name}.parquet").exists() for name in LAYERS):
        raise LayerError(
            f"{store.directory} holds layers that were built there; publish into another directory."
        )
    before = _replaced(store)
    entries = {name: Entry.of(content) for name, content in files.items()}
    written = []
    for name, entry in entries.items():
        # What only earlier sets hold is written anew, so that pruning takes it for new.
        if not before or before.layers.get(name) != entry or not _is_there(store, name, entry):
            store.write(entry.path(name), files[name])
            object_of(store, name, entry)
            written.append(name)
    if before and before.layers == entries:
        return Publication(before, tuple(written), changed=False)
    at = (now or datetime.now(UTC)).replace(microsecond=0)
    manifest = Manifest(Catalogue(files).version, at, entries)
    store.write(manifest.history_path, manifest.encode())
    store.write(CURRENT, manifest.encode())
    return Publication(manifest, tuple(written), changed=True)


def _sound(directory: Path) -> Mapping[str, bytes]:
    taken = take(Store(directory))
    assert taken is not None  # no mark was given
    for problem in (taken.fault, *layer_problems(Catalogue(taken.files))):
        if problem:
            raise LayerError(f"Nothing was published. {problem}")
    return taken.files


def _current(store: Store) -> Manifest | None:
    try:
        return Manifest.decode(store.read(CURRENT))
    except FileNotFoundError:
        return None


def _replaced(store: Store) -> Manifest | None:
    """The manifest that readers follow until now; a damaged one is as good as none."""
    try:
        return _current(store)
    except StoreError:
        raise
    except LayerError:
        return None


def _is_there(store: Store, name: str, entry: Entry) -> bool:
    try:
        object_of(store, name, entry)
    except StoreError:
        raise
    except LayerError:
        return False
    return True


def prune(store: Store, keep: int, now: datetime | None = None) -> list[str]:
    """Drop what none of the newest manifests names.

    Manifests and objects that are younger than :data:`GRACE` stay, and so does the current set.

    Parameters
    ----------
    keep
        How many of the newest manifests stay, 1 or more.

    Returns
    -------
    list of str
        Paths of what was dropped.

    Raises
    ------
    LayerError
        If a manifest that stays cannot be read; nothing is dropped then.
    """
    current = _current(store)
    if current is None:
        raise LayerError(f"{store.address} has no {CURRENT}, so nothing is dropped there.")
    old = (now or datetime.now(UTC)) - GRACE
    history = store.objects(HISTORY)
    kept = {it.path for it in history[-max(keep, 1) :]} | {current.history_path}
    kept |= {it.path for it in history if it.written >= old}
    named = set(current.paths)
    for it in history:
        if it.path in kept:
            named |= Manifest.decode(store.read(it.path)).paths
    contents = [it for it in store.objects(OBJECTS) if it.written < old]
    # Manifests go first, so that none is left whose objects are gone.
    leaving = [it.path for it in history if it.path not in kept]
    leaving += [it.path for it in contents if it.path not in named]
    for path in leaving:
        store.delete(path)
    return leaving
