"""Widgets of the Compare page: cities and UN revision."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.pages.compare.state import MAX_COMPARED, CompareState, compare_codec
from dashboard.pages.explore.state import ExploreState
from dashboard.ui import widgets
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
    state = session.current()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        placeholder = tr("choose two to six cities")
        state = widgets.multiselect(
            session, state, "cities", tr("Cities"), names, placeholder, MAX_COMPARED
        )
    with right:
        state = widgets.un_cities_revision(session, state)
    session.save(state)
    return state, session.problems(state)


def _selected_on_explore() -> CompareState | None:
    explore: ExploreState | None = remembered_state("explore")
    return CompareState(explore.selected[:MAX_COMPARED]) if explore else None
