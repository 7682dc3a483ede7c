"""Properties of a request that the middlewares use: path, route, client."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import i18n
from dashboard.navigation import PAGES
from dashboard.settings import current_settings
from dashboard.telemetry.metrics import OTHER
from geo.errors import QueryError, quoted
from geo.i18n import Language, tr

HOME = "overview"
"""The page at the address of the server."""

PROBES = ("/healthz", "/readyz")
"""Health checks of an orchestrator: public, and answered for any ``Host``."""

STREAM = "/_stcore/stream"
"""Streamlit's websocket."""

UPLOADS = "/_stcore/upload_file/"


def request_path(scope: Scope) -> str:
    """Path of a request below the server's path prefix (``root_path``)."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root + "/") else path


def request_language(scope: Scope) -> tuple[Language, bool]:
    """The language of a request, that of its address or the one its browser prefers, and whether
    the address names it."""
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    named = i18n.language_from_query(query)
    accepted = Headers(scope=scope).get("accept-language", "")
    return named or i18n.language_from_header(accepted), named is not None


def page_of(scope: Scope) -> str | None:
    """The page that a request is for, one of :data:`dashboard.navigation.PAGES`; ``None`` for
    anything else."""
    name = request_path(scope).removeprefix("/")
    if name == HOME:  # its address is that of the server
        return None
    return name if name in PAGES else HOME if not name else None


_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def site_url(scope: Scope) -> str:
    """URL of the dashboard without a slash at its end: that of the settings; without, requested
    scheme and host, and the path prefix. uvicorn applies the headers of a trusted proxy.

    Raises
    ------
    QueryError
        If the Host header is invalid.
    """
    if public := current_settings().public_url:
        return public
    host = Headers(scope=scope).get("host", "localhost")
    if not _HOST.fullmatch(host):
        raise QueryError(tr("{host} is not a valid host.", host=quoted(host)))
    return f"{scope['scheme']}://{host}{str(scope.get('root_path', '')).rstrip('/')}"


class PathPrefixMiddleware:
    """ASGI middleware that accepts paths both with and without the server's path prefix.

    uvicorn prepends its ``--root-path`` to the requested path even if a proxy left the prefix
    there: ``/cities/healthz`` becomes ``/cities/cities/healthz``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Remove a duplicate prefix, unless it may be the name of a page."""
        root = str(scope.get("root_path", "")).rstrip("/")
        if root and root.strip("/") not in PAGES:
            path, raw = str(scope["path"]), scope.get("raw_path") or b""
            if f"{path}/".startswith(f"{root}{root}/"):
                scope = {**scope, "path": path.removeprefix(root)}
                scope["raw_path"] = raw.removeprefix(root.encode())
                if scope["path"] == root:
                    scope["path"] += "/"
        await self.app(scope, receive, send)


_OF_PROXIES = (
    *("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-host"),
    *("true-client-ip", "cf-connecting-ip", "fastly-client-ip"),
)
"""Headers that proxies add, besides all that start with ``X-Forwarded``."""


def is_forwarded(scope: Scope) -> bool:
    """Whether the headers of a request show that a proxy forwarded it."""
    names = Headers(scope=scope).keys()
    return any(name in _OF_PROXIES or name.startswith("x-forwarded") for name in names)


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine and was not forwarded by a proxy on it, which sends
    the public host name or forwarding headers."""
    client = scope.get("client")  # none: a Unix socket
    try:
        named = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        by_own_name = named == "localhost" or ipaddress.ip_address(named).is_loopback
        from_here = not client or not client[0] or ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
    return by_own_name and from_here and not is_forwarded(scope)


class RouteNames:
    """Maps paths to route templates, for logs and metrics.

    Parameters
    ----------
    routes
        Route table of the application.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._known: dict[str, list[tuple[Any, str]]] = {}
        for route in routes:
            path = str(getattr(route, "path", ""))
            first = path.strip("/").split("/")[0].split(".")[0]
            if path.strip("/"):
                name = f"{path}/*" if isinstance(route, Mount) else path
                pattern = getattr(route, "path_regex", None)
                self._known.setdefault(first, []).append((pattern, name))

    def name(self, path: str) -> str:
        """The template that matches a path, such as ``/layers/{name}.geojson``, or a page.

        :data:`OTHER` if none matches.
        """
        first = path.lstrip("/").split("/", 1)[0]
        if first in PAGES or not first:
            return "/" + first if path.strip("/") == first else OTHER
        for pattern, name in self._known.get(first.split(".")[0], ()):
            if pattern is not None and pattern.match(path):
                return name
        return "/static/*" if first == "static" else OTHER
