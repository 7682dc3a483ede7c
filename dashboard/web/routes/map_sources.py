"""``/layers/{name}.geojson``: the data sources of the maps.

The browser fetches and caches them itself, so that a rerun of a page sends only the deck, never
its data.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import sources
from dashboard.maps.source_urls import Drawing
from dashboard.web.export_cache import export_cache
from dashboard.web.http import CachedContent, cached, guarded, query_dict
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import filter_key
from geo.errors import NotFoundError, no_such
from geo.i18n import mark
from geo.parameters import joined, reject_unknown_params

MEDIA_TYPE = "application/geo+json"

_PARAMETERS = {"v", "detail", "size", "small", "indicator", i18n.PARAMETER}


def source_content(name: str, city_filter: Filter, drawing: Drawing) -> CachedContent:
    """A map source as GeoJSON."""
    layers = catalogue()

    def make() -> bytes:
        return sources.SOURCES[name](layers, city_filter, drawing)

    key = ("layer", name, drawing, filter_key(city_filter, layers))
    return CachedContent(MEDIA_TYPE, key, make)


def fetch_source(path: str) -> bytes:
    """The map source of a URL path as a browser would get it, from the cache of responses."""
    parts = urlsplit(path)
    query = joined(parse_qsl(parts.query))
    city_filter = Filter.from_query(query, catalogue()["cities"]["city_id"])
    name = parts.path.removeprefix("/layers/").removesuffix(".geojson")
    content = source_content(name, city_filter, Drawing.from_query(query))
    return export_cache.content(content.tag, content.make)


@cached
def _source(request: Request) -> CachedContent:
    name = request.path_params["name"]
    if name not in sources.SOURCES:
        message = mark("There is no map layer {name}. Available: {known}.")
        raise NotFoundError(no_such(message, name, sources.SOURCES))
    query = query_dict(request)
    reject_unknown_params(query, PARAMETERS, _PARAMETERS)
    drawing = Drawing.from_query(query)
    city_filter = Filter.from_query(query, catalogue()["cities"]["city_id"])
    return source_content(name, city_filter, drawing)


ROUTES = [Route("/layers/{name}.geojson", guarded(_source), methods=["GET"])]
