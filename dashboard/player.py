"""The controls of a map that plays the years.

:func:`controls` is called by the page's run and :func:`next_year` by the fragment that plays, so
that the slider moves along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.session import PageSession
from geo.i18n import tr


def controls(
    session: PageSession[Any],
    year: int,
    years: Sequence[int],
    slider: DeltaGenerator,
    switch: DeltaGenerator,
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

    Returns
    -------
    year, playing
        The year that is chosen, and whether the years are played from it on.
    """
    key, _ = session.widget("play", False)
    playing = switch.toggle(tr("Play the years"), key=key)
    if not playing:
        key, initial = session.widget("year", year)
        year = slider.select_slider(tr("Year"), years, initial, key=key)
    return year, playing


def next_year(session: PageSession[Any], years: Sequence[int], slider: DeltaGenerator) -> int:
    """Draw the slider while the years play: at the year after the last one shown, or where the
    reader has moved it.

    Parameters
    ----------
    slider
        Where the slider stands; see :func:`controls`.

    Returns
    -------
    int
        The year to show, which the session's state has from now on.
    """
    last = session.current()
    key, _ = session.widget("year", last.year)
    year: int = st.session_state.get(key, last.year)
    if year == last.year:
        year = year_after(year, years)
        st.session_state[key] = year
    session.change(replace(last, year=year), redraw=False)
    slider.select_slider(tr("Year"), years, key=key)
    return year


def year_after(year: int, years: Sequence[int]) -> int:
    """The year that plays next; after the last comes the first."""
    return years[(years.index(year) + 1) % len(years)]
