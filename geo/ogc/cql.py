"""CQL2 text filters over the rows of a collection.

As in SQL, a comparison with a missing value is unknown, and a row passes only if the whole filter
is true.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, VisitError
from lark.visitors import Transformer_NonRecursive, v_args

from geo.errors import QueryError, quoted
from geo.i18n import mark, tr
from geo.ogc import crs, times
from geo.ogc.boxes import bbox_geometry
from geo.ogc.collection import Collection, Mask

MAX_CHARACTERS = 8_000
MAX_SPATIAL_RELATIONS = 20
"""Limit of a filter; relations to detailed boundaries are its slowest part."""

GEOMETRY = "geometry"
"""Name of the geometry in a filter."""

_KINDS = {
    "text": mark("text"),
    "number": mark("a number"),
    "truth": mark("true or false"),
    "geometry": mark("a geometry"),
}

_COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CALCULATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": np.fmod,
    "div": lambda left, right: np.trunc(left / right),
    "^": np.power,
}

_ESCAPES = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ESCAPED = re.compile(r"''|\\([abtnvfr'\\])")


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("cql2.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=True)


def parse(text: str) -> Tree[Token]:
    """Parse a filter to a syntax tree.

    Raises
    ------
    QueryError
        If it is not CQL2 text, or too long; the message gives the position.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(tr("The filter is longer than {most} characters.", most=MAX_CHARACTERS))
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        position = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(text)
        rest = text[max(position, 0) :].strip()
        if not rest or "$END" in repr(getattr(error, "token", "")):
            raise QueryError(tr("The filter is not CQL2 text: it ends too early.")) from None
        raise QueryError(
            tr(
                "The filter is not CQL2 text: {text} is not expected at character {at}.",
                text=quoted(rest.split()[0]),
                at=position + 1,
            )
        ) from None


def unescape(literal: str) -> str:
    """The text of a literal; a backslash that is no escape stays, as LIKE has its own.

    >>> unescape(r"'Xi\\'an'")
    "Xi'an"
    """
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1] or "'"), literal[1:-1])


def filter_mask(text: str, collection: Collection, filter_crs: str = crs.CRS84) -> Mask:
    """Mask of the rows of a collection that pass a filter.

    Parameters
    ----------
    text
        CQL2 text; ``geometry`` is the geometry.
    filter_crs
        URI of the CRS of the filter's coordinates.

    Raises
    ------
    QueryError
        If the filter is invalid, names an unknown column, or compares different types.
    """
    tree = parse(text)
    shapes = sum(1 for _ in tree.find_data("related"))
    if shapes > MAX_SPATIAL_RELATIONS:
        raise QueryError(
            tr("The filter has more than {most} spatial relations.", most=MAX_SPATIAL_RELATIONS)
        )
    try:
        with np.errstate(all="ignore"):
            result = _Rows(collection, filter_crs).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise QueryError(
            tr("The filter cannot be evaluated: {fault}.", fault=quoted(str(error.orig_exc)))
        ) from None
    return _condition(result, collection).fillna(value=False).to_numpy(dtype=bool)


def _condition(value: Any, collection: Collection) -> pd.Series:
    """Broadcast a truth value to all rows."""
    if isinstance(value, pd.Series):
        # Texts compare as pandas' "boolean", or Arrow's, which do not combine where one is missing.
        return value.astype("boolean")
    return pd.Series(value, index=range(len(collection.frame)), dtype="boolean")


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return "geometry"
    dtype = str(value.dtype) if isinstance(value, pd.Series) else type(value).__name__
    return {"string": "text", "str": "text", "boolean": "truth", "bool": "truth"}.get(
        dtype, "number"
    )


def _same_kind(*given: Any) -> list[Any]:
    """The values, checked to be comparable; beside booleans, 1 and 0 are true and false.

    GDAL reads a boolean as a number of one bit and asks for ``is_projection = 1``.
    """
    values = list(given)
    if "truth" in map(_kind, values):
        values = [
            value == 1 if isinstance(value, float) and value in (0, 1) else value
            for value in values
        ]
    first = _kind(values[0])
    for value in values[1:]:
        other = _kind(value)
        if "geometry" in {first, other} or first != other:
            raise QueryError(
                tr(
                    "The filter compares {one} with {other}.",
                    one=tr(_KINDS[first]),
                    other=tr(_KINDS[other]),
                )
            )
    return values


def _check_kind(expected: str, *values: Any) -> None:
    for value in values:
        if _kind(value) != expected:
            raise QueryError(
                tr(
                    "The filter has {other} where {one} is expected.",
                    one=tr(_KINDS[expected]),
                    other=tr(_KINDS[_kind(value)]),
                )
            )


