"""Bare pages for the frames of other sites: their addresses, and the snippet that pages offer."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.maps import legends
from dashboard.markup.embed_snippet import MAPS, server, snippet
from dashboard.settings import OWN, current
from dashboard.ui import layout
from geo.i18n import tr


def beside(kind: str, name: str) -> DeltaGenerator:
    """Place of a source line and the snippet behind it."""
    return st.container(horizontal=True, key=f"takeaway_{kind}_{name}")


def offer(kind: str, name: str, query: Mapping[str, str], title: str) -> None:
    """The snippet of a chart or map, folded behind a word."""
    with st.popover(tr("Embed"), type="tertiary"):
        said = tr("To show this on another site, paste there:")
        st.html(f'<p class="embed">{escape(said)}</p>')
        here = server(st.context.url or "")
        st.code(snippet(here, kind, name, query, title), language=None, wrap_lines=True)
        st.html(f'<p class="embed note">{escape(_who())}</p>')


def map_note(name: str, query: Mapping[str, str], title: str, said: str = "") -> None:
    """What stands under a map: what it is for, how to zoom, whose boundaries, and its snippet.

    Parameters
    ----------
    query
        What the map shows; its bare page has the same.
    """
    with beside(MAPS, name):
        layout.source(f"{said} {tr(legends.ZOOM_NOTE)} {tr(legends.BOUNDARY_NOTE)}".strip())
        offer(MAPS, name, query, title)
    layout.missing_land()


def _who() -> str:
    follows = tr("It follows the reader's light or dark theme; theme=light or theme=dark fixes it.")
    if current().frame_ancestors != OWN:
        return follows
    only_own = tr(
        "This server lets its own pages frame it only; its operator can name other sites."
    )
    return f"{follows} {only_own}"
