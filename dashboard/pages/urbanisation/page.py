"""Urbanisation: how the region and its cities grow, and what is done about it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps.deck import deck
from dashboard.markup import citations
from dashboard.markup import numbers as words
from dashboard.markup.breakpoints import NARROW, map_size, panels
from dashboard.pages.urbanisation import claims as claimsview
from dashboard.pages.urbanisation import pressure as pressureview
from dashboard.pages.urbanisation import revisions as revisionview
from dashboard.pages.urbanisation import sections as urbanparts
from dashboard.pages.urbanisation import state as urbanstate
from dashboard.pages.urbanisation import text as urbanview
from dashboard.ui import chart_widget as chartview
from dashboard.ui import embed_snippet as embedding
from dashboard.ui import language, layout
from dashboard.ui import map_widget as mapview
from dashboard.ui import year_player as player
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
years = urbanstate.known_years(layers)
colours = layout.colours()
width = window_width()
session = urbanparts.page_session(years)

title = st.container()
state, playing, slider = urbanparts.year_controls(session, session.current(), years)
with title:
    layout.heading(tr("Urbanisation"), lambda: urbanview.headline(layers, state, years.shares))
notice = st.container()


@language.fragment(run_every=SECONDS_A_YEAR if playing else None)
def map_of_the_year() -> None:
    """The map of one year; while playing, of the year after the last one shown."""
    shown_years, name = years.of(state.wup), urbanparts.slider_name(state)
    now = state
    if playing:
        now = replace(state, year=player.next_year(session, shown_years, name))
    # What takes time comes before anything is drawn: slider, map and charts change together.
    urbanparts.prepare_rankings(layers, now)
    if playing:
        player.moving_slider(session, shown_years, slider, name)
    room, height = map_size(width, beside=False)
    left, right = layout.beside("map", [2.1, 1], NARROW)
    with left:
        shown = urbanview.year_map(layers, now, room, height)
        mapview.show(
            "urbanisation",
            urbanstate.write(now, years),
            shown,
            deck(shown, colours),
            colours,
            alt=urbanview.map_alt(now),
        )
        for legend in urbanview.year_legends(layers, now, colours):
            st.html(legend.inline_html())
    with right:
        heading = urbanview.year_title(now.year, now.wup)
        layout.section(heading, urbanview.year_sentence(layers, now))
        urbanparts.rankings(layers, now)


map_of_the_year()
embedding.map_note("urbanisation", urbanstate.write(state, years), tr("Urbanisation"))

layout.section(
    tr("Urban share by country"),
    tr("{first} to {last}, most urban first.", first=years.shares[0], last=years.shares[-1]),
)
chartview.show("urban-share-by-country", layers, {"revision": state.revision}, panels(width))

layout.section(tr("What the newer revision changes"), revisionview.headline(layers))
chartview.show("urban-share-revisions", layers, {})

with layout.part():
    urbanparts.largest(layers, state.wup, panels(width))

layout.section(tr("Pressure and action"), urbanparts.pressure_note(state.wup))
state = urbanparts.span_control(session, state)
session.keep(replace(state, year=session.current().year) if playing else state)
left, right = layout.beside("pressure", [1.3, 1], NARROW)
with left:
    room = pressureview.chart_width(width)
    names = urbanparts.PRESSURE[state.wup]
    chartview.show(names.chart, layers, {"span": state.span}, (1, room))
with right:
    st.html(pressureview.quadrants(layers, state.span))
    chartview.table_source("", names.table, {"span": state.span})
layout.section(
    tr("Fact check: claims in ASCN documents"),
    tr("Where no source states the year that a claim counts from, every year it may is shown."),
)
chartview.show("claims-by-base-year", layers, {}, panels(width))
with layout.part():
    st.html(claimsview.table(layers))
checked = tr(
    "Checked against the layers {layers} of this dashboard.",
    layers=words.listed(["country_years", "urban_rural_years", "agglomerations"]),
)
chartview.table_source(f"{checked} {citations.ascn_pages_note()}", "claims")

layout.section(tr("Download"))
st.html(
    "".join(layout.download_links(name, Filter(), tr(LAYERS[name].title)) for name in DOWNLOADS)
)
with notice:
    layout.problems(session.problems(state))
