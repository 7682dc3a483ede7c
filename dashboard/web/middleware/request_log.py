"""Middleware that counts, times and logs each request, and turns exceptions into status 500."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.telemetry import logs, metrics
from dashboard.telemetry.metrics import OTHER
from dashboard.web.http import problem
from dashboard.web.request_info import PROBES, RouteNames, request_path

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))

_DEBUG_ROUTES = frozenset(
    (*PROBES, *metrics.PATHS, "/static/*", "/fonts/{name}", "/_stcore/health")
)
"""Routes that are requested so often that they are logged at level ``debug`` only."""


class RequestLogMiddleware:
    """ASGI middleware that logs requests and records their metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._route_names: RouteNames | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; record status, bytes and duration."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        recorder = _ResponseRecorder(send)
        started = time.perf_counter()
        try:
            await self.app(scope, receive, recorder)
        except Exception as error:
            metrics.error("route")
            logs.error("failed", error, f"Report this as a fault of {self._route(scope)}.")
            if not recorder.status and scope["type"] == "http":
                response = problem(500, "This could not be answered. The fault is logged.")
                await response(scope, receive, recorder)
        finally:
            self._record(scope, recorder, time.perf_counter() - started)

    def _route(self, scope: Scope) -> str:
        if self._route_names is None:
            # The route table is complete only at the first request.
            self._route_names = RouteNames(scope["app"].routes)
        return self._route_names.name(request_path(scope))

    def _record(self, scope: Scope, recorder: _ResponseRecorder, seconds: float) -> None:
        route, method = self._route(scope), scope.get("method", "WEBSOCKET")
        status = recorder.status or 499  # the client disconnected before the response
        if scope["type"] == "http":
            metrics.request(method, route, request_path(scope), status, seconds, recorder.size)
        logs.event(
            "request" if scope["type"] == "http" else "websocket",
            logging.DEBUG if route in _DEBUG_ROUTES and status < 500 else logging.INFO,
            route=route,
            method=method if method in _METHODS or method == "WEBSOCKET" else OTHER,
            status=status,
            ms=round(1_000 * seconds, 1),
            bytes=recorder.size,
        )


class _ResponseRecorder:
    """Passes messages on and records status and size of the response."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.status = 0
        self.size = 0

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self.status = message["status"]
        elif kind == "http.response.body":
            self.size += len(message.get("body", b""))
        elif kind == "websocket.accept":
            self.status = 101
        elif kind == "websocket.send":
            self.size += len(message.get("bytes") or b"")
        elif kind == "websocket.close" and not self.status:
            self.status = 403
        elif kind == "websocket.http.response.start":
            self.status = message["status"]
        await self.send(message)
