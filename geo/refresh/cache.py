"""Download cache: complete and partial files, each with a JSON entry on its origin."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path

NAME = "asean-smart-cities"


@dataclass(frozen=True)
class Fetched:
    """A complete file in the cache.

    Attributes
    ----------
    path, url
        Location and origin.
    sha256, bytes
        Hash and size of the content.
    modified
        Date of last modification by the server (ISO 8601), empty if unknown.
    """

    path: Path
    url: str
    sha256: str
    bytes: int
    modified: str = ""


@dataclass(frozen=True)
class CacheEntry:
    """Metadata of a file in the cache."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""

    @property
    def validator(self) -> str:
        """Strong validator, which allows a download to be resumed; empty if there is none."""
        return "" if self.etag.startswith("W/") else self.etag or self.last_modified


def directory() -> Path:
    """The user's cache directory below ``$XDG_CACHE_HOME``, by default ``~/.cache``."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / NAME


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def partial_path(path: Path) -> Path:
    """Path of the incomplete download of a file."""
    return path.with_name(f"{path.name}.part")


def size(path: Path) -> int:
    """Size of a file in bytes, 0 if it does not exist."""
    return path.stat().st_size if path.is_file() else 0


def read_entry(path: Path) -> CacheEntry:
    """Read the entry of a file; empty if it is missing or unreadable."""
    try:
        return CacheEntry(**json.loads(_note_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return CacheEntry()


def write_entry(path: Path, entry: CacheEntry) -> None:
    """Write the entry of a file."""
    _note_path(path).write_text(json.dumps(asdict(entry)), encoding="utf-8")


def remove(path: Path) -> None:
    """Remove a file and its entry."""
    path.unlink(missing_ok=True)
    _note_path(path).unlink(missing_ok=True)


def complete_download(path: Path) -> Fetched:
    """Move the completed download of ``path`` into place."""
    part = partial_path(path)
    entry = replace(read_entry(part), sha256=file_sha256(part))
    part.replace(path)
    write_entry(path, entry)
    remove(part)
    return describe_file(path, entry)


def describe_file(path: Path, entry: CacheEntry) -> Fetched:
    """A complete file with the metadata of its entry."""
    try:
        modified = parsedate_to_datetime(entry.last_modified).date().isoformat()
    except ValueError:
        modified = ""
    return Fetched(path, entry.url, entry.sha256, size(path), modified)


def _note_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
