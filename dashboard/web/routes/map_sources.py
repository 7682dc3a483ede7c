"""``/layers/{name}.geojson``: the data sources of the maps.

The browser fetches and caches them itself, so that a rerun of a page sends only the deck, never
its data.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import sources
from dashboard.maps.source_urls import Drawing
from dashboard.web.export_cache import export_cache
from dashboard.web.http import cache_headers, cached_response, etag, guarded, query_dict
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import filter_key
from geo.errors import QueryError, no_such
from geo.i18n import language, mark
from geo.parameters import reject_unknown_params

MEDIA_TYPE = "application/geo+json"

_PARAMETERS = {"v", "detail", "size", i18n.PARAMETER}


def source_etag(name: str, city_filter: Filter, drawing: Drawing) -> str:
    """ETag of a map source in the active language."""
    layers = catalogue()
    rows_key = filter_key(city_filter, layers)
    return etag("layer", layers.version, language().code, name, repr(drawing), rows_key)


def source_geojson(name: str, city_filter: Filter, drawing: Drawing) -> bytes:
    """A map source as GeoJSON."""
    return sources.SOURCES[name](catalogue(), city_filter, drawing)


def cached_source(name: str, city_filter: Filter, drawing: Drawing) -> bytes:
    """A map source as GeoJSON, from the cache of responses."""
    return export_cache.content(
        source_etag(name, city_filter, drawing), lambda: source_geojson(name, city_filter, drawing)
    )


def _source(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in sources.SOURCES:
        message = mark("There is no map layer {name}; there are {known}.")
        raise QueryError(no_such(message, name, sources.SOURCES))
    query = query_dict(request)
    reject_unknown_params(query, PARAMETERS, _PARAMETERS)
    drawing = Drawing.from_query(query)
    layers = catalogue()
    city_filter = Filter.from_query(query, layers["cities"]["city_id"])

    def make() -> bytes:
        return source_geojson(name, city_filter, drawing)

    tag = source_etag(name, city_filter, drawing)
    return cached_response(request, make, MEDIA_TYPE, tag, cache_headers(request, layers.version))


ROUTES = [Route("/layers/{name}.geojson", guarded(_source), methods=["GET"])]
