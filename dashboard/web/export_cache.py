"""Finished answers, kept under their validator: all routes keep theirs here.

A map layer or picture is asked for by many readers, and a reader such as GDAL fetches a large file
in many small ranges. Each would make the answer anew, so the last ones stay for a while: small ones
in memory, larger ones in files that are opened for each request and gone with the process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import IO
from uuid import uuid4

from geo.cache import Cache
from geo.errors import StoreError
from geo.i18n import tr

CHUNK = 1 << 20

SMALL = 64 << 10
"""Answers of up to so many bytes are kept in memory: 64 MB when all of them are small."""

MOST, MOST_BYTES = 1_000, 512 << 20
"""Of all answers together; the one asked for longest ago goes first. A file that is being sent
stays on the disk until it is sent."""

_NAME = "dashboard-answers-"

_LEFT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """The bytes of a finished answer, or the file that holds them."""

    size: int
    held: bytes | Path

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes from ``start`` up to but not with ``end``, in chunks. A file is opened at once, so
        that it can be read to the end whatever becomes of its name.

        Raises
        ------
        FileNotFoundError
            If the answer was dropped meanwhile.
        """
        end = self.size if end is None else end
        if isinstance(self.held, bytes):
            return iter((self.held[start:end],))
        return _read(self.held.open("rb", buffering=0), start, end)


def _read(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        while start < end:
            chunk = os.pread(file.fileno(), min(CHUNK, end - start), start)
            start += len(chunk)
            yield chunk


class Kept:
    """Answers by validator, the last used ones."""

    def __init__(self, most_bytes: int = MOST_BYTES, most: int = MOST, small: int = SMALL) -> None:
        self._small = small
        self._answers: Cache[Answer] = Cache(most_bytes, most, lambda answer: answer.size, _drop)
        self._directory: _Directory | None = None
        self._lock = Lock()

    def __contains__(self, tag: str) -> bool:
        return tag in self._answers

    def get(self, tag: str, make: Callable[[], Iterable[bytes]]) -> Answer:
        """The answer of a validator, made by the first who asks; others wait for it.

        Raises
        ------
        StoreError
            If the disk does not take it.
        """
        return self._answers.get(tag, lambda: self._filed(make()))

    def read(
        self,
        tag: str,
        make: Callable[[], Iterable[bytes]],
        start: int = 0,
        end: int | None = None,
    ) -> Iterator[bytes]:
        """Bytes of an answer from ``start`` up to but not with ``end``; see :meth:`get`."""
        while True:
            answer = self.get(tag, make)
            try:
                return answer.read(start, end)
            except FileNotFoundError:  # pushed out by others, or tidied away: it is made again
                self._answers.drop(tag)
            except OSError as error:
                raise _refused(error) from None

    def content(self, tag: str, make: Callable[[], bytes]) -> bytes:
        """A whole answer; see :meth:`get`."""
        return b"".join(self.read(tag, lambda: (make(),)))

    def _filed(self, chunks: Iterable[bytes]) -> Answer:
        chunks = iter(chunks)
        head = b""
        for chunk in chunks:
            head += chunk
            if len(head) > self._small:
                return self._there().write(chain((head,), chunks))
        return Answer(len(head), head)

    def _there(self) -> _Directory:
        """The directory; a new one when something has tidied it away."""
        with self._lock:
            if self._directory is None or not self._directory.path.is_dir():
                try:
                    self._directory = _Directory()
                except OSError as error:
                    raise _refused(error) from None
            return self._directory


def _drop(answer: Answer) -> None:
    if isinstance(answer.held, Path):
        answer.held.unlink(missing_ok=True)


def _refused(error: OSError) -> StoreError:
    return StoreError(
        tr(
            "The server cannot keep this answer on its disk: {reason}. Please try again later.",
            reason=error.strerror or str(error),
        )
    )


class _Directory:
    """A directory of this process alone, gone with it."""

    def __init__(self) -> None:
        _remove_leftovers()
        self._held = tempfile.TemporaryDirectory(prefix=_NAME, ignore_cleanup_errors=True)
        self.path = Path(self._held.name)
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # let go of when the process ends, however it does

    def write(self, chunks: Iterable[bytes]) -> Answer:
        """A file of all chunks; none when they do not come to their end, or have no room."""
        path, size = self.path / uuid4().hex, 0
        try:
            with _opened(path) as file:
                for chunk in chunks:
                    size += _put(file, chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Answer(size, path)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("wb", buffering=0)
    except OSError as error:
        raise _refused(error) from None


def _put(file: IO[bytes], chunk: bytes) -> int:
    left = memoryview(chunk)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise _refused(error) from None
    return len(chunk)


def _remove_leftovers() -> None:
    """Remove the directories of processes that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{_NAME}*"):
        with suppress(OSError):  # another user's, or one whose process lives and holds the lock
            if time.time() - path.stat().st_ctime < _LEFT_SECONDS:
                continue
            held = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(held)


kept = Kept()
"""Of this process."""
