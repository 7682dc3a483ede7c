"""``/embed/charts/{name}`` and ``/embed/maps/{name}``: pages to embed in frames of other sites.

They are stateless, without cookies and websockets: the URL alone determines the content. For the
sites that may frame them, see :mod:`dashboard.web.embed.csp`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data.current import catalogue
from dashboard.markup.theme import DARK, LIGHT, Palette
from dashboard.streamlit_internals import STATIC_DIR
from dashboard.web.embed import chart_page, map_page
from dashboard.web.embed.csp import HEADER, embed_policy
from dashboard.web.embed.html import FOLLOW, THEMES, error_page
from dashboard.web.http import (
    CachedContent,
    cached,
    etag,
    extra_params,
    guarded,
    pixels_param,
    query_dict,
    theme_param,
)
from geo.errors import NotFoundError, no_such
from geo.i18n import mark
from geo.layers.catalogue import Catalogue

Page = Callable[[str, Catalogue, dict[str, str], str], str]

_PAGES: dict[str, Page] = {"charts": chart_page.page, "maps": map_page.page}


@cached
def _page(request: Request) -> CachedContent:
    kind, name = request.path_params["kind"], request.path_params["name"]
    if kind not in _PAGES:
        message = mark("There is no embed {name}. Available: {known}.")
        raise NotFoundError(no_such(message, kind, _PAGES))
    theme = theme_param(query_dict(request), (FOLLOW, *THEMES), FOLLOW)
    query, layers = extra_params(request), catalogue()

    def make() -> bytes:
        return _PAGES[kind](name, layers, dict(query), theme).encode()

    key = ("embed", kind, name, theme, query)
    return CachedContent("text/html; charset=utf-8", key, make, {HEADER: embed_policy()})


def _error_page(status: int, sentence: str) -> Response:
    """Errors too are HTML, one sentence to show in the frame."""
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        HEADER: embed_policy(),
    }
    return Response(error_page(sentence), status, headers, "text/html; charset=utf-8")


@cached
def _deck(request: Request) -> CachedContent:
    name, layers, theme = request.path_params["name"], catalogue(), theme_param(query_dict(request))
    size = (
        pixels_param(request, "width", map_page.SIZE[0]),
        pixels_param(request, "height", map_page.SIZE[1]),
    )
    query = extra_params(request, "width", "height", "v")

    def make() -> bytes:
        return map_page.map_json(name, layers, dict(query), theme, size)

    return CachedContent("application/json", ("deck", name, theme, size, query), make)


@cached
def _script(_: Request) -> CachedContent:
    content, version = map_page.script()
    return CachedContent("text/javascript", ("script",), lambda: content, version=version)


def _css_variables(colours: Palette) -> str:
    names = ("ground", "text", "muted", "rule", "sea", "accent", "on_accent")
    declarations = ";".join(
        f"--{name.replace('_', '-')}:{getattr(colours, name)}" for name in names
    )
    return f"color-scheme:{colours.name};{declarations}"


@cache
def _style() -> bytes:
    """The style sheet with the colours of both themes, and the font bundled with Streamlit."""
    media = STATIC_DIR / "static" / "media"
    font = next((path.name for path in media.glob("SourceSansVF-Upright*.woff2")), "")
    rules = Path(chart_page.__file__).with_name("embed.css").read_text()
    dark = _css_variables(DARK)
    return (
        f":root{{{_css_variables(LIGHT)}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}}}}}\n"
        + rules.replace("FONT", f"../static/media/{font}")
    ).encode()


@cached
def _stylesheet(_: Request) -> CachedContent:
    return CachedContent("text/css", ("embed style",), _style, version=etag(_style().decode()))


ROUTES = [
    Route("/embed/bare.css", guarded(_stylesheet), methods=["GET"]),
    Route("/embed/map.js", guarded(_script), methods=["GET"]),
    Route("/embed/maps/{name}.json", guarded(_deck), methods=["GET"]),
    Route("/embed/{kind}/{name}", guarded(_page, _error_page), methods=["GET"]),
]
