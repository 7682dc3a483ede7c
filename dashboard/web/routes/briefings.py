"""``/briefing/{city_id}.pdf``: the briefing of a member city on one page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.briefing import pdf
from dashboard.data.current import catalogue
from dashboard.web.http import answer, caching, etag, guarded
from geo.errors import QueryError, shown
from geo.i18n import language, tr


def _file_name(city_id: str) -> str:
    return "_".join(["asean-smart-cities", city_id, *i18n.parameters().values()]) + ".pdf"


def _briefing(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=shown(city_id)))
    version, spoken = layers.version, language().code
    headers = {
        **caching(request, version),
        "Content-Disposition": f'inline; filename="{_file_name(city_id)}"',
    }
    tag = etag("briefing", version, spoken, city_id)
    return answer(request, lambda: pdf(layers, city_id), "application/pdf", tag, headers)


ROUTES = [Route("/briefing/{city_id}.pdf", guarded(_briefing), methods=["GET"])]
