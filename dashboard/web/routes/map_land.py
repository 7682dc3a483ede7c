"""``/land/{z}/{x}/{y}.geojson``: the land at city scale of one map tile."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps import land_tiles
from dashboard.maps.source_urls import LAND_MAX_ZOOM, LAND_MIN_ZOOM
from dashboard.web.http import CachedContent, cached, guarded, query_dict
from dashboard.web.routes.map_labels import tile_index
from dashboard.web.routes.map_sources import MEDIA_TYPE
from geo.parameters import reject_unknown_params


@cached
def _tile(request: Request) -> CachedContent:
    index = tile_index(request, LAND_MIN_ZOOM, LAND_MAX_ZOOM)
    reject_unknown_params(query_dict(request), (), {"v"})
    layers = catalogue()
    return CachedContent(MEDIA_TYPE, ("land", index), lambda: land_tiles.tile(layers, index))


ROUTES = [Route("/land/{z}/{x}/{y}.geojson", guarded(_tile), methods=["GET"])]
