"""Common interface of the readers: columns, CRS, and rows in chunks."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from geo.analysis.boundaries import Shapes
from geo.enrich.crs import parse_stated_crs
from geo.enrich.faults import ValidationReport
from geo.enrich.limits import MAX_COLUMNS, Limits
from geo.errors import CrsError, InputError, LimitError, quoted
from geo.i18n import decimal, tr


@dataclass(frozen=True)
class UserFile:
    """A user's file, on disk or in memory.

    Attributes
    ----------
    name
        Name of the file, for messages.
    data
        Its path or its content.
    """

    name: str
    data: Path | bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    def open(self) -> BinaryIO:
        """The content as a stream."""
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    def head(self, length: int) -> bytes:
        """The first bytes."""
        if isinstance(self.data, bytes):
            return self.data[:length]
        with self.open() as stream:
            return stream.read(length)

    @property
    def label(self) -> str:
        """The quoted name, for messages."""
        return quoted(self.name)


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows of a file.

    Attributes
    ----------
    rows
        Line or number of each row, see :class:`geo.enrich.faults.Fault`.
    table
        Attributes; index from 0.
    shapes
        Geometry of each row, see :mod:`geo.enrich.shapes`; ``None`` if the file has coordinate
        columns instead.
    """

    rows: npt.NDArray[np.int64]
    table: pd.DataFrame
    shapes: Shapes | None


@dataclass(frozen=True)
class Hints:
    """Options of the readers set by the user.

    Attributes
    ----------
    layer
        Layer to read of a file with several.
    encoding, separator
        Of a CSV; detected if empty.
    """

    layer: str = ""
    encoding: str = ""
    separator: str = ""


class Reader(ABC):
    """An open file.

    Attributes
    ----------
    format
        Name of the format, such as ``"GeoJSON"``.
    columns
        Names of the attributes, sanitized by :func:`geo.enrich.names.safe_column_names`.
    has_geometry
        Whether the file has geometries, so that no coordinate columns are needed.
    layers
        Names of the layers, if the format has several.
    is_guess
        Whether the encoding of a text is a guess.
    crs, crs_error
        CRS stated by the file, and what is wrong with it.
    kinds
        Types of the columns if the format declares them, see :mod:`geo.enrich.values`.
    """

    format: str
    columns: tuple[str, ...]
    has_geometry: bool
    layers: tuple[str, ...] = ()
    is_guess: bool = False
    crs: pyproj.CRS | None = None
    crs_error: CrsError | None = None
    kinds: dict[str, str] | None = None

    def __init__(self, source: UserFile, limits: Limits) -> None:
        self.source = source
        self.limits = limits

    @abstractmethod
    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """All rows in chunks; unreadable rows are recorded in ``faults``.

        Raises
        ------
        InputError
            If the file is damaged.
        LimitError
            If it has too many rows.
        """

    @property
    def notes(self) -> list[str]:
        """Sentences on how the file was read."""
        return []

    def total(self) -> int | None:
        """Number of rows, if known without reading them."""
        return None

    def state_crs(self, stated: object) -> None:
        """Set the CRS that the file's metadata state; an unknown one may be replaced by choice."""
        try:
            self.crs = parse_stated_crs(stated)
        except CrsError as error:
            self.crs_error = CrsError(f"{self.source.label}: {error}")

    def check_columns(self, number: int) -> None:
        """Reject a table with too many columns."""
        if number > MAX_COLUMNS:
            raise InputError(
                tr(
                    "{file} has {number} columns; the limit is {most}.",
                    file=self.source.label,
                    number=decimal(number),
                    most=decimal(MAX_COLUMNS),
                )
            )

    def check_rows(self, number: int) -> None:
        """Reject a file with too many rows."""
        if number > self.limits.rows:
            raise LimitError(
                tr(
                    "{file} has more than {most} rows; split it into parts, or use `python -m "
                    "geo enrich`.",
                    file=self.source.label,
                    most=decimal(self.limits.rows),
                )
            )

    def damaged(self, reason: object) -> InputError:
        """The error for a damaged file.

        Raises
        ------
        MemoryError
            If that is the reason: the file may be valid.
        """
        if isinstance(reason, MemoryError):
            raise reason
        return InputError(
            tr(
                "{file} looks like {format}, but cannot be read as such ({reason}).",
                file=self.source.label,
                format=self.format,
                reason=repr(str(reason)[:200])[1:-1].strip(),
            )
        )
