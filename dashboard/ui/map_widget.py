"""A page's map, and under it a picture of it until the browser has drawn it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydeck as pdk
import streamlit as st

from dashboard.maps.preview import preview_url
from dashboard.maps.view import Map
from dashboard.markup.theme import Palette

_OPENED = "opened_map"
"""Entry of the session: the map that is shown, and the address of its first picture."""


def key(name: str) -> str:
    """Key of a page's map among the widgets of its session."""
    return f"{name}_map"


def show(
    name: str,
    query: Mapping[str, str],
    shown: Map,
    made: pdk.Deck,
    colours: Palette,
    **chart: Any,
) -> None:
    """Draw the map of a page.

    Parameters
    ----------
    name, query
        Name of the map, one of :data:`dashboard.maps.registry.MAPS`, and the page's query.
    shown, made
        What the map shows, and the deck that draws it.
    chart
        Other arguments of ``st.pydeck_chart``.
    """
    height = shown.view.height
    first = _first_picture(name, preview_url(name, query, shown, colours.name), shown, colours)
    place = f"{key(name)}_place"
    css = f".st-key-{place}"
    st.html(
        f"<style>{css}{{min-height:{height}px;"
        f'background:{colours.sea} url("{first}") center top/auto {height}px no-repeat}}'
        f'{css} [data-testid="stSkeleton"]{{display:none}}</style>'
    )
    with st.container(key=place):
        st.pydeck_chart(made, height=height, key=key(name), **chart)


def _first_picture(name: str, now: str, shown: Map, colours: Palette) -> str:
    """Address of the picture that the map opened with: the map, once drawn, covers it, so that
    another one would be fetched in vain."""
    which = (name, shown.view.width, shown.view.height, shown.version, colours.name)
    if st.session_state.get(_OPENED, ((), ""))[0] != which:
        st.session_state[_OPENED] = (which, now)
    address_of_first: str = st.session_state[_OPENED][1]
    return address_of_first
