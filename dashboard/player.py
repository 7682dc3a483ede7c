"""The controls of a map that plays the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from dashboard.session import PageSession
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
    playing = switch.toggle(
        tr("Play the years"),
        key=key,
        # The slider comes back at the year that was played last, not where it stood before.
        on_change=lambda: session.turn(name, session.current().year),
    )
    if not playing:
        key, initial = session.widget(name, year)
        year = slider.select_slider(tr("Year"), years, initial, key=key)
    return year, playing


def year_after(year: int, years: Sequence[int]) -> int:
    """The year that plays next; after the last comes the first."""
    return years[(years.index(year) + 1) % len(years)]
