"""Select box for the subject of a page, such as its city."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.ui.page_session import PageSession


def pick_one(
    session: PageSession[Any],
    name: str,
    label: str,
    options: Mapping[str, str],
    selected: str,
    placeholder: str,
    with_choice: Callable[[str], Any],
) -> str:
    """Draw a select box and return the selected slug.

    Parameters
    ----------
    name
        Name of the widget on the page.
    options
        Slug -> label.
    selected
        Slug of the page's state; empty if the URL has an unknown one, and then nothing is selected
        until the user does.
    placeholder
        Text of the box while nothing is selected.
    with_choice
        Returns the page's state with another slug.
    """
    key, initial = session.widget(name, selected)
    slugs = list(options)

    def choose() -> None:
        # A select box that may be empty can be cleared again, so a new one replaces it.
        session.change(with_choice(st.session_state[key] or ""))

    choice: str | None = st.selectbox(
        label,
        slugs,
        slugs.index(initial) if initial else None,
        format_func=options.__getitem__,
        key=key,
        placeholder=placeholder,
        on_change=None if initial else choose,
    )
    return choice or ""
