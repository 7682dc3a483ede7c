"""Widgets of the City page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.pages.city.state import CityState
from dashboard.ui.page_session import PageSession
from geo.analysis.peers import MAX_WEIGHT, MEASURES
from geo.i18n import terms, tr

_COLUMNS = 3


def weights(session: PageSession[CityState], state: CityState) -> CityState:
    """A slider for the weight of each measure of peers."""
    moved: list[int] = []
    with st.expander(tr("What counts how much"), expanded=any(n != 1 for n in state.weights)):
        st.caption(tr("0: does not count; 1: as usual; 3: three times as much."))
        columns = st.columns(_COLUMNS)
        for index, (measure, label) in enumerate(terms(MEASURES).items()):
            key, initial = session.widget(f"weight_{measure}", state.weights[index])
            with columns[index % _COLUMNS]:
                moved.append(st.slider(label, 0, MAX_WEIGHT, initial, key=key))
    state = replace(state, weights=tuple(moved))
    if any(moved):
        session.save(state)
    return state
