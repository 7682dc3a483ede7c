"""``/briefing/{city_id}.pdf``: the briefing of a member city on one page."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.briefing import pdf
from dashboard.data.current import catalogue
from dashboard.web.http import answer, caching, etag, guarded, zipped
from geo.errors import QueryError, shown
from geo.i18n import language, tr


@lru_cache(maxsize=64)
def _content(city_id: str, version: str, spoken: str) -> tuple[bytes, bytes]:
    """The briefing as it is and in gzip; ``version`` and ``spoken`` keep other content out of the
    cache."""
    content = pdf(catalogue(), city_id)
    return content, zipped(content)


def _file_name(city_id: str) -> str:
    return "_".join(["asean-smart-cities", city_id, *i18n.parameters().values()]) + ".pdf"


def _briefing(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    layers = catalogue()
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=shown(city_id)))
    version, spoken = layers.version, language().code

    def body(zip_it: bool) -> bytes:
        return _content(city_id, version, spoken)[1 if zip_it else 0]

    headers = {
        **caching(request, version),
        "Content-Disposition": f'inline; filename="{_file_name(city_id)}"',
    }
    return answer(request, body, "application/pdf", etag(version, spoken, city_id), headers)


ROUTES = [Route("/briefing/{city_id}.pdf", guarded(_briefing), methods=["GET"])]
