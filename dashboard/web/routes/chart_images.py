"""``/charts/{name}.{svg|png}``: any chart of the pages as an image file.

The URL alone determines the image, so a link works from a script and on every replica.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.charts.export import FORMATS
from dashboard.charts.registry import build_chart
from dashboard.data.current import catalogue
from dashboard.datasets import files
from dashboard.markup.theme import palette
from dashboard.web.http import CachedContent, cached, extra_params, guarded, query_dict, theme_param
from geo.errors import QueryError, no_such
from geo.i18n import mark, tr


@cached
def _image(request: Request) -> CachedContent:
    name, extension = request.path_params["name"], request.path_params["extension"]
    if extension not in FORMATS:
        raise QueryError(
            no_such(
                mark("There is no format {name}. Available: {known}."),
                extension,
                (*FORMATS, *files.FORMATS),
            )
        )
    theme, query = theme_param(query_dict(request)), extra_params(request)
    layers, colours = catalogue(), palette(theme)

    def make() -> bytes:
        chart = build_chart(name, layers, dict(query), colours)
        if chart.chart is None:
            raise QueryError(tr("There is nothing to draw for this query."))
        return FORMATS[extension][0](name, chart, colours)

    headers = {
        "Content-Disposition": f'attachment; filename="asean-smart-cities_{name}.{extension}"'
    }
    key = ("chart", name, extension, theme, query)
    return CachedContent(FORMATS[extension][1], key, make, headers)


ROUTES = [Route("/charts/{name}.{extension}", guarded(_image), methods=["GET"])]
