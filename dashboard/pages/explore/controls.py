"""Widgets of the Explore page: each takes the state and returns the updated state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.markup import numbers
from dashboard.pages.explore.state import SELECTION, ExploreState
from dashboard.ui import map_widget, widgets
from dashboard.ui.page_session import PageSession
from geo.analysis import flows
from geo.analysis.filter import PARTNER_OPTIONS, Filter
from geo.analysis.layer_rows import due_years, names
from geo.i18n import exact, ntr, percent, terms, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Range, range_text
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

POPULATION_STOPS = (1e5, 2.5e5, 5e5, 1e6, 2e6, 5e6, 1e7)
GROWTH_STOPS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
UN_POPULATION_STOPS = (1e5, 3e5, 1e6, 3e6, 1e7)
DISTANCE_STOPS = (50.0, 100.0, 200.0, 300.0, 500.0, 1000.0)

LOWEST, HIGHEST = float("-inf"), float("inf")
"""Outermost stops of a range slider: no limit at that end."""

WORD_JOINER = "\u2060"
"""A character that is not seen."""


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
        chosen = widgets.without_text(session, chosen)
        years = flows.report_years(layers["project_reports"])
        chosen = widgets.completed_since(session, chosen, years)
        chosen = widgets.due(session, chosen, due_years(layers))
        for limits in _ranges(joined_years):
            chosen = _range(session, chosen, limits, _ends(layers["cities"], limits.column))
        chosen = _near(session, chosen, names(layers, "cities"))
    state = replace(state, city_filter=chosen)
    widgets.reset(top, session, bool(state.rows), city_filter=Filter(), selected=())
    return state


def _near(session: Session, city_filter: Filter, names: Mapping[str, str]) -> Filter:
    """The filter with a selected city and a distance from it."""
    label, placeholder = tr("Near a city"), tr("anywhere")
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


@dataclass(frozen=True)
class _Limits:
    """A range of a figure of cities that the filter takes.

    Attributes
    ----------
    field
        Of the filter.
    column
        Of layer ``cities``.
    stops
        Of the slider.
    label_of
        A value in words.
    step
        Of the number fields; whole numbers for 1.
    """

    field: str
    label: str
    column: str
    stops: Sequence[float]
    label_of: Callable[[float], str]
    step: float = 1


def _ranges(joined_years: Sequence[float]) -> Sequence[_Limits]:
    return (
        _Limits("joined", tr("Joined the network"), "joined_year", joined_years, _year_label),
        _Limits(
            "population",
            tr("Official population"),
            "population",
            POPULATION_STOPS,
            numbers.people,
        ),
        _Limits(
            "un_population",
            tr("UN city population, 2025"),
            "un_city_population_2025",
            UN_POPULATION_STOPS,
            numbers.people,
        ),
        _Limits(
            "un_growth",
            tr("UN city growth 2000–2025, % per year"),
            "un_city_growth_2000_2025",
            GROWTH_STOPS,
            _growth_label,
            0.1,
        ),
        _Limits(
            "growth",
            tr("Agglomeration growth 2000–2018, % per year"),
            "agglomeration_growth_2000_2018",
            GROWTH_STOPS,
            _growth_label,
            0.1,
        ),
    )


def _ends(cities: pd.DataFrame, column: str) -> tuple[float, float]:
    """Smallest and largest value of a column."""
    values = cities[column].dropna()
    return float(values.min()), float(values.max())


def _range(
    session: Session, city_filter: Filter, limits: _Limits, ends: tuple[float, float]
) -> Filter:
    """Slider whose open ends show the smallest and largest value, and a field for each number."""
    key, initial = session.widget(limits.field, getattr(city_filter, limits.field))

    def label_of(stop: float) -> str:
        if stop in (LOWEST, HIGHEST):
            # Streamlit tells stops apart by their labels, and one may be the smallest value itself.
            return limits.label_of(ends[stop == HIGHEST]) + WORD_JOINER
        return limits.label_of(stop)

    # Not beyond the outermost values, so that the labels ascend.
    stops = [stop for stop in limits.stops if ends[0] <= stop <= ends[1]]
    position = st.select_slider(
        limits.label,
        slider_stops(stops, initial),
        slider_position(initial),
        format_func=label_of,
        key=key,
    )
    chosen = range_from_slider(position)
    for side, column in enumerate(st.columns(2)):
        with column:
            _number(session, limits, chosen, side)
    return replace(city_filter, **{limits.field: chosen})  # type: ignore[arg-type]


def _number(session: Session, limits: _Limits, chosen: Range, side: int) -> None:
    """Field for the lower (0) or upper (1) end of a range; empty for an open end."""
    kind = int if limits.step == 1 else float
    low, high = (None if end is None else kind(end) for end in chosen)
    # Named by the range, so that a new one takes its place when the slider moves.
    key, _ = session.widget(f"{limits.field}_{side}_{range_text(chosen)}", None)
    # Only a field that is empty by default can be emptied.
    st.session_state.setdefault(key, (low, high)[side])

    def keep() -> None:
        ends = list(chosen)
        ends[side] = st.session_state[key]
        state = session.current()
        new: dict[str, Any] = {limits.field: tuple(ends)}
        session.change(replace(state, city_filter=replace(state.city_filter, **new)))

    st.number_input(
        tr("{figure}: from", figure=limits.label)
        if side == 0
        else tr("{figure}: to", figure=limits.label),
        min_value=low if side else None,
        max_value=None if side else high,
        value=None,
        step=kind(limits.step),
        placeholder=tr("to") if side else tr("from"),
        key=key,
        on_change=keep,
        label_visibility="collapsed",
    )


def _year_label(value: float) -> str:
    return f"{value:g}"


def _growth_label(value: float) -> str:
    return percent(exact(round(value, 1)))


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
    label = ntr("Show {n} GeoNames place", "Show {n} GeoNames places", count)
    return replace(state, places=st.toggle(label, places, key=key, disabled=not count))


def zoom_to(session: Session, state: ExploreState, layers: Catalogue) -> ExploreState:
    """Control that zooms the map to a member state, the selection or all cities."""
    options = {"": tr("All cities shown"), **names(layers, "countries")}
    if state.selected:
        options[SELECTION] = tr("Current selection")
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
        tr("click on the map or choose here"),
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
