"""Code snippets to use the data of a page with curl, Python and QGIS."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.markup.code_snippets import Download, curl, origin, python, qgis
from geo.i18n import tr
from geo.schema import DECLARED


def panel(files: Sequence[Download]) -> None:
    """Draw the snippets for the rows on screen, in an expander.

    Code has no syntax highlighting, because Streamlit's colours have too little contrast (WCAG 2.2,
    1.4.3).
    """
    host = origin(st.context.url)
    with (
        st.container(key=f"elsewhere_{files[0][0]}"),
        st.expander(tr("Use this data elsewhere")),
    ):
        curl_tab, python_tab, qgis_tab = st.tabs(["curl", "Python", "QGIS"])
        with curl_tab:
            st.code(curl(host, files), language=None)
        with python_tab:
            st.code(python(host, files), language=None)
        with qgis_tab:
            st.markdown(
                tr(
                    "**Layer ▸ Add Layer ▸ Add Vector Layer…**, source type **Protocol: HTTP(S), "
                    "cloud, etc.**, and one of these addresses:"
                )
            )
            st.code(qgis(host, files), language=None)
            _live_service(host, files)


def _live_service(host: str, files: Sequence[Download]) -> None:
    """Draw the URL of the live service, which has complete layers, for layers with geometry."""
    layers = [layer for layer, _, _ in files if DECLARED[layer].geometry]
    if not layers:
        return
    st.markdown(
        tr(
            "Or as a live service, whole layers without this page's filter: **Layer ▸ Add Layer ▸ "
            "Add WFS / OGC API - Features Layer…**, **New**, with this address, then {layers}:",
            layers=", ".join(f"`{layer}`" for layer in dict.fromkeys(layers)),
        )
    )
    st.code(f"{host}/ogc", language=None)
