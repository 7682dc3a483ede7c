"""GeoPackage: one layer of points or polygons, read by GDAL.

A GeoPackage is a database, which can contain endless views or computed columns; their cost is
bounded from outside, see :mod:`geo.enrich.worker`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.readers.arrow import ArrowReader
from geo.enrich.readers.base import Chunk, Hints, UserFile
from geo.errors import InputError, quoted
from geo.i18n import tr

# GDAL warns about the missing extension of a file in memory.
warnings.filterwarnings("ignore", r"File /vsimem/pyogrio_\w+ has GPKG application_id")

_APPLICATIONS = (b"GPKG", b"GP10", b"GP11")
"""Application ids of a GeoPackage in the header of the database."""

_HEAD_BYTES = 65_536
"""The first page of a database, which lists its tables."""

_MAX_CANDIDATES = 20

_GDAL_ERRORS = (
    DataSourceError,
    DataLayerError,
    pa.ArrowException,
    RuntimeError,
    ValueError,
    KeyError,
)


class GeoPackageReader(ArrowReader):
    """One layer of a GeoPackage."""

    format = "GeoPackage"
    has_geometry = True

    def __init__(self, source: UserFile, limits: Limits, hints: Hints) -> None:
        super().__init__(source, limits)
        head = source.head(_HEAD_BYTES)
        self._check_application(head)
        self._may_lack_changes = head[18:20] == b"\2\2"
        self.layers = self._feature_layers()
        self.layer, info = self._select_layer(hints.layer)
        self._rows = int(info["features"])
        if not self._rows:  # GDAL starts a thread for a count of 0, which may be wrong
            pyogrio.set_gdal_config_options({"OGR_GPKG_STREAM_BASE_IMPL": "YES"})
        if info["crs"] and '"Undefined ' not in info["crs"]:  # names of GDAL for ids -1 and 0
            self.state_crs(info["crs"])
        with self._gdal(self._open_arrow, LIST_ALL_TABLES="NO") as (meta, stream):
            schema = pa.RecordBatchReader.from_stream(stream).schema
        self.set_schema(schema, meta["geometry_name"] or "wkb_geometry", lambda name: None)

    @property
    def notes(self) -> list[str]:
        """The layer that is read, if there are several, and changes that might not be."""
        notes = super().notes
        if len(self.layers) > 1:
            notes.append(
                tr(
                    "Layer {layer} is read; there are {known}.",
                    layer=quoted(self.layer),
                    known=", ".join(quoted(name) for name in self.layers),
                )
            )
        if self._may_lack_changes:
            notes.append(
                tr(
                    "The newest changes may be in a second file, {name}, until the program "
                    "that writes them (QGIS) closes the GeoPackage.",
                    name=quoted(f"{self.source.name}-wal"),
                )
            )
        return notes

    def _check_application(self, head: bytes) -> None:
        """Reject other databases, which GDAL would open."""
        application = head[68:72]
        if application == bytes(4) and b"gpkg_contents" in head:  # written by no known library
            if isinstance(self.source.data, bytes):
                data = b"GPKG".join((self.source.data[:68], self.source.data[72:]))
                self.source = UserFile(self.source.name, data)
        elif application not in _APPLICATIONS:
            raise InputError(
                tr("{file} is an SQLite database but no GeoPackage.", file=self.source.label)
            )

    def _feature_layers(self) -> list[str]:
        """Names of the layers, those that may hold points or polygons first."""
        try:
            listed = pyogrio.list_layers(self.source.data)
        except _GDAL_ERRORS as error:
            if isinstance(error, MemoryError):
                raise
            listed = []
        kinds = {str(name): str(kind) for name, kind in listed if kind is not None}
        return sorted(kinds, key=lambda name: "Line" in kinds[name] or "Curve" in kinds[name])

    def _select_layer(self, layer: str) -> tuple[str, dict[str, Any]]:
        """The layer to read, by default the first that is not empty, and GDAL's information."""
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
        candidates = [layer] if layer else self.layers[:_MAX_CANDIDATES]
        infos = (
            (name, self._gdal(pyogrio.read_info, layer=name, LIST_ALL_TABLES="NO"))
            for name in candidates
        )
        first = next(infos)
        return (
            first if first[1]["features"] else next((i for i in infos if i[1]["features"]), first)
        )

    def _gdal(self, act: Any, **options: Any) -> Any:
        try:
            return act(self.source.data, **options)
        except _GDAL_ERRORS as error:
            raise self.damaged(error) from None

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
            with self._open_arrow(self.source.data, LIST_ALL_TABLES="NO") as (_, stream):
                for batch in pa.RecordBatchReader.from_stream(stream):
                    yield self.to_chunk(batch, row)
                    row += batch.num_rows
        except _GDAL_ERRORS as error:
            raise self.damaged(error) from None
