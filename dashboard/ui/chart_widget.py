"""Charts and tables on a page, with source line and download links."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.charts.base import ALTAIR
from dashboard.charts.declaration import PANEL_COLUMNS, PANEL_WIDTH
from dashboard.charts.export import FORMATS
from dashboard.charts.registry import CHARTS, build_chart
from dashboard.datasets.files import CHART_KIND, TABLE_KIND, TABLES, file_url
from dashboard.datasets.files import FORMATS as DATA
from dashboard.markup import embed_snippet
from dashboard.markup.file_links import file_links, source_line
from dashboard.markup.tables import paragraph
from dashboard.markup.theme import Palette
from dashboard.streamlit_internals import vega_lite_spec
from dashboard.ui import embed_snippet as embed_snippet_ui
from dashboard.ui import layout
from dashboard.ui.html import render_html
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


@dataclass(frozen=True)
class _SentChart:
    """A chart as sent to browsers.

    Attributes
    ----------
    spec
        Vega-Lite specification as JSON, without data; empty if there is nothing to draw.
    datasets
        Arrow IPC streams, or GeoJSON features, by their name in the specification.
    """

    spec: str
    datasets: Mapping[str, bytes | list[Any]]
    title: str
    alt: str
    source: str


def _sent_chart(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    colours: Palette,
    panels: tuple[int, int],
) -> _SentChart:
    def make() -> _SentChart:
        chart = build_chart(name, layers, query, colours, panels)
        if chart.chart is None:
            return _SentChart("", {}, chart.title, chart.alt, chart.source)
        with ALTAIR:
            spec = vega_lite_spec(chart.chart)
        datasets = spec.pop("datasets")
        return _SentChart(json.dumps(spec), datasets, chart.title, chart.alt, chart.source)

    # Building and validating a specification takes much longer than sending it.
    key = ("chart", name, tuple(sorted(query.items())), colours.name, panels)
    return layers.cached(key, make)


def show(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    panels: tuple[int, int] = (PANEL_COLUMNS, PANEL_WIDTH),
    nothing: str = "",
    note: str = "",
) -> None:
    """Draw a chart of :data:`dashboard.charts.registry.CHARTS` with its source line.

    Parameters
    ----------
    query
        Query of the chart, and of its image and data files.
    panels
        Number of panels per row, and the width of each in pixels.
    nothing
        Sentence to show instead if there is nothing to draw.
    note
        Text after the source.
    """
    colours = layout.colours()
    chart = _sent_chart(name, layers, query, colours, panels)
    if not chart.spec:
        if nothing:
            render_html(paragraph(nothing))
        return
    st.vega_lite_chart(
        spec={**json.loads(chart.spec), "datasets": dict(chart.datasets)},
        theme=None,
        width="stretch" if CHARTS[name].fluid else "content",
        alt=chart.alt,
    )
    _takeaway(name, chart, query, colours, note)


def files_of(name: str, layers: Catalogue, query: Mapping[str, str]) -> None:
    """Draw the source line of a chart that the page shows in another form; see :func:`show`."""
    colours = layout.colours()
    chart = _sent_chart(name, layers, query, colours, (PANEL_COLUMNS, PANEL_WIDTH))
    if chart.spec:
        _takeaway(name, chart, query, colours, chart.title)


def _takeaway(
    name: str, chart: _SentChart, query: Mapping[str, str], colours: Palette, note: str
) -> None:
    image_query = {**query, **({"theme": "dark"} if colours.name == "dark" else {})}
    files = {
        **{extension: file_url(CHART_KIND, name, extension, image_query) for extension in FORMATS},
        **{extension: file_url(CHART_KIND, name, extension, query) for extension in DATA},
    }
    text = " ".join(part for part in (chart.source, note) if part)
    with embed_snippet_ui.takeaway_row(embed_snippet.CHARTS, name):
        render_html(source_line(text, file_links(files, chart.title)))
        embed_snippet_ui.show_snippet(embed_snippet.CHARTS, name, query, chart.title)


def table_source(text: str, name: str, query: Mapping[str, str] | None = None) -> None:
    """Draw the source line of a table of :data:`dashboard.datasets.files.TABLES`, with its files.

    Parameters
    ----------
    query
        Query of the table and its files.
    """
    params = {key: value for key, value in (query or {}).items() if key in TABLES[name].parameters}
    files = {extension: file_url(TABLE_KIND, name, extension, params) for extension in DATA}
    render_html(source_line(text, file_links(files, tr(TABLES[name].title))))
