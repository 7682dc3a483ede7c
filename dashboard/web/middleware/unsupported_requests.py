"""Middleware for requests that Streamlit answers wrongly: text messages on its websocket, and
missing files."""

from __future__ import annotations

import re
from email.utils import formatdate

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.streamlit_internals import STATIC_DIR
from dashboard.web.http import problem
from dashboard.web.request_info import request_path

_FILE_PATH = re.compile(r"/(?!index\.html$)[^/]*\.[A-Za-z0-9]+$")
"""Matches a path that ends in a file name other than that of the shell."""

_UNSUPPORTED_DATA = 1003
"""RFC 6455 close code for a message type that is not accepted."""


class UnsupportedRequestMiddleware:
    """ASGI middleware, the last before Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Streamlit serves its shell for every unknown path, because pages have URLs; files do not.
        self.shell_modified = formatdate((STATIC_DIR / "index.html").stat().st_mtime, usegmt=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close a websocket on a text message; respond 404 instead of the shell for a file."""
        if scope["type"] == "websocket":
            await self.app(scope, _binary_only(receive, send), send)
        elif scope["type"] == "http" and _FILE_PATH.search(request_path(scope)):
            await self.app(scope, receive, _ShellTo404(self.shell_modified, scope, receive, send))
        else:
            await self.app(scope, receive, send)


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
                await problem(404, "There is no such file.")(self.scope, self.receive, self.send)
                return
        await self.send(message)
