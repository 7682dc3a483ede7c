"""Sets of layers in a directory or an S3-compatible object store.

A published set consists of a manifest, ``layers.json``, and one object per layer content. The
manifest is replaced last and atomically: a reader sees the old set or the new one, never a mixture.

The client is ``pyarrow.fs``, which reading Parquet loads anyway: obstore 0.12 adds a dependency of
16 MB, saves 1 MB of memory, and does not read the profiles in ``~/.aws``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pyarrow import fs
from pydantic import AwareDatetime, BaseModel, ValidationError

from geo.errors import LayerError, StoreError, quoted
from geo.layers.history import HISTORY, DataVersion, decode
from geo.schema import DECLARED, LAYERS, schema_digest

CURRENT = "layers.json"
"""Path of the current manifest."""

REPORT = "build_report.json"
"""Report of a build, in the directory of its layers."""

_REPUBLISH = "publish the layers again with `python -m geo publish`."

_REFUSALS = {"ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "NO_SUCH_BUCKET"}


class Entry(BaseModel, frozen=True):
    """The content of one layer: SHA-256 in hexadecimal digits, and its length in bytes."""

    sha256: str
    size: int

    @classmethod
    def from_bytes(cls, content: bytes) -> Entry:
        """The entry for the bytes of a layer file."""
        return cls(sha256=_sha256(content), size=len(content))

    def path(self, name: str) -> str:
        """Path of the object that holds this content of layer ``name``."""
        return f"objects/{name}-{self.sha256}.parquet"


class Manifest(BaseModel, frozen=True):
    """A published set: version of the catalogue, time of publication, content of each layer, under
    which :func:`geo.schema.schema_digest` they were checked, and earlier versions."""

    format: Literal[1] = 1
    version: str
    published: AwareDatetime
    layers: dict[str, Entry]
    declarations: str = ""
    history: tuple[DataVersion, ...] = ()

    def encode(self) -> bytes:
        """Serialize to deterministic JSON."""
        unknown = {name for name in ("declarations", "history") if not getattr(self, name)}
        return self.model_dump_json(indent=1, exclude=unknown).encode() + b"\n"

    @classmethod
    def decode(cls, content: bytes) -> Manifest:
        """Parse the output of :meth:`encode`; raises a LayerError for any other content."""
        try:
            return cls.model_validate_json(content)
        except ValidationError:
            raise LayerError(
                f"{CURRENT} is damaged or of another version of this project; {_REPUBLISH}"
            ) from None


@dataclass(frozen=True)
class Snapshot:
    """The files of a set of layers as of one moment, by the name of the layer.

    A published set has a manifest and is complete and verified. A plain directory may lack files;
    ``fault`` names one that does not match the build report. ``checked`` tells that all files are
    those that were checked when they were built or published, under the declarations of this code.
    ``history`` has the versions up to this one, oldest first, as far as they are known.
    """

    files: Mapping[str, bytes]
    manifest: Manifest | None = None
    fault: str = ""
    checked: bool = False
    history: tuple[DataVersion, ...] = ()

    @property
    def published(self) -> datetime | None:
        """When the set was published; ``None`` for a plain directory."""
        return self.manifest.published if self.manifest else None


def open_store(address: str | Path, timeout: float = 10.0) -> fs.SubTreeFileSystem:
    """The files below a directory or ``s3://bucket/prefix``.

    Endpoint, region and credentials of an object store come from the environment and the usual
    AWS credential chain. A request fails after ``timeout`` seconds without data, and is retried
    once.
    """
    if "://" not in str(address):
        return fs.SubTreeFileSystem(os.path.abspath(address), fs.LocalFileSystem())
    match = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?)", str(address))
    if not match:
        raise LayerError(
            f"{quoted(str(address))} is neither a directory nor of the form s3://bucket/prefix."
        )
    system = fs.S3FileSystem(
        # Variables that Arrow's AWS SDK does not read itself.
        endpoint_override=os.getenv("AWS_ENDPOINT_URL_S3") or os.getenv("AWS_ENDPOINT_URL"),
        tls_ca_file_path=os.getenv("AWS_CA_BUNDLE") or None,
        connect_timeout=min(timeout, 3.0),
        request_timeout=timeout,
        allow_delayed_open=True,  # one request writes a small object, not three
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=2),
    )
    return fs.SubTreeFileSystem(match[1].rstrip("/"), system)


def local_directory(store: fs.SubTreeFileSystem) -> Path | None:
    """The directory that a store is; ``None`` for an object store."""
    return Path(store.base_path) if isinstance(store.base_fs, fs.LocalFileSystem) else None


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise the failure of a store as a StoreError with the reason in one sentence."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        known = re.search(r"AWS Error (\w+)", str(error))
        reason = known[1] if known else type(error).__name__
        what, remedy = "does not answer", ""
        if reason in _REFUSALS:
            what, remedy = "refuses", "; check bucket and credentials"
        raise StoreError(f"The store of the layers {what} ({reason}){remedy}.") from error


def read(store: fs.SubTreeFileSystem, path: str) -> bytes | None:
    """The content of an object; ``None`` if there is no such object."""
    try:
        with store.open_input_stream(path) as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        return None


@store_errors()
def take_snapshot(store: fs.SubTreeFileSystem, before: Snapshot | None = None) -> Snapshot:
    """Read the set of layers in a store: a published one or, in a directory, the files of a build.
    Objects of a published set that ``before`` holds are not read again.

    Raises
    ------
    LayerError
        If a published set is incomplete.
    StoreError
        If the store is unreachable or holds no set.
    """
    content = read(store, CURRENT)
    if content is None:
        if local_directory(store):
            return _read_plain(store)
        raise StoreError(
            f"The store of the layers holds none: there is no {CURRENT}; publish the layers with "
            "`python -m geo publish`."
        )
    manifest = Manifest.decode(content)
    for name in LAYERS:
        if name not in manifest.layers:
            raise LayerError(f"{CURRENT} names no layer {name}; {_REPUBLISH}")
    known = before.manifest.layers if before and before.manifest else {}
    files = {}
    for name in (name for name in DECLARED if name in manifest.layers):
        entry = manifest.layers[name]
        if before and known.get(name) == entry:
            files[name] = before.files[name]
            continue
        stored = read(store, entry.path(name))
        if stored is None or Entry.from_bytes(stored) != entry:
            fault = "missing" if stored is None else "not that of its hash"
            raise LayerError(f"The object of layer {name} is {fault}; {_REPUBLISH}")
        files[name] = stored
    checked = manifest.declarations == schema_digest()
    return Snapshot(files, manifest, checked=checked, history=manifest.history)


def _read_plain(store: fs.SubTreeFileSystem) -> Snapshot:
    for _ in range(3):  # a build may be replacing the files; it writes the report last
        contents = {name: read(store, f"{name}.parquet") for name in DECLARED}
        files = {name: content for name, content in contents.items() if content is not None}
        try:
            report = json.loads(read(store, REPORT) or b"")
            hashes = {row["layer"]: row["sha256"] for row in report["layers"]}
            checked = report.get("declarations") == schema_digest()
        except (ValueError, KeyError, TypeError):
            return Snapshot(files)  # without a report, or with that of an earlier version
        mixed = [n for n, content in files.items() if _sha256(content) != hashes.get(n)]
        if not mixed:
            return Snapshot(files, checked=checked, history=_read_history(store))
    fault = f"{mixed[0]}.parquet is not of the build that {REPORT} tells of; build the layers again"
    return Snapshot(files, fault=f"{fault} with `python -m geo build`.")


def _read_history(store: fs.SubTreeFileSystem) -> tuple[DataVersion, ...]:
    try:
        return decode(read(store, HISTORY))
    except LayerError:
        return ()  # the layers are sound without


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
