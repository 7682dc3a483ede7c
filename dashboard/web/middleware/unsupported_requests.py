"""Middleware for requests that Streamlit answers wrongly: text messages on its websocket, missing
files, and addresses of no page."""

from __future__ import annotations

import re
from email.utils import formatdate
from functools import partial

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.data.current import catalogue, pinned_layers
from dashboard.discovery.not_found import TITLE, content
from dashboard.quota.shares import ShareExceededError, run_in_turn
from dashboard.streamlit_internals import STATIC_DIR
from dashboard.web.http import problem, too_many_requests
from dashboard.web.plain_page import plain_page
from dashboard.web.request_info import HOME, page_of, request_language, request_path
from geo.errors import LayerError
from geo.i18n import set_explicit, tr, use_language

_FILE_PATH = re.compile(r"/(?!index\.html$)[^/]*\.[A-Za-z0-9]+$")
"""Matches a path that ends in a file name other than that of the shell."""

_OF_HOME = (f"/{HOME}", "/index.html")
"""Other addresses of the first page."""

_CONDITIONS = {b"if-none-match", b"if-modified-since", b"range"}

_UNSUPPORTED_DATA = 1003
"""RFC 6455 close code for a message type that is not accepted."""


class UnsupportedRequestMiddleware:
    """ASGI middleware, the last before Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Streamlit serves its shell for every unknown path, because pages have URLs; files do not.
        self.shell_modified = formatdate((STATIC_DIR / "index.html").stat().st_mtime, usegmt=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close a websocket on a text message; respond 404 instead of the shell to what is no page,
        and redirect from other addresses of the first one."""
        if scope["type"] == "websocket":
            await self.app(scope, _binary_only(receive, send), send)
        elif scope["type"] != "http" or page_of(scope):
            await self.app(scope, receive, send)
        elif request_path(scope) in _OF_HOME:
            query = scope["query_string"].decode("latin-1")
            response = RedirectResponse("./" + (f"?{query}" if query else ""), 308)
            await response(scope, receive, send)
        else:
            shell_to_404 = _ShellTo404(self.shell_modified, scope, receive, send)
            await self.app(_unconditional(scope), receive, shell_to_404)


def _unconditional(scope: Scope) -> Scope:
    """The request, unconditional unless it is for a file, so that Streamlit sends its shell."""
    if _FILE_PATH.search(request_path(scope)):
        return scope
    headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
    return {**scope, "headers": headers}


def _binary_only(receive: Receive, send: Send) -> Receive:
    """Pass binary messages on; close on a text message, which Streamlit treats as its own error."""

    async def receive_binary() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            await send({"type": "websocket.close", "code": _UNSUPPORTED_DATA})
            return {"type": "websocket.disconnect", "code": _UNSUPPORTED_DATA}
        return message

    return receive_binary


class _ShellTo404:
    """Passes a response on, but replaces Streamlit's shell with status 404."""

    def __init__(self, shell_modified: str, scope: Scope, receive: Receive, send: Send) -> None:
        self.shell_modified = shell_modified
        self.scope, self.receive, self.send = scope, receive, send
        self.replaced = False

    async def __call__(self, message: Message) -> None:
        if self.replaced:
            return
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            is_html = headers.get("content-type", "").startswith("text/html")
            if is_html and headers.get("last-modified") == self.shell_modified:
                self.replaced = True
                response = await _not_found(self.scope)
                await response(self.scope, self.receive, self.send)
                return
        await self.send(message)


async def _not_found(scope: Scope) -> Response:
    """The response to an address that there is not: a page in the user's language for a browser,
    problem JSON for any other client."""
    if _FILE_PATH.search(request_path(scope)):
        return problem(404, "There is no such file.")
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return problem(404, "There is no such page; the addresses are in /sitemap.xml.")
    try:
        return await run_in_turn(partial(_page, scope))
    except ShareExceededError as error:
        return too_many_requests(scope, error.wait)


def _page(scope: Scope) -> Response:
    language, named = request_language(scope)
    with use_language(language), pinned_layers():
        set_explicit(named)
        try:
            layers = catalogue()
        except LayerError:
            layers = None
        home = f"{str(scope.get('root_path', '')).rstrip('/')}/"
        return plain_page(404, tr(TITLE), content(request_path(scope), layers), base=home)
