"""Explore: filter the member cities on the map, read their figures, take the data away."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import filters, headlines, layout, panels
from dashboard.data import catalogue
from dashboard.legends import for_mode
from dashboard.maps import MODES, REGION, Map, deck, fit, fit_cities
from dashboard.session import PageSession
from dashboard.state import PANELS, read_explore
from dashboard.viewport import map_size, window_width
from geo.query import select
from geo.rows import rows_of
from geo.vocabulary import DEFINITIONS

layers = catalogue()
cities, projects = layers.geo("cities"), layers["projects"]
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
on_map = select(state.wanted, cities, projects)
state = replace(
    state, selected=tuple(c for c in state.selected if c in set(on_map.cities["city_id"]))
)
kept = select(state.rows, cities, projects)

layout.heading("Explore", headlines.selection(kept, cities))
notice = st.container()
if not len(on_map.cities):
    panels.loosen(state.wanted, cities, projects)

left, right = st.columns([3, 1], gap="medium")
with left:
    state = filters.map_mode(session, state, MODES)
    map_space = st.container()
with right:
    if state.mode == "share":
        state = filters.share_controls(session, state, years, DEFINITIONS)
    state = filters.places_toggle(session, state, len(rows_of("places", state.wanted, layers).rows))
    for legend in for_mode(state.mode, state.year, state.revision, layers, colours):
        st.html(legend.html())
with map_space:
    room, height = map_size(width)
    picked = cities[cities["city_id"].isin(state.selected)]
    shown = Map(
        mode=state.mode,
        view=fit_cities(on_map.cities, room, height) if state.wanted else fit(REGION, room, height),
        version=layers.version,
        revision=state.revision,
        year=state.year,
        wanted=state.wanted,
        selected=tuple(zip(picked.geometry.x, picked.geometry.y, strict=True)),
        places=state.places,
        clicks=filters.clicks(),
    )
    st.pydeck_chart(
        deck(shown, colours),
        height=height,
        key=filters.MAP_KEY,
        on_select=lambda: filters.picked(session),
        selection_mode="single-object",
        alt=f"Map of {len(on_map.cities)} member cities; the table below lists the same cities.",
    )
    layout.source(f"Click a city to select it, click it again to let it go. {layout.BOUNDARY_NOTE}")

panels.selection_bar(session, state, cities)
state = filters.panel(session, state, PANELS)
panels.PANELS[state.panel](state, kept, layers, colours)
session.keep(state)
with notice:
    layout.problems(session.problems(state))
