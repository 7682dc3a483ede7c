"""Query parameters of the service, validated before they reach pygeoapi.

pygeoapi ignores unknown parameters and fails on some invalid ones; here each error gives one
sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from geo.errors import QueryError, quoted
from geo.i18n import tr
from geo.ogc import boxes, cql, crs, times
from geo.ogc.collection import Collection

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

Value = str | float | bool


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
            raise QueryError(
                tr(
                    "There is no parameter {name}; there are {known}.",
                    name=quoted(name),
                    known=", ".join(known),
                )
            )
        if name in params:
            raise QueryError(tr("The parameter {name} is given twice.", name=quoted(name)))
        params[name] = value
    return params


def parse_whole_number(params: Mapping[str, str], name: str, default: int, minimum: int) -> int:
    """A whole number of at least ``minimum``."""
    text = params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) >= minimum):
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be a whole number from {least}.",
                parameter=name,
                value=quoted(text),
                least=minimum,
            )
        )
    return int(text)


def _one_of(params: Mapping[str, str], name: str, known: Sequence[str]) -> None:
    if name in params and params[name] not in known:
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter=name,
                value=quoted(params[name]),
                known=", ".join(known),
            )
        )


def parse_value(collection: Collection, name: str, text: str) -> Value:
    """Parse the value that a column has to equal.

    Raises
    ------
    QueryError
        If the column is numeric or boolean, and the value is not.
    """
    kind = collection.json_type(name)
    try:
        if kind == "boolean":
            return {"true": True, "false": False}[text.lower()]
        if kind in {"integer", "number"}:
            return float(text)
    except (KeyError, ValueError):
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter=name,
                value=quoted(text),
                known=tr("true or false") if kind == "boolean" else tr("a number"),
            )
        ) from None
    return text


def parse_columns(collection: Collection, parameter: str, text: str) -> list[str]:
    """Parse comma-separated names of columns; ``sortby`` accepts and keeps a leading sign."""
    names = text.split(",")
    for name in names:
        column = name[1:] if parameter == "sortby" and name[:1] in {"+", "-", " "} else name
        if column not in collection.layer.columns:
            raise QueryError(
                tr(
                    "{parameter} names {value}, which is no column of {layer}; there are {known}.",
                    parameter=parameter,
                    value=quoted(column),
                    layer=collection.layer.name,
                    known=", ".join(collection.layer.columns),
                )
            )
    return names


def parse_items_params(query: Iterable[tuple[str, str]], collection: Collection) -> dict[str, str]:
    """Parse and validate the parameters of a page of items.

    Raises
    ------
    QueryError
        Naming the parameter, its value and what is accepted.
    """
    params = parse_unique_params(query, (*ITEMS, *collection.layer.columns))
    parse_whole_number(params, "limit", DEFAULT_LIMIT, 1)
    parse_whole_number(params, "offset", 0, 0)
    _one_of(params, "resulttype", ("results", "hits"))
    _one_of(params, "skipGeometry", ("true", "false"))
    _one_of(params, "filter-lang", FILTER_LANGUAGES)
    for name in ("crs", "bbox-crs", "filter-crs"):
        if name in params:
            crs.check_supported(params[name], name)
    if "bbox" in params:
        boxes.parse_bbox(params["bbox"])
    elif "bbox-crs" in params:
        raise QueryError(tr("bbox-crs is given without bbox."))
    if "datetime" in params:
        times.parse_interval(params["datetime"])
        _ = collection.times
    for name in ("sortby", "properties"):
        if name in params:
            parse_columns(collection, name, params[name])
    for name in params.keys() & collection.layer.columns.keys():
        parse_value(collection, name, params[name])
    if "filter" in params:
        cql.parse(params["filter"])
    return params


def parse_item_params(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Parse and validate the parameters of one item."""
    params = parse_unique_params(query, ITEM)
    if "crs" in params:
        crs.check_supported(params["crs"], "crs")
    return params
