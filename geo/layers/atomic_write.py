"""Atomic writes of one or several files."""

from __future__ import annotations

import glob
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from geo.errors import LayerError

_LEFT_SECONDS = 3_600
"""Age after which a temporary file counts as left over from a killed process."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and rename it into place; see :func:`write_all`."""
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files as a unit: all of them, or none.

    Each file is first written under a temporary name in the same directory. Once all are on disk
    they are renamed into place; if a rename fails, the earlier ones are rolled back. Temporary
    files of a killed process are removed once they are older than an hour.

    Raises
    ------
    LayerError
        If a file cannot be written; all existing files are left unchanged.
    """
    temporary = {path: _beside(path, "tmp") for path in contents}
    backups: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _drop_leftovers(path)
            temporary[path].write_bytes(content)
        for path in contents:
            if path.is_file():
                backups[path] = _second_name(path)
        try:
            for path in contents:
                temporary[path].replace(path)
        except (OSError, KeyboardInterrupt):
            for done in contents:
                if not temporary[done].exists():
                    backups[done].replace(done) if done in backups else done.unlink()
            raise
    except OSError as error:
        raise LayerError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        for spare in (*temporary.values(), *backups.values()):
            spare.unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{ending}")


def _drop_leftovers(path: Path) -> None:
    for ending in ("tmp", "old"):
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.{ending}"):
            with suppress(FileNotFoundError):  # another process tidies up as well
                if time.time() - left.stat().st_ctime > _LEFT_SECONDS:
                    left.unlink()


def _second_name(path: Path) -> Path:
    """Hard-link (or copy) a file, so that its content survives being replaced."""
    second = _beside(path, "old")
    second.unlink(missing_ok=True)
    try:
        second.hardlink_to(path)
    except OSError:  # some file systems have no links
        shutil.copyfile(path, second)
    return second
