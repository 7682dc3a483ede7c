"""Widgets of the Explore page <-> its state <-> the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.state import Explore, read_explore
from geo.query import MAX_TEXT, Filter, Range
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

POPULATION_STOPS = (1e5, 2.5e5, 5e5, 1e6, 2e6, 5e6, 1e7)
GROWTH_STOPS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
DISTANCE_STOPS = (50.0, 100.0, 200.0, 300.0, 500.0, 1000.0)

LOWEST, HIGHEST = float("-inf"), float("inf")
"""Ends of a range slider: an end that is not restricted."""

_STATE, _WRITTEN, _PROBLEMS = "explore_state", "explore_written", "explore_problems"
_SEED = "explore_seed"
_KEY = "explore_{}".format


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


def current(city_ids: Sequence[str], years: Sequence[int]) -> Explore:
    """The page's state before its widgets are drawn.

    A URL that this page did not write itself (a pasted link, a link from another page) decides;
    otherwise the session's state stays, so that coming back to the page finds it as it was left.
    """
    query = st.query_params.to_dict()
    held: Explore | None = st.session_state.get(_STATE)
    if held is None or query not in ({}, st.session_state.get(_WRITTEN)):
        held, problems = read_explore(query, city_ids, years)
        st.session_state[_PROBLEMS] = (held, problems)
        st.session_state[_WRITTEN] = query
        _seed(held)
    elif _KEY("countries") not in st.session_state:  # the reader was on another page
        _seed(held)
    # Streamlit drops the value of a widget that was not drawn; the state still knows it.
    for name, value in _widget_values(held).items():
        st.session_state.setdefault(_KEY(name), value)
    st.session_state[_STATE] = held
    return held


def keep(state: Explore, newest_year: int) -> None:
    """Remember the state and write it to the URL.

    A URL with a fault stays as the reader wrote it until something is changed.
    """
    st.session_state[_STATE] = state
    if problems_of(state):
        return
    query = state.to_query(newest_year)
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    st.session_state[_WRITTEN] = query


def problems_of(state: Explore) -> tuple[str, ...]:
    """What the URL asks that is not known, until the state is another than it was read as."""
    read_as, problems = st.session_state.get(_PROBLEMS, (None, ()))
    return problems if read_as == state else ()


def change(state: Explore) -> None:
    """Replace the state from a callback; widgets follow."""
    st.session_state[_STATE] = state
    _seed(state)


def held() -> Explore | None:
    """The Explore page's state in this session, if it was visited."""
    state: Explore | None = st.session_state.get(_STATE)
    return state


def _seed(state: Explore) -> None:
    """Give every widget the state's value."""
    for name, value in _widget_values(state).items():
        st.session_state[_KEY(name)] = value
    times, _ = st.session_state.get(_SEED, (0, state))
    st.session_state[_SEED] = (times + 1, state)


def _widget_values(state: Explore) -> dict[str, Any]:
    wanted = state.wanted
    return {
        "countries": list(wanted.countries),
        "focus_areas": list(wanted.focus_areas),
        "statuses": list(wanted.statuses),
        "text": wanted.text,
        "near": wanted.near or None,
        "within": wanted.within_km,
        "mode": state.mode,
        "year": state.year,
        "revision": state.revision,
        "places": state.places,
        "panel": state.panel,
    }


def names_of(frame: pd.DataFrame, key: str) -> dict[str, str]:
    """Key to name of each row, ordered by name."""
    ordered = frame.sort_values("name")
    return dict(zip(ordered[key], ordered["name"], strict=True))


