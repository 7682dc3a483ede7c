"""``/briefing/{city_id}.pdf``: the briefing of a member city on one page."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.briefing import EDITION, pdf
from dashboard.data import catalogue
from dashboard.routes.http import BRIEFLY, FOREVER, answer, etag, guarded, zipped
from geo.errors import QueryError, shown


def _version() -> str:
    """Version of data and form: either one changes the briefing."""
    return f"{catalogue().version}-{EDITION}"


def address(city_id: str) -> str:
    """The path of a city's briefing, with its version so that it can be kept for good."""
    return f"/briefing/{city_id}.pdf?v={_version()}"


@lru_cache(maxsize=64)
def _content(city_id: str, version: str) -> tuple[bytes, bytes]:
    """The briefing as it is and in gzip; ``version`` keeps old content out of the cache."""
    content = pdf(catalogue(), city_id)
    return content, zipped(content)


def _briefing(request: Request) -> Response:
    city_id = request.path_params["city_id"]
    if city_id not in set(catalogue()["cities"]["city_id"]):
        raise QueryError(f"There is no member city {shown(city_id)}.")
    version = _version()

    def body(zip_it: bool) -> bytes:
        return _content(city_id, version)[1 if zip_it else 0]

    headers = {
        "Cache-Control": FOREVER if request.query_params.get("v") == version else BRIEFLY,
        "Content-Disposition": f'inline; filename="asean-smart-cities_{city_id}.pdf"',
    }
    return answer(request, body, "application/pdf", etag(version, city_id), headers)


ROUTES = [Route("/briefing/{city_id}.pdf", guarded(_briefing), methods=["GET"])]
