"""Parts of the Urbanisation page with widgets and charts in them, and its state in the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

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


def year_controls(session: Session, state: State, years: Sequence[int]) -> tuple[State, bool]:
    """Year, revision and the switch that plays the years: the state, and whether it plays."""
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
    return replace(state, year=year, revision=revision), playing


def rankings(layers: Catalogue, state: State) -> None:
    """The countries by urban share and the agglomerations by size in one year."""
    if state.year in share_years(layers):
        layout.caption(tr("Urban share, {year}, %", year=state.year))
        query = {"year": str(state.year), "revision": state.revision}
        chartview.show("urban-shares-of-year", layers, query)
    layout.caption(tr("Largest member agglomerations, {year}, million people", year=state.year))
    chartview.show("agglomerations-of-year", layers, {"year": str(state.year)})


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
