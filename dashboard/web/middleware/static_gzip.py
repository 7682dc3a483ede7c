"""Middleware that sends Streamlit's scripts and styles in gzip.

They are 7 MB plain and 2 MB in gzip, and most of what a first visit waits for. They never change
while the process runs, so each is compressed once.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.http import offers_gzip, zipped

PREFIX = "/static/"

KINDS = ("text/", "application/javascript", "application/json", "image/svg+xml")
"""Content types that gzip makes smaller."""


class Compression:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._known: dict[tuple[str, str], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress what is asked for below :data:`PREFIX`; pass everything else on."""
        if scope["type"] != "http" or scope["method"] != "GET" or PREFIX not in scope["path"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "range" in headers or not offers_gzip(headers.get("accept-encoding", "")):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Zipped(send, scope["path"], self._known))


class _Zipped:
    """Collects an answer that gzip makes smaller and sends it so; others pass as they come."""

    def __init__(self, send: Send, path: str, known: dict[tuple[str, str], bytes]) -> None:
        self.send = send
        self.path = path
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
        key = (self.path, headers.get("etag", ""))
        if key not in self.known:
            self.known[key] = zipped(b"".join(self.body))
        content = self.known[key]
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(content))
        headers.add_vary_header("Accept-Encoding")
        if "etag" in headers and not headers["etag"].startswith("W/"):
            headers["etag"] = f"W/{headers['etag']}"  # the same content in another coding
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": content})
