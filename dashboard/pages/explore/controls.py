"""Widgets of the Explore page: each takes the state and returns the updated state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.data import un_revision
from dashboard.markup import numbers
from dashboard.pages.explore.state import SELECTION, ExploreState
from dashboard.ui import map_widget
from dashboard.ui.page_session import PageSession
from geo.analysis.filter import Filter
from geo.i18n import exact, ntr, terms, tr
from geo.parameters import MAX_TEXT, Range
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, REVISION_NAMES

POPULATION_STOPS = (1e5, 2.5e5, 5e5, 1e6, 2e6, 5e6, 1e7)
GROWTH_STOPS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
UN_POPULATION_STOPS = (1e5, 3e5, 1e6, 3e6, 1e7)
DISTANCE_STOPS = (50.0, 100.0, 200.0, 300.0, 500.0, 1000.0)

LOWEST, HIGHEST = float("-inf"), float("inf")
"""Outermost stops of a range slider: no limit at that end."""


def slider_stops(fixed: Iterable[float], ends: Range) -> list[float]:
    """Stops of a range slider: open ends, the fixed values, and the limits from the URL.

    >>> slider_stops([1.0, 2.0], (1.5, None))
    [-inf, 1.0, 1.5, 2.0, inf]
    """
    requested = [end for end in ends if end is not None]
    return sorted({LOWEST, HIGHEST, *fixed, *requested})


def range_from_slider(position: Sequence[float]) -> Range:
    """Range for the positions of a slider's two handles."""
    low, high = position
    return (None if low == LOWEST else low, None if high == HIGHEST else high)


def slider_position(ends: Range) -> tuple[float, float]:
    """Positions of a slider's two handles for a range."""
    low, high = ends
    return (LOWEST if low is None else low, HIGHEST if high is None else high)


def names_by_key(frame: pd.DataFrame, key: str) -> dict[str, str]:
    """Key to name of each row, ordered by name."""
    ordered = frame.sort_values("name")
    return dict(zip(ordered[key], ordered["name"], strict=True))


Session = PageSession[ExploreState]


def sidebar(
    session: Session, state: ExploreState, cities: gpd.GeoDataFrame, countries: pd.DataFrame
) -> ExploreState:
    """Draw the filter in the sidebar; returns the updated state."""
    city_filter = state.city_filter
    with st.sidebar:
        top = st.container()
        chosen = Filter(
            text=search(session, city_filter.text),
            countries=_multiselect(
                session,
                tr("Country"),
                "countries",
                names_by_key(countries, "iso3"),
                city_filter.countries,
            ),
            focus_areas=_multiselect(
                session,
                tr("Focus area"),
                "focus_areas",
                terms(FOCUS_AREAS),
                city_filter.focus_areas,
            ),
            statuses=_multiselect(
                session,
                tr("Project status"),
                "statuses",
                terms(PROJECT_STATUSES),
                city_filter.statuses,
            ),
            joined=_range_slider(
                session,
                tr("Joined the network"),
                "joined",
                [float(year) for year in sorted(cities["joined_year"].unique())],
                city_filter.joined,
                _year_label,
            ),
            population=_range_slider(
                session,
                tr("Official population"),
                "population",
                POPULATION_STOPS,
                city_filter.population,
                _people_label,
            ),
            un_population=_range_slider(
                session,
                tr("People of the UN city, 2025"),
                "un_population",
                UN_POPULATION_STOPS,
                city_filter.un_population,
                _people_label,
            ),
            un_growth=_range_slider(
                session,
                tr("Growth of the UN city 2000–2025, % per year"),
                "un_growth",
                GROWTH_STOPS,
                city_filter.un_growth,
                _growth_label,
            ),
            growth=_range_slider(
                session,
                tr("Agglomeration growth 2000–2018, % per year"),
                "growth",
                GROWTH_STOPS,
                city_filter.growth,
                _growth_label,
            ),
        )
        chosen = _near(session, chosen, city_filter, names_by_key(cities, "city_id"))
    state = replace(state, city_filter=chosen)
    reset(top, session, bool(state.rows), city_filter=Filter(), selected=())
    return state


def reset(top: DeltaGenerator, session: PageSession[Any], filtered: bool, **empty: Any) -> None:
    """Draw the button that resets all filters.

    Parameters
    ----------
    top
        Container of the button above the filters, which are read first.
    filtered
        Whether any filter is set.
    empty
        Fields of the unfiltered page state.
    """
    top.button(
        tr("Reset all filters"),
        on_click=lambda: session.change(replace(session.current(), **empty)),
        disabled=not filtered,
        width="stretch",
        key=f"{session.page}_reset",
    )


def search(session: PageSession[Any], text: str) -> str:
    """Search box; returns the stripped text."""
    key, initial = session.widget("text", text)
    typed: str = st.text_input(
        tr("Search city, country or project"),
        initial,
        max_chars=MAX_TEXT,
        key=key,
        placeholder=tr("such as flood or Da Nang"),
    )
    return typed.strip()


def _near(session: Session, chosen: Filter, previous: Filter, names: Mapping[str, str]) -> Filter:
    """``chosen`` with a selected city and a distance from it."""
    key, near = session.widget("near", previous.near)
    cities = list(names)
    near = st.selectbox(
        tr("Near a city"),
        cities,
        index=cities.index(near) if near else None,
        format_func=names.__getitem__,
        placeholder=tr("any place"),
        key=key,
    )
    if not near:
        return chosen
    key, distance = session.widget("within", previous.within_km)
    within = st.select_slider(
        tr("Within"),
        sorted({*DISTANCE_STOPS, distance}),
        distance,
        format_func=_distance_label,
        key=key,
    )
    return replace(chosen, near=near, within_km=within)


