"""``/ogc``: the layers as OGC API - Features."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import source_catalogue
from dashboard.web.http import BRIEFLY, answer, etag, guarded
from dashboard.web.routes import ogc_html as ogcpages
from dashboard.web.routes.ogc_html import Place
from dashboard.web.routes.style import VERSION
from geo.errors import NotFoundError, QueryError, shown
from geo.i18n import language, tr
from geo.layers.catalogue import Catalogue
from geo.ogc.collection import Collections
from geo.ogc.parameters import COMMON, once
from geo.ogc.service import Document, Service

PREFIX = "/ogc"

FORMATS = ("json", "html", "jsonld")

_MEDIA_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/ld+json": "jsonld",
    "application/json": "json",
    "application/geo+json": "json",
    "application/schema+json": "json",
    "application/vnd.oai.openapi+json": "json",
    "*/*": "json",
    "application/*": "json",
}

_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")

Query = list[tuple[str, str]]
Find = Callable[[Service, Request, Query, bool], Document]
"""Service, request, parameters and whether JSON-LD is wanted -> document."""
Show = Callable[[Place, Document, Collections, Request], str]
"""A document as a page."""


@lru_cache(maxsize=1)
def _collections(catalogue: Catalogue) -> Collections:
    return Collections(catalogue)


def address(request: Request) -> str:
    """Where the service is for the client: scheme and host that it asked, below the application's
    own path. Headers that a proxy adds count when the server trusts the proxy, which is uvicorn's
    business.

    Raises
    ------
    QueryError
        If the Host header is none.
    """
    host = request.headers.get("host", "localhost")
    if not _HOST.fullmatch(host):
        raise QueryError(tr("{host} is no host.", host=shown(host)))
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return f"{request.scope['scheme']}://{host}{root}{PREFIX}"


def _path(request: Request) -> str:
    """The path below :data:`PREFIX`, as an address writes it; ids may hold any character."""
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    return quote(path.removeprefix(PREFIX).rstrip("/"), safe="/~")


def preferred(accept: str) -> str:
    """The format that an ``Accept`` header likes best; JSON when it names none that there is.

    >>> preferred("text/html,application/xml;q=0.9,*/*;q=0.8"), preferred("image/png")
    ('html', 'json')
    """
    best, chosen = 0.0, FORMATS[0]
    for offer in accept.lower().split(","):
        kind, *others = (part.strip() for part in offer.split(";"))
        weights = [other[2:] for other in others if other.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
        if kind in _MEDIA_TYPES and weight > best:
            best, chosen = weight, _MEDIA_TYPES[kind]
    return chosen


def _format(request: Request) -> str:
    asked = request.query_params.get("f")
    if asked is None:
        return preferred(request.headers.get("accept", ""))
    if asked not in FORMATS:
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter="f",
                value=shown(asked),
                known=", ".join(FORMATS),
            )
        )
    return asked


def _plain(query: Iterable[tuple[str, str]]) -> None:
    """Refuse parameters that a document without any does not take."""
    once(query, COMMON)


def _route(path: str, find: Find, show: Show) -> Route:
    def handler(request: Request) -> Response:
        format, at = _format(request), address(request)
        query = request.query_params.multi_items()
        catalogue = source_catalogue()
        collections = _collections(catalogue)
        found = find(Service(collections, at), request, query, format == "jsonld")
        headers = {
            **found.headers,
            "Cache-Control": BRIEFLY,
            "Vary": "Accept",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Content-Crs",
            "Content-Language": language().code,
        }
        media_type = found.media_type
        if format == "html":
            others = {key: value for key, value in query if key not in COMMON}
            place = Place(at, _path(request), others)
            i18n.ask(i18n.PARAMETER in request.query_params)
            content = show(place, found, collections, request).encode()
            media_type = "text/html; charset=utf-8"
            headers["Content-Security-Policy"] = ogcpages.POLICY
        else:
            content = orjson.dumps(found.content)

        asked = (at, _path(request), request.url.query, format, language().code)
        tag = etag(catalogue.version, VERSION, *asked)
        return answer(request, lambda: content, media_type, tag, headers, keep=False)

    return Route(PREFIX + path, guarded(handler), methods=["GET"])


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _landing(service: Service, _request: Request, query: Query, linked: bool) -> Document:
    _plain(query)
    return service.landing(linked)


def _conformance(service: Service, _request: Request, query: Query, _linked: bool) -> Document:
    _plain(query)
    return service.conformance()


def _openapi(service: Service, _request: Request, query: Query, _linked: bool) -> Document:
    _plain(query)
    return service.openapi()


def _describe(service: Service, _request: Request, query: Query, linked: bool) -> Document:
    _plain(query)
    return service.describe(linked)


def _describe_one(service: Service, request: Request, query: Query, linked: bool) -> Document:
    _plain(query)
    return service.describe_one(_name(request), linked)


def _queryables(service: Service, request: Request, query: Query, _linked: bool) -> Document:
    _plain(query)
    return service.queryables(_name(request))


def _schema(service: Service, request: Request, query: Query, _linked: bool) -> Document:
    _plain(query)
    return service.schema(_name(request))


def _item_schema(service: Service, request: Request, query: Query, _linked: bool) -> Document:
    _plain(query)
    return service.item_schema(_name(request))


def _items(service: Service, request: Request, query: Query, linked: bool) -> Document:
    return service.items(_name(request), query, linked)


def _item(service: Service, request: Request, query: Query, linked: bool) -> Document:
    return service.item(_name(request), str(request.path_params["id"]), query, linked)


def _show_one(show: Callable[[Place, Any, Any], str]) -> Show:
    """A page about one collection."""
    return lambda place, found, known, request: show(place, found.content, known[_name(request)])


def _nothing(request: Request) -> Response:
    raise NotFoundError(
        tr("There is nothing at {path}; the service starts at {start}.",
           path=shown(request.url.path), start=PREFIX)
    )  # fmt: skip


_COLLECTION = "/collections/{name}"

ROUTES = [
    *(
        _route(path, _landing, lambda place, _found, _known, _request: ogcpages.landing(place))
        for path in ("", "/")
    ),
    _route(
        "/conformance",
        _conformance,
        lambda place, found, _known, _request: ogcpages.conformance(place, found.content),
    ),
    _route(
        "/openapi",
        _openapi,
        lambda place, found, _known, _request: ogcpages.interface(place, found.content),
    ),
    _route(
        "/collections",
        _describe,
        lambda place, found, known, _request: ogcpages.collections(place, found.content, known),
    ),
    _route(_COLLECTION, _describe_one, _show_one(ogcpages.collection)),
    _route(
        f"{_COLLECTION}/queryables",
        _queryables,
        _show_one(lambda place, document, of: ogcpages.columns(place, document, of, tr("Filters"))),
    ),
    _route(
        f"{_COLLECTION}/schema",
        _schema,
        _show_one(lambda place, document, of: ogcpages.columns(place, document, of, tr("Columns"))),
    ),
    _route(
        f"{_COLLECTION}/item-schema",
        _item_schema,
        _show_one(
            lambda place, document, of: ogcpages.columns(
                place, document["properties"]["properties"], of, tr("Columns")
            )
        ),
    ),
    _route(f"{_COLLECTION}/items", _items, _show_one(ogcpages.items)),
    _route(f"{_COLLECTION}/items/{{id:path}}", _item, _show_one(ogcpages.item)),
    Route(PREFIX + "/{rest:path}", guarded(_nothing), methods=["GET"]),
]
