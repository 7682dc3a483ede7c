"""Type inference for columns of formats without declared types, CSV and GeoJSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

INTEGER, NUMBER, BOOLEAN, TEXT, EMPTY = "Int64", "float64", "boolean", "str", ""
"""pandas dtypes of columns; ``EMPTY`` if there is no value so far."""

_ARROW = {INTEGER: pa.int64(), "int64": pa.int64(), NUMBER: pa.float64(), BOOLEAN: pa.bool_()}

BIG, PADDED = "big", "padded"
"""Traits of numbers: whole ones that a float would change, and decimals that end in a zero."""

Traits = frozenset[str | int]
"""What occurs in a column: :data:`INTEGER`, :data:`NUMBER`, :data:`BOOLEAN`, :data:`TEXT`,
:data:`BIG`, :data:`PADDED`, and the numbers of decimals of texts."""

MAX_EXACT = 2**53
"""Whole numbers up to this are exact as floats."""

_WHOLE = r"^-?(0|[1-9][0-9]{0,18})$"
"""A number with a leading zero is a code (``007``) and stays text, as do 20 and more digits."""

_DECIMAL = (
    r"^-?((0|[1-9][0-9]{0,14})?\.[0-9]{1,30}([eE][+-]?[0-9]{1,2})?|[0-9]{1,15}[eE][+-][0-9]{1,2})$"
)
"""``12E5`` without a sign is a code; software writes ``1.2E6`` or ``12e+05``."""


def arrow_type(dtype: object) -> pa.DataType:
    """Arrow type of a column of a pandas dtype, text unless it is a number or a boolean."""
    return _ARROW.get(str(dtype), pa.string())


def traits(values: pd.Series) -> Traits:
    """What occurs in a column of texts or JSON values."""
    if isinstance(values.dtype, pd.StringDtype):
        return _traits_of_texts(pa.array(values))
    return frozenset[str | int]().union(*(_traits_of_value(value) for value in values))


def _traits_of_texts(texts: pa.Array) -> Traits:
    filled = texts.filter(pc.not_equal(pc.utf8_length(texts), 0))
    if not len(filled):
        return frozenset()
    is_whole = pc.match_substring_regex(filled, _WHOLE)
    whole, others = filled.filter(is_whole), filled.filter(pc.invert(is_whole))
    found: set[str | int] = set()
    if len(whole):
        found.add(INTEGER)
        if pc.max(pc.utf8_length(whole)).as_py() > 15:
            try:
                sizes = pc.abs(whole.cast(pa.int64()))
            except pa.ArrowInvalid:  # beyond 64 bits
                return frozenset({TEXT})
            found |= {BIG} if pc.max(sizes).as_py() > MAX_EXACT else set()
    if len(others):
        if not pc.all(pc.match_substring_regex(others, _DECIMAL)).as_py():
            return frozenset({TEXT})
        found.add(NUMBER)
        plain = others.filter(pc.invert(pc.match_substring_regex(others, "[eE]")))
        places = pc.subtract(pc.utf8_length(plain), pc.find_substring(plain, "."))
        found |= set(pc.unique(places).to_pylist())
        if pc.any(pc.match_substring_regex(plain, r"\.[0-9]+0$")).as_py():  # not 5.0
            found.add(PADDED)
    return frozenset(found)


def _traits_of_value(value: Any) -> Traits:
    if value is None:
        return frozenset()
    if isinstance(value, bool):
        return frozenset({BOOLEAN})
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            return frozenset({TEXT})
        return frozenset({INTEGER, BIG} if abs(value) > MAX_EXACT else {INTEGER})
    return frozenset({NUMBER if isinstance(value, float) else TEXT})


def column_type(found: Traits, is_code: bool = False) -> str:
    """The type that keeps all values of a column as they are written, as far as that matters.

    A decimal is text if it seems to be a code: ``32.10`` beside ``32.1`` or ``32``. Decimals of
    equal length are numbers, as ``6.10`` beside ``7.25``, unless the column holds codes.

    >>> column_type(frozenset({INTEGER, NUMBER})), column_type(frozenset({BOOLEAN, INTEGER}))
    ('float64', 'str')
    """
    kinds = found & {INTEGER, NUMBER, BOOLEAN, TEXT}
    if not kinds:
        return EMPTY
    if kinds == {INTEGER} or kinds == {BOOLEAN}:
        return str(*kinds)
    if kinds - {INTEGER, NUMBER} or BIG in found or is_code:
        return TEXT
    lengths = sum(isinstance(one, int) for one in found)
    mixed = PADDED in found and (lengths > 1 or INTEGER in kinds)
    return TEXT if mixed else NUMBER


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
