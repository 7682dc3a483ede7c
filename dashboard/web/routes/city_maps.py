"""``/maps/{city_id}.svg``: the small map around a member city."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps.city_map import svg
from dashboard.markup.theme import palette
from dashboard.web.http import answer, caching, etag, guarded, theme_of, zipped
from geo.errors import QueryError, shown
from geo.i18n import language, tr


@lru_cache(maxsize=128)
def _content(city_id: str, theme: str, version: str, spoken: str) -> tuple[bytes, bytes]:
    """The map as it is and in gzip; ``version`` and ``spoken`` keep other content out of the
    cache."""
    content = svg(catalogue(), city_id, palette(theme)).encode()
    return content, zipped(content)


def _city_map(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=shown(city_id)))
    theme = theme_of(request.query_params)
    version, spoken = layers.version, language().code

    def body(zip_it: bool) -> bytes:
        return _content(city_id, theme, version, spoken)[1 if zip_it else 0]

    tag = etag(version, spoken, city_id, theme)
    return answer(request, body, "image/svg+xml", tag, caching(request, version))


ROUTES = [Route("/maps/{city_id}.svg", guarded(_city_map), methods=["GET"])]
