"""``/labels/{z}/{x}/{y}.geojson``: the names of one tile of the map."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import label_tiles as labeltiles
from dashboard.maps.sources import Drawing
from dashboard.web.http import answer, caching, etag, guarded, query_of
from dashboard.web.routes.map_sources import MEDIA_TYPE, refuse_unknown
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import gist
from geo.errors import NotFoundError, shown
from geo.i18n import language, tr
from geo.parameters import whole_number

_OWN_PARAMETERS = {"v", "size", "zoom", "window", i18n.PARAMETER}


def _tile(request: Request) -> Response:
    at = _place(request)
    refuse_unknown(request, _OWN_PARAMETERS)
    query = query_of(request)
    drawing = Drawing.from_query(query)
    layers, spoken = catalogue(), language().code
    wanted = Filter.from_query(query, layers["cities"]["city_id"])

    def make() -> bytes:
        return labeltiles.tile(wanted, drawing, at)

    tag = etag("labels", layers.version, spoken, repr(at), repr(drawing), gist(wanted, layers))
    return answer(request, make, MEDIA_TYPE, tag, caching(request, layers.version))


def _place(request: Request) -> tuple[int, int, int]:
    """Zoom, column and row of the tile that an address names.

    Raises
    ------
    NotFoundError
        If there is no such tile.
    """
    zoom, column, row = (str(request.path_params[name]) for name in ("z", "x", "y"))
    z = whole_number(zoom, labeltiles.MOST_ZOOM)
    if z is None:
        raise NotFoundError(
            tr(
                "There is no zoom {zoom}; there are {first} to {last}.",
                zoom=shown(zoom),
                first=labeltiles.LEAST_ZOOM,
                last=labeltiles.MOST_ZOOM,
            )
        )
    x, y = (whole_number(text, 2**z - 1) for text in (column, row))
    if x is None or y is None:
        raise NotFoundError(
            tr(
                "There is no tile {tile}; columns and rows of zoom {zoom} are 0 to {last}.",
                tile=shown(f"{column}/{row}"),
                zoom=z,
                last=2**z - 1,
            )
        )
    return z, x, y


# Not as {z:int}: Starlette would read digits of any number, which Python refuses to.
ROUTES = [Route("/labels/{z}/{x}/{y}.geojson", guarded(_tile), methods=["GET"])]
