"""``/labels/{z}/{x}/{y}.geojson``: the names of one tile of the map."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import label_tiles as labeltiles
from dashboard.maps.sources import Drawing
from dashboard.web.http import answer, caching, etag, guarded, query_of, zipped
from dashboard.web.routes.map_sources import MEDIA_TYPE, refuse_unknown
from geo.analysis.filter import Filter
from geo.errors import QueryError, shown
from geo.i18n import language, tr

_OWN_PARAMETERS = {"v", "size", "zoom", "window", i18n.PARAMETER}


def _tile(request: Request) -> Response:
    at = tuple(int(request.path_params[name]) for name in ("z", "x", "y"))
    if not labeltiles.LEAST_ZOOM <= at[0] <= labeltiles.MOST_ZOOM:
        raise QueryError(
            tr(
                "There is no zoom {zoom}; there are {first} to {last}.",
                zoom=shown(str(at[0])),
                first=labeltiles.LEAST_ZOOM,
                last=labeltiles.MOST_ZOOM,
            )
        )
    refuse_unknown(request, _OWN_PARAMETERS)
    query = query_of(request)
    drawing = Drawing.from_query(query)
    layers, spoken = catalogue(), language().code
    wanted = Filter.from_query(query, layers["cities"]["city_id"])

    def body(zip_it: bool) -> bytes:
        content = labeltiles.tile(wanted, drawing, (at[0], at[1], at[2]), spoken)
        return zipped(content) if zip_it else content

    tag = etag(layers.version, spoken, repr(at), repr(drawing), repr(wanted))
    return answer(request, body, MEDIA_TYPE, tag, caching(request, layers.version))


ROUTES = [Route("/labels/{z:int}/{x:int}/{y:int}.geojson", guarded(_tile), methods=["GET"])]
