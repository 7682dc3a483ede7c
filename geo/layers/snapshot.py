"""A consistent snapshot of all files of a set of layers."""

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
"""Attempts to read a directory while its files are being replaced."""


@dataclass(frozen=True)
class Snapshot:
    """The files of a set of layers.

    Attributes
    ----------
    mark
        Fingerprint: a new value means that the set may have changed.
    files
        Contents by layer name. A published set is complete and verified; a plain directory may
        lack some.
    published
        When the set was published; ``None`` for a plain directory.
    fault
        Plain directory only: a file that does not match the build report.
    """

    mark: object
    files: Mapping[str, bytes]
    published: datetime | None = None
    fault: str = ""


def take_snapshot(store: Store, before: Snapshot | None = None) -> Snapshot | None:
    """Read the set of layers in a store; ``None`` if it is unchanged since ``before``.

    A store holds either what :func:`geo.layers.publish.publish` writes or, if it is a directory,
    the plain files that :func:`geo.build.run.build` writes. Of a published set only those objects
    are read that ``before`` does not hold.

    Raises
    ------
    LayerError
        If a published set is incomplete, or files of a directory are being replaced.
    StoreError
        If the store is unreachable or holds no set.
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


def _published(store: Store, manifest_content: bytes, known: Mapping[str, bytes]) -> Snapshot:
    manifest = Manifest.decode(manifest_content)
    manifest.require_all()
    files = {}
    for name in (name for name in DECLARED if name in manifest.layers):
        entry, content = manifest.layers[name], known.get(name)
        if content is None or Entry.from_bytes(content) != entry:
            content = read_object(store, name, entry)
        files[name] = content
    return Snapshot(manifest_content, files, manifest.published)


def read_object(store: Store, name: str, entry: Entry) -> bytes:
    """The content of a layer that a manifest names.

    Raises
    ------
    LayerError
        If the object is missing or does not match the manifest's hash.
    """
    remedy = "publish the layers again with `python -m geo publish`."
    try:
        content = store.read(entry.path(name))
    except FileNotFoundError:
        raise LayerError(f"The object of layer {name} is missing; {remedy}") from None
    actual = Entry.from_bytes(content)
    if actual.size != entry.size:
        raise LayerError(
            f"The object of layer {name} has {actual.size:,} bytes, not the {entry.size:,} of "
            f"{CURRENT}; {remedy}"
        )
    if actual != entry:
        raise LayerError(f"The object of layer {name} is not that of its hash; {remedy}")
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
            present = {name: content for name, content in files.items() if content is not None}
            return Snapshot(after, present, fault=_unlike(report or b"", present))
        before = after
    raise LayerError("The files of the layers are being replaced.")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _mark(directory: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Fingerprint of a directory's files; a replaced file has a new inode."""
    marks = []
    for name in (*(f"{name}.parquet" for name in DECLARED), REPORT):
        try:
            status = (directory / name).stat()
        except OSError:
            continue  # reported when it is read
        marks.append((name, status.st_ino, status.st_mtime_ns, status.st_size))
    return tuple(marks)


def _unlike(report: bytes, files: Mapping[str, bytes]) -> str:
    """Describe the first layer that does not match the build report, which is written last."""
    try:
        expected = {row["layer"]: row["sha256"] for row in json.loads(report)["layers"]}
    except (ValueError, KeyError, TypeError):
        return ""  # a directory without a report, or with that of an earlier version
    for name, content in files.items():
        if expected.get(name) != Entry.from_bytes(content).sha256:
            return (
                f"{name}.parquet is not of the build that {REPORT} tells of; build the layers "
                "again with `python -m geo build`."
            )
    return ""
