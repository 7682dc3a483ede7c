"""``/download/{layer}.{format}``: any layer, filtered as the page that links to it.

The address alone decides the content, so a link works from a script and on every replica.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data import catalogue
from dashboard.maplayers import urlencode
from dashboard.routes.http import BRIEFLY, answer, etag, guarded, zipped
from geo import export
from geo.errors import QueryError, shown
from geo.export.record import Record
from geo.query import PARAMETERS, Filter
from geo.rows import rows_of
from geo.schema import LAYERS


def address(layer: str, extension: str, wanted: Filter | None = None) -> str:
    """The path of a download."""
    query = urlencode(wanted.to_query()) if wanted else ""
    return f"/download/{layer}.{extension}" + (f"?{query}" if query else "")


def file_name(layer: str, extension: str, wanted: Filter) -> str:
    """A name that tells what is inside, such as ``asean-smart-cities_cities_IDN-PHL.csv``."""
    words = "_".join(wanted.to_query().values())
    suffix = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:60].strip("-")
    return f"asean-smart-cities_{layer}" + (f"_{suffix}" if suffix else "") + f".{extension}"


def _download(request: Request) -> Response:
    name, extension = request.path_params["layer"], request.path_params["extension"]
    if name not in LAYERS:
        raise QueryError(f"There is no layer {shown(name)}; there are {', '.join(LAYERS)}.")
    layer = LAYERS[name]
    format = export.format_of(extension, layer)
    unknown = sorted(set(request.query_params) - set(PARAMETERS))
    if unknown:
        raise QueryError(
            f"There is no parameter {shown(unknown[0])}; there are {', '.join(PARAMETERS)}."
        )
    layers = catalogue()
    wanted = Filter.from_query(dict(request.query_params), layers["cities"]["city_id"])

    def body(zip_it: bool) -> bytes:
        kept = rows_of(name, wanted, layers)
        content = format.write(kept.rows, layer, Record.of(layer, layers.info(name), kept.words))
        return zipped(content) if zip_it else content

    headers = {
        "Cache-Control": BRIEFLY,
        "Content-Disposition": f'attachment; filename="{file_name(name, extension, wanted)}"',
    }
    tag = etag(layers.version, name, extension, repr(wanted))
    return answer(request, body, format.media_type, tag, headers)


ROUTES = [Route("/download/{layer}.{extension}", guarded(_download), methods=["GET"])]
