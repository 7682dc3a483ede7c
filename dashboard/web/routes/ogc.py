"""``/ogc``: the layers as OGC API - Features."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
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
from geo.i18n import language, mark, tr
from geo.layers.catalogue import Catalogue
from geo.ogc import links
from geo.ogc.collection import Collection, Collections
from geo.ogc.parameters import COMMON, parse_choice, parse_unique_params
from geo.ogc.service import Document, Service

PREFIX = "/ogc"

FORMATS = ("json", "html")

_FORMATS_BY_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    "application/geo+json": "json",
    "application/schema+json": "json",
    "application/vnd.oai.openapi+json": "json",
    "*/*": "json",
    "application/*": "json",
}

_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")

Query = list[tuple[str, str]]
GetDocument = Callable[[Service, Request, Query], Document]
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
        if kind in _FORMATS_BY_TYPE and weight > best_weight:
            best_weight, best_format = weight, _FORMATS_BY_TYPE[kind]
    return best_format


def _format(request: Request) -> str:
    if "f" in request.query_params:
        return parse_choice(request.query_params, "f", FORMATS)
    return preferred_format(request.headers.get("accept", ""))


def _routes(path: str, get_document: GetDocument, render: RenderPage) -> list[Route]:
    """Routes of a document, with and without a trailing slash."""

    def handler(request: Request) -> Response:
        format, base_url = _format(request), service_url(request)
        query = request.query_params.multi_items()
        catalogue = source_catalogue()
        collections = _collections(catalogue)
        document = get_document(Service(collections, base_url), request, query)
        headers = {
            **document.headers,
            "Cache-Control": ONE_MINUTE,
            "Vary": "Accept",
            "Content-Language": language().code,
        }
        if format == "html":
            params = {key: value for key, value in query if key not in COMMON}
            place = PageLocation(base_url, _path(request), params)
            i18n.set_explicit(i18n.PARAMETER in request.query_params)
            content = render(place, document, collections, request).encode()
            media_type = f"{links.HTML}; charset=utf-8"
            headers["Content-Security-Policy"] = ogc_html.POLICY
        else:
            content, media_type = orjson.dumps(document.content), document.media_type

        key = (base_url, _path(request), request.url.query, format, language().code)
        tag = etag(catalogue.version, VERSION, *key)
        return cached_response(request, lambda: content, media_type, tag, headers, store=False)

    endpoint = guarded(handler)
    return [Route(PREFIX + path + end, endpoint, methods=["GET"]) for end in ("", "/")]


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _plain(get_document: Callable[[Service], Document]) -> GetDocument:
    """A document that takes only the common parameters."""

    def get(service: Service, _request: Request, query: Query) -> Document:
        parse_unique_params(query, COMMON)
        return get_document(service)

    return get


def _named(get_document: Callable[[Service, str], Document]) -> GetDocument:
    """A document about a collection that takes only the common parameters."""

    def get(service: Service, request: Request, query: Query) -> Document:
        parse_unique_params(query, COMMON)
        return get_document(service, _name(request))

    return get


def _items(service: Service, request: Request, query: Query) -> Document:
    return service.items(_name(request), query)


def _item(service: Service, request: Request, query: Query) -> Document:
    return service.item(_name(request), str(request.path_params["id"]), query)


def _page(render: Callable[[PageLocation, ogc_html.Json], str]) -> RenderPage:
    return lambda place, document, _collections, _request: render(place, document.content)


def _collection_page(
    render: Callable[[PageLocation, ogc_html.Json, Collection], str],
) -> RenderPage:
    """A page about one collection."""
    return lambda place, document, collections, request: render(
        place, document.content, collections[_name(request)]
    )


def _columns_page(title: str, *path: str) -> RenderPage:
    """A page of the columns; ``path`` leads to their schema in the document."""

    def render(place: PageLocation, content: ogc_html.Json, collection: Collection) -> str:
        for name in path:
            content = content[name]
        return ogc_html.columns(place, content, collection, tr(title))

    return _collection_page(render)


def _not_found(request: Request) -> Response:
    raise NotFoundError(
        tr("There is nothing at {path}; the service starts at {start}.",
           path=quoted(request.url.path), start=PREFIX)
    )  # fmt: skip


_COLLECTION = "/collections/{name}"

ROUTES = [
    *_routes("", _plain(Service.landing), _page(ogc_html.landing)),
    *_routes("/conformance", _plain(Service.conformance), _page(ogc_html.conformance)),
    *_routes("/openapi", _plain(Service.openapi), _page(ogc_html.interface)),
    *_routes(
        "/collections",
        _plain(Service.describe),
        lambda place, document, collections, _request: ogc_html.collections(
            place, document.content, collections
        ),
    ),
    *_routes(_COLLECTION, _named(Service.describe_one), _collection_page(ogc_html.collection)),
    *_routes(
        f"{_COLLECTION}/queryables", _named(Service.queryables), _columns_page(mark("Filters"))
    ),
    *_routes(f"{_COLLECTION}/schema", _named(Service.schema), _columns_page(mark("Columns"))),
    *_routes(
        f"{_COLLECTION}/item-schema",
        _named(Service.item_schema),
        _columns_page(mark("Columns"), "properties", "properties"),
    ),
    *_routes(f"{_COLLECTION}/items", _items, _collection_page(ogc_html.items)),
    *_routes(f"{_COLLECTION}/items/{{id:path}}", _item, _collection_page(ogc_html.item)),
    Route(PREFIX + "/{rest:path}", guarded(_not_found), methods=["GET"]),
]
