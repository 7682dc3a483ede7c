"""The control that chooses the UN's revision of the figures on cities."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.data import un_revision as wup
from dashboard.ui.page_session import PageSession
from geo.i18n import terms, tr


def choose(session: PageSession[Any], revision: str) -> str:
    """Draw the control and return one of :data:`dashboard.data.un_revision.WUPS`."""
    key, initial = session.widget(wup.PARAMETER, revision)
    picked: str = st.segmented_control(
        tr("Revision of the UN's figures on cities"),
        list(wup.WUPS),
        default=initial,
        format_func=terms(wup.WUPS).__getitem__,
        required=True,
        key=key,
    )
    return picked
