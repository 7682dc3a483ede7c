"""The ASGI application: the pages, and beside them stateless HTTP routes.

Run it with ``python -m dashboard`` or any ASGI server: ``uvicorn dashboard.server:app``.
"""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from dashboard.routes import downloads, health, layers
from geo.errors import GeoError

log = logging.getLogger("dashboard")


def _say_error(error: Exception) -> bool:
    """Show one sentence in place of a traceback; the traceback goes to the log."""
    if isinstance(error, GeoError):
        log.error("%s", error)
        st.error(str(error))
    else:
        log.error("a page failed", exc_info=error)
        st.error("This page could not be shown. The fault is logged; please try again.")
    return True


app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[*layers.ROUTES, *downloads.ROUTES, *health.ROUTES],
    on_script_error=_say_error,
)
