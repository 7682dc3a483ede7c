"""Controls of a map that animates years.

The page calls :func:`controls`; the fragment that animates calls :func:`next_year` and
:func:`moving_slider`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.ui.page_session import PageSession
from geo.i18n import tr


def controls(
    session: PageSession[Any],
    year: int,
    years: Sequence[int],
    slider: DeltaGenerator,
    toggle: DeltaGenerator,
    name: str = "year",
) -> tuple[int, bool]:
    """Draw the year slider and the toggle that plays the years.

    Parameters
    ----------
    session
        Session of a page whose state has a ``year``.
    year
        Year of the state.
    slider, toggle
        Placeholders of the two widgets.
    name
        Name of the slider's widget; use different names for different years.

    Returns
    -------
    year, playing
        The selected year, and whether the years are playing.
    """
    key, _ = session.widget("play", False)
    playing = toggle.toggle(tr("Play the years"), key=key)
    if not playing:
        key, initial = session.widget(name, year)
        year = slider.select_slider(tr("Year"), years, initial, key=key)
    return year, playing


def next_year(session: PageSession[Any], years: Sequence[int], name: str = "year") -> int:
    """The year to show while the years play: the next one, or that of the slider ``name`` if the
    user moved it. It is stored in the session's state."""
    last = session.current()
    key, _ = session.widget(name, last.year)
    year: int = st.session_state.get(key, last.year)
    if year == last.year:
        year = year_after(year, years)
        st.session_state[key] = year
    session.change(replace(last, year=year), redraw=False)
    return year


def moving_slider(
    session: PageSession[Any], years: Sequence[int], place: DeltaGenerator, name: str = "year"
) -> None:
    """Draw the slider ``name`` while playing, instead of :func:`controls`."""
    key, _ = session.widget(name, session.current().year)
    place.select_slider(tr("Year"), years, key=key)


def year_after(year: int, years: Sequence[int]) -> int:
    """The next year to play; the first follows the last."""
    return years[(years.index(year) + 1) % len(years)]
