"""``/briefing/{city_id}.pdf``: the one-page briefing of a member city."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.briefing import pdf
from dashboard.data.current import catalogue
from dashboard.web.http import cache_headers, cached_response, etag, guarded
from geo.errors import QueryError, quoted
from geo.i18n import language, tr


def _file_name(city_id: str) -> str:
    return "_".join(["asean-smart-cities", city_id, *i18n.language_params().values()]) + ".pdf"


def _briefing(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    version, language_code = layers.version, language().code
    headers = {
        **cache_headers(request, version),
        "Content-Disposition": f'inline; filename="{_file_name(city_id)}"',
    }
    tag = etag("briefing", version, language_code, city_id)
    return cached_response(request, lambda: pdf(layers, city_id), "application/pdf", tag, headers)


ROUTES = [Route("/briefing/{city_id}.pdf", guarded(_briefing), methods=["GET"])]
