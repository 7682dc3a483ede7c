"""The ASGI application: the pages, and beside them stateless HTTP routes.

Run it with ``python -m dashboard`` or any ASGI server: ``uvicorn dashboard.server:app``.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from dashboard.compression import Compression
from dashboard.routes import (
    briefings,
    citymaps,
    downloads,
    health,
    labels,
    layers,
    pictures,
    style,
)
from dashboard.shell import Shell
from geo.errors import GeoError
from geo.i18n import tr

log = logging.getLogger("dashboard")

# Pages are declared in app.py. Without this, the first request after a start that asks for a
# page's own address would run the file in pages/ alone, without navigation and style.
PagesManager.uses_pages_directory = False

# An upload, whose size Streamlit limits, stays in memory: Starlette would put all beyond 1 MB into
# a temporary file, and the page says that nothing is written to disk.
MultiPartParser.spool_max_size = sys.maxsize


def _say_error(error: Exception) -> bool:
    """Show one sentence in place of a traceback; the traceback goes to the log."""
    if isinstance(error, GeoError):
        log.error("%s", error)
        st.error(str(error))
    else:
        log.error("a page failed", exc_info=error)
        st.error(tr("This page could not be shown. The fault is logged; please try again."))
    return True


app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[
        *layers.ROUTES,
        *briefings.ROUTES,
        *citymaps.ROUTES,
        *downloads.ROUTES,
        *labels.ROUTES,
        *pictures.ROUTES,
        *health.ROUTES,
        *style.ROUTES,
    ],
    middleware=[Middleware(Compression), Middleware(Shell)],
    on_script_error=_say_error,
)
