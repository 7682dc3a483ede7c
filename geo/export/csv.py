"""CSV that spreadsheets open well and that cannot run a formula."""

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
    among,
    arrow,
    cut,
    in_order,
    is_text,
    matching,
    rows_of,
    starts,
)
from geo.export.geometry import spots
from geo.export.record import Record
from geo.schema.declare import Layer

DECIMALS = 6

ROWS, BYTES = 16_384, 2 << 20
"""Rows of a batch, and bytes of its attributes, at the most."""

SPOT = ("longitude", "latitude")
STATED = ("source_attribution", "source_licence")
"""Columns beside those of the layer."""

_OTHER_STARTS = bytes(range(0xC2, 0xF0))
"""First bytes of what is not ASCII; whatever of it is a space or a full-width sign is among it."""

_SPACE = r"[\pZ\x00-\x20\x85\x{200b}\x{2060}\x{feff}]*"
_FORMULA = rf"^{_SPACE}[=+\-@\t\r＝＋－＠]"
"""What a spreadsheet may take for a formula (RE2): its first sign, in the narrow or the full-width
form that East Asian editions read alike, behind spaces, control characters and invisible signs."""

_MAYBE_FORMULA = among(bytes(range(33)) + b"=+-@") | among(_OTHER_STARTS)


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Rows as CSV: UTF-8 with byte-order mark, CRLF, a header, source and licence on every row.

    Texts stand in quotes, numbers do not. Points become ``longitude`` and ``latitude``; boundaries
    are left out. A text that a spreadsheet would run as a formula is preceded by an apostrophe
    (OWASP, CSV injection). No rows give one row that holds nothing but source and licence, so that
    every file states them.
    """
    names = [name for name in layer.columns if name in frame.columns]
    points = None
    if layer.geometry == "Point" and isinstance(frame, gpd.GeoDataFrame):
        points = np.asarray(frame.geometry.array)
    header = [*names, *(SPOT if points is not None else ()), *STATED]
    stated = [harmless(record.attribution), harmless(record.licence)]
    yield b"\xef\xbb\xbf" + _line(header)
    if frame.empty:
        yield _line([""] * (len(header) - len(stated)) + stated)
        return
    table = arrow(pd.DataFrame(frame[names]))
    cuts = cut(table, len(frame), points, rows_of(table, BYTES, ROWS))
    yield from in_order(partial(_rows, stated=stated), cuts)


def _rows(batch: Batch, stated: Sequence[str]) -> bytes:
    cells = [_cells(values) for values in batch.attributes.columns]
    if batch.geometries is not None:
        cells += spots(batch.geometries, DECIMALS)
    cells += [pa.repeat(pa.scalar(text, TEXT), len(batch)) for text in stated]
    rows = pa.RecordBatch.from_arrays(cells, names=[str(at) for at in range(len(cells))])
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(rows, sink, pa.csv.WriteOptions(include_header=False, eol="\r\n"))
    return bytes(sink.getvalue())


def _cells(values: pa.Array) -> pa.Array:
    """Values that no spreadsheet runs; numbers that are not finite are null."""
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, None)
    if is_text(values) and starts(values, _MAYBE_FORMULA):
        texts = values.cast(TEXT)
        apart = pc.binary_join_element_wise(pa.scalar("'", TEXT), texts, pa.scalar("", TEXT))
        return pc.if_else(pa.array(matching(values, _FORMULA)), apart, texts)
    return values


def _line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def written(table: pd.DataFrame, attribution: str, licence: str) -> bytes:
    """Any small table as :func:`stream` writes a layer, with the source and licence given."""
    table = table.copy()
    for name in table.columns:
        if table[name].dtype == object or pd.api.types.is_string_dtype(table[name].dtype):
            table[name] = table[name].map(_safe, na_action="ignore")
    if table.empty:
        table = table.reset_index(drop=True).reindex([0])
    table["source_attribution"] = harmless(attribution)
    table["source_licence"] = harmless(licence)
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _safe(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def harmless(value: str) -> str:
    """``value`` so that no spreadsheet takes it for a formula.

    >>> harmless("=1+1")
    "'=1+1"
    >>> harmless("Ha Noi")
    'Ha Noi'
    """
    formula = pc.match_substring_regex(pa.scalar(value, TEXT), _FORMULA).as_py()
    return f"'{value}" if formula else value
