"""``/healthz``: the process answers. ``/readyz``: its layers can be read; how fresh they are."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.data import source_catalogue
from dashboard.freshness import freshness
from dashboard.routes.http import guarded


def _healthz(request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


def _readyz(request: Request) -> Response:
    layers = source_catalogue()
    rows = {name: len(layers[name]) for name in layers.layers}
    said = {"status": "ready", "version": layers.version, "rows": rows, **freshness()}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/healthz", _healthz, methods=["GET"]),
    Route("/readyz", guarded(_readyz), methods=["GET"]),
]
