"""What every reader of a file gives: its columns, its reference system, and its rows in parts."""

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
from geo.enrich.faults import Faults
from geo.enrich.limits import MAX_COLUMNS, Limits
from geo.errors import InputError, LimitError, quoted
from geo.i18n import decimal, tr


@dataclass(frozen=True)
class Source:
    """A file on disk, or one in memory that never was.

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
        """Bytes of the file."""
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
    def said(self) -> str:
        """The name as messages quote it."""
        return quoted(self.name)


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file, in its order.

    Attributes
    ----------
    rows
        Line or number of each row, see :class:`geo.enrich.faults.Fault`.
    table
        Attributes; index from 0.
    shapes
        Geometry of each row, see :mod:`geo.enrich.shapes`; ``None`` when the file has columns with
        coordinates instead.
    """

    rows: npt.NDArray[np.int64]
    table: pd.DataFrame
    shapes: Shapes | None


@dataclass(frozen=True)
class Hints:
    """What the reader of the file says that the file does not.

    Attributes
    ----------
    layer
        Layer of a file that has several.
    encoding, separator
        Of a CSV; empty to find out.
    """

    layer: str = ""
    encoding: str = ""
    separator: str = ""


class Reader(ABC):
    """One opened file.

    Attributes
    ----------
    format
        Name of the format, such as ``"GeoJSON"``.
    columns
        Names of the attributes, made usable by :func:`geo.enrich.names.safe`.
    has_geometry
        Whether the file says where its rows are, without columns of coordinates.
    crs
        Reference system that the file states.
    kinds
        Types of the columns where the file states them, see :mod:`geo.enrich.values`.
    """

    format: str
    columns: tuple[str, ...]
    has_geometry: bool
    crs: pyproj.CRS | None = None
    kinds: dict[str, str] | None = None

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits

    @abstractmethod
    def chunks(self, faults: Faults) -> Iterator[Chunk]:
        """All rows in parts; rows that cannot be read are noted in ``faults``.

        Raises
        ------
        InputError
            If the file is damaged.
        LimitError
            If it has more rows than are read.
        """

    @property
    def notes(self) -> list[str]:
        """Sentences on how the file was read."""
        return []

    def total(self) -> int | None:
        """How many rows there are, where that is known without reading them."""
        return None

    def check_columns(self, number: int) -> None:
        """Refuse a table that is too wide."""
        if number > MAX_COLUMNS:
            raise InputError(
                tr(
                    "{file} has {number} columns; at most {most} are read.",
                    file=self.source.said,
                    number=decimal(number),
                    most=decimal(MAX_COLUMNS),
                )
            )

    def check_rows(self, number: int) -> None:
        """Refuse a file that is too long."""
        if number > self.limits.rows:
            raise LimitError(
                tr(
                    "{file} has more than {most} rows; cut it into parts, or use "
                    "`python -m geo enrich`.",
                    file=self.source.said,
                    most=decimal(self.limits.rows),
                )
            )

    def damaged(self, reason: object) -> InputError:
        """The error of a file that is not what it seems to be.

        Raises
        ------
        MemoryError
            If that is the reason: the file may be sound.
        """
        if isinstance(reason, MemoryError):
            raise reason
        return InputError(
            tr(
                "{file} looks like {format}, but cannot be read as such ({reason}).",
                file=self.source.said,
                format=self.format,
                reason=quoted(str(reason))[1:-1].strip(),
            )
        )
