"""Middleware that completes Streamlit's HTML shell: title, language, style sheet, window width, the
URL of the server and the fixes of ``html_shell.js``.

Without the URL of the server, the browser first looks for it below the path of the page
(``/explore/_stcore/health``), which costs two failed requests on every page but the first.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import i18n
from dashboard.maps.component import SCRIPT_URL
from dashboard.maps.registry import MAPS
from dashboard.markup.breakpoints import WIDTH_COOKIE_SCRIPT
from dashboard.markup.html import tag
from dashboard.search import box
from dashboard.web.embed.csp import is_embed
from dashboard.web.routes.style import VERSION
from geo.i18n import Language, mark, tr, use_language

TITLE = mark("ASEAN Smart Cities")

_HEAD_START = (
    b'<script>window.__streamlit = {BACKEND_BASE_URL: new URL("./", location.href).href}</script>'
)
"""Pages have one path segment, so the server is at ``./`` from each of them, with or without a path
prefix."""

_MAP_SCRIPT = b'<link rel="modulepreload" href=".%b">' % SCRIPT_URL.encode()

MAP_PAGES = {"", *MAPS, "places"}
"""Paths of the pages with a map; that of the Overview is empty."""

SHELL_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_HEAD_END = (
    b'<script>%b</script><script>%b</script><link rel="stylesheet" href="./style.css?v=%b"></head>'
    % (WIDTH_COOKIE_SCRIPT.encode(), SHELL_SCRIPT.encode(), VERSION.encode())
)
"""At the end of the head, because the window width of a phone is known only after the shell's
``<meta name="viewport">``."""

COMPLETE_PATHS = "/ogc"
"""Prefix of paths whose HTML pages are not Streamlit's and are already complete."""

_CONDITIONAL = {b"accept-encoding", b"if-none-match", b"if-modified-since"}


class HtmlShellMiddleware:
    """ASGI middleware that completes HTML responses for browsers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite HTML responses; pass everything else through unchanged."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        passes_through = (
            scope["type"] != "http" or is_embed(scope) or path.startswith(COMPLETE_PATHS)
        )
        if passes_through or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONAL]
        send_completed = _HtmlCompleter(
            send, scope["method"], _language(scope), path.strip("/") in MAP_PAGES
        )
        await self.app({**scope, "headers": headers}, receive, send_completed)


def _language(scope: Scope) -> Language:
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    accepted = Headers(scope=scope).get("accept-language", "")
    return i18n.language_from_query(query) or i18n.language_from_header(accepted)


class _HtmlCompleter:
    """Buffers an HTML response and sends it completed; other responses pass through."""

    def __init__(self, send: Send, method: str, language: Language, has_map: bool) -> None:
        self.send = send
        self.has_map = has_map
        self.method = method
        self.language = language
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif self.start is not None:
            self.body += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._finish()
            return
        await self.send(message)

    async def _finish(self) -> None:
        assert self.start is not None
        page = complete_page(self.body, self.language, self.has_map)
        headers = MutableHeaders(raw=list(self.start["headers"]))
        for name in ("content-length", "etag", "last-modified"):
            del headers[name]
        headers.add_vary_header("Accept-Language")
        if self.method == "HEAD":
            page = b""
        else:
            headers["content-length"] = str(len(page))
        await self.send({**self.start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": page})


def complete_page(page: bytes, language: Language, has_map: bool = False) -> bytes:
    """Streamlit's HTML shell with the dashboard's title, style, scripts and language.

    Parameters
    ----------
    has_map
        Whether the script that draws maps is fetched with the page's own, not when a map is drawn.
    """
    with use_language(language):
        title, search = tag("title", tr(TITLE)), box.script()
    page = page.replace(b'<html lang="en">', b'<html lang="%b">' % language.code.encode(), 1)
    page = page.replace(b"<title>Streamlit</title>", title.encode(), 1)
    page = page.replace(b"</head>", search.encode() + _HEAD_END, 1)
    start = _HEAD_START + (_MAP_SCRIPT if has_map else b"")
    return page.replace(b"<head>", b"<head>" + start, 1)
