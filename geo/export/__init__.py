"""Layers and tables as files: one module a format, one face for all.

Every format is a stream: bytes come batch by batch, so that an export of any size holds a few
batches in memory. :func:`encode` is the whole file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyogrio

from geo.errors import QueryError, shown
from geo.export import csv, flatgeobuf, geojson, geojsonseq, geoparquet, ogr, xlsx
from geo.export.batches import joined
from geo.export.file import placed, through_file
from geo.export.record import Record
from geo.i18n import decimal, mark, tr
from geo.schema.declare import Layer

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
    stream
        Frame, layer and record to the bytes of a file, in order.
    write
        The same to a file at a path, for a format that is not made from front to back, or is
        quicker that way.
    text
        Whether the bytes are text, which gzip makes smaller.
    most_rows
        Rows that the format can hold, 0 for any number.
    """

    extension: str
    media_type: str
    title: str
    geometry_needed: bool
    stream: Callable[[pd.DataFrame, Layer, Record], Iterator[bytes]] | None = None
    write: Callable[[pd.DataFrame, Layer, Record, Path], None] | None = None
    text: bool = False
    most_rows: int = 0

    def chunks(self, frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
        """The bytes of a file, in order."""
        if self.stream:
            return self.stream(frame, layer, record)
        name = f"{layer.name}.{self.extension}"
        return through_file(lambda path: self.save(frame, layer, record, path), name)

    def save(self, frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
        """A new file at ``path``."""
        if self.write:
            self.write(frame, layer, record, path)
        elif self.stream:
            with path.open("wb") as file:
                file.writelines(joined(self.stream(frame, layer, record)))


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
            write=xlsx.write,
            most_rows=xlsx.MOST_ROWS,
        ),
        Format(
            "parquet",
            "application/vnd.apache.parquet",
            "GeoParquet",
            False,
            geoparquet.stream,
            geoparquet.write,
        ),
        Format(
            "gpkg",
            "application/geopackage+sqlite3",
            "GeoPackage",
            False,
            write=ogr.geopackage,
        ),
        Format("fgb", "application/flatgeobuf", "FlatGeobuf", True, write=flatgeobuf.write),
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
    rows, but for FlatGeobuf, which puts them in order: about 200 bytes a row; a format without
    ``stream`` holds the file on the disk until it is read.

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
    return joined(_able(frame, layer, extension).chunks(frame, layer, record))


def save(frame: pd.DataFrame, layer: Layer, extension: str, record: Record, path: Path) -> int:
    """Rows of a layer in a file at ``path``, whole or not at all; returns its bytes.

    Raises
    ------
    QueryError
        As :func:`stream`.
    LayerError
        If the file cannot be written; what stood at ``path`` stays.
    """
    format = _able(frame, layer, extension)
    return placed(path, lambda target: format.save(frame, layer, record, target), extension)


def _able(frame: pd.DataFrame, layer: Layer, extension: str) -> Format:
    """The format of an extension, if it can hold these rows."""
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
    return format


def encode(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> bytes:
    """Rows of a layer as a whole file; parameters and errors as :func:`stream`."""
    return b"".join(stream(frame, layer, extension, record))


@cache
def edition() -> str:
    """Versions of the libraries that decide an export's bytes beside this code."""
    libraries = ("orjson", "pandas", "pyarrow", "pyogrio", "shapely", "xlsxwriter")
    return " ".join([f"gdal {pyogrio.__gdal_version__}", *(f"{n} {version(n)}" for n in libraries)])
