"""Data page: every layer with its description, columns, licence, vintage and download."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import notes
from dashboard.markup import connect_gis
from dashboard.pages.data import place_coverage, tables
from dashboard.pages.data.state import DATA_CODEC
from dashboard.ui import chart_widget, code_snippets, dataframes, layout
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from geo.analysis.filter import Filter
from geo.i18n import ntr, tr

EXAMPLE = [
    ("cities", Filter(countries=("IDN", "PHL")), ""),
    ("places", Filter(near="jakarta", within_km=200), ""),
]

layers = catalogue()
layout.heading(
    tr("Data"),
    ntr(
        "{n} layer or table stands behind every page. It can be downloaded whole, with its "
        "sources and licence inside.",
        "{n} layers and tables stand behind every page. Each can be downloaded whole, with its "
        "sources and licence inside.",
        len(layers.layers),
    ),
)
session = PageSession("data", DATA_CODEC)
state = session.current()
layout.warn_problems(session.problems(state))
for name, layer in layers.layers.items():
    with st.expander(f"{tr(layer.title)} ({name})", expanded=name == state.layer), layout.part():
        frame, info = layers[name], layers.info(name)
        render_html(tables.layer_description(layer, len(frame), info))
        render_html(layout.download_links(name, Filter(), tr("Download")), tables.layer_link(name))
        st.dataframe(
            dataframes.columns_table(layer),
            hide_index=True,
            height="content",
            column_config={tr("Meaning"): st.column_config.TextColumn(width="large")},
        )
        chart_widget.table_source("", "columns", {"layer": name})
        if name == "places":
            render_html(place_coverage.coverage_table(layers))
            chart_widget.table_source(place_coverage.note(layers), "places-coverage")
layout.section(
    tr("In QGIS and other programs"),
    tr("The live service hands out every layer as OGC API - Features; no file to fetch again."),
)
service_url = connect_gis.service_url(st.context.url)
render_html(connect_gis.qgis_steps(service_url))
# No syntax highlighting: its colours have too little contrast.
st.code(connect_gis.python_example(service_url), language=None, wrap_lines=True)
layout.section(tr("In scripts"), tr("Addresses take the same filter as the pages' own."))
code_snippets.panel(EXAMPLE)
layout.source(tr(notes.BOUNDARY_NOTE))
