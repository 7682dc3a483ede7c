"""Prometheus metrics, at ``/metrics``.

All labels have few values: route templates, pages, layers, formats, status codes. Sessions are
counted by Streamlit's runtime.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.data.current import served_layers
from dashboard.streamlit_internals import session_counts
from dashboard.telemetry import logs
from geo.cache import DISK, MEMORY
from geo.errors import GeoError
from geo.export import FORMATS
from geo.schema import LAYERS

PATHS = ("/metrics", "/_stcore/metrics")
"""The dashboard's metrics and Streamlit's own, with the same access control."""

_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0)

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()

_requests = Counter(
    "dashboard_requests", "Requests by route and status.", ("route", "status"), registry=REGISTRY
)
_latency = Histogram(
    "dashboard_request_seconds",
    "Time from request to end of answer.",
    ("route",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
_bytes = Counter(
    "dashboard_response_bytes", "Bytes of answers by route.", ("route",), registry=REGISTRY
)
_downloads = Counter(
    "dashboard_downloads", "Files taken away.", ("layer", "format"), registry=REGISTRY
)
_download_bytes = Counter(
    "dashboard_download_bytes", "Bytes of these files.", ("layer", "format"), registry=REGISTRY
)
_errors = Counter("dashboard_errors", "Faults by where they happened.", ("at",), registry=REGISTRY)
_reruns = Histogram(
    "dashboard_rerun_seconds",
    "Time of one run of a page, or of its part that runs by itself.",
    ("page", "part"),
    buckets=_SECONDS,
    registry=REGISTRY,
)


class _ServerCollector(Collector):
    """Metrics that are computed on scrape: sessions, caches and layers."""

    def collect(self) -> Iterator[Metric]:
        """The current values."""
        if counts := session_counts():
            active = GaugeMetricFamily("dashboard_sessions_active", "Open sessions.")
            active.add_metric([], counts[0])
            events = CounterMetricFamily(
                "dashboard_sessions", "Sessions by what happened to them.", labels=["event"]
            )
            for event, number in counts[1].items():
                events.add_metric([event], number)
            yield from (active, events)
        size = GaugeMetricFamily("dashboard_cache_bytes", "Bytes by cache.", labels=["cache"])
        held = GaugeMetricFamily("dashboard_cache_entries", "Values by cache.", labels=["cache"])
        for name, (bytes_, entries) in {**MEMORY.usage(), **DISK.usage()}.items():
            size.add_metric([name], bytes_)
            held.add_metric([name], entries)
        yield from (size, held)
        try:
            layers = served_layers()
        except GeoError:
            return
        info = GaugeMetricFamily("dashboard_layers_info", "Version.", labels=["version"])
        info.add_metric([layers.source.version], 1)
        yield info
        if layers.snapshot.published:
            yield GaugeMetricFamily(
                "dashboard_layers_age_seconds",
                "Time since the layers were published.",
                value=max(0.0, time.time() - layers.snapshot.published.timestamp()),
            )


REGISTRY.register(_ServerCollector())
ProcessCollector(registry=REGISTRY)


def request(method: str, route: str, path: str, status: int, seconds: float, size: int) -> None:
    """Record a response."""
    _requests.labels(route, str(status)).inc()
    _latency.labels(route).observe(seconds)
    _bytes.labels(route).inc(size)
    if method == "GET" and status == 200 and route.startswith("/download/"):
        layer, _, extension = path.rpartition("/")[2].partition(".")
        labels = (
            layer if layer in LAYERS else OTHER,
            extension if extension in FORMATS else OTHER,
        )
        _downloads.labels(*labels).inc()
        _download_bytes.labels(*labels).inc(size)


def error(at: str) -> None:
    """Count an error of a ``"page"``, a ``"part"`` of one or a ``"route"``."""
    _errors.labels(at).inc()


_page: ContextVar[str] = ContextVar("page", default="")
_last_page: ContextVar[str] = ContextVar("last_page", default="")


def page() -> str:
    """The page that is running in this context; empty if none is."""
    return _page.get()


def last_page() -> str:
    """The page that ran last in this context, for error handlers that run after it."""
    return _last_page.get()


@contextmanager
def rerun(page_name: str, part: bool = False) -> Iterator[None]:
    """Count and time a run of a page; ``part`` if only a fragment of it runs."""
    _last_page.set(page_name)
    token, started = _page.set(page_name), time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - started
        _page.reset(token)
        _reruns.labels(page_name, "yes" if part else "no").observe(seconds)
        logs.event("rerun", page=page_name, part=part, ms=round(1_000 * seconds, 1))


def _metrics(request: Request) -> Response:
    return Response(
        generate_latest(REGISTRY),
        headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
    )


ROUTES = [Route("/metrics", _metrics, methods=["GET"])]


OTHER = "other"
"""Label of all paths without a route, so that the number of labels is bounded."""
