"""``/ogc``: the layers as OGC API - Features."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import source_catalogue
from dashboard.web.http import ONE_MINUTE, base_url, cached_response, etag, guarded
from dashboard.web.routes import ogc_html
from dashboard.web.routes.ogc_html import PageLocation
from dashboard.web.routes.style import VERSION
from geo.errors import NotFoundError, quoted
from geo.i18n import language, mark, set_explicit, tr
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

RenderPage = Callable[[PageLocation, ogc_html.Json, Any], str]
"""Renders a document as an HTML page; the last argument is its collection, or all."""


@lru_cache(maxsize=1)
def _collections(catalogue: Catalogue) -> Collections:
    return Collections(catalogue)


def service_url(request: Request) -> str:
    """URL of the service as the client sees it; see :func:`dashboard.web.http.base_url`."""
    return f"{base_url(request)}{PREFIX}"


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


def _routes(
    path: str, get_document: Callable[..., Document], render: RenderPage, has_query: bool = False
) -> list[Route]:
    """Routes of a document, with and without a trailing slash.

    Parameters
    ----------
    get_document
        Method of :class:`Service`; its arguments are the parameters of the path.
    has_query
        Whether it also takes ``params``, the query; otherwise only the common parameters are
        accepted.
    """

    def handler(request: Request) -> Response:
        format, base_url = _format(request), service_url(request)
        query = request.query_params.multi_items()
        catalogue = source_catalogue()
        collections, arguments = _collections(catalogue), dict(request.path_params)
        if has_query:
            arguments["params"] = query
        else:
            parse_unique_params(query, COMMON)
        document = get_document(Service(collections, base_url), **arguments)
        headers = {
            **document.headers,
            "Cache-Control": ONE_MINUTE,
            "Vary": "Accept",
            "Content-Language": language().code,
        }
        if format == "html":
            params = {key: value for key, value in query if key not in COMMON}
            place = PageLocation(base_url, _path(request), params)
            set_explicit(i18n.PARAMETER in request.query_params)
            name = arguments.get("name")
            subject = collections[name] if name else collections
            media_type = f"{links.HTML}; charset=utf-8"
            headers["Content-Security-Policy"] = ogc_html.POLICY

            def make() -> bytes:
                return render(place, document.content, subject).encode()
        else:
            media_type = document.media_type

            def make() -> bytes:
                return orjson.dumps(document.content)

        key = (base_url, _path(request), request.url.query, format, language().code)
        tag = etag(catalogue.version, VERSION, *key)
        return cached_response(request, make, media_type, tag, headers, store=False)

    endpoint = guarded(handler)
    return [Route(PREFIX + path + end, endpoint, methods=["GET"]) for end in ("", "/")]


def _page(render: Callable[[PageLocation, ogc_html.Json], str]) -> RenderPage:
    return lambda place, content, _collections: render(place, content)


def _columns_page(title: str, *path: str) -> RenderPage:
    """A page of the columns; ``path`` leads to their schema in the document."""

    def render(place: PageLocation, content: ogc_html.Json, collection: Collection) -> str:
        for name in path:
            content = content[name]
        return ogc_html.columns(place, content, collection, tr(title))

    return render


def _not_found(request: Request) -> Response:
    raise NotFoundError(
        tr("There is nothing at {path}; the service starts at {start}.",
           path=quoted(request.url.path), start=PREFIX)
    )  # fmt: skip


class _AnyText(PathConvertor):
    """The rest of a path, which may hold line breaks: Starlette's ``path`` ends at one."""

    regex = r"[\s\S]*"


register_url_convertor("any", _AnyText())

_COLLECTION = "/collections/{name}"

_ITEMS = f"{_COLLECTION}/items"

ROUTES = [
    *_routes("", Service.landing, _page(ogc_html.landing)),
    *_routes("/conformance", Service.conformance, _page(ogc_html.conformance)),
    *_routes("/openapi", Service.openapi, _page(ogc_html.interface)),
    *_routes("/collections", Service.describe, ogc_html.collections),
    *_routes(_COLLECTION, Service.describe_one, ogc_html.collection),
    *_routes(f"{_COLLECTION}/queryables", Service.queryables, _columns_page(mark("Filters"))),
    *_routes(f"{_COLLECTION}/schema", Service.schema, _columns_page(mark("Columns"))),
    *_routes(
        f"{_COLLECTION}/item-schema",
        Service.item_schema,
        _columns_page(mark("Columns"), "properties", "properties"),
    ),
    *_routes(_ITEMS, Service.items, ogc_html.items, has_query=True),
    *_routes(f"{_ITEMS}/{{id_:any}}", Service.item, ogc_html.item, has_query=True),
    Route(PREFIX + "/{rest:any}", guarded(_not_found), methods=["GET"]),
]
