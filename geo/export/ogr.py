"""Writing with GDAL from Arrow batches: GeoPackage and FlatGeobuf.

Both formats need a seekable file; :mod:`geo.export.file` streams it afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    arrow,
    byte_mask,
    contains_any,
    is_text,
    map_in_threads,
    replace_matches,
    to_batches,
)
from geo.export.geometry import wkb
from geo.export.record import Record
from geo.schema.declare import Layer

_NUL = byte_mask(b"\0")

EPSG_4326 = "EPSG:4326"
"""The CRS that readers of both formats support best; both store longitude first."""

ROWS = 32_768
"""Rows per batch passed to GDAL."""

GEOMETRY = "geom"
_NO_TIME = "1970-01-01T00:00:00Z"
"""Fixed timestamp in GeoPackages, so that equal rows give equal bytes."""


def geopackage(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as the only layer of a GeoPackage; a plain table if there is no geometry.

    Title and description go to ``gpkg_contents``, the record to ``gpkg_metadata``, the meaning of
    the columns to ``gpkg_data_columns``. NUL characters, where SQLite and GDAL would truncate the
    text, become U+FFFD.
    """
    options = {"IDENTIFIER": layer.title, "DESCRIPTION": layer.description}
    # GDAL 3.6, as in Debian 12, warns of any version after 1.3.
    _write(frame, layer, record, path, "GPKG", options, {"VERSION": "1.3"})


def flatgeobuf(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as FlatGeobuf; title, description, record and meaning of columns in its header.

    GDAL writes them along a Hilbert curve with a spatial index, so that a client can fetch a
    bounding box by range requests. If any row lacks a geometry there is no index, and the rows
    keep their order. NUL characters as in :func:`geopackage`.
    """
    assert isinstance(frame, gpd.GeoDataFrame)
    whole = len(frame) > 0 and not (frame.geometry.isna() | frame.geometry.is_empty).any()
    options = {
        "TITLE": layer.title,
        "DESCRIPTION": layer.description,
        "SPATIAL_INDEX": "YES" if whole else "NO",
    }
    _write(frame, layer, record, path, "FlatGeobuf", options)


def with_dates(table: pa.Table, layer: Layer) -> pa.Table:
    """The table with the columns that are declared as dates cast from ISO 8601 text."""
    for index, name in enumerate(table.column_names):
        if layer.is_date(name):
            table = table.set_column(index, name, table.column(index).cast(pa.date32()))
    return table


def _write(
    frame: pd.DataFrame,
    layer: Layer,
    record: Record,
    path: Path,
    driver: str,
    options: Mapping[str, str],
    dataset_options: Mapping[str, str] | None = None,
) -> None:
    """Write rows to a new file with a GDAL driver and its layer and dataset creation options.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    spatial = isinstance(frame, gpd.GeoDataFrame)
    shapes = np.asarray(frame.geometry.array) if isinstance(frame, gpd.GeoDataFrame) else None
    names = [name for name in layer.columns if name in frame.columns]
    table = with_dates(arrow(pd.DataFrame(frame[names])), layer)
    schema = _schema(table.schema, layer, spatial)
    batches = map_in_threads(
        lambda batch: _prepare_batch(batch, schema), to_batches(table, len(frame), shapes, ROWS)
    )
    geometry: dict[str, Any] = {}
    if spatial:
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
            dataset_options=dict(dataset_options or {}),
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
        comment = str(layer.columns[field.name].description) + (f" [{unit}]" if unit else "")
        fields.append(pa.field(field.name, kind, metadata={"GDAL:OGR:comment": comment}))
    if spatial:
        extension = {"ARROW:extension:name": "geoarrow.wkb"}
        fields.append(pa.field(GEOMETRY, pa.binary(), metadata=extension))
    return pa.schema(fields)


def _prepare_batch(batch: Batch, schema: pa.Schema) -> pa.RecordBatch:
    """Prepare a batch for GDAL: NUL characters replaced, geometries as well-known binary."""
    columns = []
    for values in batch.attributes.columns:
        if is_text(values) and contains_any(values, _NUL):
            values = replace_matches(
                values.cast(TEXT), r"\x00", lambda text: text.replace("\0", "\ufffd")
            )
        columns.append(values)
    if batch.geometries is not None:
        columns.append(wkb(batch.geometries))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
