"""Network page: framework, leadership, documents and partners of the network."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.markup import citations
from dashboard.pages.network import documents, sections, text
from dashboard.pages.network.state import PARTS, network_codec
from dashboard.ui import chart_widget, language, layout, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from dashboard.ui.window import window_width
from geo.analysis.network import network_years
from geo.i18n import terms, tr

DOWNLOADS = (
    *("framework", "documents", "declarations", "governance"),
    *("report_recommendations", "partners", "members", "not_found"),
)

layers = catalogue()
colours = layout.colours()
width = window_width()
cities = layers.geo("cities")
years = network_years(layers["governance"])

session = PageSession("network", network_codec(years, list(cities["city_id"])))
state = session.current()

layout.heading(tr("Network"), lambda: text.headline(layers))
layout.briefings("network", "meeting")
notice = st.container()
with layout.part():
    layout.figures(text.key_figures(layers))
layout.index()

layout.section(tr("Year by year"), anchor="years", short=tr("Year by year"))


@language.fragment
def year_by_year() -> None:
    """Map, facts and timeline of one year; it runs alone when the map comes to rest at another."""
    of_year = replace(state, year=session.current().year)
    with layout.part():
        sections.year_section(session, of_year, layers, width)
    session.save(of_year)


year_by_year()
layout.source(
    tr(
        "M&E reports are dated by their data cut-off. Sources are given with each year above "
        "and in the tables below. {pages}",
        pages=citations.ascn_pages_note(),
    )
)

state = widgets.segmented(session, state, "part", tr("Section"), terms(PARTS))
with layout.part():
    state = sections.RENDERERS[state.part](session, state, layers)

with st.expander(tr("Not found")), layout.part():
    render_html(documents.not_found_html(layers["not_found"]))
    chart_widget.table_source("", "not-found")

layout.layer_downloads(DOWNLOADS, tr("Full tables; each file states its source and licence."))
session.save(state)
with notice:
    layout.warn_problems(session.problems(state))
