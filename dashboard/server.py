"""The ASGI application: the Streamlit pages and the stateless HTTP routes.

Run it with ``python -m dashboard`` or any ASGI server: ``uvicorn dashboard.server:app``.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from anyio import to_thread
from starlette.formparsers import MultiPartParser

from dashboard import memory
from dashboard.data.basemap import basemap
from dashboard.data.current import layer_reloader
from dashboard.pages.places.upload import POOL
from dashboard.settings import current_settings, unknown_variables
from dashboard.streamlit_internals import answer_unknown_pages, disable_pages_directory
from dashboard.telemetry import logs, metrics
from dashboard.web import signin
from dashboard.web.auth_cookie import streamlit_secrets
from dashboard.web.middleware.sockets import capacity
from dashboard.web.middleware.stack import configure_streamlit, middleware
from dashboard.web.routes import (
    briefings,
    chart_data,
    chart_images,
    chart_specifications,
    citations,
    discovery,
    downloads,
    embed,
    health,
    map_basemap,
    map_component,
    map_images,
    map_labels,
    map_land,
    map_previews,
    map_sources,
    map_years,
    moved,
    ogc,
    present,
    search,
    style,
)
from dashboard.web.warm_up import warm_up
from geo.errors import GeoError, SettingError
from geo.i18n import tr

PATIENCE_SECONDS = 5.0
"""How long a start waits for the first layers; without them the process reports not ready."""

disable_pages_directory()
answer_unknown_pages()

# Uploads, whose size Streamlit limits, stay in memory: Starlette would spool those above 1 MB to a
# temporary file, but the page promises that nothing is written to disk.
MultiPartParser.spool_max_size = sys.maxsize


def _say_error(error: Exception) -> bool:
    """Show one sentence instead of a traceback, and log the error."""
    metrics.error("page")
    page = metrics.last_page()
    if isinstance(error, GeoError):
        logs.event("page_failed", logging.ERROR, page=page, message=logs.safe_message(error))
        st.error(str(error))
    else:
        logs.error("page_failed", error, f"Report this as a fault of the page {page!r}.")
        st.error(tr("This page could not be shown. The error has been logged; please try again."))
    return True


SWITCH_SECONDS = 0.0005
"""Thread switch interval. Python's default of 5 ms delays the event loop while other threads
compute: with three of them, starting a thread takes 51 ms, with this value 4 ms."""


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Reload layers and write the log while the server runs."""
    logs.setup(settings)
    for name in unknown_variables(os.environ):
        logs.event("unknown_setting", logging.WARNING, variable=name, do="Correct or remove it.")
    logs.event("started", signin=settings.signin, metrics=settings.metrics, sockets=capacity())
    sys.setswitchinterval(SWITCH_SECONDS)
    memory.configure_allocators()
    layers = layer_reloader()
    await to_thread.run_sync(layers.start, PATIENCE_SECONDS)
    gc.freeze()  # modules and layers are permanent, so the collector need not scan them
    gc.enable()
    tasks = [asyncio.create_task(memory.give_back())]
    if settings.warm:
        tasks.append(asyncio.create_task(warm_up(ROUTES)))
    yield {}
    for task in tasks:
        task.cancel()
    POOL.close()
    layers.stop()
    logs.event("stopped")


ROUTES = [
    *moved.ROUTES,  # before the routes that match any name
    *map_sources.ROUTES,
    *map_years.ROUTES,
    *briefings.ROUTES,
    *chart_specifications.ROUTES,
    *chart_data.ROUTES,
    *downloads.ROUTES,
    *embed.ROUTES,
    *map_images.ROUTES,
    *map_labels.ROUTES,
    *map_land.ROUTES,
    *map_basemap.ROUTES,
    *map_previews.ROUTES,
    *map_component.ROUTES,
    *chart_images.ROUTES,
    *citations.ROUTES,
    *discovery.ROUTES,
    *health.ROUTES,
    *ogc.ROUTES,
    *present.ROUTES,
    *search.ROUTES,
    *style.ROUTES,
    *metrics.ROUTES,
    *signin.ROUTES,
]
"""The HTTP routes beside the pages."""


try:
    settings = current_settings()
    basemap()
except SettingError as wrong:
    raise SystemExit(str(wrong)) from None

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=ROUTES,
    middleware=middleware(settings),
    secrets=streamlit_secrets(settings),
    lifespan=_lifespan,
    on_script_error=_say_error,
)
configure_streamlit(settings)
