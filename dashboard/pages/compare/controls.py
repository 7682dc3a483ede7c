"""Widgets of the Compare page: cities and UN revision."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.pages.compare.state import MAX_COMPARED, CompareState, compare_codec
from dashboard.pages.explore.state import ExploreState
from dashboard.ui import un_revision_control
from dashboard.ui.page_session import PageSession, remembered_state
from geo.i18n import tr


def picker(names: Mapping[str, str]) -> tuple[CompareState, tuple[str, ...]]:
    """Controls for the cities and the revision; starts from the URL or the selection on Explore.

    Returns
    -------
    state
        Cities in the order of selection, and the UN revision.
    problems
        A message for each invalid URL parameter.
    """
    session = PageSession("compare", compare_codec(names), _selected_on_explore)
    previous = session.current()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        key, initial = session.widget("cities", previous.cities)
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
        revision = un_revision_control.choose_revision(session, previous.wup)
    state = CompareState(tuple(chosen), revision)
    session.save(state)
    return state, session.problems(state)


def _selected_on_explore() -> CompareState | None:
    explore: ExploreState | None = remembered_state("explore")
    return CompareState(explore.selected[:MAX_COMPARED]) if explore else None
