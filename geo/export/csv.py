"""CSV for spreadsheets, safe from formula injection."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from geo.export.batches import (
    TEXT,
    Batch,
    arrow,
    byte_mask,
    is_text,
    map_in_threads,
    match_mask,
    rows_per_batch,
    starts_with_any,
    to_batches,
)
from geo.export.geometry import point_coordinates
from geo.export.record import Record
from geo.schema.declare import Layer

DECIMALS = 6

ROWS, BYTES = 16_384, 2 << 20
"""Maximum rows of a batch, and bytes of its attributes."""

COORDINATES = ("longitude", "latitude")
SOURCE_COLUMNS = ("source_attribution", "source_licence")
"""Columns added to those of the layer."""

_OTHER_STARTS = bytes(range(0xC2, 0xF0))
"""First bytes of non-ASCII characters, which include all spaces and full-width signs."""

_SPACE = r"[\pZ\x00-\x20\x85\x{200b}\x{2060}\x{feff}]*"
_FORMULA = rf"^{_SPACE}[=+\-@\t\r＝＋－＠]"
"""Start of a formula for a spreadsheet (RE2): the leading character, also in the full-width form
that East Asian editions accept, after spaces, control characters and invisible characters."""

_NUMBER = r"^[\pZ]*[+-]?(\d[\d.,\x{a0}\x{202f} ]*|[.,]\d+)([eE][+-]?\d+)?[\pZ]*$"
"""A text that is nothing but a number, such as ``-6,1754`` or ``+1 234.5``: no formula (RE2)."""

_MAYBE_FORMULA = byte_mask(bytes(range(33)) + b"=+-@") | byte_mask(_OTHER_STARTS)


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Stream rows as CSV: UTF-8 with BOM, CRLF, a header, source and licence on every row.

    Texts are quoted, numbers are not. Points become ``longitude`` and ``latitude``; polygons are
    omitted. Text that a spreadsheet would evaluate as a formula is prefixed by an apostrophe
    (OWASP, CSV injection), unless it is a plain number. An empty frame gives the header only.
    """
    names = [name for name in layer.columns if name in frame.columns]
    points = None
    if layer.geometry == "Point" and isinstance(frame, gpd.GeoDataFrame):
        points = np.asarray(frame.geometry.array)
    header = [*names, *(COORDINATES if points is not None else ()), *SOURCE_COLUMNS]
    stated = [escape_formula(record.attribution), escape_formula(record.licence)]
    yield b"\xef\xbb\xbf" + _line(header)
    table = arrow(pd.DataFrame(frame[names]))
    batches = to_batches(table, len(frame), points, rows_per_batch(table, BYTES, ROWS))
    yield from map_in_threads(partial(_rows, stated=stated), batches)


def _rows(batch: Batch, stated: Sequence[str]) -> bytes:
    cells = [_cells(values) for values in batch.attributes.columns]
    if batch.geometries is not None:
        cells += point_coordinates(batch.geometries, DECIMALS)
    cells += [pa.repeat(pa.scalar(text, TEXT), len(batch)) for text in stated]
    rows = pa.RecordBatch.from_arrays(cells, names=[str(index) for index in range(len(cells))])
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(rows, sink, pa.csv.WriteOptions(include_header=False, eol="\r\n"))
    return bytes(sink.getvalue())


def _cells(values: pa.Array) -> pa.Array:
    """Escape formulas; non-finite numbers become null."""
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, None)
    if is_text(values) and starts_with_any(values, _MAYBE_FORMULA):
        texts = values.cast(TEXT)
        escaped = pc.binary_join_element_wise(pa.scalar("'", TEXT), texts, pa.scalar("", TEXT))
        formulas = match_mask(values, _FORMULA) & ~match_mask(values, _NUMBER)
        return pc.if_else(pa.array(formulas), escaped, texts)
    return values


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def encode_table(table: pd.DataFrame, attribution: str, licence: str) -> bytes:
    """Encode any small table in the format of :func:`stream`, with a given source and licence."""
    table = table.copy()
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name].dtype) or table[name].dtype == bool:
            table[name] = table[name].astype(object).map(_cell_text, na_action="ignore")
    table["source_attribution"] = escape_formula(attribution)
    table["source_licence"] = escape_formula(licence)
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _cell_text(value: object) -> object:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return escape_formula(value) if isinstance(value, str) else value


def escape_formula(value: str) -> str:
    """Prefix ``value`` by an apostrophe if a spreadsheet would evaluate it as a formula.

    >>> escape_formula("=1+1")
    "'=1+1"
    >>> escape_formula("Ha Noi")
    'Ha Noi'
    """
    texts = pa.array([value], TEXT)
    formula = match_mask(texts, _FORMULA) & ~match_mask(texts, _NUMBER)
    return f"'{value}" if formula[0] else value
