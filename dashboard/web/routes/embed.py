"""``/embed/charts/{name}`` and ``/embed/maps/{name}``: bare pages for the frames of other sites.

They are stateless, without cookie and websocket: the address alone decides what is shown. Which
sites may frame them, :mod:`dashboard.web.embed.csp` says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
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
    zipped,
)
from geo.errors import GeoError, NotFoundError, QueryError, no_such, shown
from geo.i18n import Language, language, mark, speaking
from geo.layers.catalogue import Catalogue

Page = Callable[[str, Catalogue, dict[str, str], str], str]

_PAGES: dict[str, Page] = {"charts": charts.page, "maps": maps.page}


@lru_cache(maxsize=128)
def _content(
    kind: str, name: str, query: tuple[tuple[str, str], ...], theme: str, version: str, code: str
) -> tuple[bytes, bytes]:
    """A page as it is and in gzip; ``version`` and ``code``, that of the language, keep others
    out of the cache."""
    content = _PAGES[kind](name, catalogue(), dict(query), theme).encode()
    return content, zipped(content)


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
    query, version, code = asked_beside(request), catalogue().version, language().code
    made = _content(kind, name, query, theme, version, code)
    headers = {"Cache-Control": BRIEFLY, HEADER: policy()}
    tag = etag(version, code, kind, name, theme, repr(query))
    return answer(request, lambda zip_it: made[zip_it], "text/html; charset=utf-8", tag, headers)


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

    def body(zip_it: bool) -> bytes:
        content = maps.description(name, layers, dict(query), theme, size)
        return zipped(content) if zip_it else content

    kept_for = FOREVER if request.query_params.get("v") == layers.version else BRIEFLY
    tag = etag(layers.version, code, name, theme, repr(size), repr(query))
    return answer(request, body, "application/json", tag, {"Cache-Control": kept_for})


@cache
def _zipped_script(name: str) -> bytes:
    return zipped(maps.script(name)[0])


def _script(request: Request) -> Response:
    name = request.path_params["name"]
    if f"{name}.js" not in maps.SCRIPTS:
        raise NotFoundError(
            f"There is no script {shown(name)}; there are {', '.join(maps.SCRIPTS)}."
        )
    content, version = maps.script(f"{name}.js")

    def body(zip_it: bool) -> bytes:
        return _zipped_script(f"{name}.js") if zip_it else content

    kept_for = FOREVER if request.query_params.get("v") == version else BRIEFLY
    return answer(request, body, "text/javascript", etag(version), {"Cache-Control": kept_for})


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
    def body(zip_it: bool) -> bytes:
        return zipped(_style()) if zip_it else _style()

    tag = etag(_style().decode())
    return answer(request, body, "text/css", tag, {"Cache-Control": BRIEFLY})


ROUTES = [
    Route("/embed/bare.css", guarded(_stylesheet), methods=["GET"]),
    Route("/embed/{name}.js", guarded(_script), methods=["GET"]),
    Route("/embed/maps/{name}.json", guarded(_deck), methods=["GET"]),
    Route("/embed/{kind}/{name}", _page, methods=["GET"]),
]
