"""What the middlewares add to a request, without network and server."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.settings import Settings
from dashboard.telemetry.logs import JsonLines
from dashboard.web.middleware.stack import middleware
from tests.dashboard.app_fixtures import SIGNED_IN, cookie, routes, sent

REQUESTS = 5_000


async def _stub(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def _microseconds(middlewares: Sequence[Middleware], headers: dict[str, str]) -> list[float]:
    app: ASGIApp = _stub
    for one in reversed(middlewares):
        app = one.cls(app, *one.args, **one.kwargs)
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/download/cities.csv",
        "query_string": b"country=IDN",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("203.0.113.9", 50_000),
        "app": Starlette(routes=routes()),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        pass

    async def many() -> list[float]:
        times = []
        for _ in range(REQUESTS):
            started = time.perf_counter()
            await app({**scope}, receive, send)
            times.append(1e6 * (time.perf_counter() - started))
        return times

    return asyncio.run(many())


def costs() -> Iterator[tuple[str, list[float]]]:
    """All middlewares without and with sign-in, then each alone with it."""
    log = logging.getLogger("dashboard")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonLines(()))
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)
    headers = {"host": "localhost", **sent(cookie())}
    signed_in = middleware(replace(SIGNED_IN, share=6_400))
    yield "all middlewares", _microseconds(middleware(Settings(share=6_400)), headers)
    yield "all middlewares, with sign-in", _microseconds(signed_in, headers)
    for one in signed_in:
        name = getattr(one.cls, "__name__", str(one.cls))
        yield f"- {name}", _microseconds([one], headers)
