"""The controls of a map that plays the years.

:func:`controls` is called by the page's run, :func:`next_year` and :func:`moving_slider` by the
fragment that plays.
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
    switch: DeltaGenerator,
    name: str = "year",
) -> tuple[int, bool]:
    """Draw the year and the switch that plays the years.

    Parameters
    ----------
    session
        Of a page whose state has a ``year``.
    year
        Year of the state.
    slider, switch
        Where the two stand.
    name
        Name of the slider's widget: another one for other years.

    Returns
    -------
    year, playing
        The year that is chosen, and whether the years are played from it on.
    """
    key, _ = session.widget("play", False)
    playing = switch.toggle(tr("Play the years"), key=key)
    if not playing:
        key, initial = session.widget(name, year)
        year = slider.select_slider(tr("Year"), years, initial, key=key)
    return year, playing


def next_year(session: PageSession[Any], years: Sequence[int], name: str = "year") -> int:
    """The year to show while the years play: the one after the last one shown, or that of the
    slider ``name`` when its user has moved it. The session's state has it from now on."""
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
    """Draw the slider ``name`` at :func:`next_year`, where :func:`controls` draws it otherwise."""
    key, _ = session.widget(name, session.current().year)
    place.select_slider(tr("Year"), years, key=key)


def year_after(year: int, years: Sequence[int]) -> int:
    """The year that plays next; after the last comes the first."""
    return years[(years.index(year) + 1) % len(years)]
