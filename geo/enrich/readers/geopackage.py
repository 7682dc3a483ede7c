"""GeoPackage: one layer of points or polygons, read by GDAL.

A GeoPackage is a database, and a database can hold a view that never ends or a column that is
computed; what that may cost is bounded from outside, see :mod:`geo.enrich.worker`.
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
from geo.enrich.crs import usable
from geo.enrich.faults import Faults
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.names import safe
from geo.enrich.readers.base import Chunk, Hints, Reader, Source
from geo.enrich.readers.parquet import _is_bytes, _kind, _series
from geo.errors import InputError, quoted
from geo.i18n import tr

# A file in memory has no name whose ending GDAL could like.
warnings.filterwarnings("ignore", r"File /vsimem/pyogrio_\w+ has GPKG application_id")

_APPLICATIONS = (b"GPKG", b"GP10", b"GP11")
"""What a GeoPackage says of itself in the header of the database."""

_GDAL_FAULTS = (
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

    def __init__(self, source: Source, limits: Limits, hints: Hints) -> None:
        super().__init__(source, limits)
        if source.head(72)[68:] not in _APPLICATIONS:  # GDAL would take it for another database
            raise InputError(
                tr("{file} is an SQLite database but no GeoPackage.", file=source.said)
            )
        self.layers = self._feature_layers()
        self.layer = self._chosen(hints.layer)
        info = self._gdal(pyogrio.read_info, layer=self.layer, LIST_ALL_TABLES="NO")
        self._rows = int(info["features"])
        self.crs = self._crs(info["crs"])
        self._attributes = [str(name) for name in info["fields"]]
        self.check_columns(len(self._attributes))
        self.columns = tuple(safe(self._attributes))
        self.kinds = self._kinds()

    @property
    def notes(self) -> list[str]:
        """Which layer is read, of several."""
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
        except _GDAL_FAULTS as error:
            if isinstance(error, MemoryError):
                raise
            listed = []
        return [str(name) for name, geometry in listed if geometry is not None]

    def _chosen(self, wanted: str) -> str:
        if not self.layers:
            raise InputError(
                tr(
                    "{file} is a GeoPackage that has no layer of features, or is damaged.",
                    file=self.source.said,
                )
            )
        if wanted and wanted not in self.layers:
            raise InputError(
                tr(
                    "{file} has no layer {layer}; there are {known}.",
                    file=self.source.said,
                    layer=quoted(wanted),
                    known=", ".join(quoted(name) for name in self.layers),
                )
            )
        return wanted or self.layers[0]

    def _gdal(self, act: Any, **options: Any) -> Any:
        try:
            return act(self.source.data, **options)
        except _GDAL_FAULTS as error:
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
        return usable(crs)

    def _kinds(self) -> dict[str, str]:
        with self._gdal(self._opened, LIST_ALL_TABLES="NO") as (_, stream):
            schema = pa.RecordBatchReader.from_stream(stream).schema
        return {
            name: _kind(schema.field(own).type)
            for own, name in zip(self._attributes, self.columns, strict=True)
        }

    def _opened(self, data: Any, **options: Any) -> Any:
        return pyogrio.open_arrow(
            data, layer=self.layer, batch_size=CHUNK_ROWS, use_pyarrow=False, **options
        )

    def total(self) -> int | None:
        """Number of features, where the file tells it."""
        return self._rows if self._rows >= 0 else None

    def chunks(self, faults: Faults) -> Iterator[Chunk]:
        """Features in the order of the table."""
        row = 1
        try:
            with self._opened(self.source.data, LIST_ALL_TABLES="NO") as (meta, stream):
                geometry = meta["geometry_name"] or "wkb_geometry"
                for batch in pa.RecordBatchReader.from_stream(stream):
                    self.check_rows(row - 1 + batch.num_rows)
                    yield self._chunk(batch, geometry, row)
                    row += batch.num_rows
        except _GDAL_FAULTS as error:
            raise self.damaged(error) from None

    def _chunk(self, batch: pa.RecordBatch, geometry: str, row: int) -> Chunk:
        columns = {}
        for own, name in zip(self._attributes, self.columns, strict=True):
            column = batch.column(own)
            columns[name] = (
                pd.Series([None] * len(column), dtype="str")
                if _is_bytes(column.type)
                else _series(column)
            )
        found = shapes.from_wkb(batch.column(geometry).to_pylist())
        rows = np.arange(row, row + batch.num_rows)
        return Chunk(rows, pd.DataFrame(columns, index=pd.RangeIndex(len(rows))), found)
