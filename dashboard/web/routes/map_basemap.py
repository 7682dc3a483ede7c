"""``/basemap/{z}/{x}/{y}.mvt``: a vector tile of the host's own base map."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.basemap import basemap
from dashboard.web.http import CachedContent, cached, guarded, query_dict
from dashboard.web.routes.map_labels import tile_index
from geo.errors import NotFoundError
from geo.parameters import reject_unknown_params

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"


@cached
def _tile(request: Request) -> CachedContent:
    archive = basemap()
    if archive is None:
        raise NotFoundError("This server has no base map of its own.")
    index = tile_index(request, archive.min_zoom, archive.max_zoom)
    reject_unknown_params(query_dict(request), (), {"v"})
    return CachedContent(
        MEDIA_TYPE, ("basemap", index), lambda: archive.tile(*index), version=archive.version
    )


ROUTES = [Route("/basemap/{z}/{x}/{y}.mvt", guarded(_tile), methods=["GET"])]
