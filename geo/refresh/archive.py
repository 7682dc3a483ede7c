"""Safe reading of downloaded zip files."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from geo.errors import SourceError

_CHUNK = 1 << 20
_MAX_MEMBERS = 2_000


@contextmanager
def open_zip(path: Path, max_bytes: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip file whose uncompressed size is at most ``max_bytes``.

    Raises
    ------
    SourceError
        If it is not a zip file, is damaged, has a member whose path leads outside, or is larger.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MAX_MEMBERS:
                raise SourceError(f"{path.name} holds {len(members):,} members; refused.")
            for member in members:
                _check_member_name(member.filename, path)
            unpacked = sum(member.file_size for member in members)
            if unpacked > max_bytes:
                raise SourceError(
                    f"{path.name} unpacks to {unpacked:,} bytes; {max_bytes:,} are allowed."
                )
            yield archive
    except zipfile.BadZipFile:
        raise SourceError(f"{path.name} is {_kind(path)}, not a whole zip file.") from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{path.name} cannot be unpacked: {error}.") from None


def unpack(archive: zipfile.ZipFile, name: str, target: Path) -> Path:
    """Extract a member to a file; never more bytes than its declared size.

    Raises
    ------
    SourceError
        If there is no such member.
    """
    try:
        member = archive.open(name)
    except KeyError:
        names = ", ".join(archive.namelist()[:8])
        raise SourceError(f"{Path(str(archive.filename)).name} holds no {name}; {names}.") from None
    with member, target.open("wb") as file:
        while chunk := member.read(_CHUNK):
            file.write(chunk)
    return target


def _check_member_name(name: str, path: Path) -> None:
    for kind in (PurePosixPath, PureWindowsPath):
        parts = kind(name)
        if parts.is_absolute() or parts.drive or ".." in parts.parts:
            raise SourceError(
                f"{path.name}: member {name[:80]!r} leads out of the archive; refused."
            )


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(200).lstrip().lower()
    return "an HTML page" if start.startswith((b"<!doctype", b"<html")) else "something else"
