"""Middleware that compresses responses with Brotli or gzip; nothing else in the server does.

The compressed form has an ETag of its own and no byte ranges, so that a client never resumes it
with bytes of the other form. Binary formats are sent as they are.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import brotli
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.quota.shares import run_in_turn
from dashboard.web.middleware.slow_compression import SlowCompressor, is_same_for_everybody
from geo.cache import Cache

MIN_BYTES = 500
"""Smaller responses gain nothing."""

MAX_WHOLE_BYTES = 16 << 20
"""Largest response that is held in memory to be compressed and cached as a whole. Larger ones, and
those of unknown length, are compressed as they pass."""


@dataclass(frozen=True)
class Coding:
    """A content coding: compresses a whole body, and one that comes in parts."""

    name: str
    compress: Callable[[bytes], bytes]
    compressor: Callable[[], Any]


class _BrotliParts:
    """:class:`brotli.Compressor` with the methods of a compressor of :mod:`zlib`."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=5)
        self.compress = self._compressor.process
        self.flush = self._compressor.finish


CODINGS = (
    # On scripts and map sources a tenth smaller than gzip, in as much time.
    Coding("br", lambda body: brotli.compress(body, quality=9), _BrotliParts),
    Coding(
        "gzip", lambda body: gzip.compress(body, 6, mtime=0), lambda: zlib.compressobj(6, wbits=31)
    ),
)
"""Content codings, preferred ones first."""


def accepted_coding(accept_encoding: str) -> Coding | None:
    """The preferred coding of those that an ``Accept-Encoding`` header likes best; ``None`` for no
    compression.

    >>> [coding and coding.name for coding in map(accepted_coding, (
    ...     "gzip, br", "gzip, br;q=0.5", "gzip;q=0", "*", "identity, gzip;q=0.5"))]
    ['br', 'gzip', None, 'br', None]
    """
    weights: dict[str, float] = {}
    for offer in accept_encoding.lower().split(","):
        coding, _, parameter = (part.strip() for part in offer.partition(";"))
        name, _, value = parameter.partition("=")
        try:
            given = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        weights[coding.removeprefix("x-")] = given if 0 <= given <= 1 else 0.0

    def weight(coding: Coding) -> float:
        return weights.get(coding.name, weights.get("*", 0.0))

    best = max(CODINGS, key=weight)
    return best if weight(best) > 0 and weight(best) >= weights.get("identity", 0.0) else None


_CODED_ETAG = re.compile(rf'-(?:{"|".join(coding.name for coding in CODINGS)})"')


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
        self._cache: Cache[bytes] = Cache("compressed responses")
        self._slow = SlowCompressor()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress the response; the application does not see ``Accept-Encoding``."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": list(scope["headers"])}
        headers = MutableHeaders(scope=scope)
        ranged = "range" in headers
        coding = None if ranged else accepted_coding(headers.get("accept-encoding", ""))
        # Streamlit would compress every type, under the ETag of the plain bytes, even for "q=0".
        del headers["accept-encoding"]
        held = headers.get("if-none-match", "") if coding else ""
        if held:
            headers["if-none-match"] = _CODED_ETAG.sub('"', held)
        responder = _Responder(scope, send, self._cache, self._slow, coding, held)
        await self.app(scope, receive, responder)


class _Responder:
    """Passes one response on, compressed if it is compressible and the client accepts it."""

    def __init__(
        self,
        scope: Scope,
        send: Send,
        cache: Cache[bytes],
        slow: SlowCompressor,
        coding: Coding | None,
        held: str,
    ) -> None:
        self.scope, self.send, self.cache, self.slow = scope, send, cache, slow
        self.coding, self.held, self.head = coding, held, scope["method"] == "HEAD"
        self.start: Message | None = None  # withheld until the whole body is there
        self.body: list[bytes] = []
        self.compressor: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self.start is not None:
            self.body.append(message.get("body", b""))
            if not message.get("more_body", False):
                assert self.coding is not None
                await self._send_whole(self.start, b"".join(self.body), self.coding)
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
        if self.coding and status == 304 and (compressible or _CODED_ETAG.search(self.held)):
            _mark_compressed(headers, self.coding)
            del headers["content-encoding"]
        elif self.coding and status == 200 and compressible and is_plain:
            if 0 <= length <= MAX_WHOLE_BYTES and not self.head:
                self.start = start
                return
            _mark_compressed(headers, self.coding)
            del headers["content-length"]
            self.compressor = None if self.head else self.coding.compressor()
        await self.send(start)

    async def _send_whole(self, start: Message, body: bytes, coding: Coding) -> None:
        key = coding.name, sha256(body).digest()  # 0.7 ms per MB

        def compressed() -> bytes:
            return self.cache.get(key, lambda: coding.compress(body))

        def replace(smaller: bytes) -> None:
            self.cache.drop(key)
            self.cache.get(key, lambda: smaller)

        headers = MutableHeaders(raw=start["headers"])
        if key in self.cache:
            content = compressed()
        else:
            content = await run_in_turn(compressed, continuing=True)
            if coding.name == "br" and is_same_for_everybody(self.scope, headers):
                self.slow.submit(body, replace)
        _mark_compressed(headers, coding)
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


def _mark_compressed(headers: MutableHeaders, coding: Coding) -> None:
    headers["content-encoding"] = coding.name
    if "etag" in headers:
        headers["etag"] = f'{headers["etag"][:-1]}-{coding.name}"'
    del headers["accept-ranges"]
