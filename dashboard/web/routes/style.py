"""``/style.css``, ``/fonts/{name}`` and the script of what every page has: style sheet of the
dashboard's HTML, and fonts for Thai, Lao, Khmer and Burmese script; cached by the browser."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.routing import Route

from dashboard.markup import page_tools
from dashboard.web.http import CachedContent, cached, guarded, script_route
from geo.errors import NotFoundError, no_such
from geo.i18n import mark

_DASHBOARD = Path(__file__).parents[2]

FONTS = {path.name: path for path in sorted((_DASHBOARD / "fonts").glob("*.ttf"))}


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _with_versions(style: bytes) -> bytes:
    """The style sheet with the version of each font in its URL."""
    for name, path in FONTS.items():
        address = f"fonts/{name}?v={_version(path.read_bytes())}".encode()
        style = style.replace(f"fonts/{name}".encode(), address)
    return style


_CONTENT = _with_versions((_DASHBOARD / "markup" / "style.css").read_bytes())

VERSION = _version(_CONTENT)
"""Part of the URL, so that browsers fetch a new style sheet at once."""


def _content(content: bytes, media_type: str) -> CachedContent:
    return CachedContent(media_type, ("style",), lambda: content, version=_version(content))


@cached
def _style(_: Request) -> CachedContent:
    return _content(_CONTENT, "text/css")


@cached
def _font(request: Request) -> CachedContent:
    name = request.path_params["name"]
    if name not in FONTS:
        raise NotFoundError(
            no_such(mark("There is no font {name}. Available: {known}."), name, FONTS)
        )
    return _content(FONTS[name].read_bytes(), "font/ttf")


ROUTES = [
    Route("/style.css", guarded(_style), methods=["GET"]),
    script_route(page_tools.SCRIPT),
    Route("/fonts/{name}", guarded(_font), methods=["GET"]),
]
