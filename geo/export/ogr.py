"""GeoPackage and FlatGeobuf, written by GDAL from Arrow batches.

Both formats need a file that can be written to at any place; see :mod:`geo.export.file` for where
it stands while it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo.columns import Layer
from geo.export.batches import (
    BYTES,
    TEXT,
    Batch,
    among,
    arrow,
    cut,
    holds,
    in_order,
    is_text,
    meanwhile,
    replaced,
    rows_of,
)
from geo.export.geometry import along_curve, wkb
from geo.export.record import Record

Rows: TypeAlias = npt.NDArray[np.int64]
"""Places of rows in their frame."""

_NUL = among(b"\0")

EPSG_4326 = "EPSG:4326"
"""What both formats' readers know best; in both, coordinates stand longitude first."""

ROWS = 32_768
"""Rows that GDAL is handed at a time."""

_GEOMETRY = "geom"
_NO_TIME = "1970-01-01T00:00:00Z"
"""For the timestamps of a GeoPackage: equal rows shall give equal bytes."""


def geopackage(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as the one layer of a GeoPackage, a table where there is no geometry.

    Title and description stand in ``gpkg_contents``, the record in ``gpkg_metadata``, the meaning
    of the columns in ``gpkg_data_columns``. A NUL character, at which SQLite and GDAL would end
    the text, becomes U+FFFD. Boundaries are written in the first level of detail.
    """
    options = {
        "layer_options": {"IDENTIFIER": layer.title, "DESCRIPTION": layer.description},
        "layer_metadata": record.as_dict(),
    }
    _write(frame, layer, path, "GPKG", options)


def flatgeobuf(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as FlatGeobuf; title, description, record and meaning of columns in its header.

    The rows are packed along a Hilbert curve under a spatial index, so that a reader can fetch a
    bounding box by ranges of bytes. Without a geometry in some row there is no index, and the
    rows keep their order. NUL characters and boundaries as in :func:`geopackage`.
    """
    assert isinstance(frame, gpd.GeoDataFrame)
    shapes = np.asarray(frame.geometry.array)
    whole = len(shapes) > 0 and not (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any()
    options = {
        "layer_options": {
            "TITLE": layer.title,
            "DESCRIPTION": layer.description,
            "SPATIAL_INDEX": "YES" if whole else "NO",
        },
        "layer_metadata": record.as_dict(),
    }
    # GDAL packs rows that come along the curve in two thirds of the time.
    _write(frame, layer, path, "FlatGeobuf", options, along=whole)


def _write(
    frame: pd.DataFrame,
    layer: Layer,
    path: Path,
    driver: str,
    options: Mapping[str, Any],
    along: bool = False,
) -> None:
    """Write rows, as they come or, which needs a geometry in each, along a Hilbert curve."""
    shapes = np.asarray(frame.geometry.array) if isinstance(frame, gpd.GeoDataFrame) else None
    names = [name for name in layer.columns if name in frame.columns]
    table = arrow(pd.DataFrame(frame[names]))
    schema = _schema(table.schema, layer, shapes is not None)
    if shapes is None or not along:
        cuts = cut(table, len(frame), shapes, ROWS)
        batches = in_order(lambda batch: _batch(batch, schema), cuts)
    else:
        # Geometries are read in the order in which they lie in memory, four times as fast.
        content = meanwhile(wkb, shapes)
        order = along_curve(shapes)
        table = table.append_column(schema.field(_GEOMETRY), content.result())
        batches = in_order(partial(_taken, table, schema), _portions(table, order))
    geometry = {"geometry_name": _GEOMETRY, "geometry_type": layer.geometry, "crs": EPSG_4326}
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
            **(geometry if shapes is not None else {}),
            **options,
        )
    except (DataLayerError, DataSourceError) as error:
        raise OSError(str(error).rstrip(".")) from error


def _portions(table: pa.Table, order: Rows) -> Iterator[Rows]:
    """The places of the rows in batches, of fewer rows where they have long texts."""
    most = rows_of(table, BYTES, ROWS)
    return (order[at : at + most] for at in range(0, len(order), most))


def _taken(table: pa.Table, schema: pa.Schema, rows: Rows) -> pa.RecordBatch:
    [taken] = table.take(rows).combine_chunks().to_batches()
    return _batch(Batch(taken, None, 0), schema)


def _schema(attributes: pa.Schema, layer: Layer, spatial: bool) -> pa.Schema:
    fields = []
    for field in attributes:
        kind = TEXT if is_text(field) else field.type
        unit = layer.unit(field.name)
        said = str(layer.columns[field.name].description) + (f" [{unit}]" if unit else "")
        fields.append(pa.field(field.name, kind, metadata={"GDAL:OGR:comment": said}))
    if spatial:
        known_as = {"ARROW:extension:name": "geoarrow.wkb"}
        fields.append(pa.field(_GEOMETRY, pa.binary(), metadata=known_as))
    return pa.schema(fields)


def _batch(batch: Batch, schema: pa.Schema) -> pa.RecordBatch:
    columns = []
    for values in batch.attributes.columns:
        if is_text(values) and holds(values, _NUL):
            values = replaced(values.cast(TEXT), r"\x00", lambda text: text.replace("\0", "\ufffd"))
        columns.append(values)
    if batch.geometries is not None:
        columns.append(wkb(batch.geometries))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
