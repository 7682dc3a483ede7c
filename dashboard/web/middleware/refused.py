"""What Streamlit would answer wrongly: text on its websocket, and files that there are not."""

from __future__ import annotations

import re
from email.utils import formatdate
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.http import problem
from dashboard.web.request_info import path_of

_FILE = re.compile(r"/(?!index\.html$)[^/]*\.[A-Za-z0-9]+$")
"""The end of a path that names a file, other than the shell itself."""

_SHELL = Path(streamlit.__file__).parent / "static" / "index.html"

_UNSUPPORTED = 1003
"""Code of RFC 6455 for a kind of message that is not taken."""


class Refused:
    """ASGI middleware, the last before Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Streamlit answers any path that it does not know with its shell, so that pages may have
        # addresses. Only pages have.
        self.shell = formatdate(_SHELL.stat().st_mtime, usegmt=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close a websocket with text; answer 404 where the shell would come for a file."""
        if scope["type"] == "websocket":
            await self.app(scope, _binary(receive, send), send)
        elif scope["type"] == "http" and _FILE.search(path_of(scope)):
            await self.app(scope, receive, _Found(self.shell, scope, receive, send))
        else:
            await self.app(scope, receive, send)


def _binary(receive: Receive, send: Send) -> Receive:
    """Messages of bytes; a text, which Streamlit takes for a fault of its own, ends the line."""

    async def binary() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            await send({"type": "websocket.close", "code": _UNSUPPORTED})
            return {"type": "websocket.disconnect", "code": _UNSUPPORTED}
        return message

    return binary


class _Found:
    """Passes an answer on, or 404 in place of Streamlit's shell."""

    def __init__(self, shell: str, scope: Scope, receive: Receive, send: Send) -> None:
        self.shell = shell
        self.scope, self.receive, self.send = scope, receive, send
        self.replaced = False

    async def __call__(self, message: Message) -> None:
        if self.replaced:
            return
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            is_html = headers.get("content-type", "").startswith("text/html")
            if is_html and headers.get("last-modified") == self.shell:
                self.replaced = True
                await problem(404, "There is no such file.")(self.scope, self.receive, self.send)
                return
        await self.send(message)
