"""``/charts/{name}.{svg|png}``: any chart of the pages as a picture file.

The address alone decides the picture, so a link works from a script and on every replica.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.charts.export import FORMATS
from dashboard.charts.registry import drawn
from dashboard.data.current import catalogue
from dashboard.datasets import files
from dashboard.markup.theme import palette
from dashboard.web.http import (
    BRIEFLY,
    answer,
    asked_beside,
    etag,
    guarded,
    query_of,
    theme_of,
)
from geo.errors import QueryError, no_such
from geo.i18n import language, mark, tr


def _picture(request: Request) -> Response:
    name, extension = request.path_params["name"], request.path_params["extension"]
    if extension not in FORMATS:
        raise QueryError(
            no_such(
                mark("There is no format {name}; there are {known}."),
                extension,
                (*FORMATS, *files.FORMATS),
            )
        )
    theme, query = theme_of(query_of(request)), asked_beside(request)
    layers, colours = catalogue(), palette(theme)

    def make() -> bytes:
        found = drawn(name, layers, dict(query), colours)
        if found.chart is None:
            raise QueryError(tr("This query leaves nothing to draw."))
        return FORMATS[extension][0](name, found, colours)

    headers = {
        "Cache-Control": BRIEFLY,
        "Content-Disposition": f'attachment; filename="asean-smart-cities_{name}.{extension}"',
    }
    tag = etag("chart", layers.version, language().code, name, extension, theme, repr(query))
    return answer(request, make, FORMATS[extension][1], tag, headers)


ROUTES = [Route("/charts/{name}.{extension}", guarded(_picture), methods=["GET"])]
