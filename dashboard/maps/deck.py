"""Decks for ``st.pydeck_chart``: pure functions from a description of the map to a deck.

The deck holds addresses of map layers, not their features, so it stays at a few kB. Nothing is
asked of another host: sea, land, graticule and labels are layers of our own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pydeck as pdk

from dashboard.data.un_revision import USUAL_SPAN
from dashboard.maps.deck_layers import FONT, ground, symbol_size, symbols
from dashboard.maps.label_placement import WORLD, pixels
from dashboard.maps.sources import ZOOM_STEP, symbol_radii
from dashboard.markup.theme import Palette
from geo.analysis.filter import Filter
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

REGION = (92.0, -11.2, 141.2, 28.6)
"""West, south, east, north of the member states, degrees."""

RING_GAP = 5
"""Pixels from a symbol to the middle of the ring that marks it as selected."""


@dataclass(frozen=True)
class View:
    """Centre of a map in degrees, its zoom, and the size of its window in pixels."""

    longitude: float
    latitude: float
    zoom: float
    width: int
    height: int

    def window(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees of what the map shows at first."""
        _, y = pixels([self.longitude], [self.latitude], self.zoom)[0]
        world = WORLD * 2.0**self.zoom
        half = self.width / 2 / world * 360
        north, south = (
            math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * edge / world))))
            for edge in (y - self.height / 2, y + self.height / 2)
        )
        west, east = self.longitude - half, self.longitude + half
        return round(west, 1), round(south, 1), round(east, 1), round(north, 1)


@dataclass(frozen=True)
class Map:
    """What a map of member cities shows.

    Attributes
    ----------
    mode
        One of :data:`MODES`, ``years``, ``un-years`` or ``plain``.
    view
        Where the map opens; the reader's own view stays while this does not change.
    version
        Version of the layers, for the addresses.
    revision, year
        Release and year of the urban share that colours the countries in the modes ``share``,
        ``years`` and ``un-years``.
    people_year
        In the last two modes the year of the agglomerations or UN cities.
    wanted
        Filter of cities and places.
    selected
        Longitude and latitude of the selected cities, and the radius in pixels of the rings
        around them; see :func:`rings`.
    places
        Whether populated places are shown.
    span
        In mode ``un`` the years of growth, one of :data:`dashboard.data.un_revision.SPANS`.
    clicks
        Number of clicks so far. It is part of the id of the layer that takes clicks, so that
        Streamlit forgets the click before and each one arrives alone.
    """

    mode: str
    view: View
    version: str
    revision: str
    year: int
    wanted: Filter = field(default_factory=Filter)
    selected: tuple[tuple[float, float, float], ...] = ()
    places: bool = False
    span: str = USUAL_SPAN
    people_year: int = 0
    clicks: int = 0


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
