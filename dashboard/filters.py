"""Widgets of the Explore page: the state in, the state as the reader wants it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.session import PageSession
from dashboard.state import Explore
from geo.query import MAX_TEXT, Filter, Range
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

POPULATION_STOPS = (1e5, 2.5e5, 5e5, 1e6, 2e6, 5e6, 1e7)
GROWTH_STOPS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
DISTANCE_STOPS = (50.0, 100.0, 200.0, 300.0, 500.0, 1000.0)

LOWEST, HIGHEST = float("-inf"), float("inf")
"""Ends of a range slider: an end that is not restricted."""


def stops(fixed: Iterable[float], ends: Range) -> list[float]:
    """Stops of a range slider: open ends, the usual values, and what the URL asks for.

    >>> stops([1.0, 2.0], (1.5, None))
    [-inf, 1.0, 1.5, 2.0, inf]
    """
    asked = [end for end in ends if end is not None]
    return sorted({LOWEST, HIGHEST, *fixed, *asked})


def ends_of(position: Sequence[float]) -> Range:
    """The range that a slider's two handles stand for."""
    low, high = position
    return (None if low == LOWEST else low, None if high == HIGHEST else high)


def position_of(ends: Range) -> tuple[float, float]:
    """Where a slider's two handles stand for a range."""
    low, high = ends
    return (LOWEST if low is None else low, HIGHEST if high is None else high)


def names_of(frame: pd.DataFrame, key: str) -> dict[str, str]:
    """Key to name of each row, ordered by name."""
    ordered = frame.sort_values("name")
    return dict(zip(ordered[key], ordered["name"], strict=True))


Session = PageSession[Explore]


def sidebar(
    session: Session, state: Explore, cities: gpd.GeoDataFrame, countries: pd.DataFrame
) -> Explore:
    """Draw the filter in the sidebar and return the state with what it asks for."""
    wanted = state.wanted
    with st.sidebar:
        st.button(
            "Reset all filters",
            on_click=session.change,
            args=(replace(state, wanted=Filter(), selected=()),),
            disabled=not state.rows,
            width="stretch",
            key="explore_reset",
        )
        key, text = session.widget("text", wanted.text)
        text = st.text_input(
            "Search city, country or project",
            text,
            max_chars=MAX_TEXT,
            key=key,
            placeholder="such as flood or Da Nang",
        )
        asked = Filter(
            text=text.strip(),
            countries=_several(
                session, "Country", "countries", names_of(countries, "iso3"), wanted.countries
            ),
            focus_areas=_several(
                session, "Focus area", "focus_areas", FOCUS_AREAS, wanted.focus_areas
            ),
            statuses=_several(
                session, "Project status", "statuses", PROJECT_STATUSES, wanted.statuses
            ),
            joined=_range(
                session,
                "Joined the network",
                "joined",
                [float(year) for year in sorted(cities["joined_year"].unique())],
                wanted.joined,
                _year_label,
            ),
            population=_range(
                session,
                "Official population",
                "population",
                POPULATION_STOPS,
                wanted.population,
                _people_label,
            ),
            growth=_range(
                session,
                "Agglomeration growth 2000–2018, % per year",
                "growth",
                GROWTH_STOPS,
                wanted.growth,
                _growth_label,
            ),
        )
        return replace(state, wanted=_near(session, asked, wanted, names_of(cities, "city_id")))


def _near(session: Session, asked: Filter, wanted: Filter, names: Mapping[str, str]) -> Filter:
    """``asked`` with the reader's choice of a city and a distance from it."""
    key, near = session.widget("near", wanted.near)
    cities = list(names)
    near = st.selectbox(
        "Near a city",
        cities,
        index=cities.index(near) if near else None,
        format_func=names.__getitem__,
        placeholder="any place",
        key=key,
    )
    if not near:
        return asked
    key, distance = session.widget("within", wanted.within_km)
    within = st.select_slider(
        "Within",
        sorted({*DISTANCE_STOPS, distance}),
        distance,
        format_func="{:g} km".format,
        key=key,
    )
    return replace(asked, near=near, within_km=within)


def _several(
    session: Session, label: str, name: str, options: Mapping[str, str], chosen: Sequence[str]
) -> tuple[str, ...]:
    key, initial = session.widget(name, list(chosen))
    return tuple(
        st.multiselect(label, list(options), initial, format_func=options.__getitem__, key=key)
    )


def _range(
    session: Session,
    label: str,
    name: str,
    fixed: Sequence[float],
    ends: Range,
    words_of: Callable[[float], str],
) -> Range:
    """A slider with two handles."""
    key, initial = session.widget(name, ends)
    offered = stops(fixed, initial)
    return ends_of(
        st.select_slider(label, offered, position_of(initial), format_func=words_of, key=key)
    )


def _year_label(value: float) -> str:
    return {LOWEST: "first", HIGHEST: "latest"}.get(value, f"{value:g}")


def _people_label(value: float) -> str:
    return {LOWEST: "smallest", HIGHEST: "largest"}.get(value) or words.people(value)


def _growth_label(value: float) -> str:
    return {LOWEST: "slowest", HIGHEST: "fastest"}.get(value, f"{value:g} %")


def map_mode(session: Session, state: Explore, modes: Mapping[str, str]) -> Explore:
    """The control that chooses what the map shows."""
    return replace(state, mode=_one(session, "The map shows", "mode", modes, state.mode))


def panel(session: Session, state: Explore, panels: Mapping[str, str]) -> Explore:
    """The control that chooses what stands under the map."""
    return replace(state, panel=_one(session, "Below the map", "panel", panels, state.panel))


def _one(session: Session, label: str, name: str, options: Mapping[str, str], chosen: str) -> str:
    key, initial = session.widget(name, chosen)
    picked: str = st.segmented_control(
        label,
        list(options),
        default=initial,
        format_func=options.__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return picked


def share_controls(
    session: Session, state: Explore, years: Sequence[int], definitions: Mapping[str, str]
) -> Explore:
    """Year and definition of the urban share."""
    key, year = session.widget("year", state.year)
    year = st.select_slider("Year", list(years), year, key=key)
    key, revision = session.widget("revision", state.revision)
    revisions = list(definitions)
    revision = st.selectbox(
        "Definition of urban",
        revisions,
        index=revisions.index(revision),
        format_func=definitions.__getitem__,
        key=key,
    )
    return replace(state, year=year, revision=revision)


def places_toggle(session: Session, state: Explore, count: int) -> Explore:
    """The switch of the layer of populated places."""
    key, places = session.widget("places", state.places)
    return replace(state, places=st.toggle(f"Show {count:,} populated places", places, key=key))


MAP_KEY = "explore_map"

_CLICKS = "explore_clicks"


def clicks() -> int:
    """Clicks on the map's cities in this session."""
    return int(st.session_state.get(_CLICKS, 0))


def picked(session: Session) -> None:
    """Take a click on the map: select the city, or let it go when it was selected."""
    objects = st.session_state[MAP_KEY].selection.get("objects", {})
    found = [
        str(feature["properties"]["city_id"])
        for features in objects.values()
        for feature in features
        if "city_id" in feature.get("properties", {})
    ]
    if found:
        st.session_state[_CLICKS] = clicks() + 1
        session.change(session.current().toggled(found), redraw=False)
