"""The control that chooses the one thing that a page is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.ui.page_session import PageSession


def one(
    session: PageSession[Any],
    name: str,
    label: str,
    options: Mapping[str, str],
    chosen: str,
    placeholder: str,
    state_of: Callable[[str], Any],
) -> str:
    """Draw a select box and return what is chosen.

    Parameters
    ----------
    name
        Name of the widget on the page.
    options
        Slug to what the reader sees.
    chosen
        Slug that the page's state says; empty when the address asks for an unknown one, and then
        nothing is chosen until the reader does.
    placeholder
        What stands in the box while nothing is chosen.
    state_of
        The page's state with another slug.
    """
    key, initial = session.widget(name, chosen)
    known = list(options)

    def choose() -> None:
        # A box that may be empty lets the reader empty it again; another one takes its place.
        session.change(state_of(st.session_state[key] or ""))

    picked: str | None = st.selectbox(
        label,
        known,
        known.index(initial) if initial else None,
        format_func=options.__getitem__,
        key=key,
        placeholder=placeholder,
        on_change=None if initial else choose,
    )
    return picked or ""
