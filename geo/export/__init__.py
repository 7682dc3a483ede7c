"""Layers and tables as files: one module a format, one face for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geo.columns import Layer
from geo.errors import QueryError, shown
from geo.export import csv, geojson, geoparquet
from geo.export.record import Record
from geo.i18n import tr

__all__ = ["FORMATS", "Format", "Record", "encode", "format_of"]


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
        Frame, layer and record to the bytes of a file.
    """

    extension: str
    media_type: str
    title: str
    geometry_needed: bool
    write: Callable[[pd.DataFrame, Layer, Record], bytes] = field(repr=False)


def _geojson(frame: pd.DataFrame, layer: Layer, record: Record) -> bytes:
    assert isinstance(frame, gpd.GeoDataFrame)
    return geojson.encode(frame, record)


FORMATS: Mapping[str, Format] = {
    format.extension: format
    for format in (
        Format("geojson", "application/geo+json", "GeoJSON", True, _geojson),
        Format("parquet", "application/vnd.apache.parquet", "GeoParquet", False, geoparquet.encode),
        Format("csv", "text/csv; charset=utf-8", "CSV", False, csv.encode),
    )
}


def format_of(extension: str, layer: Layer) -> Format:
    """The format of a file extension for a layer.

    Raises
    ------
    QueryError
        If the format is unknown or cannot hold the layer; the message lists what can.
    """
    fitting = {
        name: format
        for name, format in FORMATS.items()
        if layer.geometry or not format.geometry_needed
    }
    if extension not in fitting:
        raise QueryError(
            tr(
                "There is no format {name} for {layer}; there are {known}.",
                name=shown(extension),
                layer=layer.name,
                known=", ".join(fitting),
            )
        )
    return fitting[extension]


def encode(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> bytes:
    """Rows of a layer as a file.

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
        If the format is unknown or cannot hold the layer.
    """
    return format_of(extension, layer).write(frame, layer, record)
