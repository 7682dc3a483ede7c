"""``/maps/{city_id}.svg``: the locator map of a member city."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps.city_map import svg
from dashboard.markup.theme import palette
from dashboard.web.http import CachedContent, cached, guarded, theme_param
from geo.errors import QueryError, quoted
from geo.i18n import tr


@cached
def _city_map(request: Request) -> CachedContent:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    theme = theme_param(request.query_params)

    def make() -> bytes:
        return svg(layers, city_id, palette(theme)).encode()

    return CachedContent("image/svg+xml", ("city map", city_id, theme), make)


ROUTES = [Route("/maps/{city_id}.svg", guarded(_city_map), methods=["GET"])]
