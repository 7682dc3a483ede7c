"""XLSX: a sheet of data, and one that tells what the data are and where they come from.

XlsxWriter makes the workbook: its parts, styles, heading row and the sheet of metadata. The rows
of data are put into its sheet as XML woven from Arrow columns, because XlsxWriter takes a cell at
a time and takes twenty times as long for a million rows of ten columns.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from geo.export.batches import (
    TEXT,
    Batch,
    Either,
    Piece,
    among,
    arrow,
    cut,
    holds,
    in_order,
    is_text,
    number_text,
    replaced,
    swapped,
    valid,
    weave,
)
from geo.export.fields import fields, sources
from geo.export.geometry import spots
from geo.export.record import Record
from geo.schema.declare import Layer

MOST_ROWS = 1_048_575
"""Rows that a sheet can hold under its heading."""

MOST_CHARACTERS = 32_767
"""Of a cell, in UTF-16 units."""

CUT = " … [cut]"

DECIMALS = 6
COMPRESSION_LEVEL = 2
"""Of deflate. Level 6 makes a file 13 % smaller and takes twice as long in all."""

_DATA = "xl/worksheets/sheet1.xml"
_NO_TIME = datetime(1980, 1, 1)
_CELL_BYTES = 64
_LARGE = 1 << 30
"""Estimated XML of a sheet that may pass 2 GB, where zip needs longer headers, which some readers
do not know."""

_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MAYBE_ESCAPED = r"_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]"
_MARKUP = among(bytes(range(32)) + b"&<>_\xef")
"""Bytes of a text that may need escaping; U+FFFE begins with 0xEF."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as a workbook.

    Numbers are numbers, missing is an empty cell, text is text: never a formula or a link. Points
    become ``longitude`` and ``latitude``; boundaries are left out. Characters that XML cannot hold
    are escaped as ``_x0001_``, as spreadsheets read it. A text that is longer than a cell can be
    is cut with a mark, and the sheet of metadata says how many are.
    """
    points = None
    names = [name for name in layer.columns if name in frame.columns]
    if layer.geometry == "Point" and isinstance(frame, gpd.GeoDataFrame):
        points = np.asarray(frame.geometry.array)
    table = arrow(pd.DataFrame(frame[names]))
    cuts = sum(_too_long(column) for column in table.columns if is_text(column))
    columns = [*names, *(("longitude", "latitude") if points is not None else ())]
    large = _CELL_BYTES * len(frame) * len(columns) + 2 * table.nbytes > _LARGE
    skeleton = ZipFile(_workbook(columns, len(frame), cuts, layer, record))
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as package:
        for name in skeleton.namelist():
            content = skeleton.read(name)
            with package.open(name, "w", force_zip64=large) as part:
                if name == _DATA:
                    head, tail = content.split(b"</sheetData>")
                    part.write(_dimension(head, len(columns), len(frame)))
                    for rows in in_order(_rows, cut(table, len(frame), points)):
                        part.write(rows)
                    content = b"</sheetData>" + tail
                part.write(content)


def _dimension(head: bytes, columns: int, rows: int) -> bytes:
    reference = f"A1:{xl_col_to_name(columns - 1)}{rows + 1}"
    return re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{reference}"'.encode(), head)


def _rows(batch: Batch) -> bytes:
    numbers = pa.array(np.arange(batch.start + 2, batch.start + 2 + len(batch))).cast(TEXT)
    columns = list(batch.attributes.columns)
    if batch.geometries is not None:
        columns += spots(batch.geometries, DECIMALS)
    pieces: list[Piece] = ['<row r="', numbers, '">']
    for at, values in enumerate(columns):
        pieces += _cell(xl_col_to_name(at), numbers, values)
    return weave([*pieces, "</row>"], len(batch))


def _cell(name: str, row: pa.Array, values: pa.Array) -> list[Piece]:
    kind, opening, closing = "", "<v>", "</v></c>"
    if is_text(values):
        kind, opening = ' t="inlineStr"', '<is><t xml:space="preserve">'
        closing = "</t></is></c>"
        values = _xml(values)
    elif pa.types.is_boolean(values.type):
        kind = ' t="b"'
        values = pc.if_else(values, pa.scalar("1", TEXT), pa.scalar("0", TEXT))
    else:
        values = number_text(values)
    start, middle = f'<c r="{name}', f'"{kind}>{opening}'
    if not values.null_count:
        return [start, row, middle, values, closing]
    there = valid(values)
    return [
        Either(there, start),
        Either(there, row),
        Either(there, middle),
        values,
        Either(there, closing),
    ]


def _xml(values: pa.Array) -> pa.Array:
    if pc.any(pc.greater(pc.binary_length(values), MOST_CHARACTERS)).as_py():
        values = pa.array([text and cell_text(text) for text in values.to_pylist()], type=TEXT)
    if not holds(values, _MARKUP):
        return values
    values = replaced(values, _MAYBE_ESCAPED, escaped)
    return swapped(values, {"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escaped(text: str) -> str:
    """Text with what XML cannot hold as ``_xHHHH_``, and what reads like that kept apart from it.

    >>> escaped("a\\x01"), escaped("_x0041_")
    ('a_x0001_', '_x005F_x0041_')
    """
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def cell_text(text: str) -> str:
    """Text as long as a cell can hold it.

    >>> len(cell_text("x" * 40_000)), cell_text("x" * 40_000)[-8:]
    (32767, ' … [cut]')
    """
    if len(text) * 2 <= MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_CHARACTERS:
        return text
    return units[: 2 * (MOST_CHARACTERS - len(CUT))].decode("utf-16-le", "ignore") + CUT


def _too_long(column: pa.ChunkedArray) -> int:
    long = column.filter(pc.greater(pc.binary_length(column), MOST_CHARACTERS))
    return sum(cell_text(text) != text for text in long.to_pylist())


def _workbook(columns: list[str], rows: int, cuts: int, layer: Layer, record: Record) -> IO[bytes]:
    """The workbook with a heading row and no data, and the sheet of metadata."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": layer.title, "comments": record.licence, "created": _NO_TIME})
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(layer.name[:31])
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, bold)
            text = name in layer.columns and str(layer.columns[name].dtype) == "str"
            sheet.set_column(at, at, max(len(name) + 3, 24 if text else 11))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        _metadata(book.add_worksheet("metadata"), columns, rows, cuts, layer, record)
    buffer.seek(0)
    return buffer


def _metadata(
    sheet: Worksheet, columns: list[str], rows: int, cuts: int, layer: Layer, record: Record
) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, 4, 24)
    lines: list[tuple[str, ...]] = [*record.as_dict().items(), ("rows", str(rows))]
    if layer.geometry == "Point":
        lines.append(("crs", "longitude and latitude in degrees, WGS 84 (OGC:CRS84)"))
    if cuts:
        longer = f"{cuts:,} cells are longer than {MOST_CHARACTERS:,} characters"
        lines.append(("cut", f"{longer} and cut there; they end in “{CUT.strip()}”"))
    lines += [(), ("column", "meaning", "type", "unit", "source")]
    about = {field.name: field for field in fields(layer)}
    for name in columns:
        field = about[name]
        lines.append((name, field.description, field.type, field.unit, "; ".join(field.sources)))
    lines += [(), ("source", "title", "licence", "vintage", "address")]
    for source in sources(layer):
        told = (source.get(name, "") for name in ("id", "title", "licence", "vintage", "path"))
        lines.append(tuple(told))
    for row, line in enumerate(lines):
        for at, text in enumerate(line):
            sheet.write_string(row, at, text)
