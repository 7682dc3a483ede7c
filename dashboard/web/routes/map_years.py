"""``/maps/{name}/years.json``: every year of a map that can play them, for its component."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps.component import frame
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
from geo.errors import NotFoundError
from geo.i18n import tr


@cached
def _years(request: Request) -> CachedContent:
    name, theme = request.path_params["name"], theme_param(query_dict(request))
    size = pixels_param(request, "width", 600), pixels_param(request, "height", 300)
    query = extra_params(request, "width", "height", "v")
    layers = catalogue()

    def make() -> bytes:
        years = page_map(name, layers, dict(query), size).years
        if not years:
            raise NotFoundError(tr("The map {name} has no animation by year.", name=name))
        maps = (page_map(name, layers, {**dict(query), "year": str(year)}, size) for year in years)
        return orjson.dumps([frame(one, palette(theme)) for one in maps])

    return CachedContent("application/json", ("map years", name, theme, size, query), make)


ROUTES = [Route("/maps/{name}/years.json", guarded(_years), methods=["GET"])]
