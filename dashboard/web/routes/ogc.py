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
from dashboard.web.http import ONE_MINUTE, cached_response, etag, guarded
from dashboard.web.routes import ogc_html
from dashboard.web.routes.ogc_html import PageLocation
from dashboard.web.routes.style import VERSION
from geo.errors import NotFoundError, QueryError, quoted
from geo.i18n import language, tr
from geo.layers.catalogue import Catalogue
from geo.ogc.collection import Collections
from geo.ogc.parameters import COMMON, parse_unique_params
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
GetDocument = Callable[[Service, Request, Query, bool], Document]
"""Service, request, parameters, whether as JSON-LD -> document."""
RenderPage = Callable[[PageLocation, Document, Collections, Request], str]
"""Renders a document as an HTML page."""


@lru_cache(maxsize=1)
def _collections(catalogue: Catalogue) -> Collections:
    return Collections(catalogue)


def service_url(request: Request) -> str:
    """URL of the service as the client sees it: requested scheme and host, and the path prefix.
    uvicorn applies the headers of a trusted proxy.

    Raises
    ------
    QueryError
        If the Host header is invalid.
    """
    host = request.headers.get("host", "localhost")
    if not _HOST.fullmatch(host):
        raise QueryError(tr("{host} is no host.", host=quoted(host)))
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return f"{request.scope['scheme']}://{host}{root}{PREFIX}"


def _path(request: Request) -> str:
    """The path below :data:`PREFIX`, percent-encoded; ids may contain any character."""
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    return quote(path.removeprefix(PREFIX).rstrip("/"), safe="/~")


def preferred_format(accept: str) -> str:
    """The format that an ``Accept`` header prefers; JSON if it accepts none of them.

    >>> accept = "text/html,application/xml;q=0.9,*/*;q=0.8"
    >>> preferred_format(accept), preferred_format("image/png")
    ('html', 'json')
    """
    best_weight, best_format = 0.0, FORMATS[0]
    for offer in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in offer.split(";"))
        weights = [other[2:] for other in parameters if other.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
        if kind in _MEDIA_TYPES and weight > best_weight:
            best_weight, best_format = weight, _MEDIA_TYPES[kind]
    return best_format


def _format(request: Request) -> str:
    requested = request.query_params.get("f")
    if requested is None:
        return preferred_format(request.headers.get("accept", ""))
    if requested not in FORMATS:
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter="f",
                value=quoted(requested),
                known=", ".join(FORMATS),
            )
        )
    return requested


def _reject_params(query: Iterable[tuple[str, str]]) -> None:
    """Raise for parameters of a document that takes only the common ones."""
    parse_unique_params(query, COMMON)


def _route(path: str, get_document: GetDocument, render: RenderPage) -> Route:
    def handler(request: Request) -> Response:
        format, base_url = _format(request), service_url(request)
        query = request.query_params.multi_items()
        catalogue = source_catalogue()
        collections = _collections(catalogue)
        document = get_document(Service(collections, base_url), request, query, format == "jsonld")
        headers = {
            **document.headers,
            "Cache-Control": ONE_MINUTE,
            "Vary": "Accept",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Content-Crs",
            "Content-Language": language().code,
        }
        media_type = document.media_type
        if format == "html":
            params = {key: value for key, value in query if key not in COMMON}
            place = PageLocation(base_url, _path(request), params)
            i18n.set_explicit(i18n.PARAMETER in request.query_params)
            content = render(place, document, collections, request).encode()
            media_type = "text/html; charset=utf-8"
            headers["Content-Security-Policy"] = ogc_html.POLICY
        else:
            content = orjson.dumps(document.content)

        key = (base_url, _path(request), request.url.query, format, language().code)
        tag = etag(catalogue.version, VERSION, *key)
        return cached_response(request, lambda: content, media_type, tag, headers, store=False)

    return Route(PREFIX + path, guarded(handler), methods=["GET"])


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _landing(service: Service, _request: Request, query: Query, jsonld: bool) -> Document:
    _reject_params(query)
    return service.landing(jsonld)


def _conformance(service: Service, _request: Request, query: Query, _jsonld: bool) -> Document:
    _reject_params(query)
    return service.conformance()


def _openapi(service: Service, _request: Request, query: Query, _jsonld: bool) -> Document:
    _reject_params(query)
    return service.openapi()


def _describe(service: Service, _request: Request, query: Query, jsonld: bool) -> Document:
    _reject_params(query)
    return service.describe(jsonld)


def _describe_one(service: Service, request: Request, query: Query, jsonld: bool) -> Document:
    _reject_params(query)
    return service.describe_one(_name(request), jsonld)


def _queryables(service: Service, request: Request, query: Query, _jsonld: bool) -> Document:
    _reject_params(query)
    return service.queryables(_name(request))


def _schema(service: Service, request: Request, query: Query, _jsonld: bool) -> Document:
    _reject_params(query)
    return service.schema(_name(request))


def _item_schema(service: Service, request: Request, query: Query, _jsonld: bool) -> Document:
    _reject_params(query)
    return service.item_schema(_name(request))


def _items(service: Service, request: Request, query: Query, jsonld: bool) -> Document:
    return service.items(_name(request), query, jsonld)


def _item(service: Service, request: Request, query: Query, jsonld: bool) -> Document:
    return service.item(_name(request), str(request.path_params["id"]), query, jsonld)


def _render_collection(render: Callable[[PageLocation, Any, Any], str]) -> RenderPage:
    """A page about one collection."""
    return lambda place, document, collections, request: render(
        place, document.content, collections[_name(request)]
    )


def _not_found(request: Request) -> Response:
    raise NotFoundError(
        tr("There is nothing at {path}; the service starts at {start}.",
           path=quoted(request.url.path), start=PREFIX)
    )  # fmt: skip


_COLLECTION = "/collections/{name}"

ROUTES = [
    *(
        _route(
            path, _landing, lambda place, _document, _collections, _request: ogc_html.landing(place)
        )
        for path in ("", "/")
    ),
    _route(
        "/conformance",
        _conformance,
        lambda place, document, _collections, _request: ogc_html.conformance(
            place, document.content
        ),
    ),
    _route(
        "/openapi",
        _openapi,
        lambda place, document, _collections, _request: ogc_html.interface(place, document.content),
    ),
    _route(
        "/collections",
        _describe,
        lambda place, document, collections, _request: ogc_html.collections(
            place, document.content, collections
        ),
    ),
    _route(_COLLECTION, _describe_one, _render_collection(ogc_html.collection)),
    _route(
        f"{_COLLECTION}/queryables",
        _queryables,
        _render_collection(
            lambda place, document, collection: ogc_html.columns(
                place, document, collection, tr("Filters")
            )
        ),
    ),
    _route(
        f"{_COLLECTION}/schema",
        _schema,
        _render_collection(
            lambda place, document, collection: ogc_html.columns(
                place, document, collection, tr("Columns")
            )
        ),
    ),
    _route(
        f"{_COLLECTION}/item-schema",
        _item_schema,
        _render_collection(
            lambda place, document, collection: ogc_html.columns(
                place, document["properties"]["properties"], collection, tr("Columns")
            )
        ),
    ),
    _route(f"{_COLLECTION}/items", _items, _render_collection(ogc_html.items)),
    _route(f"{_COLLECTION}/items/{{id:path}}", _item, _render_collection(ogc_html.item)),
    Route(PREFIX + "/{rest:path}", guarded(_not_found), methods=["GET"]),
]
