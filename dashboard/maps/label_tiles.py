"""Names on the map, placed anew for each zoom: a browser fetches those of the tiles it shows.

Nothing in a deck can say at which zoom a label appears, but a tile layer asks for the tiles of
one zoom at a time. So names are placed for the whole map at each zoom and served by tile.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps.label_placement import (
    SIZE,
    WORLD,
    Box,
    pixels,
    place_country_names,
    place_labels,
    symbol_boxes,
)
from dashboard.maps.sources import UN_SIZES, Drawing, city_features, un_city_features
from dashboard.markup.urls import urlencode
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import gist, recounted_cities
from geo.export import geojson
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CRS

LEAST_ZOOM, MOST_ZOOM = 0, 9
"""Zooms of the tiles; farther in the names of the last one stay."""

TILE = 2048
"""Side of a tile in pixels. All names together are few, and with tiles this large a window shows
one to four of them: each is a request, and has the browser draw the map once more."""

NEARER = 2
"""How much larger the map's zoom is than that of the tiles that it shows."""

MOST_OTHERS = 100
"""UN cities beside the member cities that may have a name, the largest first."""

NAMELESS_STATES = ("SGP",)
"""States whose name is that of their one city, which is written there already."""


def address(version: str, wanted: Filter, drawing: Drawing) -> str:
    """The path of the tiles, with places for zoom, column and row."""
    query = {**wanted.to_query(), **drawing.to_query(), **i18n.parameters(), "v": version}
    return "/labels/{z}/{x}/{y}.geojson?" + urlencode(query)


def placing_zoom(tile_zoom: int, drawing: Drawing) -> float:
    """Zoom that the names of a tile are placed for.

    Tiles of a zoom are shown over one zoom of the map. Names are placed for the farthest, where
    they are nearest to each other; only the tiles that a map opens with are placed for just its
    zoom, so that the first view holds as many names as it can.
    """
    if tile_zoom == zoom_of_tiles(drawing.zoom):
        return drawing.zoom
    return tile_zoom + NEARER - 0.5


def zoom_of_tiles(zoom: float) -> int:
    """Zoom of the tiles that a map of some zoom shows, halves upwards as browsers round."""
    return max(int(np.floor(zoom - NEARER + 0.5)), LEAST_ZOOM)


def placed(layers: Catalogue, wanted: Filter, drawing: Drawing, tile_zoom: int) -> gpd.GeoDataFrame:
    """All names of one zoom: those of the cities that pass the filter, then of countries.

    Returns
    -------
    geopandas.GeoDataFrame
        ``label``, ``label_anchor``, ``label_baseline``, ``label_offset``, ``label_size``,
        ``country`` (whether it is a country's) and the point, in OGC:CRS84.
    """
    zoom = placing_zoom(tile_zoom, drawing)
    opening = tile_zoom == zoom_of_tiles(drawing.zoom)
    window = _pixel_window(drawing) if opening else None
    everything = layers.geo("cities")
    kept = recounted_cities(wanted, layers)
    people = kept["population"].astype("Float64").fillna(0)
    ranked = kept.loc[people.sort_values(ascending=False, kind="stable").index]
    radii = city_features(ranked, everything, drawing).loc[ranked.index, "radius"].to_numpy()
    ranked = gpd.GeoDataFrame(ranked[["name", "geometry"]])
    if drawing.size in UN_SIZES:
        others = un_city_features(layers, wanted, drawing).head(MOST_OTHERS)
        radii = np.concatenate([radii, others["radius"].to_numpy()])
        ranked = pd.concat([ranked, others[["name", "geometry"]]], ignore_index=True)
    points = pixels(ranked.geometry.x, ranked.geometry.y, zoom)
    cities = place_labels(ranked["name"], points, radii, window)
    taken = [*symbol_boxes(points, radii), *cities["label_box"].dropna()]
    states = layers["countries"]
    states = states[~states["iso3"].isin(NAMELESS_STATES)]
    middles = pixels(states["label_longitude"], states["label_latitude"], zoom)
    countries = place_country_names(states["name"], middles, taken, window)
    shown = pd.concat(
        [
            cities.drop(columns="label_box").assign(
                country=False, label_size=SIZE, geometry=ranked.geometry.to_numpy()
            ),
            countries.assign(
                country=True,
                label_size=SIZE - 1,
                geometry=gpd.points_from_xy(states["label_longitude"], states["label_latitude"]),
            ),
        ],
        ignore_index=True,
    )
    return gpd.GeoDataFrame(shown[shown["label"] != ""], geometry="geometry", crs=CRS)


def _placed(wanted: Filter, drawing: Drawing, tile_zoom: int) -> gpd.GeoDataFrame:
    """All names of one zoom, placed once for its tiles."""
    layers = catalogue()
    key = ("labels", gist(wanted, layers), replace(drawing, detail=Drawing.detail), tile_zoom)
    return layers.once(key, lambda: placed(layers, wanted, drawing, tile_zoom))


def tile(wanted: Filter, drawing: Drawing, at: tuple[int, int, int]) -> bytes:
    """The names whose points lie in one tile, as GeoJSON.

    Parameters
    ----------
    at
        Zoom, column and row of the tile.
    """
    tile_zoom, column, row = at
    names = _placed(wanted, drawing, tile_zoom)
    world = pixels(names.geometry.x, names.geometry.y, 0) / WORLD
    lies_in = np.floor(world * 2**tile_zoom)
    inside = (lies_in == (column, row)).all(axis=1)
    return geojson.encode(names[inside], decimals=5)


def _pixel_window(drawing: Drawing) -> Box | None:
    if not drawing.window:
        return None
    west, south, east, north = drawing.window
    (left, top), (right, bottom) = pixels([west, east], [north, south], drawing.zoom).tolist()
    return left, top, right, bottom
