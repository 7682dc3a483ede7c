"""Widgets of the Explore page: each takes the state and returns the updated state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.markup import numbers
from dashboard.pages.explore.state import SELECTION, ExploreState
from dashboard.ui import map_widget, widgets
from dashboard.ui.page_session import PageSession
from geo.analysis import flows
from geo.analysis.filter import PARTNER_OPTIONS, Filter
from geo.analysis.layer_rows import names
from geo.i18n import exact, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Range
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

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


Session = PageSession[ExploreState]


def sidebar(session: Session, state: ExploreState, layers: Catalogue) -> ExploreState:
    """Draw the filter in the sidebar; returns the updated state."""
    chosen = state.city_filter
    joined_years = [float(year) for year in sorted(layers["cities"]["joined_year"].unique())]
    with st.sidebar:
        top = st.container()
        chosen = widgets.search(session, chosen)
        for field, label, options in (
            ("countries", tr("Country"), names(layers, "countries")),
            ("focus_areas", tr("Focus area"), terms(FOCUS_AREAS)),
            ("statuses", tr("Project status"), terms(PROJECT_STATUSES)),
            ("without", tr("No project in"), terms(FOCUS_AREAS)),
            ("partners", tr("With a partner"), terms(PARTNER_OPTIONS)),
        ):
            chosen = widgets.multiselect(session, chosen, field, label, options)
        years = flows.report_years(layers["project_reports"])
        chosen = widgets.completed_since(session, chosen, years)
        for field, label, stops, label_of in (
            ("joined", tr("Joined the network"), joined_years, _year_label),
            ("population", tr("Official population"), POPULATION_STOPS, _people_label),
            (
                "un_population",
                tr("People of the UN city, 2025"),
                UN_POPULATION_STOPS,
                _people_label,
            ),
            (
                "un_growth",
                tr("Growth of the UN city 2000–2025, % per year"),
                GROWTH_STOPS,
                _growth_label,
            ),
            (
                "growth",
                tr("Agglomeration growth 2000–2018, % per year"),
                GROWTH_STOPS,
                _growth_label,
            ),
        ):
            chosen = _range_slider(session, chosen, field, label, stops, label_of)
        chosen = _near(session, chosen, names(layers, "cities"))
    state = replace(state, city_filter=chosen)
    widgets.reset(top, session, bool(state.rows), city_filter=Filter(), selected=())
    return state


def _near(session: Session, city_filter: Filter, names: Mapping[str, str]) -> Filter:
    """The filter with a selected city and a distance from it."""
    label, placeholder = tr("Near a city"), tr("any place")
    city_filter = widgets.select(session, city_filter, "near", label, names, placeholder)
    if not city_filter.near:
        return replace(city_filter, within_km=Filter.within_km)
    key, distance = session.widget("within", city_filter.within_km)
    within = st.select_slider(
        tr("Within"),
        sorted({*DISTANCE_STOPS, distance}),
        distance,
        format_func=_distance_label,
        key=key,
    )
    return replace(city_filter, within_km=within)


def _range_slider(
    session: Session,
    city_filter: Filter,
    field: str,
    label: str,
    fixed: Sequence[float],
    label_of: Callable[[float], str],
) -> Filter:
    """Range slider."""
    key, initial = session.widget(field, getattr(city_filter, field))
    options = slider_stops(fixed, initial)
    position = st.select_slider(
        label, options, slider_position(initial), format_func=label_of, key=key
    )
    limits: dict[str, Any] = {field: range_from_slider(position)}
    return replace(city_filter, **limits)


def _year_label(value: float) -> str:
    return {LOWEST: tr("first"), HIGHEST: tr("latest")}.get(value, f"{value:g}")


def _people_label(value: float) -> str:
    return {LOWEST: tr("smallest"), HIGHEST: tr("largest")}.get(value) or numbers.people(value)


def _growth_label(value: float) -> str:
    ends = {LOWEST: tr("slowest"), HIGHEST: tr("fastest")}
    return ends.get(value) or tr("{number} %", number=exact(value))


def _distance_label(value: float) -> str:
    return tr("{number} km", number=exact(value))


def share_controls(session: Session, state: ExploreState, years: Sequence[int]) -> ExploreState:
    """Controls for the year and revision of the urban share."""
    key, year = session.widget("year", state.year)
    year = st.select_slider(tr("Year"), list(years), year, key=key)
    return widgets.share_revision(session, replace(state, year=year))


def places_toggle(session: Session, state: ExploreState, count: int) -> ExploreState:
    """Toggle for the places layer."""
    key, places = session.widget("places", state.places)
    label = ntr("{n} GeoNames place", "{n} GeoNames places", count)
    return replace(state, places=st.toggle(label, places, key=key, disabled=not count))


def zoom_to(session: Session, state: ExploreState, layers: Catalogue) -> ExploreState:
    """Control that zooms the map to a member state, the selection or all cities."""
    options = {"": tr("All cities shown"), **names(layers, "countries")}
    if state.selected:
        options[SELECTION] = tr("The selection")
    return widgets.select(session, state, "at", tr("Zoom to"), options)


def selection(session: Session, state: ExploreState, options: Mapping[str, str]) -> ExploreState:
    """Multiselect of the selected cities by id and name, kept in sync with clicks on the map."""

    def keep(key: str) -> None:
        # The sidebar is drawn first and needs the new selection.
        chosen = tuple(st.session_state[key])
        session.change(replace(session.current(), selected=chosen), redraw=False)

    return widgets.multiselect(
        session,
        state,
        SELECTED,
        tr("Selected cities"),
        options,
        tr("click on the map, or choose here"),
        on_change=keep,
    )


SELECTED = "selected"
"""Field and widget of the selection."""


def map_events(session: Session) -> map_widget.Events:
    """What a click on a city of the map does to the selection, and a box around several."""

    def keep(change: Callable[[ExploreState, list[str]], ExploreState]) -> None:
        changed = change(session.current(), map_widget.picked("explore"))
        session.change(changed, redraw=False)
        session.set_widget(SELECTED, list(changed.selected))

    return {
        "on_pick_change": lambda: keep(ExploreState.toggled),
        "on_box_change": lambda: keep(ExploreState.with_selected),
    }
