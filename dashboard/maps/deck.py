"""Decks for ``st.pydeck_chart``: pure functions from a map specification to a deck.

The deck contains URLs of map sources, not their features, so it is only a few kB. It needs no
third-party tiles: sea, land, graticule and labels are the dashboard's own layers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pydeck as pdk

from dashboard.data.un_revision import DEFAULT_SPAN
from dashboard.maps.deck_layers import FONT, base_layer, land_layer, symbol_layers
from dashboard.maps.source_urls import ZOOM_STEP, source_urls
from dashboard.maps.symbols import symbol_radii, symbol_size
from dashboard.maps.view import REGION, WORLD_PIXELS, Map, View, web_mercator_pixels
from dashboard.markup.html import join, tag
from dashboard.markup.theme import Palette
from geo.i18n import mark

MODES: Mapping[str, str] = {
    "share": mark("Urban share"),
    "projects": mark("Projects"),
    "focus": mark("Focus areas"),
    "un": mark("UN cities of 2025"),
    "growth": mark("Agglomerations of 2018"),
}
"""Map modes: slug in the URL -> label. In addition there are ``years`` and ``un-years``, which the
Urbanisation page animates (urban share of countries and size of agglomerations or UN cities in one
year), and ``plain``: the cities as dots on land of one colour."""


RING_GAP = 5
"""Distance in pixels from the edge of a symbol to the selection ring."""


class CompactDeck(pdk.Deck):  # type: ignore[misc]
    """A deck with compact JSON; whitespace makes up two fifths of pydeck's own."""

    def to_json(self) -> str:
        """The deck as JSON for the browser."""
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"), sort_keys=True)


def fit(
    bounds: tuple[float, float, float, float], width: int, height: int, max_zoom: float = 8.0
) -> View:
    """The view that fits ``bounds`` into ``width`` by ``height`` pixels.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    max_zoom
        Maximum zoom, for bounds that are a single point.
    """
    west, south, east, north = bounds
    corners = web_mercator_pixels([west, east], [north, south], 0)
    across, down = (corners[1] - corners[0]).tolist()
    scale = min(width / max(across, 1e-9), height / max(down, 1e-9))
    zoom = math.floor(min(max_zoom, math.log2(scale)) / ZOOM_STEP) * ZOOM_STEP
    middle = float(corners[:, 1].mean())
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * middle / WORLD_PIXELS))))
    return View(round((west + east) / 2, 3), round(latitude, 3), max(zoom, 1.0), width, height)


def fit_cities(cities: gpd.GeoDataFrame, width: int, height: int) -> View:
    """The view that fits cities with room for their labels; the region if there are none."""
    if not len(cities):
        return fit(REGION, width, height)
    west, south, east, north = (float(edge) for edge in cities.total_bounds)
    return fit((west - 0.6, south - 0.6, east + 1.2, north + 0.6), width, height)


def fit_countries(countries: gpd.GeoDataFrame, width: int, height: int) -> View:
    """The view that fits member states."""
    west, south, east, north = (float(edge) for edge in countries.total_bounds)
    margin = 0.04 * max(east - west, north - south)
    bounds = (west - margin, south - margin, east + margin, north + margin)
    return fit(bounds, width, height, max_zoom=9.5)


def deck(map_spec: Map, colours: Palette, land: str = "") -> pdk.Deck:
    """The deck of a map.

    Parameters
    ----------
    land
        Expression for the colour of a member state; overrides that of the mode.
    """
    urls = source_urls(map_spec)
    ground = base_layer(map_spec, urls.ground, colours, land)
    coast = land_layer(map_spec, urls.land, colours, land)
    layers = [ground, coast, *symbol_layers(map_spec, urls, colours)]
    controller = {"dragRotate": False, "touchRotate": False, "keyboard": True, "scrollZoom": True}
    return CompactDeck(
        layers=layers,
        views=[pdk.View("MapView", controller=controller, repeat=False)],
        initial_view_state=pdk.ViewState(
            longitude=map_spec.view.longitude,
            latitude=map_spec.view.latitude,
            zoom=map_spec.view.zoom,
            min_zoom=1.5,
            max_zoom=12,
        ),
        map_provider=None,
        tooltip=_tooltip(colours),
    )


def _tooltip(colours: Palette) -> dict[str, Any]:
    return {
        "html": str(join([tag("strong", "{title}"), tag("br"), "{facts}"])),
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


def selection_rings(
    selected: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, mode: str, span: str = DEFAULT_SPAN
) -> tuple[tuple[float, float, float], ...]:
    """Longitude, latitude and radius in pixels of the rings around selected cities.

    Parameters
    ----------
    selected, cities
        The selected and all rows of the ``cities`` layer.
    """
    radii = symbol_radii(selected, cities, symbol_size(mode, span)) + RING_GAP
    return tuple(zip(selected.geometry.x, selected.geometry.y, radii, strict=True))
