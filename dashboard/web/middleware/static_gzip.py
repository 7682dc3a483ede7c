"""Middleware that compresses Streamlit's scripts and styles with gzip.

They are 7 MB uncompressed and 2 MB compressed, and take most of the time of a first visit. They
never change while the process runs, so each is compressed once. The cache key is a hash of the
content, because a path can be written in any number of ways.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.http import accepts_gzip, gzipped
from geo.cache import Cache

PREFIX = "/static/"

COMPRESSIBLE_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")
"""Prefixes of content types that are worth compressing."""


_MAX_FILES, _MAX_BYTES = 1_000, 32 << 20
"""Maximum number and total size of the cached files; Streamlit has 360."""


class StaticGzipMiddleware:
    """ASGI middleware that compresses static files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._cache: Cache[bytes] = Cache(_MAX_BYTES, _MAX_FILES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress responses below :data:`PREFIX`; pass everything else on."""
        if scope["type"] != "http" or scope["method"] != "GET" or PREFIX not in scope["path"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if "range" in headers or not accepts_gzip(headers.get("accept-encoding", "")):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _GzipSender(send, self._cache))


class _GzipSender:
    """Buffers a compressible response and sends it compressed; others pass through."""

    def __init__(self, send: Send, cache: Cache[bytes]) -> None:
        self.send = send
        self.cache = cache
        self.start: Message | None = None
        self.body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            is_plain = "content-encoding" not in headers
            if (
                message["status"] == 200
                and is_plain
                and headers.get("content-type", "").startswith(COMPRESSIBLE_TYPES)
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
        content = self.cache.get(sha256(plain).digest(), lambda: gzipped(plain))
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(content))
        headers.add_vary_header("Accept-Encoding")
        if "etag" in headers and not headers["etag"].startswith("W/"):
            headers["etag"] = f"W/{headers['etag']}"  # same content, other content coding
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": content})
