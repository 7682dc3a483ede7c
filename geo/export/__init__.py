"""Layers and tables as files: one module a format, one face for all.

Every format is a stream: bytes come batch by batch, so that an export of any size holds a few
batches in memory. :func:`encode` is the whole file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version

import pandas as pd
import pyogrio

from geo.columns import Layer
from geo.errors import QueryError, shown
from geo.export import csv, geojson, geojsonseq, geoparquet, ogr, xlsx
from geo.export.batches import joined
from geo.export.file import save
from geo.export.record import Record
from geo.i18n import decimal, mark, tr

__all__ = [
    "FORMATS",
    "Format",
    "Record",
    "edition",
    "encode",
    "fitting",
    "format_of",
    "save",
    "stream",
]


@dataclass(frozen=True)
class Format:
    """One way to write a table.

    Attributes
    ----------
    extension, media_type, title
        ``"geojson"``, ``"application/geo+json"``, ``"GeoJSON"``.
    geometry_needed
        Whether the format cannot hold a table without geometry.
    write
        Frame, layer and record to the bytes of a file, in order.
    text
        Whether the bytes are text, which gzip makes smaller.
    filed
        Whether the whole file is made on the disk before its first byte comes.
    most_rows
        Rows that the format can hold, 0 for any number.
    """

    extension: str
    media_type: str
    title: str
    geometry_needed: bool
    write: Callable[[pd.DataFrame, Layer, Record], Iterator[bytes]] = field(repr=False)
    text: bool = False
    filed: bool = False
    most_rows: int = 0


FORMATS: Mapping[str, Format] = {
    format.extension: format
    for format in (
        Format("geojson", "application/geo+json", "GeoJSON", True, geojson.stream, text=True),
        Format("csv", "text/csv; charset=utf-8", "CSV", False, csv.stream, text=True),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "XLSX",
            False,
            xlsx.stream,
            filed=True,
            most_rows=xlsx.MOST_ROWS,
        ),
        Format("parquet", "application/vnd.apache.parquet", "GeoParquet", False, geoparquet.stream),
        Format(
            "gpkg",
            "application/geopackage+sqlite3",
            "GeoPackage",
            False,
            ogr.geopackage,
            filed=True,
        ),
        Format("fgb", "application/flatgeobuf", "FlatGeobuf", True, ogr.flatgeobuf, filed=True),
        Format(
            "geojsons",
            "application/geo+json-seq",
            mark("GeoJSON sequence"),
            True,
            geojsonseq.stream,
            text=True,
        ),
    )
}


def fitting(layer: Layer) -> dict[str, Format]:
    """The formats that can hold a layer, by extension."""
    return {
        name: format
        for name, format in FORMATS.items()
        if layer.geometry or not format.geometry_needed
    }


def format_of(extension: str, layer: Layer) -> Format:
    """The format of a file extension for a layer.

    Raises
    ------
    QueryError
        If the format is unknown or cannot hold the layer; the message lists what can.
    """
    known = fitting(layer)
    if extension not in known:
        raise QueryError(
            tr(
                "There is no format {name} for {layer}; there are {known}.",
                name=shown(extension),
                layer=layer.name,
                known=", ".join(known),
            )
        )
    return known[extension]


def stream(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> Iterator[bytes]:
    """Rows of a layer as the bytes of a file, in chunks of about a megabyte.

    Equal rows give equal bytes. What it holds in memory beside ``frame`` does not grow with the
    rows; formats of which ``filed`` is true hold the file on the disk until it is read.

    Parameters
    ----------
    frame
        Rows of the layer, with its columns.
    extension
        One of :data:`FORMATS`.
    record
        Title, sources and licence that the file states.

    Raises
    ------
    QueryError
        If the format is unknown or cannot hold the layer or so many rows; before the first chunk.
    """
    format = format_of(extension, layer)
    if format.most_rows and len(frame) > format.most_rows:
        raise QueryError(
            tr(
                "{rows} rows are more than {format} can hold; {most} at the most.",
                rows=decimal(len(frame)),
                format=format.title,
                most=decimal(format.most_rows),
            )
        )
    return joined(format.write(frame, layer, record))


def encode(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> bytes:
    """Rows of a layer as a whole file; parameters and errors as :func:`stream`."""
    return b"".join(stream(frame, layer, extension, record))


@cache
def edition() -> str:
    """Versions of the libraries that decide an export's bytes beside this code."""
    libraries = ("orjson", "pandas", "pyarrow", "pyogrio", "shapely", "xlsxwriter")
    return " ".join([f"gdal {pyogrio.__gdal_version__}", *(f"{n} {version(n)}" for n in libraries)])
