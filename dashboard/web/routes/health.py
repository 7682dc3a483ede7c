"""``/healthz``: the process answers. ``/readyz``: it has room for more connections, and the layers
that most pages need can be read; how fresh they are.

Who runs out of descriptors is not ready, but lives: to end it would cut off all who read, and the
client that took the descriptors would be back first.
"""

from __future__ import annotations

import os
import resource

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.data.current import source_catalogue
from dashboard.data.freshness import freshness
from dashboard.web.http import guarded
from geo.errors import GeoError, LayerError


def _healthz(request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


CORE = ("countries", "cities", "country_years", "projects", "project_reports")
"""Layers without which no page answers its question. Another one that is damaged costs only the
part that shows it, and a process without it is better than none: a build's fault is the same in
every replica."""


_FULL = 0.9
"""Part of the descriptors that may be open; beyond, connections are soon refused."""


def _refuse_when_full() -> None:
    """Not ready when sockets and files take nearly all descriptors that the process may have."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        return
    try:
        taken = len(os.listdir("/proc/self/fd"))
    except FileNotFoundError:  # no Linux
        return
    except OSError:  # it takes a descriptor to count them
        taken = most
    if taken > _FULL * most:
        raise GeoError(
            f"{taken:,} of {most:,} file descriptors are open. Raise the limit (LimitNOFILE, "
            "ulimit -n), or limit the connections of a client."
        )


def _readyz(request: Request) -> Response:
    _refuse_when_full()
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
