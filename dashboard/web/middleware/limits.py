"""What a request may cost: length, body, how often; and which pages may open a session."""

from __future__ import annotations

import ipaddress
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from math import ceil
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.settings import Settings
from dashboard.web.http import problem
from dashboard.web.request_info import PROBES, STREAM, UPLOADS, address_of, path_of

COSTLY = ("/download", "/briefing/", "/charts/", "/maps/", "/ogc", "/tables/", "/embed", STREAM)
"""Beginnings of paths whose answers are made anew for many queries, or that open a session."""

_BURST = 0.25
"""Part of a minute's requests that may come at once."""

_MOST_CLIENTS = 10_000

_OVERHEAD = 1_048_576
"""What a multipart upload is longer than its file, at the most."""


class Hosts(TrustedHostMiddleware):
    """Answers by the names of :attr:`Settings.hosts` only; probes by any."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(app, settings.hosts or ("*",), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse another name with 400."""
        if scope["type"] == "http" and path_of(scope) in PROBES:
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Buckets:
    """A bucket of tokens for each client, in memory, under a hash that no other process makes.

    Parameters
    ----------
    per_minute
        Tokens that come back in a minute; a quarter of them fill a bucket.
    clock
        Seconds that only grow.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_minute / 60
        self.size = max(1.0, per_minute * _BURST)
        self.clock = clock
        self._salt = os.urandom(16)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> int:
        """Take a token; seconds to wait until there is one, 0 when there was."""
        key, now = self._key(address), self.clock()
        left, before = self._left.pop(key, (self.size, now))
        left = min(self.size, left + (now - before) * self.per_second)
        wait = 0 if left >= 1 else ceil((1 - left) / self.per_second)
        self._left[key] = (left if wait else left - 1, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return wait

    def _key(self, address: str) -> bytes:
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            pass
        else:
            if known.version == 6:  # a client has a whole network of them
                address = str(int(known) >> 64)
        return blake2b(address.encode(), key=self._salt, digest_size=12).digest()


class Limits:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.buckets = Buckets(settings.rate) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too long (414, 413), too often (429) or from a foreign page (403)."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if length > self.settings.max_url:
            said = f"The address is {length:,} bytes long; {self.settings.max_url:,} are the most."
            await problem(414, said)(scope, receive, send)
            return
        path = path_of(scope)
        wait = self._wait(scope, path)
        if wait:
            answer = problem(429, f"Too many requests; please try again in {wait} s.")
            answer.headers["Retry-After"] = str(wait)
            await answer(scope, receive, send)
            return
        most = (
            self.settings.max_upload_mb * 1_048_576 + _OVERHEAD
            if path.startswith(UPLOADS)
            else self.settings.max_body_kb * 1_024
        )
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told[:20]) > most:
            await problem(413, f"The body is too large; {most:,} bytes are the most.")(
                scope, receive, send
            )
            return
        await self.app(scope, _counted(receive, most), send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin", "").lower()
        if "origin" in headers and origin not in _own_origins(headers.get("host", "").lower()):
            if origin not in self.settings.origins:
                await send({"type": "websocket.close", "code": 1008})
                return
            # Streamlit compares the two again; for another origin it would ask a public service
            # for this machine's address.
            host = urlsplit(origin).netloc
            kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {**scope, "headers": [*kept, (b"host", host.encode("latin-1"))]}
        if self._wait(scope, path_of(scope)):
            await send({"type": "websocket.close", "code": 1013})
            return
        await self.app(scope, receive, send)

    def _wait(self, scope: Scope, path: str) -> int:
        if self.buckets is None or not path.startswith(COSTLY):
            return 0
        address = address_of(scope)
        # This machine: a proxy that is not trusted to name its clients, who would share a bucket.
        return self.buckets.take(address) if address else 0


def _own_origins(host: str) -> tuple[str, ...]:
    return (f"http://{host}", f"https://{host}") if host else ()


def _counted(receive: Receive, most: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, f"The body is too large; {most:,} bytes are the most.")
        return message

    return counted
