"""``/healthz`` is a liveness probe. ``/readyz`` is a readiness probe: it checks for free file
descriptors and for the core layers, and reports whether the layers are stale.

A process without free descriptors is not ready, but alive: a restart would disconnect all users,
and the client that took the descriptors would be the first to reconnect.
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
"""Layers that all pages need. If another layer is damaged, only the parts that show it fail, and
the process stays ready: the same fault of a build would affect every replica."""


_DESCRIPTOR_FRACTION = 0.9
"""Maximum fraction of file descriptors that may be open in a process that is ready."""


def _check_descriptors() -> None:
    """Raise if sockets and files use nearly all file descriptors of the process."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return
    try:
        open_count = len(os.listdir("/proc/self/fd"))
    except FileNotFoundError:  # not Linux
        return
    except OSError:  # counting them needs a descriptor itself
        open_count = limit
    if open_count > _DESCRIPTOR_FRACTION * limit:
        raise GeoError(
            f"{open_count:,} of {limit:,} file descriptors are open. Raise the limit (LimitNOFILE, "
            "ulimit -n), or limit the connections of a client."
        )


def _readyz(request: Request) -> Response:
    _check_descriptors()
    layers = source_catalogue()
    rows, damaged = {}, {}
    for name in layers.layers:
        try:
            rows[name] = len(layers[name])
        except LayerError as error:
            damaged[name] = str(error)
    failed = [damaged[name] for name in CORE if name in damaged]
    if failed:
        raise LayerError(" ".join(failed))
    report = {"status": "ready", "version": layers.version, "rows": rows, "damaged": damaged}
    return JSONResponse({**report, **freshness()}, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/healthz", _healthz, methods=["GET"]),
    Route("/readyz", guarded(_readyz), methods=["GET"]),
]
