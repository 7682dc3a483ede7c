"""Parts of the Urbanisation page with widgets and charts in them, and its state in the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.data import un_revision
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation.pressure import spans_of
from dashboard.pages.urbanisation.state import (
    UrbanisationState,
    YearsByRevision,
    read,
    share_year,
    with_revision,
    write,
)
from dashboard.ui import chart_widget, layout, un_revision_control, year_player
from dashboard.ui.page_session import PageSession
from geo.i18n import terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import REVISION_NAMES

Session = PageSession[UrbanisationState]


class PressureNames(NamedTuple):
    """Chart and table of growth beside projects."""

    chart: str
    table: str


PRESSURE: Mapping[str, PressureNames] = {
    un_revision.NEWEST: PressureNames("un-pressure", "un-quadrants"),
    un_revision.EARLIER: PressureNames("pressure", "quadrants"),
}
"""Revision -> what shows it."""


def page_session(years: YearsByRevision) -> Session:
    """The page's state in the reader's session."""
    return Session(
        "urbanisation",
        read=lambda query: read(query, years),
        write=lambda state: write(state, years),
    )


def year_controls(
    session: Session, state: UrbanisationState, years: YearsByRevision
) -> tuple[UrbanisationState, bool, DeltaGenerator]:
    """Year, revisions of the urban share and of the figures on cities, and the switch that plays
    the years.

    Returns
    -------
    state, playing, slider
        The state, whether it plays, and the place of the year's slider.
    """
    left, switch, middle, right = st.columns([1.5, 0.7, 1, 1.5], vertical_alignment="bottom")
    with middle:
        key, revision = session.widget("revision", state.revision)
        revision = st.selectbox(
            tr("Revision of the urban share"),
            list(REVISION_NAMES),
            list(REVISION_NAMES).index(revision),
            format_func=terms(REVISION_NAMES).__getitem__,
            key=key,
        )
    with right:
        cities = un_revision_control.choose(session, state.wup)
    state = with_revision(replace(state, revision=revision), cities, years)
    year, playing = year_player.controls(
        session, state.year, years.of(cities), left, switch, slider_name(state)
    )
    return replace(state, year=year), playing, left


def slider_name(state: UrbanisationState) -> str:
    """Name of the year's slider: each revision has other years."""
    return f"year_{state.wup}"


def rankings(layers: Catalogue, state: UrbanisationState) -> None:
    """The countries by urban share and the cities by size in one year."""
    captions = {
        "urban-shares-of-year": tr(
            "Urban share, {year}, %", year=share_year(state, share_years(layers))
        ),
        "un-cities-of-year": tr("Largest UN cities, {year}, million people", year=state.year),
        "agglomerations-of-year": tr(
            "Largest member agglomerations, {year}, million people", year=state.year
        ),
    }
    for name, query in _rankings(layers, state).items():
        layout.caption(captions[name])
        chart_widget.show(name, layers, query)


def prepare_rankings(layers: Catalogue, state: UrbanisationState) -> None:
    """Make the charts of :func:`rankings`, so that drawing them takes no time."""
    for name, query in _rankings(layers, state).items():
        chart_widget.prepare(name, layers, query)


def _rankings(layers: Catalogue, state: UrbanisationState) -> dict[str, dict[str, str]]:
    """Name and query of each chart of one year."""
    known = share_years(layers)
    year = share_year(state, known)
    shares = {"urban-shares-of-year": {"year": str(year), "revision": state.revision}}
    cities = "un-cities-of-year" if state.wup == un_revision.NEWEST else "agglomerations-of-year"
    return (shares if year in known else {}) | {cities: {"year": str(state.year)}}


def largest(layers: Catalogue, revision: str, panels: tuple[int, int]) -> None:
    """The largest cities by year, a small chart each."""
    if revision == un_revision.NEWEST:
        layout.section(
            tr("The twelve largest UN cities"),
            tr("Million people, 1975 to 2050; projections after 2025 are dashed."),
        )
        chart_widget.show("largest-un-cities", layers, {}, panels)
        return
    layout.section(
        tr("The twelve largest member agglomerations"),
        tr("Million people, 1950 to 2035; projections after 2018 are dashed."),
    )
    chart_widget.show("largest-agglomerations", layers, {}, panels)


def pressure_note(revision: str) -> str:
    """What the chart of growth beside projects shows."""
    if revision == un_revision.NEWEST:
        return tr(
            "Growth of a city's UN city beside its projects; the lines stand at the medians, where "
            "growth counts as fast and a number of projects as few."
        )
    return tr(
        "Growth of a city's agglomeration beside its projects; the lines stand at the medians, "
        "where growth counts as fast and a number of projects as few."
    )


def span_control(session: Session, state: UrbanisationState) -> UrbanisationState:
    """The control that chooses the span of growth."""
    spans = spans_of(state.wup)
    key, span = session.widget(f"span_{state.wup}", state.span)
    picked: str = st.segmented_control(
        tr("Growth"),
        list(spans),
        default=span,
        format_func=terms(spans).__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return replace(state, span=picked)
