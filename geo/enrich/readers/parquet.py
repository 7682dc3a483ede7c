"""GeoParquet, and plain Parquet with coordinate or WKB columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
from pyproj.exceptions import CRSError

from geo.enrich import shapes, values
from geo.enrich.crs import require_horizontal
from geo.enrich.faults import ValidationReport
from geo.enrich.limits import CHUNK_ROWS, Limits
from geo.enrich.names import safe_column_names
from geo.enrich.readers.base import Chunk, Reader, UserFile
from geo.errors import InputError, quoted
from geo.i18n import tr
from geo.vocabulary import CRS

_USUAL_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb")
"""Names of a WKB column in files without metadata."""


class ParquetReader(Reader):
    """A Parquet file."""

    format = "Parquet"

    def __init__(self, source: UserFile, limits: Limits) -> None:
        super().__init__(source, limits)
        self._file = self._open()
        metadata = self._file.metadata
        self.check_rows(metadata.num_rows)
        self.check_columns(len(self._file.schema_arrow))
        schema = self._file.schema_arrow
        described = self._described()
        self._geometry = self._geometry_column(schema, described)
        self.has_geometry = bool(self._geometry)
        self.crs = self._crs(described) if described else None
        self._attributes, self._dropped = self._columns(schema)
        self.columns = tuple(safe_column_names(self._attributes))
        self.kinds = {
            name: _kind(schema.field(source_name).type)
            for source_name, name in zip(self._attributes, self.columns, strict=True)
        }

    @property
    def notes(self) -> list[str]:
        """Columns that are omitted."""
        if not self._dropped:
            return []
        names = ", ".join(quoted(name) for name in self._dropped[:10])
        return [tr("Columns of bytes were left out: {names}.", names=names)]

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
        """Metadata of the primary geometry column, with its ``name``."""
        raw = (self._file.metadata.metadata or {}).get(b"geo")
        if not raw:
            return {}
        try:
            geo = orjson.loads(raw)
            name = geo["primary_column"]
            described = {**geo["columns"][name], "name": name}
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise self.damaged(error) from None
        if described.get("encoding") != "WKB":
            raise InputError(
                tr(
                    "{file} holds its geometry as {encoding}; write it as WKB.",
                    file=self.source.label,
                    encoding=quoted(str(described.get("encoding"))),
                )
            )
        return described

    def _geometry_column(self, schema: pa.Schema, described: dict[str, Any]) -> str:
        if described:
            name = described["name"]
            if not isinstance(name, str) or name not in schema.names:
                raise self.damaged(tr("its geometry column is missing"))
        else:
            name = next((one for one in _USUAL_NAMES if one in schema.names), "")
        binary = bool(name) and _is_bytes(schema.field(name).type)
        if described and not binary:
            raise self.damaged(tr("its geometry column does not hold bytes"))
        return name if binary else ""

    def _crs(self, described: dict[str, Any]) -> pyproj.CRS | None:
        if "crs" not in described:
            return pyproj.CRS.from_user_input(CRS)
        if described["crs"] is None:
            return None
        try:
            return require_horizontal(pyproj.CRS.from_json_dict(described["crs"]))
        except (CRSError, TypeError, AttributeError, ValueError) as error:
            raise self.damaged(error) from None

    def _columns(self, schema: pa.Schema) -> tuple[list[str], list[str]]:
        """Attribute columns, and those that are dropped."""
        attributes: list[str] = []
        dropped: list[str] = []
        for field in schema:
            if field.name == self._geometry or (
                field.name == "bbox" and pa.types.is_struct(field.type)
            ):
                continue
            bad = _is_bytes(field.type) or schema.names.count(field.name) > 1
            (dropped if bad else attributes).append(field.name)
        return attributes, dropped

    def total(self) -> int | None:
        """Number of rows."""
        return int(self._file.metadata.num_rows)

    def chunks(self, faults: ValidationReport) -> Iterator[Chunk]:
        """Rows in file order."""
        columns = [*self._attributes, *([self._geometry] if self._geometry else [])]
        row = 1
        try:
            batches = self._file.iter_batches(CHUNK_ROWS, columns=columns, use_threads=False)
            for batch in batches if self._file.num_row_groups else ():
                self.check_rows(row - 1 + batch.num_rows)
                yield self._chunk(batch, row)
                row += batch.num_rows
        except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError) as error:
            raise self.damaged(error) from None

    def _chunk(self, batch: pa.RecordBatch, row: int) -> Chunk:
        table = pd.DataFrame(
            {
                name: _series(batch.column(source_name))
                for source_name, name in zip(self._attributes, self.columns, strict=True)
            },
            index=pd.RangeIndex(batch.num_rows),
        )
        geometries = None
        if self._geometry:
            geometries = shapes.from_wkb(_plain(batch.column(self._geometry)).to_pylist())
        return Chunk(np.arange(row, row + batch.num_rows), table, geometries)


def _is_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _kind(kind: pa.DataType) -> str:
    """The type of a column, see :mod:`geo.enrich.values`."""
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return values.INTEGER
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or kind == pa.uint64():
        return values.NUMBER
    return values.BOOLEAN if pa.types.is_boolean(kind) else values.TEXT


def _series(column: pa.Array) -> pd.Series:
    """Convert a column to its type; times to ISO 8601, lists and structs to JSON."""
    column = _plain(column)
    kind = _kind(column.type)
    if kind == values.NUMBER:
        return pd.Series(pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    if kind == values.INTEGER:
        return pd.Series(
            column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        )
    if kind == values.BOOLEAN:
        return pd.Series(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get))
    if pa.types.is_nested(column.type):
        return pd.Series([values.as_text(one) for one in column.to_pylist()], dtype="str")
    return pd.Series(column.cast(pa.string()).to_pandas(), dtype="str")
