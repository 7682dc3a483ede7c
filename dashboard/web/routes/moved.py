"""Redirects from the former URLs of renamed charts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.charts.registry import FORMER_NAMES


def _redirect(path: str, former: str, name: str) -> Route:
    def redirect(request: Request) -> Response:
        # Relative to the requested URL, to preserve a path prefix.
        target = request.url.path.rpartition("/")[2].replace(former, name, 1)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(target + query, status_code=308)

    return Route(path, redirect, methods=["GET"])


ROUTES = [
    _redirect(path.format(former), former, name)
    for former, name in FORMER_NAMES.items()
    for path in ("/charts/{}.{{extension}}", "/embed/charts/{}")
]
