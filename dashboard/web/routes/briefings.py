"""``/briefing/{name}.{pdf|pptx}``: the briefing of a city, of a comparison, of the network or of a
meeting; ``/briefing/country/{iso3}.{pdf|pptx}``: that of a member state."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.web.http import CachedContent, base_url, cached, guarded, query_dict
from dashboard.web.routes.map_land import fetch
from geo.errors import NotFoundError, no_such
from geo.i18n import mark


def _content(request: Request, name: str, of_country: bool = False) -> CachedContent:
    # With the texts of pages and Typst: 0.1 s, not at the start.
    from dashboard.briefing.files import FORMATS, country_briefing, named_briefing
    from dashboard.briefing.stamp import stamp

    extension = request.path_params["extension"]
    if extension not in FORMATS:
        message = mark("There is no format {name}. Available: {known}.")
        raise NotFoundError(no_such(message, extension, FORMATS))
    params = query_dict(request)
    query = {key: params[key] for key in params if key not in ("v", i18n.PARAMETER)}
    layers, address = catalogue(), base_url(request)
    briefing = (country_briefing if of_country else named_briefing)(layers, name, query)
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
    return _content(request, request.path_params["name"])


@cached
def _country(request: Request) -> CachedContent:
    return _content(request, request.path_params["iso3"], of_country=True)


ROUTES = [
    Route("/briefing/country/{iso3}.{extension}", guarded(_country), methods=["GET"]),
    Route("/briefing/{name}.{extension}", guarded(_named), methods=["GET"]),
]
