"""What a request may cost: length, body, how often; and which pages may open a session."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.navigation import PAGES
from dashboard.quota.shares import Shares, taking
from dashboard.settings import Settings
from dashboard.web.http import problem, too_many_requests
from dashboard.web.middleware.sockets import Sockets, capacity, paced
from dashboard.web.middleware.uploads import TooFullError, Uploads
from dashboard.web.request_info import PROBES, UPLOADS, request_path

FREE = ("/static/", "/fonts/", "/style.css", "/favicon.png", "/healthz", "/_stcore/health")
"""Beginnings of paths whose answers are files of the page itself, or a word, and cost nothing."""

_OVERHEAD = 1_048_576
"""What a multipart upload is longer than its file, at the most."""


class Hosts(TrustedHostMiddleware):
    """Answers by the names of :attr:`Settings.hosts` only; probes by any."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(app, settings.hosts or ("*",), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse another name with 400."""
        if scope["type"] == "http" and request_path(scope) in PROBES:
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Limits:
    """ASGI middleware around the whole application.

    Parameters
    ----------
    shares
        What clients may take of the processor; their own of this middleware unless given.
    """

    def __init__(self, app: ASGIApp, settings: Settings, shares: Shares | None = None) -> None:
        self.app = app
        self.settings = settings
        self.shares = shares or Shares(settings)
        self.sockets = Sockets(settings.sockets, capacity())
        self.uploads = Uploads(settings.max_upload_mb * 1_048_576)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too long (414, 413), too much (429) or from a foreign page (403)."""
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
        path = request_path(scope)
        if path.startswith(FREE):
            await self.app(scope, _counted(receive, self._most(path)), send)
            return
        share = self.shares.of(self.shares.clients.of(scope))
        page = path.strip("/") in ("", *PAGES)
        if not page and (wait := share.wait()):
            await too_many_requests(scope, wait)(scope, receive, send)
            return
        most = self._most(path)
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told[:20]) > most:
            await problem(413, f"The body is too large; {most:,} bytes are the most.")(
                scope, receive, send
            )
            return
        try:
            with taking(share), self._room(scope, path, share.client):
                await share.metered(self.app(scope, _counted(receive, most), send))
        except TooFullError:
            said = (
                f"More than {self.uploads.most // 1_048_576} MB of your files are on the server; "
                "remove one first, or try again in two minutes."
            )
            await problem(413, said)(scope, receive, send)

    def _most(self, path: str) -> int:
        if path.startswith(UPLOADS):
            return self.settings.max_upload_mb * 1_048_576 + _OVERHEAD
        return self.settings.max_body_kb * 1_024

    def _room(self, scope: Scope, path: str, client: str) -> AbstractContextManager[None]:
        if scope["method"] != "PUT" or not path.startswith(UPLOADS):
            return nullcontext()
        told = Headers(scope=scope).get("content-length")
        size = int(told[:20]) if told else self.uploads.largest
        return self.uploads.coming(client, path.removeprefix(UPLOADS).partition("/")[0], size)

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
        share = self.shares.of(self.shares.clients.of(scope))
        if share.wait() or not self.sockets.open(share.client):
            await send({"type": "websocket.close", "code": 1013})
            return
        try:
            largest = self.settings.max_message_mb * 1_048_576
            with taking(share):
                pace = self.sockets.pace(share.client)
                messages = paced(receive, send, share, pace, largest)
                await share.metered(self.app(scope, messages, send))
        finally:
            self.sockets.close(share.client)


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
