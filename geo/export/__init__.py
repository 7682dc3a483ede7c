"""Export of layers and tables to files: one module per format behind a common interface.

Every format is streamed: bytes are produced batch by batch, so that an export of any size holds
only a few batches in memory. :func:`encode` returns a whole file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyogrio

from geo.errors import QueryError, quoted
from geo.export import csv, geojson, geojsonseq, geoparquet, ogr, xlsx
from geo.export.batches import rechunked
from geo.export.file import through_file, write_atomically
from geo.export.record import Record
from geo.i18n import decimal, mark, tr
from geo.schema.declare import Layer

__all__ = [
    "FORMATS",
    "Format",
    "Record",
    "encode",
    "formats_for",
    "get_format",
    "library_versions",
    "save",
    "stream",
]


@dataclass(frozen=True)
class Format:
    """An export format.

    Attributes
    ----------
    extension, media_type, title
        ``"geojson"``, ``"application/geo+json"``, ``"GeoJSON"``.
    geometry_needed
        Whether the format requires a geometry.
    stream
        Yields the bytes of a file for a frame, layer and record.
    write
        Writes a file to a path; for formats that are not written sequentially, or are faster
        this way.
    max_rows
        Maximum number of rows, 0 for unlimited.
    """

    extension: str
    media_type: str
    title: str
    geometry_needed: bool
    stream: Callable[[pd.DataFrame, Layer, Record], Iterator[bytes]] | None = None
    write: Callable[[pd.DataFrame, Layer, Record, Path], None] | None = None
    max_rows: int = 0

    def chunks(self, frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
        """The bytes of a file, in order."""
        if self.stream:
            return self.stream(frame, layer, record)
        name = f"{layer.name}.{self.extension}"
        return through_file(lambda path: self.save(frame, layer, record, path), name)

    def save(self, frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
        """Write a new file at ``path``."""
        if self.write:
            self.write(frame, layer, record, path)
        elif self.stream:
            with path.open("wb") as file:
                file.writelines(rechunked(self.stream(frame, layer, record)))


FORMATS: Mapping[str, Format] = {
    format.extension: format
    for format in (
        Format("geojson", "application/geo+json", "GeoJSON", True, geojson.stream),
        Format("csv", "text/csv; charset=utf-8", "CSV", False, csv.stream),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "XLSX",
            False,
            write=xlsx.write,
            max_rows=xlsx.MAX_ROWS,
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
        Format("fgb", "application/flatgeobuf", "FlatGeobuf", True, write=ogr.flatgeobuf),
        Format(
            "geojsons",
            "application/geo+json-seq",
            mark("GeoJSON sequence"),
            True,
            geojsonseq.stream,
        ),
    )
}


def formats_for(layer: Layer) -> dict[str, Format]:
    """The formats that can hold a layer, by extension."""
    return {
        name: format
        for name, format in FORMATS.items()
        if layer.geometry or not format.geometry_needed
    }


def get_format(extension: str, layer: Layer) -> Format:
    """The format with a file extension, checked against a layer.

    Raises
    ------
    QueryError
        If the format is unknown or does not support the layer; the message lists those that do.
    """
    known = formats_for(layer)
    if extension not in known:
        raise QueryError(
            tr(
                "There is no format {name} for {layer}. Available: {known}.",
                name=quoted(extension),
                layer=layer.name,
                known=", ".join(known),
            )
        )
    return known[extension]


def stream(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> Iterator[bytes]:
    """Stream rows of a layer as a file, in chunks of about a megabyte.

    Equal rows give equal bytes. Memory use beside ``frame`` is constant, except for FlatGeobuf,
    which sorts the rows: about 200 bytes per row. Formats without ``stream`` are written to a
    temporary file on disk first.

    Parameters
    ----------
    frame
        Rows of the layer, with its columns.
    extension
        One of :data:`FORMATS`.
    record
        Title, sources and licence to embed in the file.

    Raises
    ------
    QueryError
        If the format is unknown, or does not support the layer or that many rows; raised before
        the first chunk.
    """
    return rechunked(_checked_format(frame, layer, extension).chunks(frame, layer, record))


def save(frame: pd.DataFrame, layer: Layer, extension: str, record: Record, path: Path) -> int:
    """Write rows of a layer to ``path`` atomically; returns the file size in bytes.

    Raises
    ------
    QueryError
        As :func:`stream`.
    LayerError
        If the file cannot be written; an existing file is left unchanged.
    """
    format = _checked_format(frame, layer, extension)
    return write_atomically(
        path, lambda target: format.save(frame, layer, record, target), extension
    )


def _checked_format(frame: pd.DataFrame, layer: Layer, extension: str) -> Format:
    """The format of an extension, checked against these rows."""
    format = get_format(extension, layer)
    if format.max_rows and len(frame) > format.max_rows:
        raise QueryError(
            tr(
                "{rows} rows are more than {format} can hold; the limit is {most}.",
                rows=decimal(len(frame)),
                format=format.title,
                most=decimal(format.max_rows),
            )
        )
    return format


def encode(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> bytes:
    """Rows of a layer as a whole file; parameters and errors as :func:`stream`."""
    return b"".join(stream(frame, layer, extension, record))


@cache
def library_versions() -> str:
    """Versions of the libraries that affect an export's bytes, for cache keys."""
    libraries = ("orjson", "pandas", "pyarrow", "pyogrio", "shapely", "xlsxwriter")
    return " ".join([f"gdal {pyogrio.__gdal_version__}", *(f"{n} {version(n)}" for n in libraries)])
