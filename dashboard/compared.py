"""Parts of the Compare page: which cities, their small maps, what is said of missing series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.filters import held
from dashboard.routes.citymaps import address
from dashboard.state import MAX_COMPARED, read_compared
from dashboard.theme import Palette

_KEY, _WRITTEN, _PROBLEMS = "compare_cities", "compare_written", "compare_problems"
_CHOSEN = "compare_chosen"


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
    read_as, problems = st.session_state.get(_PROBLEMS, ((), ()))
    if query not in ({}, st.session_state.get(_WRITTEN)):
        read_as, problems = read_compared(query, names)
        st.session_state[_KEY] = list(read_as)
        st.session_state[_PROBLEMS] = (read_as, problems)
        st.session_state[_WRITTEN] = query
    elif _KEY not in st.session_state:  # the first visit, or back from another page
        st.session_state[_KEY] = list(_remembered())
    chosen = tuple(
        st.multiselect(
            "Cities",
            list(names),
            format_func=names.__getitem__,
            max_selections=MAX_COMPARED,
            key=_KEY,
            placeholder="choose two to six cities",
        )
    )
    st.session_state[_CHOSEN] = chosen
    if problems and chosen == read_as:
        return chosen, problems
    written = {"city": ",".join(chosen)} if chosen else {}
    if query != written:
        st.query_params.from_dict(written)
    st.session_state[_WRITTEN] = written
    return chosen, ()


def _remembered() -> tuple[str, ...]:
    """The cities of the last visit, or else those selected on Explore."""
    before: tuple[str, ...] = st.session_state.get(_CHOSEN, ())
    if before:
        return before
    explore = held()
    return explore.selected[:MAX_COMPARED] if explore else ()


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
