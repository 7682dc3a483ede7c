"""``/maps/{city_id}.svg``: the small map around a member city."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data import catalogue
from dashboard.locator import alt, svg
from dashboard.routes.http import THEMES, answer, caching, etag, guarded, theme_of
from dashboard.theme import palette
from geo.errors import QueryError, shown
from geo.i18n import language, tr


def address(city_id: str, theme: str) -> str:
    """The path of a city's map, with the version of the data so that it can be kept for good."""
    query = {"theme": theme, **i18n.parameters(), "v": catalogue().version}
    return f"/maps/{city_id}.svg?{urlencode(query)}"


def picture(city: Mapping[str, Any], theme: str) -> str:
    """The map of a city as an HTML image; on paper it is the light one.

    Parameters
    ----------
    city
        ``city_id``, ``name`` and ``iso3`` of a member city.
    """
    said = escape(alt(catalogue(), city))

    def image(of_theme: str, kind: str = "") -> str:
        href = escape(address(str(city["city_id"]), of_theme))
        return f'<img{kind} src="{href}" alt="{said}" width="320" height="320">'

    if theme == THEMES[0]:
        return image(theme)
    return image(theme, ' class="on-screen"') + image(THEMES[0], ' class="on-paper"')


def _city_map(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=shown(city_id)))
    theme = theme_of(request.query_params)
    version = layers.version

    def make() -> bytes:
        return svg(layers, city_id, palette(theme)).encode()

    tag = etag("city map", version, language().code, city_id, theme)
    return answer(request, make, "image/svg+xml", tag, caching(request, version))


ROUTES = [Route("/maps/{city_id}.svg", guarded(_city_map), methods=["GET"])]
