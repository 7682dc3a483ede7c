"""Decks for ``st.pydeck_chart``: pure functions from a description of the map to a deck.

The deck holds addresses of map layers, not their features, so it stays at a few kB. Nothing is
asked of another host: sea, land, graticule and labels are layers of our own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pydeck as pdk

from dashboard.data.un_revision import USUAL_SPAN
from dashboard.maps.deck_layers import FONT, ground, symbol_size, symbols
from dashboard.maps.label_placement import WORLD, pixels
from dashboard.maps.sources import ZOOM_STEP, symbol_radii
from dashboard.maps.view import REGION, Map, View
from dashboard.markup.theme import Palette
from geo.i18n import mark

MODES: Mapping[str, str] = {
    "share": mark("Urban share"),
    "projects": mark("Projects"),
    "focus": mark("Focus areas"),
    "un": mark("UN cities of 2025"),
    "growth": mark("Agglomerations of 2018"),
}
"""What a map shows: slug in the URL -> label. Besides these there are ``years`` and ``un-years``,
which the Urbanisation page plays (urban share of countries and size of agglomerations or UN cities
in one year), and ``plain``: where the cities are, on land of one colour."""


RING_GAP = 5
"""Pixels from a symbol to the middle of the ring that marks it as selected."""


class CompactDeck(pdk.Deck):  # type: ignore[misc]
    """A deck without the line breaks and indents that are two fifths of pydeck's JSON."""

    def to_json(self) -> str:
        """The deck's description for the browser."""
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"), sort_keys=True)


def fit(
    bounds: tuple[float, float, float, float], width: int, height: int, most: float = 8.0
) -> View:
    """The view that shows ``bounds`` whole in a window of ``width`` by ``height`` pixels.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    most
        Highest zoom, for bounds that are a single point.
    """
    west, south, east, north = bounds
    corners = pixels([west, east], [north, south], 0)
    across, down = (corners[1] - corners[0]).tolist()
    scale = min(width / max(across, 1e-9), height / max(down, 1e-9))
    zoom = math.floor(min(most, math.log2(scale)) / ZOOM_STEP) * ZOOM_STEP
    middle = float(corners[:, 1].mean())
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * middle / WORLD))))
    return View(round((west + east) / 2, 3), round(latitude, 3), max(zoom, 1.0), width, height)


def fit_cities(cities: gpd.GeoDataFrame, width: int, height: int) -> View:
    """The view that shows some cities with room for their names; the region when there are none."""
    if not len(cities):
        return fit(REGION, width, height)
    west, south, east, north = (float(edge) for edge in cities.total_bounds)
    return fit((west - 0.6, south - 0.6, east + 1.2, north + 0.6), width, height)


def fit_countries(countries: gpd.GeoDataFrame, width: int, height: int) -> View:
    """The view that shows some member states whole."""
    west, south, east, north = (float(edge) for edge in countries.total_bounds)
    room = 0.04 * max(east - west, north - south)
    bounds = (west - room, south - room, east + room, north + room)
    return fit(bounds, width, height, most=9.5)


def deck(shown: Map, colours: Palette, land: str = "") -> pdk.Deck:
    """The deck of a map.

    Parameters
    ----------
    land
        The map expression that gives a member state its colour, instead of that of the mode.
    """
    layers = [ground(shown, colours, land), *symbols(shown, colours)]
    controller = {"dragRotate": False, "touchRotate": False, "keyboard": True, "scrollZoom": True}
    return CompactDeck(
        layers=layers,
        views=[pdk.View("MapView", controller=controller, repeat=False)],
        initial_view_state=pdk.ViewState(
            longitude=shown.view.longitude,
            latitude=shown.view.latitude,
            zoom=shown.view.zoom,
            min_zoom=1.5,
            max_zoom=12,
        ),
        map_provider=None,
        tooltip=_card(colours),
    )


def _card(colours: Palette) -> dict[str, Any]:
    return {
        "html": "<strong>{title}</strong><br>{facts}",
        "style": {
            "backgroundColor": colours.ground,
            "color": colours.text,
            "border": f"1px solid {colours.rule}",
            "borderRadius": "4px",
            "padding": "8px 10px",
            "fontFamily": FONT,
            "fontSize": "13px",
            "lineHeight": "1.45",
            "whiteSpace": "pre-line",
            "maxWidth": "280px",
            "zIndex": "10",
        },
    }


def rings(
    picked: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, mode: str, span: str = USUAL_SPAN
) -> tuple[tuple[float, float, float], ...]:
    """Where the rings around selected cities stand, each just outside its symbol.

    Parameters
    ----------
    picked, cities
        The selected and all rows of the ``cities`` layer.
    """
    radii = symbol_radii(picked, cities, symbol_size(mode, span)) + RING_GAP
    return tuple(zip(picked.geometry.x, picked.geometry.y, radii, strict=True))