def sidebar(state: Explore, cities: gpd.GeoDataFrame, countries: pd.DataFrame) -> Explore:
    """Draw the filter in the sidebar and return the state with what it asks for."""
    wanted = state.wanted
    names = names_of(cities, "city_id")
    country = names_of(countries, "iso3")
    with st.sidebar:
        st.button(
            "Reset all filters",
            on_click=change,
            args=(replace(state, wanted=Filter(), selected=()),),
            disabled=not state.rows,
            width="stretch",
            key=_KEY("reset"),
        )
        text = st.text_input(
            "Search city, country or project",
            max_chars=MAX_TEXT,
            key=_KEY("text"),
            placeholder="such as flood or Da Nang",
        )
        chosen = st.multiselect(
            "Country", list(country), format_func=country.__getitem__, key=_KEY("countries")
        )
        focus = st.multiselect(
            "Focus area",
            list(FOCUS_AREAS),
            format_func=FOCUS_AREAS.__getitem__,
            key=_KEY("focus_areas"),
        )
        statuses = st.multiselect(
            "Project status",
            list(PROJECT_STATUSES),
            format_func=PROJECT_STATUSES.__getitem__,
            key=_KEY("statuses"),
        )
        joined = _range_slider(
            "Joined the network",
            "joined",
            [float(year) for year in sorted(cities["joined_year"].unique())],
            _year_label,
        )
        population = _range_slider(
            "Official population", "population", POPULATION_STOPS, _people_label
        )
        growth = _range_slider(
            "Agglomeration growth 2000–2018, % per year",
            "growth",
            GROWTH_STOPS,
            _growth_label,
        )
        near = st.selectbox(
            "Near a city",
            list(names),
            format_func=names.__getitem__,
            index=None,
            placeholder="any place",
            key=_KEY("near"),
        )
        within = wanted.within_km
        if near:
            within = st.select_slider(
                "Within",
                sorted({*DISTANCE_STOPS, wanted.within_km}),
                format_func="{:g} km".format,
                key=_KEY("within"),
            )
    asked = Filter(
        countries=tuple(chosen),
        focus_areas=tuple(focus),
        statuses=tuple(statuses),
        joined=joined,
        population=population,
        growth=growth,
        text=text.strip(),
        near=near or "",
        within_km=within if near else Filter.within_km,
    )
    return replace(state, wanted=asked)


def _range_slider(
    label: str, name: str, fixed: Sequence[float], words_of: Callable[[float], str]
) -> Range:
    """A slider with two handles.

    Streamlit forgets on the second run that a slider has two when its value was only set in the
    session's state, so this one is given its value, under a new key each time it is seeded.
    """
    times, seeded = st.session_state[_SEED]
    ends: Range = getattr(seeded.wanted, name)
    position = st.select_slider(
        label,
        stops(fixed, ends),
        value=position_of(ends),
        format_func=words_of,
        key=f"{_KEY(name)}_{times}",
    )
    return ends_of(position)


def _year_label(value: float) -> str:
    return {LOWEST: "first", HIGHEST: "latest"}.get(value, f"{value:g}")


def _people_label(value: float) -> str:
    return {LOWEST: "smallest", HIGHEST: "largest"}.get(value) or words.people(value)


def _growth_label(value: float) -> str:
    return {LOWEST: "slowest", HIGHEST: "fastest"}.get(value, f"{value:g} %")


def map_mode(state: Explore, modes: Mapping[str, str]) -> Explore:
    """The control that chooses what the map shows."""
    mode = st.segmented_control(
        "The map shows",
        list(modes),
        format_func=modes.__getitem__,
        required=True,
        key=_KEY("mode"),
    )
    return replace(state, mode=mode or state.mode)


def share_controls(state: Explore, years: Sequence[int], revisions: Mapping[str, str]) -> Explore:
    """Year and release of the urban share."""
    year = st.select_slider("Year", list(years), key=_KEY("year"))
    revision = st.selectbox(
        "Definition of urban",
        list(revisions),
        format_func=revisions.__getitem__,
        key=_KEY("revision"),
    )
    return replace(state, year=year, revision=revision)


def places_toggle(state: Explore, count: int) -> Explore:
    """The switch of the layer of populated places."""
    places = st.toggle(f"Show {count:,} populated places", key=_KEY("places"))
    return replace(state, places=places)


def panel(state: Explore, panels: Mapping[str, str]) -> Explore:
    """The control that chooses what stands under the map."""
    chosen = st.segmented_control(
        "Below the map",
        list(panels),
        format_func=panels.__getitem__,
        required=True,
        key=_KEY("panel"),
        label_visibility="collapsed",
    )
    return replace(state, panel=chosen or state.panel)


MAP_KEY = "explore_map"

_CLICKS = "explore_clicks"


def clicks() -> int:
    """Clicks on the map's cities in this session."""
    return int(st.session_state.get(_CLICKS, 0))


def picked() -> None:
    """Take a click on the map: select the city, or let it go when it was selected."""
    state = held()
    if state is None:
        return
    objects = st.session_state[MAP_KEY].selection.get("objects", {})
    found = [
        str(feature["properties"]["city_id"])
        for features in objects.values()
        for feature in features
        if "city_id" in feature.get("properties", {})
    ]
    if found:
        st.session_state[_CLICKS] = clicks() + 1
        change(state.toggled(found))
