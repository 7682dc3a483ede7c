"""``/maps/pages/{name}.svg``: the map of a page as a picture, which stands under it until WebGL has
drawn it."""

from __future__ import annotations

from functools import lru_cache
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
    zipped,
)
from dashboard.web.routes import map_sources as layers
from geo.analysis.filter import Filter
from geo.parameters import joined


def _layer(path: str) -> bytes:
    """A map layer by its address, as a browser would get it."""
    parts = urlsplit(path)
    query = joined(parse_qsl(parts.query))
    wanted = Filter.from_query(query, catalogue()["cities"]["city_id"])
    name = parts.path.removeprefix("/layers/").removesuffix(".geojson")
    return layers.content(name, wanted, Drawing.from_query(query))[0]


@lru_cache(maxsize=128)
def _content(
    name: str, query: tuple[tuple[str, str], ...], theme: str, size: tuple[int, int], version: str
) -> tuple[bytes, bytes]:
    """The picture as it is and in gzip; ``version`` keeps others out of the cache."""
    found = page_map(name, catalogue(), dict(query), size)
    content = svg(found.draw(found.map, palette(theme)), found.map.view, _layer).encode()
    return content, zipped(content)


def _picture(request: Request) -> Response:
    name, theme = request.path_params["name"], theme_of(query_of(request))
    size = pixels_of(request, "width", 600), pixels_of(request, "height", 300)
    query = asked_beside(request, "width", "height", "v")
    version = catalogue().version
    made = _content(name, query, theme, size, version)
    tag = etag(version, name, theme, repr(size), repr(query))
    headers = caching(request, version)
    return answer(request, lambda zip_it: made[zip_it], "image/svg+xml", tag, headers)


ROUTES = [Route("/maps/pages/{name}.svg", guarded(_picture), methods=["GET"])]
