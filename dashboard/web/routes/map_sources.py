"""``/layers/{name}.geojson``: what the maps draw.

The browser asks for these itself and keeps them, so that a rerun of a page sends the map's
description only, never its points.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import sources as maplayers
from dashboard.maps.sources import Drawing
from dashboard.web.export_cache import kept
from dashboard.web.http import answer, caching, etag, guarded, query_of
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import gist
from geo.errors import QueryError, no_such
from geo.i18n import language, mark

MEDIA_TYPE = "application/geo+json"

_OWN_PARAMETERS = {"v", "detail", "size", i18n.PARAMETER}


def tag_of(name: str, wanted: Filter, drawing: Drawing) -> str:
    """Validator of a map layer in the language of the running context."""
    layers = catalogue()
    kept_rows = gist(wanted, layers)
    return etag("layer", layers.version, language().code, name, repr(drawing), kept_rows)


def made(name: str, wanted: Filter, drawing: Drawing) -> bytes:
    """A map layer as GeoJSON."""
    return maplayers.LAYERS[name](catalogue(), wanted, drawing)


def content(name: str, wanted: Filter, drawing: Drawing) -> bytes:
    """A map layer as a browser gets it."""
    return kept.content(tag_of(name, wanted, drawing), lambda: made(name, wanted, drawing))


def refuse_unknown(request: Request, own: set[str]) -> None:
    """Refuse parameters that are neither the route's own nor those of a filter."""
    unknown = sorted(set(request.query_params) - set(PARAMETERS) - own)
    if unknown:
        message = mark("There is no parameter {name}; there are {known}.")
        raise QueryError(no_such(message, unknown[0], PARAMETERS))


def _layer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in maplayers.LAYERS:
        message = mark("There is no map layer {name}; there are {known}.")
        raise QueryError(no_such(message, name, maplayers.LAYERS))
    refuse_unknown(request, _OWN_PARAMETERS)
    query = query_of(request)
    drawing = Drawing.from_query(query)
    layers = catalogue()
    wanted = Filter.from_query(query, layers["cities"]["city_id"])

    def make() -> bytes:
        return made(name, wanted, drawing)

    tag = tag_of(name, wanted, drawing)
    return answer(request, make, MEDIA_TYPE, tag, caching(request, layers.version))


ROUTES = [Route("/layers/{name}.geojson", guarded(_layer), methods=["GET"])]
