"""Parts of the Compare page: which cities, their small maps, what is said of missing series."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.pages.explore.state import MAX_COMPARED, CompareState, ExploreState, read_compared
from dashboard.ui import un_revision_control
from dashboard.ui.page_session import PageSession, held
from geo.i18n import tr


def picker(names: Mapping[str, str]) -> tuple[CompareState, tuple[str, ...]]:
    """What to compare, from the URL, the selection on Explore or the reader's choice.

    Returns
    -------
    state
        The cities in the order of choosing, and the revision of the UN's figures.
    problems
        A sentence for each part of the URL that is not understood.
    """
    session = PageSession[CompareState](
        "compare", read=lambda query: _read(query, names), write=CompareState.to_query
    )
    held_state = session.current()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        key, initial = session.widget("cities", held_state.cities)
        chosen = st.multiselect(
            tr("Cities"),
            list(names),
            list(initial),
            format_func=names.__getitem__,
            max_selections=MAX_COMPARED,
            key=key,
            placeholder=tr("choose two to six cities"),
        )
    with right:
        revision = un_revision_control.choose(session, held_state.wup)
    state = CompareState(tuple(chosen), revision)
    session.keep(state)
    return state, session.problems(state)


def _read(
    query: Mapping[str, str], names: Mapping[str, str]
) -> tuple[CompareState, tuple[str, ...]]:
    """What a URL asks for; without one, the cities selected on Explore."""
    explore: ExploreState | None = held("explore")
    if not query and explore:
        return CompareState(explore.selected[:MAX_COMPARED]), ()
    return read_compared(query, names)
