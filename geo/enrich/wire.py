"""Protocol between a worker and its client.

The request is pickled, as it comes from the trusted side. The response is not trusted: it consists
of frames of one letter, a length and JSON or Arrow, each validated.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geo.enrich import shapes, values
from geo.enrich.join import PlaceJoiner
from geo.enrich.limits import MEGABYTE, Limits
from geo.enrich.names import Choice
from geo.enrich.readers import Hints
from geo.export.geometry import wkb
from geo.i18n import Language
from geo.vocabulary import CRS

ABOUT, READING, PART, FAULTS, ERROR, END = b"A", b"R", b"P", b"F", b"E", b"Z"
"""Frames of a response: the first two once, then parts and faults, then one of the last two."""

HEAD = struct.Struct(">cQ")
"""Letter and length of a frame."""

LENGTH = struct.Struct(">Q")
"""Length of a request."""

MAX_JSON_BYTES = 16 * MEGABYTE


@dataclass(frozen=True)
class Job:
    """A request to read a file.

    Attributes
    ----------
    name, path
        Of the file; without a path its content is passed as an open descriptor.
    every_fault
        Whether to send all faults, not just the first ones.
    language
        Language of the messages.
    joiner
        The layers to join, if they differ from those that the worker has.
    """

    name: str
    path: str
    choice: Choice
    hints: Hints
    limits: Limits
    every_fault: bool
    language: Language
    joiner: PlaceJoiner | None


@dataclass(frozen=True)
class FileInfo:
    """Description of a file before its rows are read; see :class:`geo.enrich.readers.Reader`."""

    columns: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    is_text: bool = False
    is_guess: bool = False
    has_geometry: bool = True
    total: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The fields without the total, for the options that a user can choose."""
        return {name: value for name, value in vars(self).items() if name != "total"}


@dataclass(frozen=True)
class ReadingInfo:
    """Interpretation of the rows of a file; see :class:`geo.enrich.checks.Reading`."""

    choice: Choice = field(default_factory=Choice)
    kinds: Mapping[str, str] = field(default_factory=dict)
    geometry: str = ""
    notes: tuple[str, ...] = ()


class InvalidResponseError(Exception):
    """A response is truncated or invalid."""


Write = Callable[[bytes], object]


def send(write: Write, kind: bytes, payload: Any) -> None:
    """Write one frame: a buffer unchanged, anything else as JSON."""
    if not isinstance(payload, pa.Buffer):
        payload = json.dumps(payload).encode()
    write(HEAD.pack(kind, len(payload)))
    write(payload)


def parse_json(content: bytes | bytearray) -> Any:
    """Parse the JSON of a frame.

    Raises
    ------
    InvalidResponseError
        If it is not JSON.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidResponseError from None


def parse_file_info(content: bytes | bytearray) -> FileInfo:
    """Parse the frame :data:`ABOUT`."""
    known = parse_json(content)
    return FileInfo(
        tuple(known["columns"]),
        tuple(known["layers"]),
        bool(known["is_text"]),
        bool(known["is_guess"]),
        bool(known["has_geometry"]),
        known["total"],
    )


def parse_reading_info(content: bytes | bytearray) -> ReadingInfo:
    """Parse the frame :data:`READING`."""
    known = parse_json(content)
    notes = tuple(map(str, known["notes"]))
    return ReadingInfo(
        Choice(**known["choice"]), dict(known["kinds"]), str(known["geometry"]), notes
    )


def to_dict(message: FileInfo | ReadingInfo) -> dict[str, Any]:
    """The JSON for :func:`parse_file_info` and :func:`parse_reading_info`."""
    return asdict(message)


def to_arrow(part: gpd.GeoDataFrame) -> pa.Buffer:
    """Rows as an Arrow stream, with geometry as WKB."""
    columns = {
        name: pa.array(part[name], type=values.arrow_type(part[name].dtype))
        for name in part.columns
        if name != "geometry"
    }
    columns["geometry"] = wkb(part.geometry.to_numpy())
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def from_arrow(content: bytes | bytearray) -> gpd.GeoDataFrame:
    """Parse the rows of an Arrow stream.

    Raises
    ------
    InvalidResponseError
        If it is damaged, or has unexpected content.
    """
    try:
        table = pa.ipc.open_stream(content).read_all()
        table.validate(full=True)
        columns = {name: _series(table[name]) for name in table.column_names if name != "geometry"}
        geometries = shapes.from_wkb(table["geometry"].to_pylist())
    except (pa.ArrowException, KeyError, ValueError) as error:
        raise InvalidResponseError from error
    if not shapely.is_geometry(geometries).all():
        raise InvalidResponseError
    return gpd.GeoDataFrame(columns, index=pd.RangeIndex(len(table)), geometry=geometries, crs=CRS)


def _series(column: pa.ChunkedArray) -> Any:
    if column.type == pa.float64():
        return column.to_numpy().astype(np.float64)
    if column.type == pa.int64():
        return pd.array(column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
    if column.type == pa.bool_():
        return pd.array(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
    if column.type == pa.string():
        return pd.Series(column.to_pandas(), dtype="str").array
    raise InvalidResponseError
