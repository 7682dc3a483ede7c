"""Files in the user's cache, whole or begun, each with a note of where it is from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path

NAME = "asean-smart-cities"


@dataclass(frozen=True)
class Fetched:
    """A whole file in the cache.

    Attributes
    ----------
    path, url
        Where it lies and where it is from.
    sha256, bytes
        Of its content.
    modified
        Day on which the server says it was changed (ISO 8601), empty when it does not say.
    """

    path: Path
    url: str
    sha256: str
    bytes: int
    modified: str = ""


@dataclass(frozen=True)
class Note:
    """What is known of a file in the cache."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""

    @property
    def validator(self) -> str:
        """What tells two contents apart byte by byte, and so lets one be resumed."""
        return "" if self.etag.startswith("W/") else self.etag or self.last_modified


def directory() -> Path:
    """The user's cache, outside the tree: ``$XDG_CACHE_HOME``, or else ``~/.cache``."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / NAME


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_of(path: Path) -> Path:
    """Where a file stands as long as it is not whole."""
    return path.with_name(f"{path.name}.part")


def size(path: Path) -> int:
    """Bytes of a file, 0 when there is none."""
    return path.stat().st_size if path.is_file() else 0


def note_of(path: Path) -> Note:
    """The note beside a file, empty when there is none or it cannot be read."""
    try:
        return Note(**json.loads(_note_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Note()


def write_note(path: Path, note: Note) -> None:
    """Write the note beside a file."""
    _note_path(path).write_text(json.dumps(asdict(note)), encoding="utf-8")


def drop(path: Path) -> None:
    """Remove a file and its note."""
    path.unlink(missing_ok=True)
    _note_path(path).unlink(missing_ok=True)


def settle(path: Path) -> Fetched:
    """Give the begun file of ``path``, read to its end, its place."""
    part = part_of(path)
    note = replace(note_of(part), sha256=sha256_of(part))
    part.replace(path)
    write_note(path, note)
    drop(part)
    return fetched(path, note)


def fetched(path: Path, note: Note) -> Fetched:
    """A whole file with what its note says."""
    day = date_of(note.last_modified)
    modified = day.date().isoformat() if day else ""
    return Fetched(path, note.url, note.sha256, size(path), modified)


def date_of(text: str) -> dt.datetime | None:
    """A date as HTTP writes it."""
    try:
        day = parsedate_to_datetime(text)
    except ValueError:
        return None
    return day if day.tzinfo else day.replace(tzinfo=dt.UTC)


def _note_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
