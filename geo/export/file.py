"""A stream into a file: all of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from geo.errors import LayerError


def save(path: Path, chunks: Iterator[bytes]) -> int:
    """Write chunks beside ``path`` and rename the file into place; returns its bytes.

    Raises
    ------
    LayerError
        If the file cannot be written. Whatever goes wrong, what stood at ``path`` stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
        temporary.replace(path)
    except OSError as error:
        raise LayerError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):  # the folder may be none
            temporary.unlink(missing_ok=True)
    return size
