"""Exports through files: written atomically, or streamed from an unlinked temporary file."""

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


def write_atomically(path: Path, write: Write, ending: str) -> int:
    """Write a temporary file next to ``path``, rename it into place, and return its size in bytes.

    Parameters
    ----------
    ending
        Extension of the temporary file, from which GDAL infers the format.

    Raises
    ------
    LayerError
        If the file cannot be written. An existing file is left unchanged.
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
        with suppress(OSError):  # the folder may not exist
            temporary.unlink(missing_ok=True)
    return size


def through_file(write: Write, name: str) -> Iterator[bytes]:
    """Stream the file that ``write`` creates, in chunks.

    The file is on disk, already unlinked while it is read: in memory (``/vsimem``) it would occupy
    the server's memory for as long as the slowest client takes.
    """
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / name
        write(path)
        file = path.open("rb")
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
