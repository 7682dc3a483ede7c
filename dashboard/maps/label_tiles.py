"""Map labels as tiles, placed separately for each zoom level.

A deck cannot define at which zoom a label appears, but a tile layer requests the tiles of one zoom
at a time. So labels are placed for the whole map at each zoom level and served as tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.data.current import catalogue
from dashboard.maps import spread
from dashboard.maps.label_placement import (
    SIZE,
    Box,
    place_country_names,
    place_labels,
    symbol_boxes,
)
from dashboard.maps.source_urls import MIN_ZOOM, SURROUNDINGS_MIN_ZOOM, UN_SIZES, Drawing
from dashboard.maps.sources import (
    city_features,
    other_un_cities,
    place_features,
    project_place_features,
    surrounding_un_cities,
    un_city_features,
)
from dashboard.maps.symbols import YEAR_MODES
from dashboard.maps.view import WORLD_PIXELS, web_mercator_pixels
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filter_key, recounted_cities
from geo.errors import LayerError
from geo.export import geojson
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CRS

NEARER = 2
"""Difference between the zoom of the map and that of its tiles."""

MAX_OTHER_LABELS = 100
"""Maximum number of UN cities other than member cities with a label, largest first."""

HOLLOW_RADIUS = 6.0
"""Radius in pixels of the middle of a hollow circle, beside which its label stands; other labels
may stand in the rest of it."""

MEMBERS, UN_CITIES, PLACES = range(3)
"""Importance of labels, most important first; places of projects are as important as members, and
places come in the order of their populations."""

NAMELESS_STATES = ("SGP",)
"""States without a label, because they have the same name as their only city."""


def placing_zoom(tile_zoom: int, drawing: Drawing) -> float:
    """Zoom for which the labels of a tile are placed.

    Tiles of one zoom level are shown for a range of map zooms. Labels are placed for the lowest,
    where they are closest to each other; only the tiles of the initial view are placed for exactly
    its zoom, so that it contains as many labels as possible.
    """
    if tile_zoom == tile_zoom_for(drawing.zoom):
        return drawing.zoom
    return tile_zoom + NEARER - 0.5


def tile_zoom_for(zoom: float) -> int:
    """Zoom of the tiles at a map zoom; halves round up, as in browsers."""
    return max(int(np.floor(zoom - NEARER + 0.5)), MIN_ZOOM)


def placed_labels(
    layers: Catalogue, city_filter: Filter, drawing: Drawing, tile_zoom: int
) -> gpd.GeoDataFrame:
    """All labels of one zoom: cities that match the filter, what is drawn besides, then countries.

    Returns
    -------
    geopandas.GeoDataFrame
        ``label``, ``label_anchor``, ``label_baseline``, ``label_offset``, ``label_size``,
        ``country`` (whether it labels a country), ``minor`` (whether it recedes) and the point, in
        OGC:CRS84.
    """
    zoom = placing_zoom(tile_zoom, drawing)
    opening = tile_zoom == tile_zoom_for(drawing.zoom)
    window = _pixel_window(drawing) if opening else None
    ranked, moved = _members(layers, city_filter, drawing, zoom)
    others = _others(layers, city_filter, drawing, zoom)
    if len(others):
        ranked = pd.concat([ranked, others[list(ranked.columns)]], ignore_index=True)
        moved = np.concatenate([moved, np.zeros((len(others), 2))])
    radii = ranked["radius"].to_numpy()
    points = web_mercator_pixels(ranked.geometry.x, ranked.geometry.y, zoom) + moved
    levels = ranked["level"].to_numpy()
    cities = place_labels(ranked["name"], points, radii, window, levels)
    offsets = zip(cities["label_offset"], moved.tolist(), strict=True)
    cities["label_offset"] = [[x + dx, y + dy] for (x, y), (dx, dy) in offsets]
    taken = [*symbol_boxes(points, radii), *cities["label_box"].dropna()]
    states = layers["countries"]
    states = states[~states["iso3"].isin(NAMELESS_STATES)]
    middles = web_mercator_pixels(states["label_longitude"], states["label_latitude"], zoom)
    names = states.set_index("iso3")["name"]
    countries = place_country_names(names, middles, taken, window, _abroad(layers, zoom))
    labels = pd.concat(
        [
            cities.drop(columns="label_box").assign(
                country=False,
                minor=levels >= PLACES,
                label_size=SIZE - (levels >= PLACES),
                geometry=ranked.geometry.to_numpy(),
            ),
            countries.assign(
                country=True,
                minor=True,
                label_size=SIZE - 1,
                geometry=gpd.points_from_xy(states["label_longitude"], states["label_latitude"]),
            ),
        ],
        ignore_index=True,
    )
    return gpd.GeoDataFrame(labels[labels["label"] != ""], geometry="geometry", crs=CRS)


def _members(
    layers: Catalogue, city_filter: Filter, drawing: Drawing, zoom: float
) -> tuple[gpd.GeoDataFrame, spread.Floats]:
    """The member cities, most important first: ``name``, ``level``, ``radius`` and point; and how
    far their symbols are moved, in pixels."""
    cities = recounted_cities(Filter() if drawing.size == "city" else city_filter, layers)
    ranked = cities.assign(
        subject=cities["city_id"] == city_filter.near,
        capital=cities["name"].isin(layers["countries"]["capital"]),
        people=cities["population"].astype("Float64").fillna(0),
    ).sort_values(["subject", "capital", "people"], ascending=False, kind="stable")
    radii = city_features(ranked, layers.geo("cities"), drawing)["radius"]
    ranked = ranked[["name", "geometry"]].assign(level=MEMBERS, radius=radii)
    moved = np.zeros((len(ranked), 2))
    if drawing.size not in YEAR_MODES:
        x, y = ranked.geometry.x, ranked.geometry.y
        moved = spread.at_zoom(spread.shifts(x, y, ranked["radius"]), zoom)
    return gpd.GeoDataFrame(ranked), moved


def _others(
    layers: Catalogue, city_filter: Filter, drawing: Drawing, zoom: float
) -> gpd.GeoDataFrame:
    """What has a label besides the member cities, most important first: ``name``, ``level``,
    ``radius`` and point."""
    if drawing.size in UN_SIZES:
        un_cities = other_un_cities(layers, city_filter)
        features = un_city_features(un_cities, layers, drawing).head(MAX_OTHER_LABELS)
        return features.assign(level=MEMBERS)
    if drawing.size == "city" and zoom >= SURROUNDINGS_MIN_ZOOM:
        return _surroundings(layers, city_filter, drawing)
    return gpd.GeoDataFrame()


def _surroundings(layers: Catalogue, city_filter: Filter, drawing: Drawing) -> gpd.GeoDataFrame:
    """Places of projects, UN cities and populated places on the map of one city. A name that stands
    for a city is not repeated for a place."""
    project_places = project_place_features(layers, Filter(cities=(city_filter.near,)))
    un_cities = surrounding_un_cities(layers, city_filter, drawing)
    un_cities = un_cities[un_cities["member_role"] != "same"]
    un_cities["radius"] = un_cities["radius"].clip(upper=HOLLOW_RADIUS)
    holds = un_cities["member_role"] == "holds"
    un_cities["name"] = [
        tr("{name} (UN city)", name=name) if is_larger else name
        for name, is_larger in zip(un_cities["name"], holds, strict=True)
    ]
    members = layers["cities"]["name"]
    un_cities = un_cities[~un_cities["name"].isin(members)]
    places = place_features(layers, city_filter, drawing)
    named = pd.concat([members, un_cities["name"], project_places["name"]])
    places = places[~places["name"].isin(named)]
    places = places.sort_values("population", ascending=False, kind="stable")
    columns = ["name", "level", "radius", "geometry"]
    parts = [
        project_places.assign(level=MEMBERS)[columns],
        un_cities.assign(level=UN_CITIES)[columns],
        places.assign(level=PLACES + np.arange(len(places)))[columns],
    ]
    return gpd.GeoDataFrame(pd.concat([part for part in parts if len(part)], ignore_index=True))


def _abroad(layers: Catalogue, zoom: float) -> Callable[[Hashable, float, float], bool]:
    """Whether a pixel lies on the land of another country than that with an ISO 3166-1 code.

    Layers that cannot be read are omitted, as on the base map.
    """
    codes: list[str | None] = []
    shapes: list[shapely.Geometry] = []
    for name in ("countries_low", "context_low"):
        with suppress(LayerError):
            land = layers.geo(name)
            codes += land["iso3"].tolist()
            shapes += land.geometry.tolist()
    tree = shapely.STRtree(
        shapely.transform(shapes, lambda xy: web_mercator_pixels(xy[:, 0], xy[:, 1], zoom))
    )

    def is_abroad(iso3: Hashable, x: float, y: float) -> bool:
        found = tree.query(shapely.Point(x, y), predicate="intersects")
        return any(codes[index] != iso3 for index in found)

    return is_abroad


def _cached_labels(city_filter: Filter, drawing: Drawing, tile_zoom: int) -> gpd.GeoDataFrame:
    """All labels of one zoom, cached for all its tiles."""
    layers = catalogue()
    key = (
        "labels",
        filter_key(city_filter, layers),
        replace(drawing, detail=Drawing.detail),
        tile_zoom,
    )
    return layers.cached(key, lambda: placed_labels(layers, city_filter, drawing, tile_zoom))


def tile(city_filter: Filter, drawing: Drawing, tile_index: tuple[int, int, int]) -> bytes:
    """The labels whose points lie in one tile, as GeoJSON.

    Parameters
    ----------
    tile_index
        Zoom, column and row of the tile.
    """
    tile_zoom, column, row = tile_index
    names = _cached_labels(city_filter, drawing, tile_zoom)
    world = web_mercator_pixels(names.geometry.x, names.geometry.y, 0) / WORLD_PIXELS
    tile_of_label = np.floor(world * 2**tile_zoom)
    inside = (tile_of_label == (column, row)).all(axis=1)
    return geojson.encode(names[inside], decimals=5)


def _pixel_window(drawing: Drawing) -> Box | None:
    if not drawing.window:
        return None
    west, south, east, north = drawing.window
    (left, top), (right, bottom) = web_mercator_pixels(
        [west, east], [north, south], drawing.zoom
    ).tolist()
    return left, top, right, bottom
