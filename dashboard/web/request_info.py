"""What the middlewares ask of a request: its path, its route, who sent it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.navigation import PAGES
from dashboard.telemetry.metrics import OTHER

PROBES = ("/healthz", "/readyz")
"""What an orchestrator asks: open to everybody, by any name of the host."""

STREAM = "/_stcore/stream"
"""Streamlit's websocket."""

UPLOADS = "/_stcore/upload_file/"


def path_of(scope: Scope) -> str:
    """Path of a request below the prefix that the server is told to stand at."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root + "/") else path


class Prefix:
    """ASGI middleware that lets a proxy pass on the server's path prefix or cut it off.

    uvicorn puts its ``--root-path`` before the path that it is asked for, also where it stands
    there already: ``/cities/healthz`` becomes ``/cities/cities/healthz``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut off the second prefix, but where it may be the name of a page."""
        root = str(scope.get("root_path", "")).rstrip("/")
        if root and root.strip("/") not in PAGES:
            path, raw = str(scope["path"]), scope.get("raw_path") or b""
            if f"{path}/".startswith(f"{root}{root}/"):
                scope = {**scope, "path": path.removeprefix(root)}
                scope["raw_path"] = raw.removeprefix(root.encode())
                if scope["path"] == root:
                    scope["path"] += "/"
        await self.app(scope, receive, send)


def address_of(scope: Scope) -> str:
    """Network address of the client; empty when it is this machine or not known.

    uvicorn puts the address of ``X-Forwarded-For`` here if it trusts the proxy, and only then.
    """
    client = scope.get("client")
    host = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return "" if address.is_loopback else host


_OF_PROXIES = (
    *("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-host"),
    *("true-client-ip", "cf-connecting-ip", "fastly-client-ip"),
)
"""Headers that proxies add, beside all that begin with ``X-Forwarded``."""


def is_forwarded(scope: Scope) -> bool:
    """Whether a request says that a proxy passed it on."""
    names = Headers(scope=scope).keys()
    return any(name in _OF_PROXIES or name.startswith("x-forwarded") for name in names)


def is_of_this_machine(scope: Scope) -> bool:
    """Whether a request was made on this machine and to it: none that a proxy here passes on, which
    asks by the name of the host or says so."""
    try:
        named = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        by_own_name = named == "localhost" or ipaddress.ip_address(named).is_loopback
    except ValueError:
        return False
    return by_own_name and not address_of(scope) and not is_forwarded(scope)


class RouteNames:
    """Templates of the application's routes, to name a request by.

    Parameters
    ----------
    routes
        The application's route table.
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
        """The template that a path is of, such as ``/layers/{name}.geojson``, or a page.

        Everything else, and what a template's own values are, is :data:`OTHER`.
        """
        first = path.lstrip("/").split("/", 1)[0]
        if first in PAGES or not first:
            return "/" + first if path.strip("/") == first else OTHER
        for pattern, name in self._known.get(first.split(".")[0], ()):
            if pattern is not None and pattern.match(path):
                return name
        return "/static/*" if first == "static" else OTHER
