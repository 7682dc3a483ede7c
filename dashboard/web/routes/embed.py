"""``/embed/charts/{name}`` and ``/embed/maps/{name}``: bare pages for the frames of other sites.

They are stateless, without cookie and websocket: the address alone decides what is shown. Which
sites may frame them, :mod:`dashboard.web.embed.csp` says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.web.embed import chart_page as charts
from dashboard.web.embed import map_page as maps
from dashboard.web.embed.csp import HEADER, policy
from dashboard.web.embed.html import FOLLOW, THEMES, fault
from dashboard.web.http import (
    BRIEFLY,
    FOREVER,
    answer,
    asked_beside,
    etag,
    guarded,
    pixels_of,
    query_of,
    theme_of,
)
from geo.errors import GeoError, NotFoundError, QueryError, no_such, shown
from geo.i18n import Language, language, mark, speaking
from geo.layers.catalogue import Catalogue

Page = Callable[[str, Catalogue, dict[str, str], str], str]

_PAGES: dict[str, Page] = {"charts": charts.page, "maps": maps.page}


def _page(request: Request) -> Response:
    """A bare page, also where the address is wrong: the frame then says so in one sentence."""
    with speaking(i18n.of_query(request.query_params) or Language()):
        try:
            return _found(request)
        except NotFoundError as error:
            return _wrong(404, error)
        except QueryError as error:
            return _wrong(400, error)
        except GeoError as error:
            return _wrong(503, error)


def _found(request: Request) -> Response:
    kind, name = request.path_params["kind"], request.path_params["name"]
    if kind not in _PAGES:
        message = mark("There is no embed {name}; there are {known}.")
        raise NotFoundError(no_such(message, kind, _PAGES))
    theme = theme_of(query_of(request), (FOLLOW, *THEMES), FOLLOW)
    query, layers = asked_beside(request), catalogue()

    def make() -> bytes:
        return _PAGES[kind](name, layers, dict(query), theme).encode()

    headers = {"Cache-Control": BRIEFLY, HEADER: policy()}
    tag = etag("embed", layers.version, language().code, kind, name, theme, repr(query))
    return answer(request, make, "text/html; charset=utf-8", tag, headers)


def _wrong(status: int, error: GeoError) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        HEADER: policy(),
    }
    return Response(fault(str(error)), status, headers, "text/html; charset=utf-8")


def _deck(request: Request) -> Response:
    name, layers, code = request.path_params["name"], catalogue(), language().code
    theme = theme_of(query_of(request))
    size = pixels_of(request, "width", maps.SIZE[0]), pixels_of(request, "height", maps.SIZE[1])
    query = asked_beside(request, "width", "height", "v")

    def make() -> bytes:
        return maps.description(name, layers, dict(query), theme, size)

    kept_for = FOREVER if request.query_params.get("v") == layers.version else BRIEFLY
    tag = etag("deck", layers.version, code, name, theme, repr(size), repr(query))
    return answer(request, make, "application/json", tag, {"Cache-Control": kept_for})


def _script(request: Request) -> Response:
    name = request.path_params["name"]
    if f"{name}.js" not in maps.SCRIPTS:
        raise NotFoundError(
            f"There is no script {shown(name)}; there are {', '.join(maps.SCRIPTS)}."
        )
    content, version = maps.script(f"{name}.js")
    tag = etag("script", version)
    kept_for = FOREVER if request.query_params.get("v") == version else BRIEFLY
    return answer(request, lambda: content, "text/javascript", tag, {"Cache-Control": kept_for})


def _variables(colours: Palette) -> str:
    names = ("ground", "text", "muted", "rule", "sea", "accent", "on_accent")
    said = ";".join(f"--{name.replace('_', '-')}:{getattr(colours, name)}" for name in names)
    return f"color-scheme:{colours.name};{said}"


@cache
def _style() -> bytes:
    """The style sheet with the colours of both themes, and the font that Streamlit brings."""
    media = Path(streamlit.__file__).parent / "static" / "static" / "media"
    font = next((path.name for path in media.glob("SourceSansVF-Upright*.woff2")), "")
    rules = Path(charts.__file__).with_name("embed.css").read_text()
    dark = _variables(DARK)
    return (
        f":root{{{_variables(LIGHT)}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}}}}}\n"
        + rules.replace("FONT", f"../static/media/{font}")
    ).encode()


def _stylesheet(request: Request) -> Response:
    tag = etag(_style().decode())
    return answer(request, _style, "text/css", tag, {"Cache-Control": BRIEFLY})


ROUTES = [
    Route("/embed/bare.css", guarded(_stylesheet), methods=["GET"]),
    Route("/embed/{name}.js", guarded(_script), methods=["GET"]),
    Route("/embed/maps/{name}.json", guarded(_deck), methods=["GET"]),
    Route("/embed/{kind}/{name}", _page, methods=["GET"]),
]