@v_args(inline=True)
class _Rows(Transformer_NonRecursive[Token, Any]):
    """Evaluates a syntax tree bottom-up; each node becomes a scalar or a value per row."""

    def __init__(self, collection: Collection, filter_crs: str) -> None:
        super().__init__()
        self.collection = collection
        self.filter_crs = filter_crs

    def any_of(self, *parts: Any) -> pd.Series:
        return self._combine(operator.or_, parts)

    def all_of(self, *parts: Any) -> pd.Series:
        return self._combine(operator.and_, parts)

    def _combine(self, join: Any, parts: tuple[Any, ...]) -> pd.Series:
        conditions = [part for part in parts if not isinstance(part, Token)]
        result = _condition(conditions[0], self.collection)
        for condition in conditions[1:]:
            result = join(result, _condition(condition, self.collection))
        return result

    def negated(self, _not: Token, condition: Any) -> pd.Series:
        return ~_condition(condition, self.collection)

    def _unless(self, negated: Token | None, condition: Any) -> pd.Series:
        conditions = _condition(condition, self.collection)
        return ~conditions if negated else conditions

    def compared(self, left: Any, symbol: Token, right: Any) -> Any:
        left, right = _same_kind(left, right)
        return _COMPARISONS[str(symbol)](left, right)

    def between(self, value: Any, negated: Token | None, *bounds: Any) -> pd.Series:
        low, high = (bound for bound in bounds if not isinstance(bound, Token))
        value, low, high = _same_kind(value, low, high)
        return self._unless(negated, (value >= low) & (value <= high))

    def like(self, value: Any, negated: Token | None, word: Token, pattern: Any) -> pd.Series:
        _check_kind("text", value, pattern)
        if not isinstance(pattern, str):
            raise QueryError(tr("The filter has a column where the pattern of LIKE is expected."))
        texts = pa.array([value] if isinstance(value, str) else value, type=pa.string())
        # Arrow's matching takes time proportional to the text, whatever the pattern.
        matched = pc.match_like(texts, pattern, ignore_case=word.type == "ILIKE")
        matches = pd.Series(matched.to_pandas(), dtype="boolean")
        return self._unless(negated, bool(matches[0]) if isinstance(value, str) else matches)

    def among(self, value: Any, negated: Token | None, _in: Token, *options: Any) -> pd.Series:
        value, first, *others = _same_kind(value, *options)
        matches = _condition(value == first, self.collection)
        for option in others:
            matches |= _condition(value == option, self.collection)
        return self._unless(negated, matches)

    def is_null(self, value: Any, _is: Token, negated: Token | None, _null: Token) -> pd.Series:
        missing = value.isna() if isinstance(value, pd.Series) else False
        return self._unless(negated, missing)

    def calculated(self, left: Any, symbol: Token, right: Any) -> Any:
        _check_kind("number", left, right)
        name = symbol.lower()
        if name in {"/", "%", "div"} and not isinstance(right, pd.Series) and right == 0:
            raise QueryError(tr("The filter divides by zero."))
        return _CALCULATIONS[name](left, right)

    def minus(self, value: Any) -> Any:
        _check_kind("number", value)
        return -value

    def number(self, token: Token) -> float:
        return float(token)

    def text(self, token: Token) -> str:
        return unescape(token)

    def instant(self, kind: Token, token: Token) -> str:
        """A time in the format of the columns: text that sorts chronologically."""
        text = unescape(token)
        try:
            times.parse_time(text)
        except ValueError:
            raise QueryError(
                tr(
                    "The filter has {value} where a time is expected.",
                    value=quoted(f"{kind}('{text}')"),
                )
            ) from None
        return text

    def truth(self, token: Token) -> bool:
        return token.lower() == "true"

    def casei(self, _casei: Token, value: Any) -> Any:
        _check_kind("text", value)
        return value.lower() if isinstance(value, str) else value.str.lower()

    def property(self, token: Token) -> Any:
        name = str(token).strip('"')
        if name == GEOMETRY and self.collection.geometries is not None:
            return self.collection.geometries
        if name not in self.collection.layer.columns:
            raise QueryError(
                tr(
                    "The filter names {name}, which is not a column of {layer}. Available: "
                    "{known}.",
                    name=quoted(name),
                    layer=self.collection.layer.name,
                    known=", ".join(self.collection.layer.columns),
                )
            )
        return self.collection.column(name)

    def coordinates(self, *numbers: Token) -> str:
        return " ".join(numbers)

    def group(self, *members: Any) -> str:
        return "(" + ", ".join(str(member) for member in members) + ")"

    def shape(self, kind: Token, group: str) -> shapely.Geometry:
        try:
            return self._to_crs84(shapely.from_wkt(f"{kind} {group}"))
        except shapely.errors.ShapelyError:
            raise QueryError(
                tr("The filter has an invalid geometry: {text}.", text=quoted(f"{kind}{group}"))
            ) from None

    def shapes(self, _collection: Token, *shapes: shapely.Geometry) -> shapely.Geometry:
        return shapely.GeometryCollection(shapes)

    def bbox(self, _bbox: Token, *edges: Token) -> shapely.Geometry:
        return bbox_geometry(",".join(edges), self.filter_crs)

    def _to_crs84(self, shape: shapely.Geometry) -> shapely.Geometry:
        if self.filter_crs == crs.CRS84:
            return shape
        return shapely.transform(shape, crs.to_crs84(self.filter_crs), interleaved=False)

    def related(self, relation: Token, left: Any, right: Any) -> pd.Series:
        for side in (left, right):
            if isinstance(side, pd.Series):
                raise QueryError(tr("The filter has a column where a geometry is expected."))
        for side in (left, right):
            if isinstance(side, shapely.Geometry):
                shapely.prepare(side)
        related = getattr(shapely, relation.lower().removeprefix("s_"))(left, right)
        return _condition(related, self.collection)
