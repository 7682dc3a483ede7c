"""Parts of the Compare page: which cities, their small maps, what is said of missing series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboard.data import un_revision as wup
from dashboard.maps.city_map import city_map_image
from dashboard.markup import numbers as words
from dashboard.markup.theme import Palette
from dashboard.pages.city.text import publisher
from dashboard.pages.explore.state import MAX_COMPARED, Compared, Explore, read_compared
from dashboard.ui import un_revision_control as wupcontrol
from dashboard.ui.page_session import PageSession, held
from geo.i18n import decimal, tr


def picker(names: Mapping[str, str]) -> tuple[Compared, tuple[str, ...]]:
    """What to compare, from the URL, the selection on Explore or the reader's choice.

    Returns
    -------
    state
        The cities in the order of choosing, and the revision of the UN's figures.
    problems
        A sentence for each part of the URL that is not understood.
    """
    session = PageSession[Compared](
        "compare", read=lambda query: _read(query, names), write=Compared.to_query
    )
    held_state = session.current()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        key, initial = session.widget("cities", held_state.cities)
        chosen = st.multiselect(
            tr("Cities"),
            list(names),
            list(initial),
            format_func=names.__getitem__,
            max_selections=MAX_COMPARED,
            key=key,
            placeholder=tr("choose two to six cities"),
        )
    with right:
        revision = wupcontrol.choose(session, held_state.wup)
    state = Compared(tuple(chosen), revision)
    session.keep(state)
    return state, session.problems(state)


def _read(query: Mapping[str, str], names: Mapping[str, str]) -> tuple[Compared, tuple[str, ...]]:
    """What a URL asks for; without one, the cities selected on Explore."""
    explore: Explore | None = held("explore")
    if not query and explore:
        return Compared(explore.selected[:MAX_COMPARED]), ()
    return read_compared(query, names)


def series_heading(revision: str) -> tuple[str, str]:
    """Title and note of the population series."""
    if revision == wup.NEWEST:
        return (
            tr("Population of the UN cities of 2025"),
            tr("Estimates to 2025, projected to 2050 (dashed)."),
        )
    return (
        tr("Population of the agglomerations"),
        tr("Estimates to 2018, projected to 2035 (dashed)."),
    )


def city_maps(cities: Sequence[Mapping[str, Any]], colours: Palette) -> str:
    """The small maps of some cities as HTML figures."""
    figures = "".join(
        f'<figure class="map">{city_map_image(city, colours.name)}'
        f"<figcaption><strong>{escape(city['name'])}</strong>, {escape(city['country'])}"
        "</figcaption></figure>"
        for city in cities
    )
    # Up to four in a row, and no row of a single map beside a longer one.
    columns = len(cities) if len(cities) < 5 else 3
    even = "" if columns % 2 else " even"
    return f'<div class="maps{even}" style="--columns:{columns}">{figures}</div>'


def figure_sources(cities: Sequence[Mapping[str, Any]]) -> str:
    """Where population and land area of each city are from, in a sentence a city."""
    return " ".join(
        tr(
            "{city}: population {population}, land area {area}.",
            city=city["name"],
            population=publisher(city["population_source"]),
            area=publisher(city["land_area_source"]),
        )
        for city in cities
    )


def series_note(shown: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Source of the population series, and which cities have none."""
    source = tr("UN, World Urbanization Prospects 2018; agglomerations, not cities proper.")
    lost = [name for city_id, name in shown.items() if city_id not in known]
    if not lost:
        return source
    missing = tr(
        "No UN series: {cities} (fewer than {people} people in 2018, or counted in another "
        "agglomeration).",
        cities=words.listed(lost),
        people=decimal(300_000),
    )
    return f"{source} {missing}"
