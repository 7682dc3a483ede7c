"""Middleware that completes Streamlit's HTML shell for the address that is asked for: title,
language, preview, style sheet, window width, the URL of the server and the fixes of
``html_shell.js``.

Without the URL of the server, the browser first looks for it below the path of the page
(``/explore/_stcore/health``), which costs two failed requests on every page but the first.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl

from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import i18n
from dashboard.data.current import catalogue, pinned_layers
from dashboard.maps.component import SCRIPT_URL
from dashboard.maps.registry import MAPS
from dashboard.markup import page_tools
from dashboard.markup.breakpoints import WIDTH_COOKIE_SCRIPT
from dashboard.markup.html import join, tag
from dashboard.navigation import PAGES, QUESTION_ID, SITE
from dashboard.present import script
from dashboard.quota.shares import ShareExceededError, run_in_turn
from dashboard.search import box
from dashboard.streamlit_internals import element_scripts
from dashboard.telemetry import logs
from dashboard.web.request_info import HOME, page_of, request_language, site_url
from dashboard.web.routes.style import VERSION
from geo.cache import Cache
from geo.errors import GeoError
from geo.i18n import Language, mark, tr, use_language
from geo.parameters import joined

_HEAD_START = (
    b'<script>window.__streamlit = {BACKEND_BASE_URL: new URL("./", location.href).href}</script>'
)
"""Pages have one path segment, so the server is at ``./`` from each of them, with or without a path
prefix."""

_MAP_SCRIPT = b'<link rel="modulepreload" href=".%b">' % SCRIPT_URL.encode()

_ELEMENT_SCRIPTS = b"".join(
    b'<link rel="modulepreload" crossorigin href=".%b">' % url.encode() for url in element_scripts()
)

MAP_PAGES = {*MAPS, "places"}
"""The pages with a map."""

SHELL_SCRIPT = (
    Path(__file__)
    .with_suffix(".js")
    .read_text(encoding="utf-8")
    .replace('["PAGES"]', json.dumps(["" if page == HOME else page for page in PAGES]))
)

_HEAD_END = (
    b'<script>%b</script><script>%b</script><link rel="stylesheet" href="./style.css?v=%b"></head>'
    % (WIDTH_COOKIE_SCRIPT.encode(), SHELL_SCRIPT.encode(), VERSION.encode())
)
"""At the end of the head, because the window width of a phone is known only after the shell's
``<meta name="viewport">``."""

SKIP_LINKS = {"content": mark("Skip to content"), "map": mark("Skip to map")}
"""Links before everything else, which ``html_shell.js`` follows: what they lead to -> label."""

_SERVICE = re.compile(
    rb'<!--\s*Machine-readable pointer.*?-->\s*<link rel="service-desc"[^>]*>', re.S
)
"""Streamlit's pointer to an API of its own that this server does not offer."""

_NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.S)

_CONDITIONAL = {b"accept-encoding", b"if-none-match", b"if-modified-since"}


@dataclass(frozen=True)
class Described:
    """What the shell says of an address.

    Attributes
    ----------
    head
        Elements of the head, with the title.
    body
        What a reader without scripts gets, and the data sets for search engines; in the body, so
        that the scripts of the page come first.
    found
        Whether what the page would be about exists.
    """

    head: Markup
    body: Markup = field(default_factory=Markup)
    found: bool = True


_described: Cache[Described] = Cache("previews")


class HtmlShellMiddleware:
    """ASGI middleware that completes the HTML of pages, for whoever asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the shell of pages; pass everything else through unchanged."""
        page = page_of(scope) if scope["type"] == "http" else None
        if page is None or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONAL]
        send_completed = _HtmlCompleter(send, scope, page)
        await self.app({**scope, "headers": headers}, receive, send_completed)


PATIENCE_SECONDS = 0.25
"""How long a page waits for what it says of its address, on a busy server; then it opens with the
name of the dashboard alone."""


