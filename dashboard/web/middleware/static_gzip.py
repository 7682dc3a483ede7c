"""Middleware that sends Streamlit's scripts and styles in gzip.

They are 7 MB plain and 2 MB in gzip, and most of what a first visit waits for. They never change
while the process runs, so each is compressed once. It is kept under its content: a path can be
written in any number of ways.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.http import offers_gzip, zipped
from geo.cache import Cache

PREFIX = "/static/"

KINDS = ("text/", "application/javascript", "application/json", "image/svg+xml")
"""Content types that gzip makes smaller."""


_MOST, _MOST_BYTES = 1_000, 32 << 20
"""Files that are kept compressed, and their bytes together; Streamlit's are 360."""


class Compression:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._known: Cache[bytes] = Cache(_MOST_BYTES, _MOST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress what is asked for below :data:`PREFIX`; pass everything else on."""
        if scope["type"] != "http" or scope["method"] != "GET" or PREFIX not in scope["path"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "range" in headers or not offers_gzip(headers.get("accept-encoding", "")):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Zipped(send, self._known))


class _Zipped:
    """Collects an answer that gzip makes smaller and sends it so; others pass as they come."""

    def __init__(self, send: Send, known: Cache[bytes]) -> None:
        self.send = send
        self.known = known
        self.start: Message | None = None
        self.body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            plain = "content-encoding" not in headers
            if (
                message["status"] == 200
                and plain
                and headers.get("content-type", "").startswith(KINDS)
            ):
                self.start = message
                return
        elif self.start is not None:
            self.body.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            await self._finish(self.start)
            return
        await self.send(message)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        plain = b"".join(self.body)
        content = self.known.get(sha256(plain).digest(), lambda: zipped(plain))
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(content))
        headers.add_vary_header("Accept-Encoding")
        if "etag" in headers and not headers["etag"].startswith("W/"):
            headers["etag"] = f"W/{headers['etag']}"  # the same content in another coding
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": content})
