"""Decks of maps: pure functions from a map specification to a deck.

The deck contains URLs of map sources, not their features, so it is only a few kB. It needs no
third-party tiles: sea, land, graticule and labels are the dashboard's own layers. The component
draws it (:mod:`dashboard.maps.component`); controls, tooltip and movement are the component's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import replace

import geopandas as gpd
import pydeck as pdk
import shapely

from dashboard.data.basemap import basemap
from dashboard.maps import spread
from dashboard.maps.basemap_layers import basemap_layers
from dashboard.maps.deck_layers import base_layer, land_layer, symbol_layers
from dashboard.maps.source_urls import ZOOM_STEP, source_urls
from dashboard.maps.symbols import symbol_radii, symbol_size
from dashboard.maps.view import REGION, WORLD_PIXELS, Map, Ring, View, web_mercator_pixels
from dashboard.markup.theme import Palette
from geo.i18n import mark

MODES: Mapping[str, str] = {
    "share": mark("Urban share"),
    "projects": mark("Projects"),
    "focus": mark("Focus areas"),
    "status": mark("Project status"),
    "un": mark("UN cities of 2025"),
    "growth": mark("Agglomerations of 2018"),
}
"""Map modes: slug in the URL -> label. In addition there are ``years`` and ``un-years``, which the
Urbanisation page animates (urban share of countries and size of agglomerations or UN cities in one
year), ``plain``: the cities as dots on land of one colour, and ``indicator``, which stands for each
indicator with classes; see :mod:`dashboard.maps.indicators`."""


RING_GAP = 5
"""Distance in pixels from the edge of a symbol to the selection ring."""


class CompactDeck(pdk.Deck):  # type: ignore[misc]
    """A deck with compact JSON; whitespace makes up two fifths of pydeck's own."""

    def to_json(self) -> str:
        """The layers as JSON for the browser; views are the component's."""
        layers = json.loads(super().to_json())["layers"]
        return json.dumps({"layers": layers}, separators=(",", ":"), sort_keys=True)


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


MIN_PART = 0.02
"""Smallest share of a city's area that a part of it needs to be in its first view: the islands of
Jakarta reach 90 km out to sea and are 2% of it together."""


def fit_area(area: shapely.MultiPolygon, width: int, height: int) -> View:
    """The view that fits the larger parts of a city's area, with a margin."""
    parts = shapely.get_parts(area)
    large = parts[shapely.area(parts) >= MIN_PART * area.area]
    west, south, east, north = shapely.total_bounds(large).tolist()
    margin = 0.12 * max(east - west, north - south)
    bounds = (west - margin, south - margin, east + margin, north + margin)
    return fit(bounds, width, height, max_zoom=12)


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
    roads = basemap_layers(basemap(), colours)
    layers = [ground, coast, *roads, *symbol_layers(map_spec, urls, colours)]
    return CompactDeck(layers=layers, initial_view_state=None, map_provider=None)


def with_rings(
    map_spec: Map, selected: Collection[str], drawn: gpd.GeoDataFrame, cities: gpd.GeoDataFrame
) -> Map:
    """The map with rings around selected cities, where their symbols are.

    Parameters
    ----------
    selected
        Ids of cities.
    drawn, cities
        The rows of the ``cities`` layer that the map draws, and all.
    """
    size = symbol_size(map_spec.mode, map_spec.span)
    radii = symbol_radii(drawn, cities, size, map_spec.small)
    longitude, latitude = drawn.geometry.x, drawn.geometry.y
    shifts = spread.compact(spread.shifts(longitude, latitude, radii))
    rings = zip(longitude, latitude, radii + RING_GAP, shifts, strict=True)
    is_selected = drawn["city_id"].isin(selected)
    chosen = [Ring(*ring) for ring, wanted in zip(rings, is_selected, strict=True) if wanted]
    return replace(map_spec, selected=tuple(chosen))
