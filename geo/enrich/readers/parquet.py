"""GeoParquet, and plain Parquet with coordinate or WKB columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.readers.arrow import ArrowReader, Extremes, is_bytes
from geo.enrich.readers.base import Chunk, UserFile
from geo.errors import InputError, quoted
from geo.i18n import tr
from geo.vocabulary import CRS

_USUAL_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb")
"""Names of a WKB column in files without metadata."""


class ParquetReader(ArrowReader):
    """A Parquet file."""

    format = "Parquet"

    def __init__(self, source: UserFile, limits: Limits) -> None:
        super().__init__(source, limits)
        self._file = self._open()
        metadata = self._file.metadata
        self.check_rows(metadata.num_rows)
        schema = self._file.schema_arrow
        try:
            described = self._described() or self._typed()
        except (AttributeError, KeyError, TypeError, ValueError, StopIteration) as error:
            raise self.damaged(error) from None
        self.set_schema(schema, self._geometry_column(schema, described), self._extremes)
        self.has_geometry = bool(self._geometry)
        if described and described.get("crs", CRS) is not None:
            self.state_crs(described.get("crs", CRS))

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(
                self.source.open(),
                pre_buffer=False,
                buffer_size=1 << 20,
                arrow_extensions_enabled=False,
            )
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            raise self.damaged(error) from None

    def _described(self) -> dict[str, Any]:
        """GeoParquet's metadata of the primary geometry column, with its ``name``."""
        raw = (self._file.metadata.metadata or {}).get(b"geo")
        if not raw:
            return {}
        geo = orjson.loads(raw)
        name = geo.get("primary_column") or next(iter(geo["columns"]))
        described = {**geo["columns"][name], "name": name}
        if described.get("encoding") != "WKB":
            raise InputError(
                tr(
                    "{file} stores its geometry as {encoding}; save it as WKB.",
                    file=self.source.label,
                    encoding=quoted(str(described.get("encoding"))),
                )
            )
        return described

    def _typed(self) -> dict[str, Any]:
        """Name and CRS of the first column of Parquet's own type GEOMETRY or GEOGRAPHY, else of
        GeoArrow's extension type."""
        for index, path in enumerate(self._file.schema.names):
            column = self._file.schema.column(index)
            if column.path == path and column.logical_type.type in ("GEOMETRY", "GEOGRAPHY"):
                stated = orjson.loads(column.logical_type.to_json()).get("crs", CRS)
                key = stated.removeprefix("projjson:").encode()  # of the file's metadata
                return {"name": path, "crs": (self._file.metadata.metadata or {}).get(key, stated)}
        for field in self._file.schema_arrow:
            metadata = field.metadata or {}
            if metadata.get(b"ARROW:extension:name") == b"geoarrow.wkb":
                extension = orjson.loads(metadata.get(b"ARROW:extension:metadata") or b"{}")
                return {"name": field.name, "crs": extension.get("crs")}
        return {}

    def _extremes(self, path: str) -> Extremes:
        metadata, names = self._file.metadata, self._file.schema.names
        if names.count(path) != 1 or self._file.schema.column(names.index(path)).path != path:
            return None
        groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
        stated = [group.column(names.index(path)).statistics for group in groups if group.num_rows]
        if not stated or not all(one and one.has_min_max for one in stated):
            return None
        return min(one.min for one in stated), max(one.max for one in stated)

    def _geometry_column(self, schema: pa.Schema, described: dict[str, Any]) -> str:
        if described:
            name = described["name"]
            if schema.names.count(name) != 1:
                raise self.damaged(tr("its geometry column is missing"))
        else:
            name = next((one for one in _USUAL_NAMES if schema.names.count(one) == 1), "")
        binary = bool(name) and is_bytes(schema.field(name).type)
        if described and not binary:
            raise self.damaged(tr("its geometry column is not binary"))
        return name if binary else ""

    def total(self) -> int | None:
        """Number of rows."""
        return int(self._file.metadata.num_rows)

    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """Rows in file order."""
        columns = dict.fromkeys(  # of two columns with one name both are read
            field.name
            for field in self._file.schema_arrow
            if field.name == self._geometry or self.is_attribute(field)
        )
        row = 1
        try:
            batches = self._file.iter_batches(CHUNK_ROWS, columns=list(columns), use_threads=False)
            for batch in batches if self._file.num_row_groups else ():
                yield self.to_chunk(batch, row)
                row += batch.num_rows
        except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError) as error:
            raise self.damaged(error) from None
