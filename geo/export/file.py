"""Exports as files: put in their place whole or not at all, or read while they have no name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from geo.errors import LayerError

CHUNK = 1 << 20

Write = Callable[[Path], None]
"""Writes a new file at a path."""


def placed(path: Path, write: Write, ending: str) -> int:
    """Let ``write`` make a file beside ``path``, rename it into place, and return its bytes.

    Parameters
    ----------
    ending
        Extension of the file beside, by which GDAL knows its formats.

    Raises
    ------
    LayerError
        If the file cannot be written. Whatever goes wrong, what stood at ``path`` stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{ending}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        size = temporary.stat().st_size
        temporary.replace(path)
    except OSError as error:
        raise LayerError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):  # the folder may be none
            temporary.unlink(missing_ok=True)
    return size


def through_file(write: Write, name: str) -> Iterator[bytes]:
    """What ``write`` makes, in chunks.

    The file is on the disk and has no name any more while it is read: in memory (``/vsimem``) it
    would hold the server's memory for as long as the slowest client reads.
    """
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / name
        write(path)
        file = path.open("rb")
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
