"""The Explore page's state in a reader's session: from the URL, to the URL, into widgets.

The state is one value, :class:`dashboard.state.Explore`; widgets get theirs from it when they are
drawn for the first time and give it back on every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.state import Explore, read_explore

MAP_KEY = "explore_map"

_SESSION = "explore"


@dataclass
class _Session:
    """What a session remembers of the page.

    Attributes
    ----------
    state
        What the page shows.
    written
        Query of the URL as this page last wrote or read it; another one comes from the reader.
    read, problems
        State as a URL was read, and what of that URL was not understood.
    drawn
        How often the widgets were given new values from outside. It is part of their keys:
        a browser takes a new value reliably with a new widget only.
    initial
        Value that each widget was drawn with.
    clicks
        Clicks on the map's cities.
    """

    state: Explore
    written: Mapping[str, str]
    read: Explore
    problems: tuple[str, ...]
    drawn: int = 0
    initial: dict[str, Any] = field(default_factory=dict)
    clicks: int = 0


def _session() -> _Session:
    session: _Session = st.session_state[_SESSION]
    return session


def current(city_ids: Sequence[str], years: Sequence[int]) -> Explore:
    """The page's state before its widgets are drawn.

    A URL that this page did not write itself (a pasted link, a link from another page) decides;
    otherwise the session's state stays, so that coming back to the page finds it as it was left.
    """
    query = st.query_params.to_dict()
    known = _SESSION in st.session_state
    if not known or query not in ({}, _session().written):
        state, problems = read_explore(query, city_ids, years)
        drawn, clicked = (_session().drawn + 1, _session().clicks) if known else (0, 0)
        st.session_state[_SESSION] = _Session(
            state, query, state, problems, drawn=drawn, clicks=clicked
        )
    return _session().state


def keep(state: Explore, newest_year: int) -> None:
    """Remember the state and write it to the URL.

    A URL with a fault stays as the reader wrote it until something is changed.
    """
    session = _session()
    session.state = state
    if problems_of(state):
        return
    query = state.to_query(newest_year)
    session.written = query
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def problems_of(state: Explore) -> tuple[str, ...]:
    """What the URL asks that is not known, until the state is another than it was read as."""
    session = _session()
    return session.problems if session.read == state else ()


def change(state: Explore) -> None:
    """Replace the state from a callback; the widgets are drawn anew with its values."""
    session = _session()
    session.state = state
    session.drawn += 1


def held() -> Explore | None:
    """The Explore page's state in this session, if it was visited."""
    return _session().state if _SESSION in st.session_state else None


def widget(name: str, value: Any) -> tuple[str, Any]:
    """Key of a widget, and the value to draw it with.

    Parameters
    ----------
    name
        The widget's own name on the page.
    value
        What the state says now. It counts when the widget is drawn for the first time, or again
        after another page or mode was shown; in between the widget keeps its own value.
    """
    session = _session()
    key = f"explore_{name}" + (f"_{session.drawn}" if session.drawn else "")
    if key not in st.session_state:
        session.initial[key] = value
    return key, session.initial[key]


def clicks() -> int:
    """Clicks on the map's cities in this session."""
    return _session().clicks


def picked() -> None:
    """Take a click on the map: select the city, or let it go when it was selected."""
    objects = st.session_state[MAP_KEY].selection.get("objects", {})
    found = [
        str(feature["properties"]["city_id"])
        for features in objects.values()
        for feature in features
        if "city_id" in feature.get("properties", {})
    ]
    if found:
        session = _session()
        session.clicks += 1
        session.state = session.state.toggled(found)
