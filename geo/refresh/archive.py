"""Read members of a zip file that came over the network, within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from geo.errors import SourceError

_CHUNK = 1 << 20
_MOST_MEMBERS = 2_000


@contextmanager
def opened(path: Path, largest: int) -> Iterator[zipfile.ZipFile]:
    """A zip file whose members, unpacked together, have at most ``largest`` bytes.

    Raises
    ------
    SourceError
        If it is no zip file or a damaged one, holds a member whose name leads elsewhere, or
        unpacks to more.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise SourceError(f"{path.name} holds {len(members):,} members; refused.")
            for member in members:
                _require_plain(member.filename, path)
            unpacked = sum(member.file_size for member in members)
            if unpacked > largest:
                raise SourceError(
                    f"{path.name} unpacks to {unpacked:,} bytes; {largest:,} are allowed."
                )
            yield archive
    except zipfile.BadZipFile:
        raise SourceError(f"{path.name} is {_kind(path)}, not a whole zip file.") from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{path.name} cannot be unpacked: {error}.") from None


def unpack(archive: zipfile.ZipFile, name: str, target: Path) -> Path:
    """Write a member to a file; never more of it than the archive says that it has.

    Raises
    ------
    SourceError
        If there is no such member.
    """
    try:
        member = archive.open(name)
    except KeyError:
        there = ", ".join(archive.namelist()[:8])
        raise SourceError(f"{Path(str(archive.filename)).name} holds no {name}; {there}.") from None
    with member, target.open("wb") as file:
        while chunk := member.read(_CHUNK):
            file.write(chunk)
    return target


def _require_plain(name: str, path: Path) -> None:
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
