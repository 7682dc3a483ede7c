"""Query parameters of the service, checked before pygeoapi reads them.

pygeoapi passes over what it does not know and fails on some of what it does; here each fault is
one sentence.
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
"""Parameters of every page of items; the names of columns come beside them."""

DEFAULT_LIMIT = 100
MOST_ITEMS = 10_000
"""More than this is given page by page."""

FILTER_LANGUAGES = ("cql2-text", "cql-text")
"""The second is what clients written before CQL2 call the part of it that they use."""

Value = str | float | bool


def once(query: Iterable[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
    """Parameters by name.

    Raises
    ------
    QueryError
        If one is unknown or stands twice.
    """
    given: dict[str, str] = {}
    for name, value in query:
        if name not in known:
            raise QueryError(
                tr(
                    "There is no parameter {name}; there are {known}.",
                    name=quoted(name),
                    known=", ".join(known),
                )
            )
        if name in given:
            raise QueryError(tr("The parameter {name} is given twice.", name=quoted(name)))
        given[name] = value
    return given


def whole(given: Mapping[str, str], name: str, default: int, least: int) -> int:
    """A whole number of at least ``least``."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) >= least):
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be a whole number from {least}.",
                parameter=name,
                value=quoted(text),
                least=least,
            )
        )
    return int(text)


def _one_of(given: Mapping[str, str], name: str, known: Sequence[str]) -> None:
    if name in given and given[name] not in known:
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter=name,
                value=quoted(given[name]),
                known=", ".join(known),
            )
        )


def typed(collection: Collection, name: str, text: str) -> Value:
    """The value that a column is asked to equal.

    Raises
    ------
    QueryError
        If the column holds numbers or truth values, and this is none.
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


def columns(collection: Collection, parameter: str, text: str) -> list[str]:
    """Names of columns with commas between; a sign before each is left to ``sortby``."""
    names = text.split(",")
    for name in names:
        bare = name[1:] if parameter == "sortby" and name[:1] in {"+", "-", " "} else name
        if bare not in collection.layer.columns:
            raise QueryError(
                tr(
                    "{parameter} names {value}, which is no column of {layer}; there are {known}.",
                    parameter=parameter,
                    value=quoted(bare),
                    layer=collection.layer.name,
                    known=", ".join(collection.layer.columns),
                )
            )
    return names


def of_items(query: Iterable[tuple[str, str]], collection: Collection) -> dict[str, str]:
    """The parameters of a page of items, each checked.

    Raises
    ------
    QueryError
        Naming the parameter, its value and what it can be.
    """
    given = once(query, (*ITEMS, *collection.layer.columns))
    whole(given, "limit", DEFAULT_LIMIT, 1)
    whole(given, "offset", 0, 0)
    _one_of(given, "resulttype", ("results", "hits"))
    _one_of(given, "skipGeometry", ("true", "false"))
    _one_of(given, "filter-lang", FILTER_LANGUAGES)
    for name in ("crs", "bbox-crs", "filter-crs"):
        if name in given:
            crs.check(given[name], name)
    if "bbox" in given:
        boxes.box(given["bbox"])
    elif "bbox-crs" in given:
        raise QueryError(tr("bbox-crs is given without bbox."))
    if "datetime" in given:
        times.interval(given["datetime"])
        _ = collection.times
    for name in ("sortby", "properties"):
        if name in given:
            columns(collection, name, given[name])
    for name in given.keys() & collection.layer.columns.keys():
        typed(collection, name, given[name])
    if "filter" in given:
        cql.parse(given["filter"])
    return given


def of_item(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters of one item, each checked."""
    given = once(query, ITEM)
    if "crs" in given:
        crs.check(given["crs"], "crs")
    return given
