"""All files of a set of layers as they stood together at one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo.errors import LayerError, StoreError
from geo.layers.manifest import CURRENT, Entry, Manifest
from geo.layers.store import Store
from geo.schema import DECLARED

REPORT = "build_report.json"

_ATTEMPTS = 3
"""How often a directory is read again because files in it were replaced meanwhile."""


@dataclass(frozen=True)
class Snapshot:
    """The files of a set of layers.

    Attributes
    ----------
    mark
        Changes when the set may have changed.
    files
        Contents by the name of the layer. Those of a published set are all there and as they were
        published; a plain directory may lack some.
    published
        When the set was published; ``None`` for a plain directory.
    fault
        In a plain directory, what does not belong to the build that its report tells of.
    """

    mark: object
    files: Mapping[str, bytes]
    published: datetime | None = None
    fault: str = ""


def take(store: Store, before: Snapshot | None = None) -> Snapshot | None:
    """The set of layers that a store holds, or ``None`` if it is still the one of ``before``.

    A store holds either what :func:`geo.layers.publish.publish` writes or, if it is a directory,
    the plain files that :func:`geo.build.run.build` writes. Of a published set only those objects
    are read that ``before`` does not hold.

    Raises
    ------
    LayerError
        If a published set is not whole, or files of a directory are being replaced.
    StoreError
        If the store does not answer or holds no set.
    """
    try:
        manifest = store.read(CURRENT)
    except FileNotFoundError:
        if store.directory:
            return _plain(store.directory, before and before.mark)
        raise StoreError(
            f"The store of the layers holds none: there is no {CURRENT}; publish the layers with "
            "`python -m geo publish`."
        ) from None
    if before and before.mark == manifest:
        return None
    return _published(store, manifest, before.files if before else {})


def _published(store: Store, content: bytes, held: Mapping[str, bytes]) -> Snapshot:
    manifest = Manifest.decode(content)
    manifest.require_all()
    files = {}
    for name in (name for name in DECLARED if name in manifest.layers):
        entry, own = manifest.layers[name], held.get(name)
        if own is None or Entry.of(own) != entry:
            own = object_of(store, name, entry)
        files[name] = own
    return Snapshot(content, files, manifest.published)


def object_of(store: Store, name: str, entry: Entry) -> bytes:
    """The content of a layer that a manifest names.

    Raises
    ------
    LayerError
        If it is missing or another.
    """
    again = "publish the layers again with `python -m geo publish`."
    try:
        content = store.read(entry.path(name))
    except FileNotFoundError:
        raise LayerError(f"The object of layer {name} is missing; {again}") from None
    found = Entry.of(content)
    if found.size != entry.size:
        raise LayerError(
            f"The object of layer {name} has {found.size:,} bytes, not the {entry.size:,} of "
            f"{CURRENT}; {again}"
        )
    if found != entry:
        raise LayerError(f"The object of layer {name} is not that of its hash; {again}")
    return content


def _plain(directory: Path, mark: object) -> Snapshot | None:
    before = _mark(directory)
    if before == mark:
        return None
    for _ in range(_ATTEMPTS):
        try:
            files = {name: _content(directory / f"{name}.parquet") for name in DECLARED}
            report = _content(directory / REPORT)
        except OSError as error:
            raise StoreError(
                f"The directory of the layers cannot be read ({error.strerror})."
            ) from error
        after = _mark(directory)
        if after == before:
            held = {name: content for name, content in files.items() if content is not None}
            return Snapshot(after, held, fault=_unlike(report or b"", held))
        before = after
    raise LayerError("The files of the layers are being replaced.")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _mark(directory: Path) -> tuple[tuple[str, int, int, int], ...]:
    """What changes when a file of a directory is replaced: the new one has another inode."""
    marks = []
    for name in (*(f"{name}.parquet" for name in DECLARED), REPORT):
        try:
            found = (directory / name).stat()
        except OSError:
            continue  # told when it is read
        marks.append((name, found.st_ino, found.st_mtime_ns, found.st_size))
    return tuple(marks)


def _unlike(report: bytes, files: Mapping[str, bytes]) -> str:
    """The first layer that is not of the build that wrote ``report``; a build writes it last."""
    try:
        told = {row["layer"]: row["sha256"] for row in json.loads(report)["layers"]}
    except (ValueError, KeyError, TypeError):
        return ""  # a directory without a report, or with that of an earlier version
    for name, content in files.items():
        if told.get(name) != Entry.of(content).sha256:
            return (
                f"{name}.parquet is not of the build that {REPORT} tells of; build the layers "
                "again with `python -m geo build`."
            )
    return ""
