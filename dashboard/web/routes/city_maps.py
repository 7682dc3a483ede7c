"""``/maps/{city_id}.svg``: the locator map of a member city."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps.city_map import svg
from dashboard.markup.theme import palette
from dashboard.web.http import cache_headers, cached_response, etag, guarded, theme_param
from geo.errors import QueryError, quoted
from geo.i18n import language, tr


def _city_map(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    theme = theme_param(request.query_params)
    version = layers.version

    def make() -> bytes:
        return svg(layers, city_id, palette(theme)).encode()

    tag = etag("city map", version, language().code, city_id, theme)
    return cached_response(request, make, "image/svg+xml", tag, cache_headers(request, version))


ROUTES = [Route("/maps/{city_id}.svg", guarded(_city_map), methods=["GET"])]
