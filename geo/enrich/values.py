"""Type inference for columns of formats without declared types, CSV and GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

INTEGER, NUMBER, BOOLEAN, TEXT, EMPTY = "Int64", "float64", "boolean", "str", ""
"""pandas dtypes of columns; ``EMPTY`` if there is no value so far."""

_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
"""A number with a leading zero is a code (``007``) and stays text."""

_DECIMAL = r"^-?(0|[1-9][0-9]{0,17})?\.?[0-9]{1,30}([eE][+-]?[0-9]{1,2})?$"
_LEADING_ZERO = r"^-?0[0-9]"


def infer_type(values: pd.Series) -> str:
    """The narrowest type for all values of a column of texts or JSON values."""
    if isinstance(values.dtype, pd.StringDtype):
        return _kind_of_texts(pa.array(values))
    kinds = {_kind_of_value(value) for value in values}
    result = EMPTY
    for kind in kinds:
        result = common_type(result, kind)
    return result


def _kind_of_texts(texts: pa.Array) -> str:
    filled = texts.filter(pc.not_equal(pc.utf8_length(texts), 0))
    if not len(filled):
        return EMPTY
    if pc.all(pc.match_substring_regex(filled, _WHOLE)).as_py():
        return INTEGER
    decimal = pc.match_substring_regex(filled, _DECIMAL)
    coded = pc.match_substring_regex(filled, _LEADING_ZERO)
    return NUMBER if pc.all(pc.and_not(decimal, coded)).as_py() else TEXT


def _kind_of_value(value: Any) -> str:
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER if -(2**63) <= value < 2**63 else NUMBER
    return NUMBER if isinstance(value, float) else TEXT


def common_type(one: str, other: str) -> str:
    """The narrowest type that can represent both.

    >>> common_type(INTEGER, NUMBER), common_type(EMPTY, BOOLEAN), common_type(BOOLEAN, INTEGER)
    ('float64', 'boolean', 'str')
    """
    if one == other or not other:
        return one
    if not one:
        return other
    return NUMBER if {one, other} == {INTEGER, NUMBER} else TEXT


def cast_column(values: pd.Series, kind: str) -> pd.Series:
    """Convert a column to a type; empty text becomes missing."""
    kind = kind or TEXT
    if isinstance(values.dtype, pd.StringDtype):
        values = values.mask(values == "")
        if kind == INTEGER:
            return pd.Series(pa.array(values).cast(pa.int64()).to_pandas(types_mapper=_nullable))
        return values if kind == TEXT else values.astype(pd.api.types.pandas_dtype(kind))
    if kind == TEXT:
        return pd.Series([as_text(value) for value in values], index=values.index, dtype="str")
    if kind == NUMBER:
        return pd.Series(
            [np.nan if value is None else float(value) for value in values], index=values.index
        )
    return values.astype(pd.api.types.pandas_dtype(kind))


_nullable = {pa.int64(): pd.Int64Dtype()}.get


def as_text(value: Any) -> str | None:
    """Convert a JSON value to text; lists and objects to JSON.

    >>> as_text([1, None]), as_text(True), as_text("a")
    ('[1,null]', 'true', 'a')
    """
    if value is None or isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()
    except (TypeError, orjson.JSONEncodeError):
        return str(value)


def infer_types(tables: Iterable[pd.DataFrame]) -> dict[str, str]:
    """Types of the columns over all parts of a table, in order of appearance."""
    types: dict[str, str] = {}
    for table in tables:
        for name in table.columns:
            before = types.get(name, EMPTY)
            types[name] = before if before == TEXT else common_type(before, infer_type(table[name]))
    return types
