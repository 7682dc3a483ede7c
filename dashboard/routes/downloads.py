"""``/download/{layer}.{format}``: any layer, filtered as the page that links to it.

The address alone decides the content, so a link works from a script and on every replica. Files
are in English whatever language the page speaks.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data import catalogue, source_catalogue
from dashboard.maplayers import urlencode
from dashboard.routes.http import BRIEFLY, answer, etag, guarded, zipped
from geo import export
from geo.errors import QueryError, shown
from geo.export.record import Record
from geo.i18n import language
from geo.query import PARAMETERS, Filter, describe
from geo.rows import rows_of


def address(layer: str, extension: str, wanted: Filter | None = None) -> str:
    """The path of a download; a search alone depends on the language of the page with the link."""
    asked = wanted.to_query() if wanted else {}
    query = urlencode({**asked, **(i18n.parameters() if "q" in asked else {})})
    return f"/download/{layer}.{extension}" + (f"?{query}" if query else "")


def file_name(layer: str, extension: str, wanted: Filter) -> str:
    """A name that tells what is inside, such as ``asean-smart-cities_cities_IDN-PHL.csv``."""
    words = "_".join(wanted.to_query().values())
    suffix = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:60].strip("-")
    return f"asean-smart-cities_{layer}" + (f"_{suffix}" if suffix else "") + f".{extension}"


def _download(request: Request) -> Response:
    name, extension = request.path_params["layer"], request.path_params["extension"]
    layers = source_catalogue()
    if name not in layers.layers:
        raise QueryError(f"There is no layer {shown(name)}; there are {', '.join(layers.layers)}.")
    layer = layers.layers[name]
    format = export.format_of(extension, layer)
    unknown = sorted(set(request.query_params) - set(PARAMETERS) - {i18n.PARAMETER})
    if unknown:
        raise QueryError(
            f"There is no parameter {shown(unknown[0])}; there are {', '.join(PARAMETERS)}."
        )
    wanted = Filter.from_query(dict(request.query_params), layers["cities"]["city_id"])

    def body(zip_it: bool) -> bytes:
        kept = layers[name].loc[rows_of(name, wanted, catalogue()).rows.index]
        words = describe(wanted, layers.geo("cities"), layers["countries"])
        content = format.write(kept, layer, Record.of(layer, layers.info(name), words))
        return zipped(content) if zip_it else content

    headers = {
        "Cache-Control": BRIEFLY,
        "Content-Disposition": f'attachment; filename="{file_name(name, extension, wanted)}"',
    }
    tag = etag(layers.version, language().code, name, extension, repr(wanted))
    return answer(request, body, format.media_type, tag, headers)


ROUTES = [Route("/download/{layer}.{extension}", guarded(_download), methods=["GET"])]
