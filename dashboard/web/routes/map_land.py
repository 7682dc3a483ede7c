"""``/land/{z}/{x}/{y}.geojson``: the land at city scale of one map tile."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps import land_tiles
from dashboard.maps.source_urls import LAND_MAX_ZOOM, LAND_MIN_ZOOM
from dashboard.web.export_cache import export_cache
from dashboard.web.http import CachedContent, cached, guarded, query_dict
from dashboard.web.routes.map_labels import tile_index
from dashboard.web.routes.map_sources import MEDIA_TYPE, fetch_source
from geo.parameters import reject_unknown_params


def _content(index: tuple[int, int, int]) -> CachedContent:
    layers = catalogue()
    return CachedContent(MEDIA_TYPE, ("land", index), lambda: land_tiles.tile(layers, index))


@cached
def _tile(request: Request) -> CachedContent:
    index = tile_index(request, LAND_MIN_ZOOM, LAND_MAX_ZOOM)
    reject_unknown_params(query_dict(request), (), {"v"})
    return _content(index)


def fetch(path: str) -> bytes:
    """The map source or tile of land of a URL path as a browser would get it, from the cache of
    responses."""
    if not path.startswith("/land/"):
        return fetch_source(path)
    zoom, column, row = urlsplit(path).path.removesuffix(".geojson").split("/")[2:]
    content = _content((int(zoom), int(column), int(row)))
    return export_cache.content(content.tag, content.make)


ROUTES = [Route("/land/{z}/{x}/{y}.geojson", guarded(_tile), methods=["GET"])]
