"""Data page: all data in one file, each layer in every format, and what a layer holds."""

from __future__ import annotations

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import notes
from dashboard.markup import code_snippets, connect_gis
from dashboard.pages.data import place_coverage, tables, text
from dashboard.pages.data.state import CHOICES, DATA_CODEC
from dashboard.ui import chart_widget, dataframes, layout, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from geo.analysis.filter import Filter
from geo.i18n import terms, tr

EXAMPLE = [
    ("cities", Filter(countries=("IDN", "PHL")), ""),
    ("places", Filter(near="jakarta", within_km=200), ""),
]

layers = catalogue()
layout.heading(
    tr("Data"),
    text.headline(len(layers.layers)),
)
session = PageSession("data", DATA_CODEC)
state = session.current()
notice = st.container()
render_html(tables.archive_link())
layout.index()
layout.section(tr("Layers and tables"), anchor="layers", short=tr("Layers and tables"))
state = widgets.segmented(session, state, "format", tr("Format"), terms(CHOICES))
rows = []
for name, layer in layers.layers.items():
    with layout.part():
        rows.append((layer, len(layers[name])))
render_html(tables.layers_table(rows, state.format))

titles = {name: f"{tr(layer.title)} ({name})" for name, layer in layers.layers.items()}
layout.section(tr("What a layer holds"), anchor="layer", short=tr("Columns"))
state = widgets.select(session, state, "layer", tr("Layer"), titles)
session.save(state)
with layout.part():
    layer = layers.layers[state.layer]
    frame, info = layers[state.layer], layers.info(state.layer)
    render_html(tables.layer_description(layer, len(frame), info), tables.layer_link(state.layer))
    st.dataframe(
        dataframes.columns_table(layer),
        hide_index=True,
        height="content",
        column_config={tr("Meaning"): st.column_config.TextColumn(width="large")},
    )
    chart_widget.table_source("", "columns", {"layer": state.layer})
with layout.part(tr("Coverage of places by country"), anchor="places", short=tr("Places")):
    render_html(place_coverage.coverage_table(layers))
    chart_widget.table_source(place_coverage.note(layers), "places-coverage")
layout.section(
    tr("In QGIS and other programs"),
    tr("Connect to the live service for every layer as OGC API - Features; nothing to download."),
    "service",
    tr("Live service"),
)
service_url = connect_gis.service_url(st.context.url)
render_html(connect_gis.qgis_steps(service_url))
# No syntax highlighting: its colours have too little contrast.
st.code(connect_gis.python_example(service_url), language=None, wrap_lines=True)
note = tr("URLs accept the same filters as the pages.")
layout.section(tr("In scripts"), note, "scripts", tr("Scripts"))
for code in (code_snippets.curl, code_snippets.python, code_snippets.qgis):
    st.code(code(code_snippets.origin(st.context.url), EXAMPLE), language=None, wrap_lines=True)
layout.source(tr(notes.BOUNDARY_NOTE))
with notice:
    layout.warn_problems(session.problems(state))
