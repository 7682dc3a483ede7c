"""Parts of the Compare page: which cities, their small maps, what is said of missing series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.routes.citymaps import address
from dashboard.session import held
from dashboard.state import MAX_COMPARED, read_compared
from dashboard.theme import Palette

_SESSION = "compare"


@dataclass
class _Session:
    """What a session remembers of the page; see :class:`dashboard.session._Session`."""

    chosen: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    drawn: int = 0
    initial: tuple[str, ...] = ()


def picker(names: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The cities to compare, from the URL, the selection on Explore or the reader's choice.

    Returns
    -------
    chosen
        Ids of the cities, in the order of choosing.
    problems
        A sentence for each part of the URL that is not understood.
    """
    query = st.query_params.to_dict()
    session: _Session = st.session_state.setdefault(_SESSION, _Session())
    if query not in ({}, session.written):
        session.read, session.problems = read_compared(query, names)
        session.chosen, session.written = session.read, query
        session.drawn += 1
    key = f"compare_cities_{session.drawn}"
    if key not in st.session_state:  # the first visit, a new URL, or back from another page
        explore = held()
        selected = explore.selected[:MAX_COMPARED] if explore else ()
        session.initial = session.chosen or (() if query else selected)
    session.chosen = tuple(
        st.multiselect(
            "Cities",
            list(names),
            list(session.initial),
            format_func=names.__getitem__,
            max_selections=MAX_COMPARED,
            key=key,
            placeholder="choose two to six cities",
        )
    )
    if session.problems and session.chosen == session.read:
        return session.chosen, session.problems
    session.written = {"city": ",".join(session.chosen)} if session.chosen else {}
    if query != session.written:
        st.query_params.from_dict(dict(session.written))
    return session.chosen, ()


def city_maps(cities: Sequence[Mapping[str, Any]], colours: Palette) -> str:
    """The small maps of some cities as HTML figures."""
    figures = "".join(
        f'<figure class="map"><img src="{escape(address(city["city_id"], colours.name))}" '
        f'alt="Map of the 40 km around {escape(city["name"])}" width="320" height="320">'
        f"<figcaption><strong>{escape(city['name'])}</strong>, {escape(city['country'])}"
        "</figcaption></figure>"
        for city in cities
    )
    return f'<div class="maps">{figures}</div>'


def series_note(shown: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Source of the population series, and which cities have none."""
    lost = [name for city_id, name in shown.items() if city_id not in known]
    missing = (
        f" No UN series: {words.listed(lost)} (fewer than 300,000 people in 2018, or counted in "
        "another agglomeration)."
        if lost
        else ""
    )
    return f"UN, World Urbanization Prospects 2018; agglomerations, not cities proper.{missing}"
