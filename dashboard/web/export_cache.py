"""Finished exports on the disk, for answers by ranges of bytes.

A reader such as GDAL fetches a large file in many small ranges. Each would make the export anew,
so the last ones stay for a while, in files without a name that are gone with the process.
"""

from __future__ import annotations

import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Lock
from typing import IO

CHUNK = 1 << 20

MOST_BYTES = 512 << 20
"""Of all files together; the one used longest ago goes first. One that is being read stays on the
disk until it is read."""


class File:
    """Bytes on the disk that several readers may read at once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - stays open
        self.size = 0
        for chunk in chunks:
            self._file.write(chunk)
            self.size += len(chunk)

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes from ``start`` up to but not with ``end``, in chunks."""
        end = self.size if end is None else end
        while start < end:
            chunk = os.pread(self._file.fileno(), min(CHUNK, end - start), start)
            start += len(chunk)
            yield chunk


class Kept:
    """Files by validator, the last used ones."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._files: OrderedDict[str, Future[File]] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, tag: str) -> bool:
        return tag in self._files

    def get(self, tag: str, make: Callable[[], Iterator[bytes]]) -> File:
        """The file of a validator, made by the first who asks; others wait for it."""
        with self._lock:
            first = tag not in self._files
            future = self._files.setdefault(tag, Future())
            self._files.move_to_end(tag)
        if first:
            try:
                future.set_result(File(make()))
            except BaseException as error:
                with self._lock:
                    del self._files[tag]
                future.set_exception(error)
                raise
            self._forget()
        return future.result()

    def _forget(self) -> None:
        with self._lock:
            done = {tag: f.result().size for tag, f in self._files.items() if f.done()}
            spare = sum(done.values()) - self._most_bytes
            for tag, size in done.items():
                if spare <= 0:
                    break
                del self._files[tag]
                spare -= size
