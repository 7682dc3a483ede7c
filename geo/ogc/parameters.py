"""Query parameters of the service; each error is one sentence that names the parameter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import shapely

from geo.analysis.layer_rows import takes_filter
from geo.errors import QueryError, no_such, not_known, quoted
from geo.i18n import mark, tr
from geo.ogc import crs
from geo.ogc.boxes import bbox_geometry
from geo.ogc.collection import Collection
from geo.ogc.times import Interval, parse_interval
from geo.parameters import parse_search_text

COMMON = ("f", "lang")
"""Parameters of every document."""

ITEM = (*COMMON, "crs")

ITEMS = (
    *ITEM,
    "limit",
    "offset",
    "bbox",
    "bbox-crs",
    "datetime",
    "q",
    "sortby",
    "properties",
    "skipGeometry",
    "resulttype",
    "filter",
    "filter-lang",
    "filter-crs",
)
"""Parameters of every page of items, besides the names of its columns."""

DEFAULT_LIMIT = 100
MAX_ITEMS = 10_000
"""Maximum number of items per page."""

FILTER_LANGUAGES = ("cql2-text", "cql-text")
"""The second is used by clients older than CQL2, for a common subset."""

BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
"""GDAL writes booleans as 1 and 0."""

Params = Mapping[str, str]
Value = str | float | bool


@dataclass(frozen=True)
class ItemsQuery:
    """The parsed query of a page of items.

    Attributes
    ----------
    params
        The parameters as they were given.
    limit, offset
        Size of the page, and rows to skip.
    hits
        Whether only the number of rows is requested.
    crs, filter_crs
        URIs of :data:`geo.ogc.crs.SUPPORTED`.
    bbox
        In OGC:CRS84.
    interval
        Start (inclusive) and end (exclusive).
    sortby
        Whether ascending, by column.
    properties
        Columns to include.
    geometry
        Whether to include the geometry.
    equal
        Values by column.
    text
        Words to search, see :mod:`geo.analysis.search`; empty for no search.
    filter
        CQL2 text.
    """

    params: Params
    limit: int
    offset: int
    hits: bool
    crs: str
    bbox: shapely.Geometry | None
    interval: Interval | None
    sortby: Mapping[str, bool]
    properties: Sequence[str]
    geometry: bool
    equal: Mapping[str, Value]
    text: str
    filter: str | None
    filter_crs: str


def parse_unique_params(query: Iterable[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
    """Parameters by name.

    Raises
    ------
    QueryError
        If one is unknown or repeated.
    """
    params: dict[str, str] = {}
    for name, value in query:
        if name not in known:
            message = mark("There is no parameter {name}. Available: {known}.")
            raise QueryError(no_such(message, name, known))
        if name in params:
            raise QueryError(tr("The parameter {name} is given twice.", name=quoted(name)))
        params[name] = value
    return params


def parse_choice(params: Params, name: str, known: Sequence[str]) -> str:
    """One of ``known``, the first by default."""
    value = params.get(name, known[0])
    if value not in known:
        raise QueryError(not_known(name, value, known))
    return value


def parse_crs(params: Params, name: str = "crs") -> str:
    """The URI of a supported CRS, OGC:CRS84 by default."""
    return parse_choice(params, name, tuple(crs.SUPPORTED))


def parse_whole_number(params: Params, name: str, default: int, minimum: int) -> int:
    """A whole number of at least ``minimum``."""
    text = params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) >= minimum):
        raise QueryError(
            tr(
                "{parameter} is {value}; it must be a whole number, {least} or more.",
                parameter=name,
                value=quoted(text),
                least=minimum,
            )
        )
    return int(text)


def parse_value(collection: Collection, name: str, text: str) -> Value:
    """Parse the value that a column has to equal.

    Raises
    ------
    QueryError
        If the column cannot have it: a value of another type, out of range, or none of its codes.
    """
    field = collection.field(name)
    kind: str = field["type"]
    value: float | None = None
    if kind == "boolean":
        value = BOOLEANS.get(text.lower())
    elif kind == "string":
        return parse_choice({name: text}, name, field["enum"]) if "enum" in field else text
    else:
        with suppress(ValueError):
            value = float(text)
    low, high = field.get("minimum", -math.inf), field.get("maximum", math.inf)
    if value is None or not low <= value <= high:
        kinds = tr("true or false") if kind == "boolean" else tr("a number")
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter=name,
                value=quoted(text),
                known=f"{low} – {high}" if "minimum" in field else kinds,
            )
        )
    return value


def _listed(params: Params, name: str) -> list[str]:
    return params[name].split(",") if name in params else []


def _column(collection: Collection, parameter: str, name: str) -> str:
    """The name of a column that a parameter names."""
    if name not in collection.layer.columns:
        raise QueryError(
            tr(
                "{parameter} names {value}, which is not a column of {layer}. Available: {known}.",
                parameter=parameter,
                value=quoted(name),
                layer=collection.layer.name,
                known=", ".join(collection.layer.columns),
            )
        )
    return name


def _sortby(collection: Collection, params: Params) -> dict[str, bool]:
    ascending: dict[str, bool] = {}
    for text in _listed(params, "sortby"):
        name = text[1:] if text.startswith(("+", "-", " ")) else text
        ascending.setdefault(_column(collection, "sortby", name), not text.startswith("-"))
    return ascending


def _search_text(collection: Collection, params: Params) -> str:
    text = parse_search_text(params.get("q", "")).strip()
    name = collection.layer.name
    if text and not takes_filter(name, collection.catalogue):
        raise QueryError(
            tr(
                "Collection {name} is not linked to a city or project, so it does not accept q.",
                name=quoted(name),
            )
        )
    return text


def parse_items_query(query: Iterable[tuple[str, str]], collection: Collection) -> ItemsQuery:
    """Parse and validate the parameters of a page of items.

    Raises
    ------
    QueryError
        Naming the parameter, its value and what is accepted.
    """
    columns = collection.layer.columns
    params = parse_unique_params(query, (*ITEMS, *columns))
    bbox_crs = parse_crs(params, "bbox-crs")
    if "bbox-crs" in params and "bbox" not in params:
        raise QueryError(tr("bbox-crs is given without bbox."))
    parse_choice(params, "filter-lang", FILTER_LANGUAGES)
    return ItemsQuery(
        params=params,
        limit=min(parse_whole_number(params, "limit", DEFAULT_LIMIT, 1), MAX_ITEMS),
        offset=parse_whole_number(params, "offset", 0, 0),
        hits=parse_choice(params, "resulttype", ("results", "hits")) == "hits",
        crs=parse_crs(params),
        bbox=bbox_geometry(params["bbox"], bbox_crs) if "bbox" in params else None,
        interval=parse_interval(params["datetime"]) if "datetime" in params else None,
        sortby=_sortby(collection, params),
        properties=[
            _column(collection, "properties", name) for name in _listed(params, "properties")
        ]
        or list(columns),
        geometry=parse_choice(params, "skipGeometry", ("false", "true")) == "false",
        equal={
            name: parse_value(collection, name, text)
            for name, text in params.items()
            if name in columns
        },
        text=_search_text(collection, params),
        filter=params.get("filter"),
        filter_crs=parse_crs(params, "filter-crs"),
    )
