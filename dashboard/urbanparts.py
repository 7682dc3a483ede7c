"""Parts of the Urbanisation page with widgets and charts in them, and its state in the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import chartview, layout, player
from dashboard.headlines import share_years
from dashboard.pressureview import SPANS
from dashboard.session import PageSession
from dashboard.urbanview import State, read, write
from geo.i18n import terms, tr
from geo.layers import Catalogue
from geo.vocabulary import REVISION_NAMES

Session = PageSession[State]


def page_session(years: Sequence[int], usual_year: int) -> Session:
    """The page's state in the reader's session.

    Parameters
    ----------
    years
        Years that can be shown, ascending.
    usual_year
        The one that is shown when a URL asks for none.
    """
    return Session(
        "urbanisation",
        read=lambda query: read(query, years, usual_year),
        write=lambda state: write(state, usual_year),
    )


def year_controls(
    session: Session, state: State, years: Sequence[int]
) -> tuple[State, bool, DeltaGenerator]:
    """Year, revision and the switch that plays the years.

    Returns
    -------
    state, playing, slider
        The state, whether it plays, and the place of the year's slider.
    """
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    with middle:
        key, revision = session.widget("revision", state.revision)
        revision = st.selectbox(
            tr("Revision of the urban share"),
            list(REVISION_NAMES),
            list(REVISION_NAMES).index(revision),
            format_func=terms(REVISION_NAMES).__getitem__,
            key=key,
        )
    year, playing = player.controls(session, state.year, years, left, right)
    return replace(state, year=year, revision=revision), playing, left


def rankings(layers: Catalogue, state: State) -> None:
    """The countries by urban share and the agglomerations by size in one year."""
    captions = {
        "urban-shares-of-year": tr("Urban share, {year}, %", year=state.year),
        "agglomerations-of-year": tr(
            "Largest member agglomerations, {year}, million people", year=state.year
        ),
    }
    for name, query in _rankings(layers, state).items():
        layout.caption(captions[name])
        chartview.show(name, layers, query)


def prepare_rankings(layers: Catalogue, state: State) -> None:
    """Make the charts of :func:`rankings`, so that drawing them takes no time."""
    for name, query in _rankings(layers, state).items():
        chartview.prepare(name, layers, query)


def _rankings(layers: Catalogue, state: State) -> dict[str, dict[str, str]]:
    """Name and query of each chart of one year."""
    year = {"year": str(state.year)}
    charts = {"agglomerations-of-year": year}
    if state.year not in share_years(layers):
        return charts
    return {"urban-shares-of-year": {**year, "revision": state.revision}, **charts}


def span_control(session: Session, state: State) -> State:
    """The control that chooses the span of growth."""
    key, span = session.widget("span", state.span)
    picked: str = st.segmented_control(
        tr("Growth"),
        list(SPANS),
        default=span,
        format_func=terms(SPANS).__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return replace(state, span=picked)
