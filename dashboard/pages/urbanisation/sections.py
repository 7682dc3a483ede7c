"""Sections of the Urbanisation page with widgets and charts, and its session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from dashboard.data import un_revision
from dashboard.markup.breakpoints import NARROW
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation import effort as outcome_effort
from dashboard.pages.urbanisation.pressure import spans_of
from dashboard.pages.urbanisation.state import (
    UrbanisationCodec,
    UrbanisationState,
    YearsByRevision,
    share_year,
    with_revision,
)
from dashboard.ui import chart_widget, layout, widgets
from dashboard.ui.html import render_html
from dashboard.ui.page_session import PageSession
from geo.analysis.effort import effort, paired_indicators
from geo.i18n import terms, tr
from geo.layers.catalogue import Catalogue

Session = PageSession[UrbanisationState]


class PressureNames(NamedTuple):
    """Names of the chart and table of growth against projects."""

    chart: str
    table: str


PRESSURE_BY_REVISION: Mapping[str, PressureNames] = {
    un_revision.NEWEST: PressureNames("un-pressure", "un-quadrants"),
    un_revision.EARLIER: PressureNames("pressure", "quadrants"),
}
"""UN revision -> names of its chart and table."""


def page_session(years: YearsByRevision) -> Session:
    """Session of the page: its state and URL query."""
    return PageSession("urbanisation", UrbanisationCodec(years))


def revision_controls(
    session: Session, state: UrbanisationState, years: YearsByRevision
) -> UrbanisationState:
    """Revisions of the urban share and the city figures; returns the updated state."""
    left, right, _ = st.columns([1, 1.5, 1], vertical_alignment="bottom")
    with left:
        state = widgets.share_revision(session, state)
    with right:
        cities = widgets.un_cities_revision(session, state).wup
    return with_revision(state, cities, years)


def ranking_files(layers: Catalogue, state: UrbanisationState) -> None:
    """Sources and files of the rankings beside the map."""
    for name, query in _rankings(layers, state).items():
        chart_widget.files_of(name, layers, query)


def _rankings(layers: Catalogue, state: UrbanisationState) -> dict[str, dict[str, str]]:
    """Query of each chart of one year, by name."""
    years = share_years(layers)
    year = share_year(state, years)
    shares = {"urban-shares-of-year": {"year": str(year), "revision": state.revision}}
    cities = "un-cities-of-year" if state.wup == un_revision.NEWEST else "agglomerations-of-year"
    return (shares if year in years else {}) | {cities: {"year": str(state.year)}}


def largest_section(layers: Catalogue, revision: str, panels: tuple[int, int]) -> None:
    """Small multiples of the largest cities by year."""
    if revision == un_revision.NEWEST:
        layout.section(
            tr("The twelve largest UN cities"),
            tr("Million people, 1975 to 2050; projections after 2025 are dashed."),
            "largest",
            tr("Largest cities"),
        )
        chart_widget.show("largest-un-cities", layers, {}, panels)
        return
    layout.section(
        tr("The twelve largest member agglomerations"),
        tr("Million people, 1950 to 2035; projections after 2018 are dashed."),
        "largest",
        tr("Largest cities"),
    )
    chart_widget.show("largest-agglomerations", layers, {}, panels)


def pressure_note(revision: str) -> str:
    """Note explaining the chart of growth against projects."""
    if revision == un_revision.NEWEST:
        return tr(
            "UN city growth against number of projects. Lines mark the medians, which divide "
            "fast from slow growth and many from few projects."
        )
    return tr(
        "Agglomeration growth against number of projects. Lines mark the medians, which divide "
        "fast from slow growth and many from few projects."
    )


def outcomes_beside_projects(layers: Catalogue, width: int) -> None:
    """Each outcome with a focus area, beside the projects of that area.

    Parameters
    ----------
    width
        Minimum width of the charts in pixels.
    """
    for indicator in paired_indicators(layers):
        found = effort(layers, indicator.id)
        layout.section(outcome_effort.heading(found), outcome_effort.note(layers, found))
        query = {"indicator": indicator.id}
        left, right = layout.responsive_columns(f"outcome_{indicator.id}", [1.3, 1], NARROW)
        with left:
            key = f"outcome-and-projects-{indicator.id}"
            chart_widget.show("outcome-and-projects", layers, query, (1, width), key=key)
        with right:
            render_html(outcome_effort.effort_table(layers, indicator.id))
            chart_widget.table_source("", "outcome-and-projects", query)


def span_control(session: Session, state: UrbanisationState) -> UrbanisationState:
    """Control for the period of growth; returns the updated state."""
    name, spans = f"span_{state.wup}", terms(spans_of(state.wup))
    return widgets.segmented(session, state, "span", tr("Growth"), spans, name)
