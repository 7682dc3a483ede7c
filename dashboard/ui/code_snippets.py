"""How the data of a page are used outside it: with curl, in Python, in QGIS."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.markup.code_snippets import Download, curl, python, qgis, site
from geo.i18n import tr
from geo.schema import DECLARED


def panel(files: Sequence[Download]) -> None:
    """The three ways for the rows on screen, folded.

    Code is in one colour: Streamlit's for its parts are too light to read (WCAG 2.2, 1.4.3).
    """
    host = site(st.context.url)
    with (
        st.container(key=f"elsewhere_{files[0][0]}"),
        st.expander(tr("Use this data elsewhere")),
    ):
        by_curl, by_python, by_qgis = st.tabs(["curl", "Python", "QGIS"])
        with by_curl:
            st.code(curl(host, files), language=None)
        with by_python:
            st.code(python(host, files), language=None)
        with by_qgis:
            st.markdown(
                tr(
                    "**Layer ▸ Add Layer ▸ Add Vector Layer…**, source type **Protocol: HTTP(S), "
                    "cloud, etc.**, and one of these addresses:"
                )
            )
            st.code(qgis(host, files), language=None)
            _live(host, files)


def _live(host: str, files: Sequence[Download]) -> None:
    """The live service, which has whole layers, for those on screen that are on a map."""
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
