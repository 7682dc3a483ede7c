"""Widgets of the Compare page: cities, UN revision, territories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.pages.compare import true_size
from dashboard.pages.compare.state import MAX_COMPARED, CompareState, compare_codec
from dashboard.pages.explore.state import ExploreState
from dashboard.ui import widgets
from dashboard.ui.page_session import PageSession, remembered_state
from geo.i18n import terms, tr


def picker(names: Mapping[str, str]) -> tuple[CompareState, tuple[str, ...]]:
    """Controls for the cities and the revision; starts from the URL or the selection on Explore.

    Returns
    -------
    state
        Cities in the order of selection, and the UN revision.
    problems
        A message for each invalid URL parameter.
    """
    session = _session(names)
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


def edition(state: CompareState, names: Mapping[str, str]) -> CompareState:
    """Control for the boundaries of cities in Viet Nam."""
    session, label = _session(names), tr("Cities of Viet Nam")
    state = widgets.segmented(
        session, state, "edition", label, terms(true_size.EDITIONS), label_visibility="visible"
    )
    session.save(state)
    return state


def overlay(state: CompareState, names: Mapping[str, str]) -> CompareState:
    """Select boxes for the city that is laid over another, and that other."""
    session, (over, base) = _session(names), state.laid_over
    left, right = st.columns(2)
    with left:
        over = _city(session, "over", tr("Territory on top"), over, state.cities, names)
    others = [city for city in state.cities if city != over]
    with right:
        base = _city(session, "base", tr("Territory underneath"), base, others, names)
    laid_over = (over, base)
    state = replace(state, over=() if laid_over == state.cities[:2] else laid_over)
    session.save(state)
    return state


def weights(state: CompareState, names: Mapping[str, str]) -> CompareState:
    """Sliders for the weights of the measures of peers."""
    return widgets.weights(_session(names), state)


def _city(
    session: PageSession[CompareState],
    name: str,
    label: str,
    city: str,
    options: Sequence[str],
    names: Mapping[str, str],
) -> str:
    # With other options it is another widget, which starts from the state.
    key, initial = session.widget(f"{name}_{'_'.join(options)}", city)
    index = options.index(initial) if initial in options else 0
    return st.selectbox(label, options, index, format_func=names.__getitem__, key=key)


def _session(names: Mapping[str, str]) -> PageSession[CompareState]:
    return PageSession("compare", compare_codec(names), _selected_on_explore)


def _selected_on_explore() -> CompareState | None:
    explore: ExploreState | None = remembered_state("explore")
    return CompareState(explore.selected[:MAX_COMPARED]) if explore else None
