"""The map of a page, with an SVG preview while WebGL starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydeck as pdk
import streamlit as st

from dashboard.maps.preview import preview_url
from dashboard.maps.view import Map
from dashboard.markup.html import style_sheet
from dashboard.markup.theme import Palette
from dashboard.ui.html import render_html

_FIRST_PREVIEW = "opened_map"
"""Session state key: the current map, and the URL of its first preview."""


def key(name: str) -> str:
    """Widget key of a page's map."""
    return f"{name}_map"


def show(
    name: str,
    query: Mapping[str, str],
    map_spec: Map,
    deck: pdk.Deck,
    colours: Palette,
    **chart: Any,
) -> None:
    """Draw the map of a page.

    Parameters
    ----------
    name, query
        Name of the map, one of :data:`dashboard.maps.registry.MAPS`, and the page's query.
    map_spec, deck
        Specification of the map, and its deck.
    chart
        Other arguments of ``st.pydeck_chart``.
    """
    height = map_spec.view.height
    preview = _first_preview(
        name, preview_url(name, query, map_spec, colours.name), map_spec, colours
    )
    container_key = f"{key(name)}_place"
    css = f".st-key-{container_key}"
    render_html(
        style_sheet(
            f"{css}{{min-height:{height}px;"
            f'background:{colours.sea} url("{preview}") center top/auto {height}px no-repeat}}'
            f'{css} [data-testid="stSkeleton"]{{display:none}}'
        )
    )
    with st.container(key=container_key):
        st.pydeck_chart(deck, height=height, key=key(name), **chart)


def _first_preview(name: str, url: str, map_spec: Map, colours: Palette) -> str:
    """URL of the preview that the map started with: the map covers it once drawn, so a new preview
    would be fetched in vain."""
    map_key = (name, map_spec.view.width, map_spec.view.height, map_spec.version, colours.name)
    if st.session_state.get(_FIRST_PREVIEW, ((), ""))[0] != map_key:
        st.session_state[_FIRST_PREVIEW] = (map_key, url)
    first_url: str = st.session_state[_FIRST_PREVIEW][1]
    return first_url
