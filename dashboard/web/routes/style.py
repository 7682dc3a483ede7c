"""``/style.css`` and ``/fonts/{name}``: style sheet of the dashboard's HTML, and fonts for Thai,
Lao, Khmer and Burmese script; cached by the browser."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.web.http import cache_headers, cached_response, etag, guarded
from geo.errors import QueryError, no_such
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


def _send(request: Request, content: bytes, media_type: str) -> Response:
    version = _version(content)
    tag = etag("style", version)
    return cached_response(
        request, lambda: content, media_type, tag, cache_headers(request, version)
    )


def _style(request: Request) -> Response:
    return _send(request, _CONTENT, "text/css")


def _font(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FONTS:
        raise QueryError(no_such(mark("There is no font {name}; there are {known}."), name, FONTS))
    return _send(request, FONTS[name].read_bytes(), "font/ttf")


ROUTES = [
    Route("/style.css", guarded(_style), methods=["GET"]),
    Route("/fonts/{name}", guarded(_font), methods=["GET"]),
]
