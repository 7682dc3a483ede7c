"""Tiles of the land at city scale, with the sea around it and the borders on it.

From zoom 7 on they cover the base map, whose coasts are too coarse there; see
:mod:`dashboard.maps.base_map`.
"""

from __future__ import annotations

import math

import geopandas as gpd
import orjson
import pandas as pd
import shapely

from dashboard.maps.base_map import BORDER, CONTEXT, SEA, encode_kind, urban_shares
from dashboard.maps.source_urls import LAND_MAX_ZOOM
from dashboard.maps.view import WORLD_PIXELS
from geo.analysis.boundaries import as_series, land_borders, polygon_parts
from geo.errors import LayerError
from geo.export import geojson
from geo.layers.catalogue import Catalogue
from geo.vocabulary import MEMBER_STATES

DECIMALS = 4
"""Decimals of coordinates: 11 m, half a pixel at zoom 12. The layer is on a grid of 7 m."""

TOLERANCE = 0.75
"""Tolerance of a tile in pixels at the nearest zoom at which it is shown, as in
:data:`geo.build.boundaries.TOLERANCES`; islets smaller than its square are left out. Tiles of the
last zoom have every vertex: they are shown at all nearer zooms."""

_EMPTY = b'{"type":"FeatureCollection","features":[]}'


def tile_bounds(tile_index: tuple[int, int, int]) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of a tile (zoom, column, row)."""
    zoom, column, row = tile_index
    tiles = 2**zoom
    south, north = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * edge / tiles))))
        for edge in (row + 1, row)
    )
    return column / tiles * 360 - 180, south, (column + 1) / tiles * 360 - 180, north


def tile(layers: Catalogue, tile_index: tuple[int, int, int]) -> bytes:
    """The land and sea of one tile as GeoJSON, in drawing order; empty beyond the layer.

    It is also empty if the layer cannot be read, which the page reports: the base map shows then.
    Member states have their properties of the base map, for the same colours.

    Parameters
    ----------
    tile_index
        Zoom, column and row of the tile.
    """
    try:
        land = layers.geo("land")
    except LayerError:
        return _EMPTY
    west, south = land["west"].to_numpy(dtype=int), land["south"].to_numpy(dtype=int)
    region = shapely.box(west.min(), south.min(), west.max() + 1, south.max() + 1)
    sea = shapely.intersection(region, shapely.box(*tile_bounds(tile_index)))
    if not sea.area:
        return _EMPTY
    edges = sea.bounds
    inside = (west < edges[2]) & (west + 1 > edges[0]) & (south < edges[3]) & (south + 1 > edges[1])
    pieces, borders = _simplified(land[inside], tile_index[0])
    pieces["geometry"] = shapely.intersection(pieces["geometry"], sea, grid_size=10.0**-DECIMALS)
    # Squares are joined again, as edges inside of a country would be seen.
    joined = pieces.groupby("iso3", dropna=False)["geometry"].agg(shapely.disjoint_subset_union_all)
    shapes = as_series(polygon_parts(joined.to_numpy()), joined.index)
    shapes = shapes[~shapes.is_empty]
    is_member = shapes.index.isin(MEMBER_STATES)
    members = shapes[is_member].rename("geometry").reset_index()
    lines = shapely.get_parts(shapely.clip_by_rect(borders, *edges))
    parts = [
        encode_kind(SEA, [sea], DECIMALS),
        encode_kind(CONTEXT, list(shapes[~is_member]), DECIMALS),
        geojson.encode(members.join(urban_shares(layers), on="iso3"), decimals=DECIMALS),
        encode_kind(BORDER, [shapely.multilinestrings(lines)] if len(lines) else [], DECIMALS),
    ]
    features = [feature for part in parts for feature in orjson.loads(part)["features"]]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _simplified(land: gpd.GeoDataFrame, zoom: int) -> tuple[pd.DataFrame, shapely.Geometry]:
    """Polygons of land by country, ``iso3`` and ``geometry``, and the borders on it.

    A square is simplified as a whole with its edges unchanged, so that neighbouring tiles fit.
    """
    tolerance = TOLERANCE * 360 / WORLD_PIXELS / 2 ** (zoom + 1) if zoom < LAND_MAX_ZOOM else 0.0
    shapes, borders = land.geometry.to_numpy().copy(), []
    for (west, south), rows in land.groupby(["west", "south"]).indices.items():
        if tolerance:
            square = shapely.box(west, south, west + 1, south + 1)
            sea = shapely.difference(square, shapely.disjoint_subset_union_all(shapes[rows]))
            *shapes[rows], _ = shapely.coverage_simplify(
                [*shapes[rows], sea], tolerance, simplify_boundary=False
            )
        borders.append(land_borders(shapes[rows]))
    parts, row = shapely.get_parts(shapes, return_index=True)
    large = shapely.area(parts) > tolerance**2
    pieces = pd.DataFrame({"iso3": land["iso3"].to_numpy()[row[large]], "geometry": parts[large]})
    return pieces, shapely.union_all(borders)
