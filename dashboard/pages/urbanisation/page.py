"""Urbanisation: how the region and its cities grow, and what is done about it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps.deck import deck
from dashboard.markup import citations, numbers
from dashboard.markup.breakpoints import NARROW, map_size, panels
from dashboard.pages.urbanisation import claims, pressure, revisions, sections, text
from dashboard.pages.urbanisation import state as urbanisation_state
from dashboard.ui import chart_widget, embed_snippet, language, layout, map_widget, year_player
from dashboard.ui.window import window_width
from geo.analysis.filter import Filter
from geo.i18n import tr
from geo.schema import LAYERS

SECONDS_A_YEAR = 1.0
DOWNLOADS = (
    *("country_years", "urban_rural_years", "wup2025_cities", "wup2025_city_years"),
    *("city_years", "agglomerations", "cities", "urbanisation_claims"),
)

layers = catalogue()
years = urbanisation_state.known_years(layers)
colours = layout.colours()
width = window_width()
session = sections.page_session(years)

title = st.container()
state, playing, slider = sections.year_controls(session, session.current(), years)
with title:
    layout.heading(tr("Urbanisation"), lambda: text.headline(layers, state, years.shares))
notice = st.container()


@language.fragment(run_every=SECONDS_A_YEAR if playing else None)
def map_of_the_year() -> None:
    """The map of one year; while playing, of the year after the last one shown."""
    shown_years, name = years.of(state.wup), sections.slider_name(state)
    now = state
    if playing:
        now = replace(state, year=year_player.next_year(session, shown_years, name))
    # What takes time comes before anything is drawn: slider, map and charts change together.
    sections.prepare_rankings(layers, now)
    if playing:
        year_player.moving_slider(session, shown_years, slider, name)
    room, height = map_size(width, beside=False)
    left, right = layout.beside("map", [2.1, 1], NARROW)
    with left:
        shown = text.year_map(layers, now, room, height)
        map_widget.show(
            "urbanisation",
            urbanisation_state.write(now, years),
            shown,
            deck(shown, colours),
            colours,
            alt=text.map_alt(now),
        )
        for legend in text.year_legends(layers, now, colours):
            st.html(legend.inline_html())
    with right:
        heading = text.year_title(now.year, now.wup)
        layout.section(heading, text.year_sentence(layers, now))
        sections.rankings(layers, now)


map_of_the_year()
embed_snippet.map_note("urbanisation", urbanisation_state.write(state, years), tr("Urbanisation"))

layout.section(
    tr("Urban share by country"),
    tr("{first} to {last}, most urban first.", first=years.shares[0], last=years.shares[-1]),
)
chart_widget.show("urban-share-by-country", layers, {"revision": state.revision}, panels(width))

layout.section(tr("What the newer revision changes"), revisions.headline(layers))
chart_widget.show("urban-share-revisions", layers, {})

with layout.part():
    sections.largest(layers, state.wup, panels(width))

layout.section(tr("Pressure and action"), sections.pressure_note(state.wup))
state = sections.span_control(session, state)
session.keep(replace(state, year=session.current().year) if playing else state)
left, right = layout.beside("pressure", [1.3, 1], NARROW)
with left:
    room = pressure.chart_width(width)
    names = sections.PRESSURE[state.wup]
    chart_widget.show(names.chart, layers, {"span": state.span}, (1, room))
with right:
    st.html(pressure.quadrants(layers, state.span))
    chart_widget.table_source("", names.table, {"span": state.span})
layout.section(
    tr("Fact check: claims in ASCN documents"),
    tr("Where no source states the year that a claim counts from, every year it may is shown."),
)
chart_widget.show("claims-by-base-year", layers, {}, panels(width))
with layout.part():
    st.html(claims.table(layers))
checked = tr(
    "Checked against the layers {layers} of this dashboard.",
    layers=numbers.listed(["country_years", "urban_rural_years", "agglomerations"]),
)
chart_widget.table_source(f"{checked} {citations.ascn_pages_note()}", "claims")

layout.section(tr("Download"))
st.html(
    "".join(layout.download_links(name, Filter(), tr(LAYERS[name].title)) for name in DOWNLOADS)
)
with notice:
    layout.problems(session.problems(state))
