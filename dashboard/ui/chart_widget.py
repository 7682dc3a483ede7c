"""A chart or table on a page: with its source and the ways to take it away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.elements.vega_charts import _convert_altair_to_vega_lite_spec

from dashboard.charts.declaration import COLUMNS, PANEL
from dashboard.charts.export import FORMATS
from dashboard.charts.registry import CHARTS, drawn
from dashboard.datasets.files import CHART_KIND, TABLE_KIND, TABLES, file_url
from dashboard.datasets.files import FORMATS as DATA
from dashboard.markup import embed_snippet
from dashboard.markup.theme import Palette
from dashboard.ui import embed_snippet as embedding
from dashboard.ui import layout
from geo.i18n import tr
from geo.layers.catalogue import Catalogue


@dataclass(frozen=True)
class _Ready:
    """A chart as it is sent to browsers.

    Attributes
    ----------
    spec
        Vega-Lite in JSON without its data; empty when there is nothing to draw.
    datasets
        Arrow IPC streams by the name that the specification has for them.
    """

    spec: str
    datasets: Mapping[str, bytes]
    title: str
    alt: str
    source: str


def _ready(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    colours: Palette,
    panels: tuple[int, int],
) -> _Ready:
    def make() -> _Ready:
        found = drawn(name, layers, query, colours, panels)
        if found.chart is None:
            return _Ready("", {}, found.title, found.alt, found.source)
        spec = dict(_convert_altair_to_vega_lite_spec(found.chart))
        datasets = spec.pop("datasets")
        return _Ready(json.dumps(spec), datasets, found.title, found.alt, found.source)

    # To write and check a specification takes much longer than to send one.
    key = ("chart", name, tuple(sorted(query.items())), colours.name, panels)
    return layers.once(key, make)


def prepare(name: str, layers: Catalogue, query: Mapping[str, str]) -> None:
    """Make a chart that :func:`show` then draws at once."""
    _ready(name, layers, query, layout.colours(), (COLUMNS, PANEL))


def show(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    panels: tuple[int, int] = (COLUMNS, PANEL),
    nothing: str = "",
    note: str = "",
) -> None:
    """Draw a chart of :data:`dashboard.charts.registry.CHARTS` with its source under it.

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
    found = _ready(name, layers, query, colours, panels)
    if not found.spec:
        if nothing:
            st.html(f'<p class="said">{escape(nothing)}</p>')
        return
    st.vega_lite_chart(
        spec={**json.loads(found.spec), "datasets": dict(found.datasets)},
        theme=None,
        width="stretch" if CHARTS[name].fluid else "content",
        alt=found.alt,
    )
    themed = {**query, **({"theme": "dark"} if colours.name == "dark" else {})}
    files = {
        **{extension: file_url(CHART_KIND, name, extension, themed) for extension in FORMATS},
        **{extension: file_url(CHART_KIND, name, extension, query) for extension in DATA},
    }
    said = " ".join(part for part in (found.source, note) if part)
    with embedding.beside(embed_snippet.CHARTS, name):
        st.html(source_line(said, files, found.title))
        embedding.offer(embed_snippet.CHARTS, name, query, found.title)


def source_line(said: str, files: Mapping[str, str], title: str) -> str:
    """A source line with the ways to take away what stands above it, as HTML.

    Parameters
    ----------
    files
        File extension to address.
    """
    links = " ".join(
        f'<a href="{escape(path)}" download aria-label="{escape(label)}">{extension.upper()}</a>'
        for extension, path in files.items()
        for label in [tr("Download as {format}: {title}", format=extension.upper(), title=title)]
    )
    alone = "" if said else " alone"
    return f'<p class="source">{escape(said)} <span class="pictures{alone}">{links}</span></p>'


def table_source(said: str, name: str, query: Mapping[str, str] | None = None) -> None:
    """The source line of a table of :data:`dashboard.datasets.files.TABLES`, with its files.

    Parameters
    ----------
    query
        What the table shows; its files have the same.
    """
    asked = {key: value for key, value in (query or {}).items() if key in TABLES[name].parameters}
    files = {extension: file_url(TABLE_KIND, name, extension, asked) for extension in DATA}
    st.html(source_line(said, files, tr(TABLES[name].title)))
