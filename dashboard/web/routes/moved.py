"""Addresses of charts that were renamed lead to where the charts are now."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.charts.registry import FORMER_NAMES


def _route(path: str, former: str, name: str) -> Route:
    def moved(request: Request) -> Response:
        # Relative to the address asked for, so that a path prefix of the host stays.
        target = request.url.path.rpartition("/")[2].replace(former, name, 1)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(target + query, status_code=308)

    return Route(path, moved, methods=["GET"])


ROUTES = [
    _route(path.format(former), former, name)
    for former, name in FORMER_NAMES.items()
    for path in ("/charts/{}.{{extension}}", "/embed/charts/{}")
]
