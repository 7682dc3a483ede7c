"""``/briefing/{city_id}.pdf``: the one-page briefing of a member city."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard import i18n
from dashboard.briefing import pdf
from dashboard.data.current import catalogue
from dashboard.web.http import CachedContent, cached, guarded
from geo.errors import QueryError, quoted
from geo.i18n import tr


def _file_name(city_id: str) -> str:
    return "_".join(["asean-smart-cities", city_id, *i18n.language_params().values()]) + ".pdf"


@cached
def _briefing(request: Request) -> CachedContent:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    headers = {"Content-Disposition": f'inline; filename="{_file_name(city_id)}"'}
    key = ("briefing", city_id)
    return CachedContent("application/pdf", key, lambda: pdf(layers, city_id), headers)


ROUTES = [Route("/briefing/{city_id}.pdf", guarded(_briefing), methods=["GET"])]
