"""Middleware that lets pages of other sites read the public data (CORS)."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.settings import Settings
from dashboard.web.request_info import request_path

PREFIXES = (
    *("/ogc", "/download", "/charts", "/tables", "/layers"),
    *("/catalog.json", "/feed.atom", "/openapi.json"),
)
"""Paths of data that are the same for all users: no cookie is read there."""

_EXPOSED = (
    "Accept-Ranges",
    "Content-Crs",
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Link",
    "Retry-After",
)
"""Headers of a response that a script may read, besides those that it always may."""

_DAY_SECONDS = 86_400


class PublicDataCorsMiddleware(CORSMiddleware):
    """ASGI middleware that answers preflight requests and marks responses, errors included.

    It is off with sign-in: then nothing is public.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        off = settings.signin != "off" or settings.cors_origins == ("none",)
        super().__init__(
            app,
            allow_origins=() if off else settings.cors_origins,
            allow_methods=("GET", "HEAD"),
            allow_headers=("*",),
            expose_headers=_EXPOSED,
            max_age=_DAY_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle requests below :data:`PREFIXES`; others, and all when it is off, are passed on."""
        public = scope["type"] == "http" and f"{request_path(scope)}/".startswith(
            tuple(f"{prefix}/" for prefix in PREFIXES)
        )
        handle = super().__call__ if public and self.allow_origins else self.app
        await handle(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Add the headers of a response.

        For any origin they do not depend on the request. Starlette leaves them out where there is
        no ``Origin`` and adds ``Vary: Origin``, which makes shared caches keep a copy per site.
        """
        if not self.allow_all_origins:
            await super().send(message, send, request_headers)
            return
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(self.simple_headers)
        await send(message)
