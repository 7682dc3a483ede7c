"""``/maps/pages/{name}.svg``: SVG preview of the map of a page, shown while WebGL starts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps.preview import svg
from dashboard.maps.registry import page_map
from dashboard.markup.theme import palette
from dashboard.web.http import (
    CachedContent,
    cached,
    extra_params,
    guarded,
    pixels_param,
    query_dict,
    theme_param,
)
from dashboard.web.routes.map_land import fetch


@cached
def _preview(request: Request) -> CachedContent:
    name, theme = request.path_params["name"], theme_param(query_dict(request))
    size = pixels_param(request, "width", 600), pixels_param(request, "height", 300)
    query = extra_params(request, "width", "height", "v")
    layers = catalogue()

    def make() -> bytes:
        map_page = page_map(name, layers, dict(query), size)
        return svg(map_page.draw(map_page.map, palette(theme)), map_page.map.view, fetch).encode()

    return CachedContent("image/svg+xml", ("map", name, theme, size, query), make)


ROUTES = [Route("/maps/pages/{name}.svg", guarded(_preview), methods=["GET"])]
