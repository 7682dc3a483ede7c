"""Middleware that counts, times and logs each request, and answers when something fails."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.telemetry import logs, metrics
from dashboard.telemetry.metrics import OTHER
from dashboard.web.http import problem
from dashboard.web.request_info import PROBES, RouteNames, path_of

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))

_QUIET = frozenset((*PROBES, *metrics.PATHS, "/static/*", "/fonts/{name}", "/_stcore/health"))
"""Routes that are asked for so often that only the level ``debug`` tells of them."""


class Observed:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._names: RouteNames | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; note status, bytes and time."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        noted = _Noted(send)
        started = time.perf_counter()
        try:
            await self.app(scope, receive, noted)
        except Exception as fault:
            metrics.error("route")
            logs.error("failed", fault, f"Report this as a fault of {self._name(scope)}.")
            if not noted.status and scope["type"] == "http":
                answer = problem(500, "This could not be answered. The fault is logged.")
                await answer(scope, receive, noted)
        finally:
            self._note(scope, noted, time.perf_counter() - started)

    def _name(self, scope: Scope) -> str:
        if self._names is None:
            # The application that runs; its route table is complete when it is first asked.
            self._names = RouteNames(scope["app"].routes)
        return self._names.name(path_of(scope))

    def _note(self, scope: Scope, noted: _Noted, seconds: float) -> None:
        route, method = self._name(scope), scope.get("method", "WEBSOCKET")
        status = noted.status or 499  # the client left before there was an answer
        if scope["type"] == "http":
            metrics.request(method, route, path_of(scope), status, seconds, noted.size)
        logs.event(
            "request" if scope["type"] == "http" else "websocket",
            logging.DEBUG if route in _QUIET and status < 500 else logging.INFO,
            route=route,
            method=method if method in _METHODS or method == "WEBSOCKET" else OTHER,
            status=status,
            ms=round(1_000 * seconds, 1),
            bytes=noted.size,
        )


class _Noted:
    """Passes messages on and remembers status and size."""

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
