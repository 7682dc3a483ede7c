"""``/charts/{name}.vl.json``: the Vega-Lite specification of a chart with its data, and
``/charts/component/chart-{name}.js``, the script that draws it on pages.

A page names the address only; browsers keep what they fetched.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.charts.declaration import PANEL_COLUMNS, PANEL_WIDTH
from dashboard.charts.page_chart import SCRIPT, SPECIFICATION, page_chart
from dashboard.charts.registry import check_query
from dashboard.data.current import catalogue
from dashboard.markup.theme import palette
from dashboard.web.http import (
    CachedContent,
    cached,
    extra_params,
    guarded,
    pixels_param,
    query_dict,
    script_route,
    theme_param,
)
from geo.errors import QueryError
from geo.i18n import tr

MEDIA_TYPE = "application/vnd.vegalite.v6+json"


@cached
def _specification(request: Request) -> CachedContent:
    name, colours = request.path_params["name"], palette(theme_param(query_dict(request)))
    panels = (
        pixels_param(request, "columns", PANEL_COLUMNS),
        pixels_param(request, "panel", PANEL_WIDTH),
    )
    query = dict(extra_params(request, "columns", "panel", "v"))
    check_query(name, query)
    layers = catalogue()

    def make() -> bytes:
        content = page_chart(name, layers, query, colours, panels).specification
        if not content:
            raise QueryError(tr("There is nothing to draw for this query."))
        return content

    key = ("specification", name, colours.name, panels, tuple(query.items()))
    return CachedContent(MEDIA_TYPE, key, make)


ROUTES = [
    Route(f"/charts/{{name}}.{SPECIFICATION}", guarded(_specification), methods=["GET"]),
    script_route(SCRIPT),
]
"""Must come before the routes of the data of charts, which match ``.json`` too."""
