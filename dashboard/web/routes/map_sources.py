"""``/layers/{name}.geojson``: what the maps draw.

The browser asks for these itself and keeps them, so that a rerun of a page sends the map's
description only, never its points.
"""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import sources as maplayers
from dashboard.maps.sources import Drawing
from dashboard.web.http import answer, caching, etag, guarded, query_of, zipped
from geo.analysis.filter import PARAMETERS, Filter
from geo.errors import QueryError, no_such
from geo.i18n import language, mark

MEDIA_TYPE = "application/geo+json"

_OWN_PARAMETERS = {"v", "detail", "size", i18n.PARAMETER}


@lru_cache(maxsize=128)
def _content(
    name: str, wanted: Filter, drawing: Drawing, version: str, spoken: str
) -> tuple[bytes, bytes]:
    """The layer as it is and in gzip; ``version`` and ``spoken`` keep other content out of the
    cache."""
    content = maplayers.LAYERS[name](catalogue(), wanted, drawing)
    return content, zipped(content)


def content(name: str, wanted: Filter, drawing: Drawing) -> tuple[bytes, bytes]:
    """A map layer as GeoJSON, as it is and in gzip."""
    return _content(name, wanted, drawing, catalogue().version, language().code)


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
    version, spoken = layers.version, language().code

    def body(zip_it: bool) -> bytes:
        return content(name, wanted, drawing)[zip_it]

    tag = etag(version, spoken, name, repr(drawing), repr(wanted))
    return answer(request, body, MEDIA_TYPE, tag, caching(request, version))


ROUTES = [Route("/layers/{name}.geojson", guarded(_layer), methods=["GET"])]