def _multiselect(
    session: Session, label: str, name: str, options: Mapping[str, str], chosen: Sequence[str]
) -> tuple[str, ...]:
    key, initial = session.widget(name, list(chosen))
    return tuple(
        st.multiselect(
            label,
            list(options),
            initial,
            format_func=options.__getitem__,
            key=key,
            placeholder=tr("Choose options"),
        )
    )


def _range_slider(
    session: Session,
    label: str,
    name: str,
    fixed: Sequence[float],
    ends: Range,
    label_of: Callable[[float], str],
) -> Range:
    """Range slider."""
    key, initial = session.widget(name, ends)
    options = slider_stops(fixed, initial)
    return range_from_slider(
        st.select_slider(label, options, slider_position(initial), format_func=label_of, key=key)
    )


def _year_label(value: float) -> str:
    return {LOWEST: tr("first"), HIGHEST: tr("latest")}.get(value, f"{value:g}")


def _people_label(value: float) -> str:
    return {LOWEST: tr("smallest"), HIGHEST: tr("largest")}.get(value) or numbers.people(value)


def _growth_label(value: float) -> str:
    ends = {LOWEST: tr("slowest"), HIGHEST: tr("fastest")}
    return ends.get(value) or tr("{number} %", number=exact(value))


def _distance_label(value: float) -> str:
    return tr("{number} km", number=exact(value))


def map_mode(session: Session, state: ExploreState, modes: Mapping[str, str]) -> ExploreState:
    """Control for the mode of the map."""
    return replace(
        state, mode=_segmented_control(session, tr("The map shows"), "mode", modes, state.mode)
    )


def panel(session: Session, state: ExploreState, panels: Mapping[str, str]) -> ExploreState:
    """Control for the panel below the map."""
    return replace(
        state, panel=_segmented_control(session, tr("Below the map"), "panel", panels, state.panel)
    )


def _segmented_control(
    session: Session, label: str, name: str, options: Mapping[str, str], chosen: str
) -> str:
    key, initial = session.widget(name, chosen)
    selected: str = st.segmented_control(
        label,
        list(options),
        default=initial,
        format_func=terms(options).__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return selected


def share_controls(session: Session, state: ExploreState, years: Sequence[int]) -> ExploreState:
    """Controls for the year and revision of the urban share."""
    key, year = session.widget("year", state.year)
    year = st.select_slider(tr("Year"), list(years), year, key=key)
    key, revision = session.widget("revision", state.revision)
    revisions = list(REVISION_NAMES)
    revision = st.selectbox(
        tr("Revision of the urban share"),
        revisions,
        index=revisions.index(revision),
        format_func=terms(REVISION_NAMES).__getitem__,
        key=key,
    )
    return replace(state, year=year, revision=revision)


def span_control(session: Session, state: ExploreState) -> ExploreState:
    """Control for the period of UN city growth."""
    return replace(
        state,
        span=_segmented_control(
            session, tr("Growth"), un_revision.SPAN, un_revision.SPANS, state.span
        ),
    )


def places_toggle(session: Session, state: ExploreState, count: int) -> ExploreState:
    """Toggle for the places layer."""
    key, places = session.widget("places", state.places)
    label = ntr("{n} GeoNames place", "{n} GeoNames places", count)
    return replace(state, places=st.toggle(label, places, key=key, disabled=not count))


def zoom_to(session: Session, state: ExploreState, countries: pd.DataFrame) -> ExploreState:
    """Control that zooms the map to a member state, the selection or all cities."""
    options = {"": tr("All cities shown"), **names_by_key(countries, "iso3")}
    if state.selected:
        options[SELECTION] = tr("The selection")
    key, at = session.widget("at", state.at)
    codes = list(options)
    chosen: str = st.selectbox(
        tr("Zoom to"),
        codes,
        index=codes.index(at) if at in options else 0,
        format_func=options.__getitem__,
        key=key,
    )
    return replace(state, at=chosen)


def selection(session: Session, state: ExploreState, cities: pd.DataFrame) -> ExploreState:
    """Multiselect of the selected cities, kept in sync with clicks on the map."""
    names = names_by_key(cities, "city_id")
    key, initial = session.widget(SELECTED, [c for c in state.selected if c in names])

    def keep() -> None:
        # The sidebar is drawn first and needs the new selection.
        chosen = tuple(st.session_state[key])
        session.change(replace(session.current(), selected=chosen), redraw=False)

    chosen = st.multiselect(
        tr("Selected cities"),
        list(names),
        initial,
        format_func=names.__getitem__,
        key=key,
        placeholder=tr("click on the map, or choose here"),
        on_change=keep,
    )
    return replace(state, selected=tuple(chosen))


SELECTED = "selected"
"""Name of the selection's widget."""

MAP_KEY = map_widget.key("explore")

_CLICKS = "explore_clicks"


def clicks() -> int:
    """Number of clicks on cities of the map in this session."""
    return int(st.session_state.get(_CLICKS, 0))


def on_map_click(session: Session) -> None:
    """Handle a click on the map: toggle the selection of the city."""
    objects = st.session_state[MAP_KEY].selection.get("objects", {})
    city_ids = [
        str(feature["properties"]["city_id"])
        for features in objects.values()
        for feature in features
        if "city_id" in feature.get("properties", {})
    ]
    if city_ids:
        st.session_state[_CLICKS] = clicks() + 1
        toggled = session.current().toggled(city_ids)
        session.change(toggled, redraw=False)
        session.set_widget(SELECTED, list(toggled.selected))
