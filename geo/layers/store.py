"""Storage of published layers: a directory, or a prefix of an S3-compatible object store."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from pyarrow import fs

from geo.errors import LayerError, StoreError, quoted
from geo.layers.atomic_write import write_bytes

CONNECT_SECONDS = 3.0
REQUEST_SECONDS = 10.0
"""Timeouts of requests to an object store. A failed request is retried once."""

_S3 = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")

_AWS_ERROR = re.compile(r"AWS Error (\w+)")

_REFUSALS = {"ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "NO_SUCH_BUCKET"}


@dataclass(frozen=True)
class StoredObject:
    """An object of a store: path relative to the store's address, and time of writing."""

    path: str
    written: datetime


class Store:
    """Small files below a directory or below ``s3://bucket/prefix``.

    Endpoint, region and credentials of an object store come from the environment:
    ``AWS_ENDPOINT_URL_S3`` or ``AWS_ENDPOINT_URL``, ``AWS_REGION`` or ``AWS_DEFAULT_REGION``,
    ``AWS_CA_BUNDLE``, and the usual AWS credential chain.

    Parameters
    ----------
    address
        A directory, or ``s3://bucket/prefix``.
    connect_seconds, request_seconds
        Timeouts of an object store, in seconds.

    Raises
    ------
    LayerError
        If the address is of neither kind.
    """

    def __init__(
        self,
        address: str | Path,
        connect_seconds: float = CONNECT_SECONDS,
        request_seconds: float = REQUEST_SECONDS,
    ) -> None:
        self.address = str(address)
        self.directory: Path | None = None
        if "://" not in self.address:
            self.directory = Path(self.address)
            self._root, system = str(self.directory.absolute()), fs.LocalFileSystem()
        else:
            match = _S3.fullmatch(self.address)
            if not match:
                raise LayerError(
                    f"{quoted(self.address)} is neither a directory nor of the form "
                    "s3://bucket/prefix."
                )
            bucket, prefix = match[1], (match[2] or "").strip("/")
            self._root = f"{bucket}/{prefix}".rstrip("/")
            system = _s3(os.environ, connect_seconds, request_seconds)
        self._files = fs.SubTreeFileSystem(self._root, system)

    def read(self, path: str) -> bytes:
        """The content of an object.

        Raises
        ------
        FileNotFoundError
            If there is no such object.
        StoreError
            If the store is unreachable or denies access.
        """
        with self._answering(), self._files.open_input_stream(path) as stream:
            return bytes(stream.read())

    def write(self, path: str, content: bytes) -> None:
        """Write an object atomically.

        Raises
        ------
        LayerError
            If it cannot be written.
        """
        if self.directory:
            write_bytes(self.directory / path, content)
            return
        with self._answering(), self._files.open_output_stream(path) as stream:
            stream.write(content)  # sent when the stream is closed, in one request

    def objects(self, folder: str) -> list[StoredObject]:
        """The objects in a folder, sorted by path; empty if there is no such folder."""
        selector = fs.FileSelector(folder, allow_not_found=True)
        with self._answering():
            infos = self._files.get_file_info(selector)
        files = [info for info in infos if info.type == fs.FileType.File]
        return sorted((StoredObject(i.path, i.mtime) for i in files), key=lambda it: it.path)

    def delete(self, path: str) -> None:
        """Remove an object."""
        with self._answering():
            self._files.delete_file(path)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except (OSError, pa.ArrowException) as error:
            known = _AWS_ERROR.search(str(error))
            if known and known[1] in _REFUSALS:
                message = (
                    f"The store of the layers refuses ({known[1]}); check bucket and credentials."
                )
            else:
                reason = known[1] if known else type(error).__name__
                message = f"The store of the layers does not answer ({reason})."
            raise StoreError(message) from error


def _s3(environment: Mapping[str, str], connect: float, request: float) -> fs.S3FileSystem:
    def first(*names: str) -> str | None:
        return next((environment[name] for name in names if environment.get(name)), None)

    return fs.S3FileSystem(
        endpoint_override=first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
        region=first("AWS_REGION", "AWS_DEFAULT_REGION"),
        tls_ca_file_path=first("AWS_CA_BUNDLE"),
        connect_timeout=connect,
        request_timeout=request,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=2),
    )
