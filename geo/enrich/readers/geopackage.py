"""GeoPackage: one layer of points or polygons, read by GDAL.

A GeoPackage is a database, which can contain endless views or computed columns; their cost is
bounded from outside, see :mod:`geo.enrich.worker`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError

from geo.enrich import shapes
from geo.enrich.crs import require_horizontal
from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.names import safe_column_names
from geo.enrich.readers.base import Chunk, Hints, Reader, UserFile
from geo.enrich.readers.parquet import _is_bytes, _kind, _series
from geo.errors import InputError, quoted
from geo.i18n import tr

# GDAL warns about the missing extension of a file in memory.
warnings.filterwarnings("ignore", r"File /vsimem/pyogrio_\w+ has GPKG application_id")

_APPLICATIONS = (b"GPKG", b"GP10", b"GP11")
"""Application ids of a GeoPackage in the header of the database."""

_GDAL_ERRORS = (
    DataSourceError,
    DataLayerError,
    pa.ArrowException,
    RuntimeError,
    ValueError,
    KeyError,
)


class GeoPackageReader(Reader):
    """One layer of a GeoPackage."""

    format = "GeoPackage"
    has_geometry = True

    def __init__(self, source: UserFile, limits: Limits, hints: Hints) -> None:
        super().__init__(source, limits)
        if source.head(72)[68:] not in _APPLICATIONS:  # GDAL would open other databases
            raise InputError(
                tr("{file} is an SQLite database but no GeoPackage.", file=source.label)
            )
        self.layers = self._feature_layers()
        self.layer = self._select_layer(hints.layer)
        info = self._gdal(pyogrio.read_info, layer=self.layer, LIST_ALL_TABLES="NO")
        self._rows = int(info["features"])
        self.crs = self._crs(info["crs"])
        self._attributes = [str(name) for name in info["fields"]]
        self.check_columns(len(self._attributes))
        self.columns = tuple(safe_column_names(self._attributes))
        self.kinds = self._kinds()

    @property
    def notes(self) -> list[str]:
        """The layer that is read, if there are several."""
        if len(self.layers) < 2:
            return []
        return [
            tr(
                "Layer {layer} is read; there are {known}.",
                layer=quoted(self.layer),
                known=", ".join(quoted(name) for name in self.layers),
            )
        ]

    def _feature_layers(self) -> list[str]:
        try:
            listed = pyogrio.list_layers(self.source.data)
        except _GDAL_ERRORS as error:
            if isinstance(error, MemoryError):
                raise
            listed = []
        return [str(name) for name, geometry in listed if geometry is not None]

    def _select_layer(self, layer: str) -> str:
        if not self.layers:
            raise InputError(
                tr(
                    "{file} is a GeoPackage that has no layer of features, or is damaged.",
                    file=self.source.label,
                )
            )
        if layer and layer not in self.layers:
            raise InputError(
                tr(
                    "{file} has no layer {layer}; there are {known}.",
                    file=self.source.label,
                    layer=quoted(layer),
                    known=", ".join(quoted(name) for name in self.layers),
                )
            )
        return layer or self.layers[0]

    def _gdal(self, act: Any, **options: Any) -> Any:
        try:
            return act(self.source.data, **options)
        except _GDAL_ERRORS as error:
            raise self.damaged(error) from None

    def _crs(self, text: str | None) -> pyproj.CRS | None:
        if not text:
            return None
        try:
            crs = pyproj.CRS.from_user_input(text)
        except CRSError as error:
            raise self.damaged(error) from None
        if crs.name.lower().startswith("undefined"):
            return None
        return require_horizontal(crs)

    def _kinds(self) -> dict[str, str]:
        with self._gdal(self._open_arrow, LIST_ALL_TABLES="NO") as (_, stream):
            schema = pa.RecordBatchReader.from_stream(stream).schema
        return {
            name: _kind(schema.field(source_name).type)
            for source_name, name in zip(self._attributes, self.columns, strict=True)
        }

    def _open_arrow(self, data: Any, **options: Any) -> Any:
        return pyogrio.open_arrow(
            data, layer=self.layer, batch_size=CHUNK_ROWS, use_pyarrow=False, **options
        )

    def total(self) -> int | None:
        """Number of features, if the file states it."""
        return self._rows if self._rows >= 0 else None

    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """Features in table order."""
        row = 1
        try:
            with self._open_arrow(self.source.data, LIST_ALL_TABLES="NO") as (meta, stream):
                geometry = meta["geometry_name"] or "wkb_geometry"
                for batch in pa.RecordBatchReader.from_stream(stream):
                    self.check_rows(row - 1 + batch.num_rows)
                    yield self._chunk(batch, geometry, row)
                    row += batch.num_rows
        except _GDAL_ERRORS as error:
            raise self.damaged(error) from None

    def _chunk(self, batch: pa.RecordBatch, geometry: str, row: int) -> Chunk:
        columns = {}
        for source_name, name in zip(self._attributes, self.columns, strict=True):
            column = batch.column(source_name)
            columns[name] = (
                pd.Series([None] * len(column), dtype="str")
                if _is_bytes(column.type)
                else _series(column)
            )
        geometries = shapes.from_wkb(batch.column(geometry).to_pylist())
        rows = np.arange(row, row + batch.num_rows)
        return Chunk(rows, pd.DataFrame(columns, index=pd.RangeIndex(len(rows))), geometries)
