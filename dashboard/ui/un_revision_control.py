"""Control to choose the UN revision of city figures."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.data import un_revision
from dashboard.ui.page_session import PageSession
from geo.i18n import terms, tr


def choose_revision(session: PageSession[Any], revision: str) -> str:
    """Draw the control and return one of :data:`dashboard.data.un_revision.WUPS`."""
    key, initial = session.widget(un_revision.PARAMETER, revision)
    choice: str = st.segmented_control(
        tr("Revision of the UN's figures on cities"),
        list(un_revision.WUPS),
        default=initial,
        format_func=terms(un_revision.WUPS).__getitem__,
        required=True,
        key=key,
    )
    return choice
