"""``/maps/{name}.{png|svg|pdf}``: any map of the pages as a picture with title, legend and sources;
``/maps/{city_id}.svg``: the locator map of a member city as pages show it.

The URL alone determines the picture, so a link works from a script and on every replica.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.maps import city_map
from dashboard.maps.picture import DEFAULT_SIZE, SIZES, Picture, picture
from dashboard.maps.picture_content import map_content
from dashboard.maps.picture_files import FORMATS
from dashboard.maps.registry import MAPS
from dashboard.markup.theme import palette
from dashboard.web.http import CachedContent, cached, extra_params, guarded, query_dict, theme_param
from dashboard.web.routes.chart_data import file_name
from dashboard.web.routes.map_land import fetch
from geo.errors import NotFoundError, QueryError, no_such
from geo.i18n import mark


@cached
def _map(request: Request) -> CachedContent:
    name, extension = request.path_params["name"], request.path_params["extension"]
    if name in MAPS:
        return _picture(request, name, extension)
    if extension == "svg" and name in set(catalogue()["cities"]["city_id"]):
        return _locator_map(request, name)
    raise NotFoundError(no_such(mark("There is no map {name}. Available: {known}."), name, MAPS))


def _locator_map(request: Request, city_id: str) -> CachedContent:
    theme, layers = theme_param(request.query_params), catalogue()

    def make() -> bytes:
        return city_map.svg(layers, city_id, palette(theme)).encode()

    return CachedContent("image/svg+xml", ("city map", city_id, theme), make)


def _picture(request: Request, name: str, extension: str) -> CachedContent:
    if extension not in FORMATS:
        message = mark("There is no format {name}. Available: {known}.")
        raise QueryError(no_such(message, extension, FORMATS))
    params = query_dict(request)
    theme, size = theme_param(params), params.get("size", DEFAULT_SIZE)
    if size not in SIZES:
        raise QueryError(no_such(mark("There is no size {name}. Available: {known}."), size, SIZES))
    query, layers, colours = extra_params(request, "size", "v"), catalogue(), palette(theme)
    file_format, media_type = FORMATS[extension]

    def draw() -> Picture:
        content = map_content(name, layers, dict(query), colours, fetch)
        return picture(content, SIZES[size], layers.version, colours)

    def make() -> bytes:
        # Drawing takes longer than making a file, and users want several formats of one picture.
        return file_format(layers.cached(("map picture", name, theme, size, query), draw))

    file = file_name(f"map_{name}", [value for _, value in query])
    headers = {"Content-Disposition": f'attachment; filename="{file}.{extension}"'}
    key = ("map picture", name, extension, theme, size, query)
    return CachedContent(media_type, key, make, headers)


ROUTES = [Route("/maps/{name}.{extension}", guarded(_map), methods=["GET"])]
