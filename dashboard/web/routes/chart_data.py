"""``/charts/{name}.{csv|json}`` and ``/tables/{name}.{csv|json}``: the data of every chart and
table of the pages, with its metadata.

The URL alone determines the content, so a link works from a script and on every replica.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue, source_catalogue
from dashboard.datasets.declared import DatasetRequest
from dashboard.datasets.files import CHART_KIND, FORMATS, TABLE_KIND
from dashboard.web.http import CachedContent, Handler, cached, extra_params, guarded
from geo.errors import QueryError, no_such
from geo.i18n import mark


def _file(kind: str, name: str, extension: str, request: Request) -> CachedContent:
    query = extra_params(request)  # the theme affects chart images only

    def make() -> bytes:
        dataset_request = DatasetRequest(source_catalogue(), catalogue(), dict(query))
        return FORMATS[extension][0](kind, name, dataset_request)

    disposition = "attachment" if extension == "csv" else "inline"
    file = f"{file_name(name, [value for _, value in query])}.{extension}"
    headers = {"Content-Disposition": f'{disposition}; filename="{file}"'}
    key = (kind, name, extension, query)
    return CachedContent(FORMATS[extension][1], key, make, headers)


def file_name(name: str, values: list[str]) -> str:
    """A descriptive file name, such as ``asean-smart-cities_population_jakarta``."""
    suffix = re.sub(r"[^A-Za-z0-9]+", "-", "_".join(values)).strip("-")[:60].strip("-")
    return f"asean-smart-cities_{name}" + (f"_{suffix}" if suffix else "")


def _chart(extension: str) -> Handler:
    return cached(
        lambda request: _file(CHART_KIND, request.path_params["name"], extension, request)
    )


@cached
def _table(request: Request) -> CachedContent:
    name, extension = request.path_params["name"], request.path_params["extension"]
    if extension not in FORMATS:
        message = mark("There is no format {name}. Available: {known}.")
        raise QueryError(no_such(message, extension, FORMATS))
    return _file(TABLE_KIND, name, extension, request)


ROUTES = [
    *(
        Route(f"/charts/{{name}}.{extension}", guarded(_chart(extension)), methods=["GET"])
        for extension in FORMATS
    ),
    Route("/tables/{name}.{extension}", guarded(_table), methods=["GET"]),
]
"""Must come before the routes of chart images, which match any extension."""
