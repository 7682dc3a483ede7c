"""XLSX: a sheet of data and a sheet of metadata.

XlsxWriter creates the workbook: its parts, styles, header row and the metadata sheet. The data rows
are inserted as XML generated from Arrow columns, because XlsxWriter works cell by cell and takes
twenty times as long for a million rows of ten columns.
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
    arrow,
    byte_mask,
    contains_any,
    escape_chars,
    interleave,
    is_text,
    map_in_threads,
    number_text,
    replace_matches,
    to_batches,
    valid_mask,
)
from geo.export.fields import fields
from geo.export.geometry import point_coordinates
from geo.export.ogr import with_dates
from geo.export.record import Record
from geo.schema.declare import Layer

MAX_ROWS = 1_048_575
"""Maximum rows of a sheet, without the header."""

MAX_CHARACTERS = 32_767
"""Maximum length of a cell, in UTF-16 code units."""

CUT = " … [cut]"

DECIMALS = 6
COMPRESSION_LEVEL = 2
"""Deflate level. Level 6 saves 13% of the size and takes twice as long overall."""

_DATA = "xl/worksheets/sheet1.xml"
_NO_TIME = datetime(1980, 1, 1)
_CELL_BYTES = 64
_LARGE = 1 << 30
"""Estimated size of a sheet's XML that may exceed 2 GB, where ZIP64 is needed, which some readers
do not support."""

_EPOCH = 25_569
"""1970-01-01 in the days that a workbook counts."""

_DATE_STYLE = 1
"""Index of the style of dates: XlsxWriter counts those of columns before those of cells."""

_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MAYBE_ESCAPED = r"_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]"
_MARKUP = byte_mask(bytes(range(32)) + b"&<>_\xef")
"""Bytes that may need escaping; U+FFFE starts with 0xEF."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as a workbook.

    Numbers are numbers, dates are dates, missing values are empty cells, text is text: never a
    formula or a link. Points become ``longitude`` and ``latitude``; polygons are omitted.
    Characters that are invalid in XML are escaped as ``_x0001_``, which spreadsheets decode. Text
    that exceeds the length of a cell is truncated with a mark; the metadata sheet states how many
    cells are.
    """
    points = None
    names = [name for name in layer.columns if name in frame.columns]
    if layer.geometry == "Point" and isinstance(frame, gpd.GeoDataFrame):
        points = np.asarray(frame.geometry.array)
    table = with_dates(arrow(pd.DataFrame(frame[names])), layer)
    truncated = sum(_count_too_long(column) for column in table.columns if is_text(column))
    columns = [*names, *(("longitude", "latitude") if points is not None else ())]
    large = _CELL_BYTES * len(frame) * len(columns) + 2 * table.nbytes > _LARGE
    skeleton = ZipFile(_workbook(columns, len(frame), truncated, layer, record))
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as package:
        for name in skeleton.namelist():
            content = skeleton.read(name)
            with package.open(name, "w", force_zip64=large) as part:
                if name == _DATA:
                    head, tail = content.split(b"</sheetData>")
                    part.write(_dimension(head, len(columns), len(frame)))
                    for rows in map_in_threads(_rows, to_batches(table, len(frame), points)):
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
        columns += point_coordinates(batch.geometries, DECIMALS)
    pieces: list[Piece] = ['<row r="', numbers, '">']
    for index, values in enumerate(columns):
        pieces += _cell(xl_col_to_name(index), numbers, values)
    return interleave([*pieces, "</row>"], len(batch))


def _cell(name: str, row: pa.Array, values: pa.Array) -> list[Piece]:
    kind, opening, closing = "", "<v>", "</v></c>"
    if is_text(values):
        kind, opening = ' t="inlineStr"', '<is><t xml:space="preserve">'
        closing = "</t></is></c>"
        values = _xml(values)
    elif pa.types.is_boolean(values.type):
        kind = ' t="b"'
        values = pc.if_else(values, pa.scalar("1", TEXT), pa.scalar("0", TEXT))
    elif pa.types.is_date(values.type):
        kind = f' s="{_DATE_STYLE}"'
        values = pc.add(values.cast(pa.int32()), _EPOCH).cast(TEXT)
    else:
        values = number_text(values)
    start, middle = f'<c r="{name}', f'"{kind}>{opening}'
    if not values.null_count:
        return [start, row, middle, values, closing]
    present = valid_mask(values)
    return [
        Either(present, start),
        Either(present, row),
        Either(present, middle),
        values,
        Either(present, closing),
    ]


def _xml(values: pa.Array) -> pa.Array:
    if pc.any(pc.greater(pc.binary_length(values), MAX_CHARACTERS)).as_py():
        values = pa.array([text and truncate_cell(text) for text in values.to_pylist()], type=TEXT)
    if not contains_any(values, _MARKUP):
        return values
    values = replace_matches(values, _MAYBE_ESCAPED, escape_xml)
    return escape_chars(values, {"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape_xml(text: str) -> str:
    """Escape characters that are invalid in XML as ``_xHHHH_``, and text that looks like that.

    >>> escape_xml("a\\x01"), escape_xml("_x0041_")
    ('a_x0001_', '_x005F_x0041_')
    """
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def truncate_cell(text: str) -> str:
    """Truncate text to the maximum length of a cell.

    >>> len(truncate_cell("x" * 40_000)), truncate_cell("x" * 40_000)[-8:]
    (32767, ' … [cut]')
    """
    if len(text) * 2 <= MAX_CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CHARACTERS:
        return text
    return units[: 2 * (MAX_CHARACTERS - len(CUT))].decode("utf-16-le", "ignore") + CUT


def _count_too_long(column: pa.ChunkedArray) -> int:
    long = column.filter(pc.greater(pc.binary_length(column), MAX_CHARACTERS))
    return sum(truncate_cell(text) != text for text in long.to_pylist())


def _workbook(
    columns: list[str], rows: int, truncated: int, layer: Layer, record: Record
) -> IO[bytes]:
    """The workbook with a header row and no data, and the metadata sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"title": layer.title, "comments": record.licence, "created": _NO_TIME})
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(layer.name[:31])
        for index, name in enumerate(columns):
            sheet.write_string(0, index, name, bold)
            text = name in layer.columns and str(layer.columns[name].dtype).startswith("str")
            width = max(len(name) + 3, 24 if text else 11)
            sheet.set_column(index, index, width, day if text and layer.is_date(name) else None)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        _metadata(book.add_worksheet("metadata"), columns, rows, truncated, layer, record)
    buffer.seek(0)
    return buffer


def _metadata(
    sheet: Worksheet, columns: list[str], rows: int, truncated: int, layer: Layer, record: Record
) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, 4, 24)
    lines: list[tuple[str, ...]] = [*record.as_dict().items(), ("rows", str(rows))]
    if layer.geometry == "Point":
        lines.append(("crs", "longitude and latitude in degrees, WGS 84 (OGC:CRS84)"))
    if truncated:
        longer = f"{truncated:,} cells are longer than {MAX_CHARACTERS:,} characters"
        lines.append(("cut", f"{longer} and cut there; they end in “{CUT.strip()}”"))
    lines += [(), ("column", "meaning", "type", "unit", "source")]
    described = {field.name: field for field in fields(layer, record.source_ids)}
    for name in columns:
        field = described[name]
        lines.append((name, field.description, field.type, field.unit, "; ".join(field.sources)))
    lines += [(), ("source", "title", "licence", "vintage", "address")]
    for source in record.sources:
        values = (source.get(name, "") for name in ("id", "title", "licence", "vintage", "path"))
        lines.append(tuple(values))
    for row, line in enumerate(lines):
        for index, text in enumerate(line):
            sheet.write_string(row, index, text)
