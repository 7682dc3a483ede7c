"""What the middlewares ask of a request: its path, its route, who sent it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount
from starlette.types import Scope

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


def is_forwarded(scope: Scope) -> bool:
    """Whether a request says that a proxy passed it on."""
    headers = Headers(scope=scope)
    return any(name in headers for name in ("x-forwarded-for", "forwarded", "via"))


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
