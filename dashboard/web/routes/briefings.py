"""``/briefing/{name}.{pdf|pptx}``: the briefing of a city, of a comparison, of the network or of a
meeting; ``/briefing/country/{iso3}.{pdf|pptx}``: that of a member state."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.routing import Route

from dashboard import i18n
from dashboard.briefing.files import FORMATS, Briefing, country_briefing, named_briefing
from dashboard.briefing.stamp import stamp
from dashboard.data.current import catalogue
from dashboard.web.http import CachedContent, base_url, cached, guarded, query_dict
from dashboard.web.routes.map_land import fetch
from geo.errors import NotFoundError, no_such
from geo.i18n import mark
from geo.layers.catalogue import Catalogue
from geo.parameters import Query


def _content(
    request: Request, briefing_of: Callable[[Catalogue, str, Query], Briefing], name: str
) -> CachedContent:
    extension = request.path_params["extension"]
    if extension not in FORMATS:
        message = mark("There is no format {name}; there are {known}.")
        raise NotFoundError(no_such(message, extension, FORMATS))
    params = query_dict(request)
    query = {key: params[key] for key in params if key not in ("v", i18n.PARAMETER)}
    layers, address = catalogue(), base_url(request)
    briefing = briefing_of(layers, name, query)
    make_file, media_type = FORMATS[extension]

    def make() -> bytes:
        return make_file(briefing.document(layers, fetch), stamp(layers, address))

    parts = ["asean-smart-cities", briefing.key, *i18n.language_params().values()]
    shown = "inline" if extension == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{"_".join(parts)}.{extension}"'}
    key = ("briefing", briefing.key, extension, address)
    return CachedContent(media_type, key, make, headers)


@cached
def _named(request: Request) -> CachedContent:
    return _content(request, named_briefing, request.path_params["name"])


@cached
def _country(request: Request) -> CachedContent:
    return _content(request, country_briefing, request.path_params["iso3"])


ROUTES = [
    Route("/briefing/country/{iso3}.{extension}", guarded(_country), methods=["GET"]),
    Route("/briefing/{name}.{extension}", guarded(_named), methods=["GET"]),
]
