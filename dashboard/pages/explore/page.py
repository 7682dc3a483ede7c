"""Explore: filter the member cities on the map, read their figures, take the data away."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps import page_specs as mapviews
from dashboard.maps.deck import MODES, deck
from dashboard.maps.legends import for_mode
from dashboard.markup.breakpoints import WITH_SIDEBAR, map_size
from dashboard.pages.explore import controls as filters
from dashboard.pages.explore import sections as panels
from dashboard.pages.explore.state import PANELS, Explore, read_explore
from dashboard.pages.overview import text as headlines
from dashboard.ui import embed_snippet as embedding
from dashboard.ui import layout
from dashboard.ui import map_widget as mapview
from dashboard.ui.page_session import PageSession
from dashboard.ui.window import window_width
from geo.analysis.layer_rows import recounted_cities, row_count, selected
from geo.i18n import ntr, tr

layers = catalogue()
cities = layers.geo("cities")
years = headlines.share_years(layers)
colours = layout.colours()
width = window_width()

session = PageSession(
    "explore",
    read=lambda query: read_explore(query, cities["city_id"], years),
    write=lambda shown: shown.to_query(years[-1]),
)
state = session.current()
state = filters.sidebar(session, state, cities, layers["countries"])
on_map = selected(state.wanted, layers)
state = replace(
    state, selected=tuple(c for c in state.selected if c in set(on_map.cities["city_id"]))
)

title = st.container()
notice = st.container()
if not len(on_map.cities):
    panels.loosen(state.wanted, layers)

left, right = layout.beside("map", [3, 1], WITH_SIDEBAR)
with left:
    state = filters.map_mode(session, state, MODES)
    map_space = st.container()
with right:
    state = filters.zoom_to(session, state, layers["countries"])
    if state.mode == "share":
        state = filters.share_controls(session, state, years)
    if state.mode == "un":
        state = filters.span_control(session, state)
    with layout.part():
        count = row_count("places", state.wanted, layers)
        state = filters.places_toggle(session, state, count)
    for legend in for_mode(
        state.mode, state.year, state.revision, layers, colours, state.places, state.span
    ):
        st.html(legend.html())
with map_space:
    map_box = st.container()
    state = filters.selection(session, state, on_map.cities)
    panels.selection_ways(session, state)
    if state.selected:
        st.html(panels.cards(state, recounted_cities(state.wanted, layers)))
with map_box:
    room, height = map_size(width)
    shown = mapviews.explore(layers, state, (room, height), filters.clicks())
    query = replace(state, panel=Explore.panel).to_query(years[-1])
    mapview.show(
        "explore",
        query,
        shown,
        deck(shown, colours),
        colours,
        on_select=lambda: filters.picked(session),
        selection_mode="single-object",
        alt=ntr(
            "Map of {n} member city; the table below lists the same city.",
            "Map of {n} member cities; the table below lists the same cities.",
            len(on_map.cities),
        ),
    )
    embedding.map_note(
        "explore",
        query,
        f"{tr('Member cities')}: {tr(MODES[state.mode])}",
        panels.map_note(state),
    )

kept = selected(state.rows, layers)
with title:
    layout.heading(tr("Explore"), headlines.selection(kept, layers, state.rows))
state = filters.panel(session, state, PANELS)
with layout.part():
    panels.PANELS[state.panel](state, kept, layers, colours)
session.keep(state)
with notice:
    layout.problems(session.problems(state))
