"""Middleware that compresses responses with gzip; nothing else in the server does.

The compressed form has an ETag of its own and no byte ranges, so that a client never resumes it
with bytes of the other form. Binary formats are sent as they are.
"""

from __future__ import annotations

import gzip
import zlib
from hashlib import sha256
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.quota.shares import run_in_turn
from geo.cache import Cache

MIN_BYTES = 500
"""Smaller responses gain nothing."""

MAX_WHOLE_BYTES = 16 << 20
"""Largest response that is held in memory to be compressed and cached as a whole. Larger ones, and
those of unknown length, are compressed as they pass."""

_MAX_CACHED, _MAX_CACHED_BYTES = 1_000, 32 << 20
"""Maximum number and total size of cached compressed bodies. Streamlit's scripts and styles are 360
files, 7 MB uncompressed and 2 MB compressed, and most of the time of a first visit."""


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an ``Accept-Encoding`` header accepts gzip, and prefers it to no compression.

    >>> [accepts_gzip(it) for it in ("br, gzip", "gzip;q=0", "*", "identity, gzip;q=0.5")]
    [True, False, True, False]
    """
    weights: dict[str, float] = {}
    for offer in accept_encoding.lower().split(","):
        coding, _, parameter = (part.strip() for part in offer.partition(";"))
        name, _, value = parameter.partition("=")
        try:
            weights[coding] = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
    anything = weights.get("*", 0.0)
    weight = weights.get("gzip", weights.get("x-gzip", anything))
    return weight > 0 and weight >= weights.get("identity", 0.0)


def is_compressible(content_type: str) -> bool:
    """Whether a content type is text, or a font or vector tile without compression of its own.

    >>> is_compressible("application/geo+json"), is_compressible("application/geopackage+sqlite3")
    (True, False)
    """
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type.endswith(
        ("json", "json-seq", "javascript", "xml", "font/ttf", "vector-tile")
    )


class CompressionMiddleware:
    """ASGI middleware that compresses what is compressible for clients that accept it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # By hash of the content, because a path can be written in any number of ways.
        self._cache: Cache[bytes] = Cache(_MAX_CACHED_BYTES, _MAX_CACHED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress the response; the application does not see ``Accept-Encoding``."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": list(scope["headers"])}
        headers = MutableHeaders(scope=scope)
        accepted = "range" not in headers and accepts_gzip(headers.get("accept-encoding", ""))
        # Streamlit would compress every type, under the ETag of the plain bytes, even for "q=0".
        del headers["accept-encoding"]
        held = headers.get("if-none-match", "") if accepted else ""
        if held:
            headers["if-none-match"] = held.replace('-gzip"', '"')
        responder = _Responder(send, self._cache, accepted, held, scope["method"] == "HEAD")
        await self.app(scope, receive, responder)


class _Responder:
    """Passes one response on, compressed if it is compressible and the client accepts it."""

    def __init__(
        self, send: Send, cache: Cache[bytes], accepted: bool, held: str, head: bool
    ) -> None:
        self.send, self.cache = send, cache
        self.accepted, self.held, self.head = accepted, held, head
        self.start: Message | None = None  # withheld until the whole body is there
        self.body: list[bytes] = []
        self.compressor: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self.start is not None:
            self.body.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_whole(self.start, b"".join(self.body))
        elif self.compressor is not None:
            await self._send_chunk(message)
        else:
            await self.send(message)

    async def _begin(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        status, length = start["status"], int(headers.get("content-length", "-1"))
        compressible = is_compressible(headers.get("content-type", ""))
        if compressible and "accept-encoding" not in headers.get("vary", "").lower():
            headers.add_vary_header("Accept-Encoding")
        start = {**start, "headers": headers.raw}
        is_plain = "content-encoding" not in headers and not 0 <= length < MIN_BYTES
        # A 304 of Streamlit's static files has no content type.
        if self.accepted and status == 304 and (compressible or '-gzip"' in self.held):
            _mark_compressed(headers)
            del headers["content-encoding"]
        elif self.accepted and status == 200 and compressible and is_plain:
            if 0 <= length <= MAX_WHOLE_BYTES and not self.head:
                self.start = start
                return
            _mark_compressed(headers)
            del headers["content-length"]
            self.compressor = None if self.head else zlib.compressobj(6, wbits=31)
        await self.send(start)

    async def _send_whole(self, start: Message, body: bytes) -> None:
        key = sha256(body).digest()  # 0.7 ms per MB

        def compressed() -> bytes:
            return self.cache.get(key, lambda: gzip.compress(body, 6, mtime=0))

        content = (
            compressed() if key in self.cache else await run_in_turn(compressed, continuing=True)
        )
        headers = MutableHeaders(raw=start["headers"])
        _mark_compressed(headers)
        headers["content-length"] = str(len(content))
        await self.send(start)
        await self.send({"type": "http.response.body", "body": content})

    async def _send_chunk(self, message: Message) -> None:
        chunk, more = message.get("body", b""), message.get("more_body", False)

        def compressed() -> bytes:
            content: bytes = self.compressor.compress(chunk)
            return content if more else content + self.compressor.flush()

        content = await run_in_turn(compressed, continuing=True)
        if content or not more:
            await self.send({"type": "http.response.body", "body": content, "more_body": more})


def _mark_compressed(headers: MutableHeaders) -> None:
    headers["content-encoding"] = "gzip"
    if "etag" in headers:
        headers["etag"] = f'{headers["etag"][:-1]}-gzip"'
    del headers["accept-ranges"]
