"""Urbanisation page: growth of the region and its cities, and the projects that respond to it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.markup import citations, numbers
from dashboard.markup.breakpoints import NARROW, map_size, panel_size
from dashboard.pages.city import projections
from dashboard.pages.urbanisation import claims, pressure, revisions, sections, text
from dashboard.pages.urbanisation.state import known_years, with_revision
from dashboard.ui import chart_widget, language, layout, map_widget
from dashboard.ui.html import render_html
from dashboard.ui.window import window_width
from geo.i18n import tr

DOWNLOADS = (
    *("country_years", "urban_rural_years", "wup2025_cities", "wup2025_city_years"),
    *("city_years", "agglomerations", "cities", "city_indicators", "urbanisation_claims"),
)

layers = catalogue()
years = known_years(layers)
width = window_width()
session = sections.page_session(years)

title = st.container()
state = sections.revision_controls(session, session.current(), years)
with title:
    layout.heading(tr("Urbanisation"), lambda: text.headline(layers, state, years.shares))
notice = st.container()
layout.index()


@language.fragment
def year_by_year() -> None:
    """Map and rankings of one year; it runs alone when the map comes to rest at another year."""
    of_year = with_revision(replace(state, year=session.current().year), state.wup, years)
    query, size = session.codec.to_query(of_year), map_size(width, sidebar=False)
    with layout.part():
        map_widget.show("urbanisation", query, size, events=map_widget.year_event(session))
        sections.ranking_files(layers, of_year)
    session.save(of_year)


year_by_year()

layout.section(
    tr("Urban share by country"),
    tr("{first} to {last}, most urban first.", first=years.shares[0], last=years.shares[-1]),
    "urban-share",
    tr("Urban share"),
)
chart_widget.show("urban-share-by-country", layers, {"revision": state.revision}, panel_size(width))

layout.section(
    tr("What the newer revision changes"), revisions.headline(layers), "revisions", tr("Revisions")
)
chart_widget.show("urban-share-revisions", layers, {})

with layout.part():
    sections.largest_section(layers, state.wup, panel_size(width))

with layout.part():
    headline = projections.headline(layers)
    layout.section(tr("How sure are the projections?"), headline, "projections", tr("Projections"))
    render_html(projections.revisions_table(layers, tuple(layers["cities"]["city_id"])))
    chart_widget.table_source(projections.note(), "projections")

layout.section(
    tr("Pressure and action"),
    sections.pressure_note(state.wup),
    "pressure",
    tr("Growth and projects"),
)
state = sections.span_control(session, state)
session.save(state)
left, right = layout.responsive_columns("pressure", [1.3, 1], NARROW)
with left:
    chart_width = pressure.chart_width(width)
    names = sections.PRESSURE_BY_REVISION[state.wup]
    chart_widget.show(names.chart, layers, {"span": state.span}, (1, chart_width))
with right:
    render_html(pressure.quadrants(layers, state.span))
    chart_widget.table_source("", names.table, {"span": state.span})
with layout.part():
    sections.outcomes_beside_projects(layers, chart_width)

layout.section(
    tr("Fact check: claims in ASCN documents"),
    tr("Where no source states the base year of a claim, every possible year is shown."),
    "claims",
    tr("Fact check"),
)
chart_widget.show("claims-by-base-year", layers, {}, panel_size(width))
with layout.part():
    render_html(claims.claims_table(layers))
checked = tr(
    "Checked against these layers of the dashboard: {layers}.",
    layers=numbers.format_list(["country_years", "urban_rural_years", "agglomerations"]),
)
chart_widget.table_source(f"{checked} {citations.ascn_pages_note()}", "claims")

layout.layer_downloads(DOWNLOADS)
with notice:
    layout.warn_problems(session.problems(state))
