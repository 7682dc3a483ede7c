"""``/labels/{z}/{x}/{y}.geojson``: the labels of one map tile."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import label_tiles
from dashboard.maps.source_urls import MAX_ZOOM, MIN_ZOOM, Drawing
from dashboard.web.http import CachedContent, cached, guarded, query_dict
from dashboard.web.routes.map_sources import MEDIA_TYPE
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import filter_key
from geo.errors import NotFoundError, quoted
from geo.i18n import tr
from geo.parameters import reject_unknown_params, whole_number

_PARAMETERS = {"v", "size", "zoom", "window", "small", i18n.PARAMETER}


@cached
def _tile(request: Request) -> CachedContent:
    index = tile_index(request, MIN_ZOOM, MAX_ZOOM)
    query = query_dict(request)
    reject_unknown_params(query, PARAMETERS, _PARAMETERS)
    drawing = Drawing.from_query(query)
    layers = catalogue()
    city_filter = Filter.from_query(query, layers["cities"]["city_id"])

    def make() -> bytes:
        return label_tiles.tile(city_filter, drawing, index)

    key = ("labels", index, drawing, filter_key(city_filter, layers))
    return CachedContent(MEDIA_TYPE, key, make)


def tile_index(request: Request, first: int, last: int) -> tuple[int, int, int]:
    """Zoom, column and row of the requested tile.

    Parameters
    ----------
    first, last
        Least and greatest zoom of the tiles.

    Raises
    ------
    NotFoundError
        If there is no such tile.
    """
    zoom, column, row = (str(request.path_params[name]) for name in ("z", "x", "y"))
    z = whole_number(zoom, last)
    if z is None or z < first:
        raise NotFoundError(
            tr(
                "There is no zoom level {zoom}; levels run from {first} to {last}.",
                zoom=quoted(zoom),
                first=first,
                last=last,
            )
        )
    x, y = (whole_number(text, 2**z - 1) for text in (column, row))
    if x is None or y is None:
        raise NotFoundError(
            tr(
                "There is no tile {tile}; at zoom level {zoom}, columns and rows run from 0 to "
                "{last}.",
                tile=quoted(f"{column}/{row}"),
                zoom=z,
                last=2**z - 1,
            )
        )
    return z, x, y


# Not {z:int}: Starlette would convert any number of digits, which Python refuses.
ROUTES = [Route("/labels/{z}/{x}/{y}.geojson", guarded(_tile), methods=["GET"])]
