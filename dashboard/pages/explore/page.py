"""Explore page: filter the member cities on a map, view their figures, download the data."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data import un_revision
from dashboard.data.current import catalogue
from dashboard.maps.indicators import modes
from dashboard.markup.breakpoints import full_map_size
from dashboard.pages.explore import controls, sections
from dashboard.pages.explore.state import DOWNLOADS, PANELS, ExploreState, explore_codec
from dashboard.pages.overview import text as overview_text
from dashboard.ui import layout, map_widget, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from dashboard.ui.window import window_width
from geo.analysis.layer_rows import names, recounted_cities, row_count, selected
from geo.i18n import terms, tr

layers = catalogue()
cities = layers.geo("cities")
years = overview_text.share_years(layers)
colours = layout.colours()
width = window_width()

codec = explore_codec(list(cities["city_id"]), years, modes(layers))
session = PageSession("explore", codec)
state = session.current()
state = controls.sidebar(session, state, layers)
on_map = selected(state.city_filter, layers)
shown = set(on_map.cities["city_id"])
state = replace(state, selected=tuple(city for city in state.selected if city in shown))

title = st.container()
notice = st.container()
if not len(on_map.cities):
    sections.suggest_fewer_filters(state.city_filter, layers)

with st.container(horizontal=True, vertical_alignment="bottom", key="map_options"):
    state = widgets.select(session, state, "mode", tr("The map shows"), modes(layers))
    if state.mode == "share":
        state = controls.share_controls(session, state, years)
    if state.mode == "un":
        state = widgets.segmented(
            session, state, un_revision.SPAN, tr("Growth"), terms(un_revision.SPANS)
        )
    state = controls.zoom_to(session, state, layers)
    with layout.part():
        count = row_count("places", state.city_filter, layers)
        state = controls.places_toggle(session, state, count)
map_space = st.container()
options = {city: name for city, name in names(layers, "cities").items() if city in shown}
state = controls.selection(session, state, options)
sections.selection_actions(session, state)
if state.selected:
    render_html(sections.cards(state, recounted_cities(state.city_filter, layers)))
with map_space:
    map_widget.show(
        "explore",
        codec.to_query(replace(state, panel=ExploreState.panel)),
        full_map_size(width),
        sections.map_note(state),
        tall=True,
        events=controls.map_events(session),
        selected=list(state.selected),
        open=sections.city_in_focus(state, layers),
    )

filtered = selected(state.rows, layers)
with title:
    layout.heading(tr("Explore"), overview_text.selection_summary(filtered, layers, state.rows))
    layout.found(state.rows, filtered, layers)
if state.panel == DOWNLOADS:
    state = replace(state, panel=ExploreState.panel)
state = widgets.segmented(session, state, "panel", tr("Below the map"), terms(PANELS))
with layout.part():
    sections.PANELS[state.panel](state, filtered, layers, colours)
with layout.part():
    sections.downloads(state)
session.save(state)
with notice:
    layout.warn_problems(session.problems(state))
