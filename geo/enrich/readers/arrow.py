"""Formats that are read as record batches of Arrow: Parquet and GeoPackage."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.enrich import shapes, values
from geo.enrich.names import safe_column_names
from geo.enrich.readers.base import Chunk, Reader
from geo.errors import quoted
from geo.i18n import tr

Extremes = tuple[Any, Any] | None
"""Least and greatest value of a column, if known."""

_INT64 = (-(2**63), 2**63 - 1)
_EXACT = (-(10**15), 10**15)
"""Range in which decimals become floats; beyond it a float would lose digits before the point."""


class ArrowReader(Reader):
    """A file whose columns have types. Columns of bytes are dropped, except the geometry."""

    _geometry = ""
    _dropped: tuple[str, ...] = ()

    def set_schema(
        self, schema: pa.Schema, geometry: str, extremes: Callable[[str], Extremes]
    ) -> None:
        """Set the columns and their types.

        Parameters
        ----------
        geometry
            Column of WKB, empty if there is none.
        extremes
            Least and greatest value of a column by its name.
        """
        self.check_columns(len(schema))
        self._geometry = geometry
        self._dropped = tuple(f.name for f in schema if f.name != geometry and is_bytes(f.type))
        fields = [field for field in schema if self.is_attribute(field)]
        self.columns = tuple(safe_column_names(field.name for field in fields))
        self.kinds = {
            name: column_kind(field.type, partial(extremes, field.name))
            for field, name in zip(fields, self.columns, strict=True)
        }

    def is_attribute(self, field: pa.Field) -> bool:
        """Whether a column is neither geometry nor dropped."""
        is_box = field.name == "bbox" and pa.types.is_struct(field.type)  # of GeoParquet
        return not (field.name == self._geometry or is_box or is_bytes(field.type))

    @property
    def notes(self) -> list[str]:
        """Columns that are omitted."""
        if not self._dropped:
            return []
        names = ", ".join(quoted(name) for name in self._dropped[:10])
        return [tr("Binary columns were left out: {names}.", names=names)]

    def to_chunk(self, batch: pa.RecordBatch, row: int) -> Chunk:
        """Rows of a batch, the first of which has a number."""
        self.check_rows(row - 1 + batch.num_rows)
        attributes = (
            column
            for field, column in zip(batch.schema, batch.columns, strict=True)
            if self.is_attribute(field)
        )
        table = {
            name: to_series(column, kind)
            for (name, kind), column in zip((self.kinds or {}).items(), attributes, strict=True)
        }
        geometries = None
        if self._geometry:
            geometries = shapes.from_wkb(_decoded(batch.column(self._geometry)).to_pylist())
        rows = np.arange(row, row + batch.num_rows)
        return Chunk(rows, pd.DataFrame(table, index=pd.RangeIndex(len(rows))), geometries)


def is_bytes(kind: pa.DataType) -> bool:
    """Whether a column holds bytes."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def column_kind(kind: pa.DataType, extremes: Callable[[], Extremes] = lambda: None) -> str:
    """The type of a column, see :mod:`geo.enrich.values`.

    Numbers that might lose digits become text.
    """
    if kind == pa.uint64():
        return values.INTEGER if _fits(extremes(), _INT64) else values.TEXT
    if pa.types.is_decimal(kind):
        digits = kind.precision - kind.scale
        if kind.scale > 0:
            return values.NUMBER if digits <= 15 or _fits(extremes(), _EXACT) else values.TEXT
        return values.INTEGER if digits <= 18 or _fits(extremes(), _INT64) else values.TEXT
    if pa.types.is_integer(kind):
        return values.INTEGER
    if pa.types.is_floating(kind):
        return values.NUMBER
    return values.BOOLEAN if pa.types.is_boolean(kind) else values.TEXT


def _fits(extremes: Extremes, bounds: tuple[int, int]) -> bool:
    return extremes is not None and bool(bounds[0] <= extremes[0] and extremes[1] <= bounds[1])


def to_series(column: pa.Array, kind: str) -> pd.Series:
    """Convert a column to its type; times to ISO 8601, lists and structs to JSON."""
    column = _decoded(column)
    if kind == values.NUMBER:
        if pa.types.is_decimal(column.type):  # Arrow's own cast makes -6.175400000000001 of -6.1754
            column = column.cast(pa.string())
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
