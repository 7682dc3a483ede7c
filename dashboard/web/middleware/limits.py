"""Limits of requests (URL length, body size, processor time) and of websockets (origin, number,
messages)."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.navigation import PAGES
from dashboard.quota.shares import Shares, use_share
from dashboard.settings import Settings
from dashboard.web.http import problem, too_many_requests
from dashboard.web.middleware.sockets import SocketCounter, capacity, paced_messages
from dashboard.web.middleware.uploads import UploadQuota, UploadQuotaError
from dashboard.web.request_info import PROBES, UPLOADS, request_path

UNLIMITED_PREFIXES = (
    "/static/",
    "/fonts/",
    "/style.css",
    "/favicon.png",
    "/healthz",
    "/_stcore/health",
)
"""Prefixes of paths that are not charged: static files of the pages, and liveness probes."""

_OVERHEAD = 1_048_576
"""Maximum number of bytes that multipart encoding adds to an uploaded file."""


class TrustedHosts(TrustedHostMiddleware):
    """Accepts the host names of :attr:`Settings.hosts` only; any for health checks."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(app, settings.hosts or ("*",), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond 400 to any other host name."""
        if scope["type"] == "http" and request_path(scope) in PROBES:
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class RateLimitMiddleware:
    """ASGI middleware that limits requests and websockets.

    Parameters
    ----------
    shares
        Processor shares of clients; by default those of this middleware alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings, shares: Shares | None = None) -> None:
        self.app = app
        self.settings = settings
        self.shares = shares or Shares(settings)
        self.sockets = SocketCounter(settings.sockets, capacity())
        self.uploads = UploadQuota(settings.max_upload_mb * 1_048_576)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse requests that are too long (414, 413), too many (429) or cross-origin (403)."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if length > self.settings.max_url:
            message = (
                f"The address is {length:,} bytes long; {self.settings.max_url:,} are the most."
            )
            await problem(414, message)(scope, receive, send)
            return
        path = request_path(scope)
        if path.startswith(UNLIMITED_PREFIXES):
            await self.app(scope, _limited_body(receive, self._max_body_bytes(path)), send)
            return
        share = self.shares.for_client(self.shares.clients.from_scope(scope))
        page = path.strip("/") in ("", *PAGES)
        if not page and (wait := share.wait()):
            await too_many_requests(scope, wait)(scope, receive, send)
            return
        max_bytes = self._max_body_bytes(path)
        content_length = Headers(scope=scope).get("content-length", "0")
        if not content_length.isdecimal() or int(content_length[:20]) > max_bytes:
            await problem(413, f"The body is too large; {max_bytes:,} bytes are the most.")(
                scope, receive, send
            )
            return
        try:
            with use_share(share), self._upload_space(scope, path, share.client):
                await share.metered(self.app(scope, _limited_body(receive, max_bytes), send))
        except UploadQuotaError:
            message = (
                f"More than {self.uploads.max_bytes // 1_048_576} MB of your files are on the "
                "server; remove one first, or try again in two minutes."
            )
            await problem(413, message)(scope, receive, send)

    def _max_body_bytes(self, path: str) -> int:
        if path.startswith(UPLOADS):
            return self.settings.max_upload_mb * 1_048_576 + _OVERHEAD
        return self.settings.max_body_kb * 1_024

    def _upload_space(self, scope: Scope, path: str, client: str) -> AbstractContextManager[None]:
        if scope["method"] != "PUT" or not path.startswith(UPLOADS):
            return nullcontext()
        content_length = Headers(scope=scope).get("content-length")
        size = int(content_length[:20]) if content_length else self.uploads.max_file_bytes
        return self.uploads.reserve(client, path.removeprefix(UPLOADS).partition("/")[0], size)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin", "").lower()
        if "origin" in headers and origin not in _own_origins(headers.get("host", "").lower()):
            if origin not in self.settings.origins:
                await send({"type": "websocket.close", "code": 1008})
                return
            # Streamlit compares the two again; for another origin it would query a public service
            # for this machine's IP address.
            host = urlsplit(origin).netloc
            other_headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope = {**scope, "headers": [*other_headers, (b"host", host.encode("latin-1"))]}
        share = self.shares.for_client(self.shares.clients.from_scope(scope))
        if share.wait() or not self.sockets.open(share.client):
            await send({"type": "websocket.close", "code": 1013})
            return
        try:
            max_message_bytes = self.settings.max_message_mb * 1_048_576
            with use_share(share):
                bucket = self.sockets.bucket(share.client)
                messages = paced_messages(receive, send, share, bucket, max_message_bytes)
                await share.metered(self.app(scope, messages, send))
        finally:
            self.sockets.close(share.client)


def _own_origins(host: str) -> tuple[str, ...]:
    return (f"http://{host}", f"https://{host}") if host else ()


def _limited_body(receive: Receive, max_bytes: int) -> Receive:
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise HTTPException(413, f"The body is too large; {max_bytes:,} bytes are the most.")
        return message

    return receive_limited
