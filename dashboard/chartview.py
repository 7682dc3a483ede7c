"""A chart on a page: drawn, with its source and the ways to take it away as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from dashboard import layout
from dashboard.chart_catalogue import CHARTS, COLUMNS, PANEL, drawn
from dashboard.routes.pictures import FORMATS, address
from geo.i18n import tr
from geo.layers import Catalogue


def show(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    panels: tuple[int, int] = (COLUMNS, PANEL),
    nothing: str = "",
    note: str = "",
) -> None:
    """Draw a chart of :data:`dashboard.chart_catalogue.CHARTS` with its source under it.

    Parameters
    ----------
    query
        What the chart shows; its picture files have the same.
    panels
        Small charts in a row, and the width of each in pixels.
    nothing
        Sentence in place of a chart that has nothing to draw.
    note
        What is said after the source.
    """
    colours = layout.colours()
    found = drawn(name, layers, query, colours, panels)
    if found.chart is None:
        if nothing:
            st.html(f'<p class="said">{escape(nothing)}</p>')
        return
    st.altair_chart(
        found.chart,
        theme=None,
        width="stretch" if CHARTS[name].fluid else "content",
        alt=found.alt,
    )
    asked = {**query, **({"theme": "dark"} if colours.name == "dark" else {})}
    links = " ".join(
        f'<a href="{escape(address(name, extension, asked))}" download '
        f'aria-label="{escape(label)}">{extension.upper()}</a>'
        for extension in FORMATS
        for label in [
            tr("Download as {format}: {title}", format=extension.upper(), title=found.title)
        ]
    )
    said = " ".join(part for part in (found.source, note) if part)
    st.html(f'<p class="source">{escape(said)} <span class="pictures">{links}</span></p>')
