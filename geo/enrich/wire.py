"""What a worker and the process that asked it say to each other.

The question is pickled, for it comes from the side that is trusted. The answer is not: it is frames
of one letter, a length and JSON or Arrow, each checked before it is believed.
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

from geo.enrich import shapes
from geo.enrich.join import Network
from geo.enrich.limits import MEGABYTE, Limits
from geo.enrich.names import Choice
from geo.enrich.readers import Hints
from geo.i18n import Language
from geo.vocabulary import CRS

ABOUT, READING, PART, FAULTS, ERROR, END = b"A", b"R", b"P", b"F", b"E", b"Z"
"""Frames of an answer: the first two once, parts and faults in turn, then one of the last two."""

HEAD = struct.Struct(">cQ")
"""Letter and length of a frame."""

LENGTH = struct.Struct(">Q")
"""Length of a question."""

MOST_JSON = 16 * MEGABYTE


@dataclass(frozen=True)
class Job:
    """A file to be read.

    Attributes
    ----------
    name, path
        Of the file; without a path its content comes along as an open descriptor.
    every_fault
        Whether all faults are told, not just the first.
    language
        Of the sentences.
    network
        What places are joined to, if it is another than the worker has.
    """

    name: str
    path: str
    wanted: Choice
    hints: Hints
    limits: Limits
    every_fault: bool
    language: Language
    network: Network | None


@dataclass(frozen=True)
class About:
    """What a file is, before its rows are read; see :class:`geo.enrich.readers.Reader`."""

    columns: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    is_text: bool = False
    has_geometry: bool = True
    total: int | None = None

    @property
    def offered(self) -> dict[str, Any]:
        """What is left to choose in reading the file; nothing when it is no file that is read."""
        return {name: value for name, value in vars(self).items() if name != "total"}


@dataclass(frozen=True)
class Found:
    """How the rows of a file are understood; see :class:`geo.enrich.checks.Reading`."""

    choice: Choice = field(default_factory=Choice)
    kinds: Mapping[str, str] = field(default_factory=dict)
    geometry: str = ""
    notes: tuple[str, ...] = ()


class BadAnswerError(Exception):
    """An answer is cut off or none that a worker gives."""


Write = Callable[[bytes], object]


def send(write: Write, kind: bytes, payload: Any) -> None:
    """Write one frame: a buffer as it is, anything else as JSON."""
    if not isinstance(payload, pa.Buffer):
        payload = json.dumps(payload).encode()
    write(HEAD.pack(kind, len(payload)))
    write(payload)


def of_json(content: bytes | bytearray) -> Any:
    """The JSON of a frame.

    Raises
    ------
    BadAnswerError
        If it is none.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BadAnswerError from None


def about_of(content: bytes | bytearray) -> About:
    """The frame :data:`ABOUT`."""
    known = of_json(content)
    return About(
        tuple(known["columns"]),
        tuple(known["layers"]),
        bool(known["is_text"]),
        bool(known["has_geometry"]),
        known["total"],
    )


def found_of(content: bytes | bytearray) -> Found:
    """The frame :data:`READING`."""
    known = of_json(content)
    notes = tuple(map(str, known["notes"]))
    return Found(Choice(**known["choice"]), dict(known["kinds"]), str(known["geometry"]), notes)


def said(one: About | Found) -> dict[str, Any]:
    """What :func:`about_of` and :func:`found_of` read."""
    return asdict(one)


_ARROW = {"Int64": pa.int64(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_()}


def buffer_of(part: gpd.GeoDataFrame) -> pa.Buffer:
    """Rows as an Arrow stream, their geometry as WKB."""
    columns = {
        name: pa.array(part[name], type=_ARROW.get(str(part[name].dtype), pa.string()))
        for name in part.columns
        if name != "geometry"
    }
    columns["geometry"] = pa.array(shapely.to_wkb(part.geometry.to_numpy()), pa.binary())
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def part_of(content: bytes | bytearray) -> gpd.GeoDataFrame:
    """The rows of an Arrow stream.

    Raises
    ------
    BadAnswerError
        If it is damaged, or holds what no worker sends.
    """
    try:
        table = pa.ipc.open_stream(content).read_all()
        table.validate(full=True)
        columns = {name: _series(table[name]) for name in table.column_names if name != "geometry"}
        found = shapes.from_wkb(table["geometry"].to_pylist())
    except (pa.ArrowException, KeyError, ValueError) as error:
        raise BadAnswerError from error
    if not shapely.is_geometry(found).all():
        raise BadAnswerError
    return gpd.GeoDataFrame(columns, index=pd.RangeIndex(len(table)), geometry=found, crs=CRS)


def _series(column: pa.ChunkedArray) -> Any:
    if column.type == pa.float64():
        return column.to_numpy().astype(np.float64)
    if column.type == pa.int64():
        return pd.array(column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
    if column.type == pa.bool_():
        return pd.array(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
    if column.type == pa.string():
        return pd.Series(column.to_pandas(), dtype="str").array
    raise BadAnswerError
