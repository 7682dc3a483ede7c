"""``/healthz``: the process answers. ``/readyz``: the layers that most pages need can be read; how
fresh they are."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.data.current import source_catalogue
from dashboard.data.freshness import freshness
from dashboard.web.http import guarded
from geo.errors import LayerError


def _healthz(request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


CORE = ("countries", "cities", "country_years", "projects", "project_reports")
"""Layers without which no page answers its question. Another one that is damaged costs only the
part that shows it, and a process without it is better than none: a build's fault is the same in
every replica."""


def _readyz(request: Request) -> Response:
    layers = source_catalogue()
    rows, damaged = {}, {}
    for name in layers.layers:
        try:
            rows[name] = len(layers[name])
        except LayerError as error:
            damaged[name] = str(error)
    lost = [damaged[name] for name in CORE if name in damaged]
    if lost:
        raise LayerError(" ".join(lost))
    said = {"status": "ready", "version": layers.version, "rows": rows, "damaged": damaged}
    return JSONResponse({**said, **freshness()}, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/healthz", _healthz, methods=["GET"]),
    Route("/readyz", guarded(_readyz), methods=["GET"]),
]
