"""``/charts/{name}.{csv|json}`` and ``/tables/{name}.{csv|json}``: the data behind every chart
and table of the pages, and what is said of it.

The address alone decides the content, so a link works from a script and on every replica.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data.current import catalogue, source_catalogue
from dashboard.datasets.declared import Asked
from dashboard.datasets.files import CHART_KIND, FORMATS, TABLE_KIND
from dashboard.web.http import BRIEFLY, Handler, answer, asked_beside, etag, guarded
from geo.errors import QueryError, no_such
from geo.i18n import language, mark


def _file(kind: str, name: str, extension: str, request: Request) -> Response:
    query = asked_beside(request)  # the theme changes the picture of a chart only

    def make() -> bytes:
        asked = Asked(source_catalogue(), catalogue(), dict(query))
        return FORMATS[extension][0](kind, name, asked)

    shown_as = "attachment" if extension == "csv" else "inline"
    file = f"{file_name(name, [value for _, value in query])}.{extension}"
    headers = {
        "Cache-Control": BRIEFLY,
        "Content-Disposition": f'{shown_as}; filename="{file}"',
    }
    tag = etag(catalogue().version, language().code, kind, name, extension, repr(query))
    return answer(request, make, FORMATS[extension][1], tag, headers)


def file_name(name: str, values: list[str]) -> str:
    """A name that tells what is inside, such as ``asean-smart-cities_population_jakarta``."""
    suffix = re.sub(r"[^A-Za-z0-9]+", "-", "_".join(values)).strip("-")[:60].strip("-")
    return f"asean-smart-cities_{name}" + (f"_{suffix}" if suffix else "")


def _chart(extension: str) -> Handler:
    return lambda request: _file(CHART_KIND, request.path_params["name"], extension, request)


def _table(request: Request) -> Response:
    name, extension = request.path_params["name"], request.path_params["extension"]
    if extension not in FORMATS:
        message = mark("There is no format {name}; there are {known}.")
        raise QueryError(no_such(message, extension, FORMATS))
    return _file(TABLE_KIND, name, extension, request)


ROUTES = [
    *(
        Route(f"/charts/{{name}}.{extension}", guarded(_chart(extension)), methods=["GET"])
        for extension in FORMATS
    ),
    Route("/tables/{name}.{extension}", guarded(_table), methods=["GET"]),
]
"""To stand before the pictures of charts, whose route takes any format."""
