"""``/layers/{name}.geojson``: what the maps draw.

The browser asks for these itself and keeps them, so that a rerun of a page sends the map's
description only, never its points.
"""

from __future__ import annotations


from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import maplayers
from dashboard.data import catalogue
from dashboard.routes.http import BRIEFLY, FOREVER, answer, etag, guarded, zipped
from geo.errors import QueryError
from geo.query import PARAMETERS, Filter
from geo.vocabulary import DETAILS

MEDIA_TYPE = "application/geo+json"

_OWN_PARAMETERS = {"v", "detail"}


def address(name: str, wanted: Filter | None = None, detail: str = "") -> str:
    """The path of a map layer, with the version of the data so that it can be kept for good."""
    query = {**(wanted.to_query() if wanted else {}), "v": catalogue().version}
    if detail:
        query["detail"] = detail
    return f"/layers/{name}.geojson?{maplayers.urlencode(query)}"


@lru_cache(maxsize=128)
def _content(name: str, wanted: Filter, detail: str, version: str) -> tuple[bytes, bytes]:
    """The layer as it is and in gzip; ``version`` keeps old content out of the cache."""
    content = maplayers.LAYERS[name](catalogue(), wanted, detail)
    return content, zipped(content)


def _layer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in maplayers.LAYERS:
        raise QueryError(f"There is no map layer {name!r}; there are {', '.join(maplayers.LAYERS)}.")
    unknown = set(request.query_params) - set(PARAMETERS) - _OWN_PARAMETERS
    if unknown:
        raise QueryError(
            f"There is no parameter {sorted(unknown)[0]!r}; there are {', '.join(PARAMETERS)}."
        )
    detail = request.query_params.get("detail", "low")
    if detail not in DETAILS:
        raise QueryError(f"There is no detail {detail!r}; there are {', '.join(DETAILS)}.")
    layers = catalogue()
    wanted = Filter.from_query(dict(request.query_params), layers["cities"]["city_id"])
    version = layers.version
    kept_for = FOREVER if request.query_params.get("v") == version else BRIEFLY

    def body(zip_it: bool) -> bytes:
        return _content(name, wanted, detail, version)[1 if zip_it else 0]

    tag = etag(version, name, detail, repr(wanted))
    return answer(request, body, MEDIA_TYPE, tag, {"Cache-Control": kept_for})


ROUTES = [Route("/layers/{name}.geojson", guarded(_layer), methods=["GET"])]
