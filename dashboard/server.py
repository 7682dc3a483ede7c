"""The ASGI application: the pages, and beside them stateless HTTP routes.

Run it with ``python -m dashboard`` or any ASGI server: ``uvicorn dashboard.server:app``.
"""

from __future__ import annotations

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
from streamlit.runtime.pages_manager import PagesManager

from dashboard.data.current import feed
from dashboard.pages.places.upload import POOL
from dashboard.settings import current, unknown
from dashboard.telemetry import logs, metrics
from dashboard.web import signin
from dashboard.web.auth_cookie import streamlit_secrets
from dashboard.web.middleware.sockets import capacity
from dashboard.web.middleware.stack import middleware, tell_streamlit
from dashboard.web.routes import briefings, downloads, embed, health, moved, ogc, style
from dashboard.web.routes import chart_data as chartdata
from dashboard.web.routes import chart_images as pictures
from dashboard.web.routes import city_maps as citymaps
from dashboard.web.routes import map_labels as labels
from dashboard.web.routes import map_previews as mappictures
from dashboard.web.routes import map_sources as layers
from geo.errors import GeoError, SettingError
from geo.i18n import tr

PATIENCE_SECONDS = 5.0
"""How long a start waits for the first layers; without them it answers that it is not ready."""

# Pages are declared in app.py. Without this, the first request after a start that asks for a
# page's own address would run the file in pages/ alone, without navigation and style.
PagesManager.uses_pages_directory = False

# An upload, whose size Streamlit limits, stays in memory: Starlette would put all beyond 1 MB into
# a temporary file, and the page says that nothing is written to disk.
MultiPartParser.spool_max_size = sys.maxsize


def _say_error(error: Exception) -> bool:
    """Show one sentence in place of a traceback; where it failed goes to the log."""
    metrics.error("page")
    page = metrics.last_page()
    if isinstance(error, GeoError):
        logs.event("page_failed", logging.ERROR, page=page, message=logs.said(error))
        st.error(str(error))
    else:
        logs.error("page_failed", error, f"Report this as a fault of the page {page!r}.")
        st.error(tr("This page could not be shown. The fault is logged; please try again."))
    return True


SWITCH_SECONDS = 0.0005
"""How long a thread computes while another waits. Python's own 5 ms are too long for the event loop
among threads that compute: with three of them it starts a thread in 51 ms, and so in 4."""


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Look for newer layers and keep the log as long as the server runs."""
    logs.setup(settings)
    for name in unknown(os.environ):
        logs.event("unknown_setting", logging.WARNING, variable=name, do="Correct or remove it.")
    logs.event("started", signin=settings.signin, metrics=settings.metrics, sockets=capacity())
    sys.setswitchinterval(SWITCH_SECONDS)
    layers = feed()
    await to_thread.run_sync(layers.start, PATIENCE_SECONDS)
    gc.freeze()  # modules and layers stay: no need to look through them again and again
    yield {}
    POOL.close()
    layers.stop()
    logs.event("stopped")


try:
    settings = current()
except SettingError as wrong:
    raise SystemExit(str(wrong)) from None

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[
        *moved.ROUTES,  # before the routes of all names
        *layers.ROUTES,
        *briefings.ROUTES,
        *chartdata.ROUTES,
        *citymaps.ROUTES,
        *downloads.ROUTES,
        *embed.ROUTES,
        *labels.ROUTES,
        *mappictures.ROUTES,
        *pictures.ROUTES,
        *health.ROUTES,
        *ogc.ROUTES,
        *style.ROUTES,
        *metrics.ROUTES,
        *signin.ROUTES,
    ],
    middleware=middleware(settings),
    secrets=streamlit_secrets(settings),
    lifespan=_lifespan,
    on_script_error=_say_error,
)
tell_streamlit(settings)