async def describe(scope: Scope, page: str, language: Language, named: bool) -> Described:
    """What the shell says of an address; only the name of the dashboard if there are no layers,
    the client has used up its share, or it takes too long."""
    try:
        with use_language(language):
            site = site_url(scope)
        query = joined(parse_qsl(scope["query_string"].decode("latin-1")))
        with pinned_layers():
            version = catalogue().version
            key = (version, site, language.code, named, page, tuple(sorted(query.items())))
            make = partial(_describe, site, page, query, language, named)
            if key in _described:
                return _described.get(key, make)
            made = asyncio.ensure_future(run_in_turn(lambda: _described.get(key, make)))
        # What takes longer is kept for the next request.
        made.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({made}, timeout=PATIENCE_SECONDS)
        if made.done():
            return made.result()
    except (GeoError, ShareExceededError):
        pass
    except Exception as error:
        # The page is to open without its preview.
        logs.error("preview_failed", error, f"Report this as a fault of the page {page!r}.")
    with use_language(language):
        return Described(tag("title", tr(SITE)))


def _describe(
    site: str, page: str, query: dict[str, str], language: Language, named: bool
) -> Described:
    # With the texts of all pages: not at the start, and before the first page needs them.
    from dashboard.discovery.head import datasets, head, noscript
    from dashboard.discovery.preview import preview

    with use_language(language):
        layers = catalogue()
        shown = preview(page, query, layers)
        code = language.code if named else ""
        return Described(
            tag("title", shown.title) + head(shown, site, code, i18n.languages()),
            join([noscript(shown), datasets(shown, site, layers)]),
            shown.found,
        )


class _HtmlCompleter:
    """Buffers an HTML response and sends it completed; other responses pass through."""

    def __init__(self, send: Send, scope: Scope, page: str) -> None:
        self.send = send
        self.scope = scope
        self.page = page
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
        language, named = request_language(self.scope)
        described = await describe(self.scope, self.page, language, named)
        page = complete_page(self.body, language, described, self.page in MAP_PAGES)
        headers = MutableHeaders(raw=list(self.start["headers"]))
        for name in ("content-length", "etag", "last-modified"):
            del headers[name]
        headers.add_vary_header("Accept-Language")
        if self.scope["method"] == "HEAD":
            page = b""
        else:
            headers["content-length"] = str(len(page))
        start = {**self.start, "headers": headers.raw}
        if not described.found:
            start["status"] = HTTPStatus.NOT_FOUND
        await self.send(start)
        await self.send({"type": "http.response.body", "body": page})


def complete_page(
    page: bytes, language: Language, described: Described | None = None, has_map: bool = False
) -> bytes:
    """Streamlit's HTML shell with the dashboard's title, style, scripts and language.

    Parameters
    ----------
    described
        What it says of its address; by default the name of the dashboard.
    has_map
        Whether the script that draws maps is fetched with the page's own, not when a map is drawn.
    """
    with use_language(language):
        described = described or Described(tag("title", tr(SITE)))
        scripts = box.script() + script.script() + page_tools.script()
        skip = [
            tag(
                "a",
                tr(text),
                href=f"#{QUESTION_ID}",
                class_="skip",
                data_target=target,
                hidden=True,
            )
            for target, text in SKIP_LINKS.items()
        ]
    page = page.replace(b'<html lang="en">', b'<html lang="%b">' % language.code.encode(), 1)
    page = page.replace(b"<title>Streamlit</title>", described.head.encode(), 1)
    page = _SERVICE.sub(b"", page, count=1)
    page = _NOSCRIPT.sub(lambda _: described.body.encode(), page, count=1)
    page = page.replace(b"</head>", _ELEMENT_SCRIPTS + scripts.encode() + _HEAD_END, 1)
    page = page.replace(b"<body>", b"<body>" + "".join(skip).encode(), 1)
    start = _HEAD_START + (_MAP_SCRIPT if has_map else b"")
    return page.replace(b"<head>", b"<head>" + start, 1)
