"""Middleware that completes Streamlit's HTML shell: title, language, style, how wide the window is,
where the server is, and what ``html_shell.js`` mends.

Without the address of the server, the browser looks for the server below the page's own path first
(``/explore/_stcore/health``), which costs two failed requests on every page but the first.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import i18n
from dashboard.markup.breakpoints import TELL
from dashboard.web.embed.csp import is_bare
from dashboard.web.routes.style import VERSION
from geo.i18n import Language, mark, speaking, tr

TITLE = mark("ASEAN Smart Cities")

_START = (
    b'<script>window.__streamlit = {BACKEND_BASE_URL: new URL("./", location.href).href}</script>'
)
"""Pages have one path segment, so the server is at ``./`` from each, also behind a prefix."""

MENDED = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_END = (
    f"<script>{TELL}</script><script>{MENDED}</script>"
    f'<link rel="stylesheet" href="./style.css?v={VERSION}"></head>'
).encode()
"""The width of a phone's window is known after the shell's own ``<meta name="viewport">`` only."""

OWN_PAGES = "/ogc"
"""Start of paths whose pages are not Streamlit's and are complete as they come."""

_CONDITIONAL = {b"accept-encoding", b"if-none-match", b"if-modified-since"}


class Shell:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; change HTML answers only."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        own = scope["type"] != "http" or is_bare(scope) or path.startswith(OWN_PAGES)
        if own or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONAL]
        completed_send = _Completed(send, scope["method"], _language(scope))
        await self.app({**scope, "headers": kept}, receive, completed_send)


def _language(scope: Scope) -> Language:
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    accepted = Headers(scope=scope).get("accept-language", "")
    return i18n.of_query(query) or i18n.of_browser(accepted)


class _Completed:
    """Collects an HTML answer and sends it completed; other answers pass as they come."""

    def __init__(self, send: Send, method: str, language: Language) -> None:
        self.send = send
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
        page = completed(self.body, self.language)
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


def completed(page: bytes, language: Language) -> bytes:
    """Streamlit's HTML shell with our title, style and scripts, and its language."""
    with speaking(language):
        title = escape(tr(TITLE))
    page = page.replace(b'<html lang="en">', f'<html lang="{language.code}">'.encode(), 1)
    page = page.replace(b"<title>Streamlit</title>", f"<title>{title}</title>".encode(), 1)
    page = page.replace(b"</head>", _END, 1)
    return page.replace(b"<head>", b"<head>" + _START, 1)
