"""GeoPackage: one layer of points or polygons, read by GDAL.

A GeoPackage is a database, which can contain endless views or computed columns; their cost is
bounded from outside, see :mod:`geo.enrich.worker`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyogrio

from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.readers.arrow import ArrowReader
from geo.enrich.readers.base import Chunk, Hints, UserFile
from geo.errors import InputError, quoted
from geo.i18n import tr

# GDAL warns about the missing extension of a file in memory.
warnings.filterwarnings("ignore", r"File /vsimem/pyogrio_\w+ has GPKG application_id")

# GDAL would start a thread, which a confined process may not, unless the ids of the features are
# 1, 2, 3, ... and as many as the file states: not once a feature was deleted.
pyogrio.set_gdal_config_options({"OGR_GPKG_STREAM_BASE_IMPL": "YES"})

_APPLICATIONS = (b"GPKG", b"GP10", b"GP11")
"""Application ids of a GeoPackage in the header of the database."""

_HEAD_BYTES = 65_536
"""The first page of a database, which lists its tables."""

_MAX_CANDIDATES = 20

_OPTIONS = {"LIST_ALL_TABLES": "NO"}
"""Only tables that the GeoPackage lists as layers."""

# Those of pyogrio are RuntimeErrors; Arrow raises OSError for what GDAL says while it streams.
_GDAL_ERRORS = (RuntimeError, pa.ArrowException, OSError, ValueError, KeyError)


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
        if info["crs"] and '"Undefined ' not in info["crs"]:  # names of GDAL for ids -1 and 0
            self.state_crs(info["crs"])
        with self._open() as (meta, batches):
            schema = batches.schema
        self.set_schema(schema, meta["geometry_name"] or "wkb_geometry", lambda name: None)

    @property
    def notes(self) -> list[str]:
        """The layer that is read, if there are several, and changes that might not be."""
        notes = super().notes
        if len(self.layers) > 1:
            notes.append(
                tr(
                    "Layer {layer} is used. Available: {known}.",
                    layer=quoted(self.layer),
                    known=", ".join(quoted(name) for name in self.layers),
                )
            )
        if self._may_lack_changes:
            notes.append(
                tr(
                    "The latest changes may be in a second file, {name}, until the program "
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
                tr("{file} is an SQLite database but not a GeoPackage.", file=self.source.label)
            )

    def _feature_layers(self) -> tuple[str, ...]:
        """Names of the layers, those that may hold points or polygons first."""
        try:
            listed = pyogrio.list_layers(self.source.data)
        except _GDAL_ERRORS as error:
            if isinstance(error, MemoryError):
                raise
            listed = []
        kinds = {str(name): str(kind) for name, kind in listed if kind is not None}
        return tuple(sorted(kinds, key=lambda it: "Line" in kinds[it] or "Curve" in kinds[it]))

    def _select_layer(self, layer: str) -> tuple[str, dict[str, Any]]:
        """The layer to read, by default the first that is not empty, and GDAL's information."""
        if not self.layers:
            raise InputError(
                tr(
                    "{file} is a GeoPackage without a feature layer, or is damaged.",
                    file=self.source.label,
                )
            )
        if layer and layer not in self.layers:
            raise InputError(
                tr(
                    "{file} has no layer {layer}. Available: {known}.",
                    file=self.source.label,
                    layer=quoted(layer),
                    known=", ".join(quoted(name) for name in self.layers),
                )
            )
        candidates = [layer] if layer else self.layers[:_MAX_CANDIDATES]
        infos = ((name, self._info(name)) for name in candidates)
        first = next(infos)
        return (
            first if first[1]["features"] else next((i for i in infos if i[1]["features"]), first)
        )

    def _info(self, layer: str) -> dict[str, Any]:
        with self._gdal_errors():
            info: dict[str, Any] = pyogrio.read_info(self.source.data, layer, **_OPTIONS)
        return info

    @contextmanager
    def _open(self) -> Iterator[tuple[dict[str, Any], pa.RecordBatchReader]]:
        """GDAL's description of the layer, and its features."""
        with (
            self._gdal_errors(),
            pyogrio.open_arrow(
                self.source.data, self.layer, batch_size=CHUNK_ROWS, use_pyarrow=False, **_OPTIONS
            ) as (meta, stream),
        ):
            yield meta, pa.RecordBatchReader.from_stream(stream)

    @contextmanager
    def _gdal_errors(self) -> Iterator[None]:
        """Raise failures of GDAL as errors for a damaged file."""
        try:
            yield
        except _GDAL_ERRORS as error:
            raise self.damaged(error) from None

    def total(self) -> int | None:
        """Number of features, if the file states it."""
        return self._rows if self._rows >= 0 else None

    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """Features in table order."""
        row = 1
        with self._open() as (_, batches):
            for batch in batches:
                yield self.to_chunk(batch, row)
                row += batch.num_rows
        if row <= self._rows:  # a wrong count, or a damaged page, at which GDAL ends
            self._check_pages()

    def _check_pages(self) -> None:
        with self._gdal_errors():
            *_, [[found]] = pyogrio.raw.read(self.source.data, sql="PRAGMA quick_check(1)")
        if found != "ok":
            raise self.damaged(found.splitlines()[-1])
