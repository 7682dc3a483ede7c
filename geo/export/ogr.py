"""What GDAL writes from Arrow batches: GeoPackage, and for :mod:`geo.export.flatgeobuf`.

Both formats need a file that can be written to at any place; see :mod:`geo.export.file` for where
it stands while it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.export.batches import (
    TEXT,
    Batch,
    among,
    arrow,
    cut,
    holds,
    in_order,
    is_text,
    replaced,
)
from geo.export.geometry import wkb
from geo.export.record import Record
from geo.schema.declare import Layer

_NUL = among(b"\0")

EPSG_4326 = "EPSG:4326"
"""What both formats' readers know best; in both, coordinates stand longitude first."""

ROWS = 32_768
"""Rows that GDAL is handed at a time."""

GEOMETRY = "geom"
_NO_TIME = "1970-01-01T00:00:00Z"
"""For the timestamps of a GeoPackage: equal rows shall give equal bytes."""


def geopackage(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as the one layer of a GeoPackage, a table where there is no geometry.

    Title and description stand in ``gpkg_contents``, the record in ``gpkg_metadata``, the meaning
    of the columns in ``gpkg_data_columns``. A NUL character, at which SQLite and GDAL would end
    the text, becomes U+FFFD. Boundaries are written in the first level of detail.
    """
    shapes = np.asarray(frame.geometry.array) if isinstance(frame, gpd.GeoDataFrame) else None
    table, schema = table_of(frame, layer)
    batches = in_order(lambda batch: encoded(batch, schema), cut(table, len(frame), shapes, ROWS))
    about = {"IDENTIFIER": layer.title, "DESCRIPTION": layer.description}
    written(schema, batches, layer, record, path, "GPKG", about)


def table_of(frame: pd.DataFrame, layer: Layer) -> tuple[pa.Table, pa.Schema]:
    """The attributes of rows, and the schema of the batches that GDAL is to be handed.

    The schema ends with the geometry where the rows have one.
    """
    names = [name for name in layer.columns if name in frame.columns]
    table = arrow(pd.DataFrame(frame[names]))
    return table, _schema(table.schema, layer, isinstance(frame, gpd.GeoDataFrame))


def written(
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    layer: Layer,
    record: Record,
    path: Path,
    driver: str,
    options: Mapping[str, str],
) -> None:
    """Let a driver of GDAL write batches, with its options for a layer, as a new file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    geometry: dict[str, Any] = {}
    if GEOMETRY in schema.names:
        geometry = {"geometry_name": GEOMETRY, "geometry_type": layer.geometry, "crs": EPSG_4326}
    pyogrio.set_gdal_config_options(
        {
            "OGR_CURRENT_DATE": _NO_TIME,
            "OGR_SQLITE_SYNCHRONOUS": "OFF",
            "OGR_SQLITE_JOURNAL": "OFF",
            "OGR_SQLITE_CACHE": "16",  # MB; with SQLite's own 2 it takes a quarter longer
        }
    )
    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, batches),
            path,
            layer=layer.name,
            driver=driver,
            layer_options=dict(options),
            layer_metadata=record.as_dict(),
            **geometry,
        )
    except (DataLayerError, DataSourceError) as error:
        raise OSError(str(error).rstrip(".")) from error


def _schema(attributes: pa.Schema, layer: Layer, spatial: bool) -> pa.Schema:
    fields = []
    for field in attributes:
        kind = TEXT if is_text(field) else field.type
        unit = layer.unit(field.name)
        said = str(layer.columns[field.name].description) + (f" [{unit}]" if unit else "")
        fields.append(pa.field(field.name, kind, metadata={"GDAL:OGR:comment": said}))
    if spatial:
        known_as = {"ARROW:extension:name": "geoarrow.wkb"}
        fields.append(pa.field(GEOMETRY, pa.binary(), metadata=known_as))
    return pa.schema(fields)


def encoded(batch: Batch, schema: pa.Schema) -> pa.RecordBatch:
    """Rows as GDAL is handed them: without NUL characters, geometries as well-known binary."""
    columns = []
    for values in batch.attributes.columns:
        if is_text(values) and holds(values, _NUL):
            values = replaced(values.cast(TEXT), r"\x00", lambda text: text.replace("\0", "\ufffd"))
        columns.append(values)
    if batch.geometries is not None:
        columns.append(wkb(batch.geometries))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
