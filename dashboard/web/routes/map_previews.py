"""``/maps/pages/{name}.svg``: the map of a page as a picture, which stands under it until WebGL has
drawn it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps.preview import svg
from dashboard.maps.registry import page_map
from dashboard.maps.sources import Drawing
from dashboard.markup.theme import palette
from dashboard.web.http import (
    answer,
    asked_beside,
    caching,
    etag,
    guarded,
    pixels_of,
    query_of,
    theme_of,
)
from dashboard.web.routes.map_sources import content
from geo.analysis.filter import Filter
from geo.i18n import language
from geo.parameters import joined


def _layer(path: str) -> bytes:
    """A map layer by its address, as a browser would get it."""
    parts = urlsplit(path)
    query = joined(parse_qsl(parts.query))
    wanted = Filter.from_query(query, catalogue()["cities"]["city_id"])
    name = parts.path.removeprefix("/layers/").removesuffix(".geojson")
    return content(name, wanted, Drawing.from_query(query))


def _picture(request: Request) -> Response:
    name, theme = request.path_params["name"], theme_of(query_of(request))
    size = pixels_of(request, "width", 600), pixels_of(request, "height", 300)
    query = asked_beside(request, "width", "height", "v")
    layers = catalogue()

    def make() -> bytes:
        found = page_map(name, layers, dict(query), size)
        return svg(found.draw(found.map, palette(theme)), found.map.view, _layer).encode()

    tag = etag("map", layers.version, language().code, name, theme, repr(size), repr(query))
    return answer(request, make, "image/svg+xml", tag, caching(request, layers.version))


ROUTES = [Route("/maps/pages/{name}.svg", guarded(_picture), methods=["GET"])]
