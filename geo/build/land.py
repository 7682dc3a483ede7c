"""Land at city scale: the coast of GSHHG, by country, in squares of one degree.

All geometry is in OGC:CRS84. GSHHG has no countries: Natural Earth's borders divide its land, and
what lies outside of Natural Earth's coarser coasts goes to the nearest country.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.analysis.boundaries import (
    Indices,
    Shapes,
    areas_km2,
    polygon_parts,
)
from geo.errors import GeoError
from geo.schema.core import LAND
from geo.vocabulary import EXACT

GSHHG = "gshhg_land.parquet"

REMEDY = "fetch it with `python -m geo refresh gshhg`"

COLUMNS = ("west", "south", "geometry")
"""Columns written by :func:`geo.refresh.gshhg.land`."""

GRID = 2.0**-14
"""Coordinates are multiples of this many degrees (6.8 m; the source's own accuracy is about 50 m).
A power of two leaves most bits of a coordinate zero: the files have half the size."""

SHARED_PERCENT, SHARED_DEGREES = 25.0, 0.04
"""An island is divided if a second country has this share of it, or this area in square degrees
(about 500 km²), in Natural Earth: Sebatik, Borneo and Timor are; Singapore is not, although Natural
Earth's Johor reaches into it."""

NEAREST_DEGREES = 0.2
"""Islets farther than this (22 km) from any country of Natural Earth belong to none."""

NO_COUNTRY = "Islets without a country in Natural Earth"

CITY_STATE = "SGP"
"""GSHHG shows the coast of Singapore before most of its reclaimed land: 569 of 718 km². The area of
the city, which is that of the country, replaces it."""

MAX_DIFFERENCE_PERCENT = 10.0
"""Largest difference allowed between the land of a country and its published areas; Singapore's
area, 7% above them, includes reclamation under way."""

_STRAIT = 0.01
"""Degrees: GSHHG's islands this near to the city's area are those of the area."""

_NEAR, _SPACING = 0.05, 0.01


def squares_of(frame: pd.DataFrame) -> Shapes:
    """The square of one degree of each row, from its columns ``west`` and ``south``."""
    west, south = (frame[name].to_numpy(dtype=float) for name in ("west", "south"))
    return np.asarray(shapely.box(west, south, west + 1, south + 1), dtype=object)


def build_land(
    squares: gpd.GeoDataFrame, states: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The ``land`` layer, in the order of its key.

    Parameters
    ----------
    squares
        See :func:`geo.refresh.gshhg.land`.
    states, neighbours
        ``iso3``, ``name`` and full-detail boundary of the member states, and of the countries
        around them. That of :data:`CITY_STATE` is taken as its coast, too.

    Returns
    -------
    geopandas.GeoDataFrame
        See :data:`geo.schema.core.LAND`. The land of a square is a coverage: countries share the
        vertices of their border.
    """
    outlines, own = squares_of(squares), (states["iso3"] == CITY_STATE).to_numpy()
    city = shapely.set_precision(shapely.union_all(states.geometry[own].to_numpy()), GRID)
    countries = pd.concat([states[~own], neighbours], ignore_index=True)
    parts, square = shapely.get_parts(squares.geometry.to_numpy(), return_index=True)
    drawn_by_city = shapely.dwithin(parts, city, _STRAIT) & (shapely.area(parts) < city.area)
    parts, square = parts[~drawn_by_city], square[~drawn_by_city]
    near_city = shapely.dwithin(parts, city, _STRAIT)
    parts[near_city] = shapely.difference(parts[near_city], city, grid_size=GRID)
    overlaps = _overlaps(parts, countries)
    country, divided = _countries_of_parts(overlaps, connected(parts))
    alone = country.isna() & ~divided
    country[alone] = _nearest(parts[alone], countries)
    table = pd.DataFrame({"square": square, "name": country, "piece": parts})
    pieces = [table[~divided]]
    for part in np.flatnonzero(divided):
        near = overlaps[overlaps["part"] == part].groupby("name")["near"].agg(shapely.union_all)
        shapes = _divided(parts[part], near.to_numpy())
        pieces.append(pd.DataFrame({"square": square[part], "name": near.index, "piece": shapes}))
    for name in states.loc[own, "name"]:
        of_city = np.flatnonzero(shapely.intersects(outlines, city))
        shapes = shapely.intersection(outlines[of_city], city)
        pieces.append(pd.DataFrame({"square": of_city, "name": name, "piece": shapes}))
    codes = pd.concat([states, neighbours]).set_index("name")["iso3"]
    return _by_square(pd.concat(pieces), squares, codes)


def with_city_state(states: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The member states, with the area of the city as the boundary of :data:`CITY_STATE`.

    Parameters
    ----------
    states, areas
        Boundaries of the member states, with ``iso3``, and layer ``city_areas``.
    """
    exact = areas[(areas["fit"] == EXACT) & (areas["iso3"] == CITY_STATE)]
    shapes = states.geometry.where(states["iso3"] != CITY_STATE, exact.geometry.iloc[0])
    return states.set_geometry(shapes)


def _overlaps(parts: Shapes, countries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of parts of the land and polygons of countries that overlap.

    Returns
    -------
    pandas.DataFrame
        ``part`` (index), ``name`` of the country, ``near`` (its polygon around the part) and
        ``area`` of the overlap in square degrees, or of the part if it meets one polygon only.
    """
    polygons, country = shapely.get_parts(countries.geometry.to_numpy(), return_index=True)
    polygon, part = shapely.STRtree(parts).query(polygons, predicate="intersects")
    pairs = pd.DataFrame({"part": part, "name": countries["name"].to_numpy()[country[polygon]]})
    pairs["near"], pairs["area"] = polygons[polygon], shapely.area(parts[part])
    for row in np.flatnonzero(pairs["part"].duplicated(keep=False)):
        shape = parts[part[row]]
        west, south, east, north = shape.bounds
        near = shapely.clip_by_rect(
            polygons[polygon[row]], west - _NEAR, south - _NEAR, east + _NEAR, north + _NEAR
        )
        pairs.at[row, "near"] = near
        pairs.at[row, "area"] = shapely.area(shapely.intersection(shape, near))
    return pairs


def connected(parts: Shapes) -> Indices:
    """The island of each part: the index of its first part. Parts that touch are one island."""
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    island = np.arange(len(parts))
    while True:
        first = island.copy()
        np.minimum.at(first, left, island[right])
        if (first == island).all():
            return island
        island = first


def _countries_of_parts(overlaps: pd.DataFrame, island: Indices) -> tuple[pd.Series, pd.Series]:
    """The country of each part, missing without one, and whether it is to be divided."""
    of_island = overlaps.assign(island=island[overlaps["part"]])
    of_island = of_island.groupby(["island", "name"])["area"].sum().reset_index()
    total = of_island.groupby("island")["area"].transform("sum")
    of_island["percent"] = of_island["area"] / total * 100
    ranked = of_island.sort_values("area", ascending=False, kind="stable")
    is_second = ranked.groupby("island").cumcount() == 1
    large = (ranked["percent"] >= SHARED_PERCENT) | (ranked["area"] >= SHARED_DEGREES)
    shared = ranked.loc[is_second & large, "island"]
    first = ranked.drop_duplicates("island").set_index("island")["name"]
    whole = pd.Series(island).map(first.drop(shared)).astype(object)
    each = overlaps.groupby("part")["name"]
    country = whole.fillna(each.first()[each.nunique() == 1])
    several = (each.nunique() > 1).reindex(whole.index, fill_value=False)
    return country, country.isna() & several


def _nearest(parts: Shapes, countries: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Name of the country nearest to each part, None beyond :data:`NEAREST_DEGREES`."""
    # The distance to many vertices is a fifth of the time of that to the few polygons.
    boundaries = shapely.segmentize(countries.geometry.to_numpy(), _NEAR)
    vertices, row = shapely.get_coordinates(boundaries, return_index=True)
    part, vertex = shapely.STRtree(shapely.points(vertices)).query_nearest(
        shapely.point_on_surface(parts), max_distance=NEAREST_DEGREES, all_matches=False
    )
    names = np.full(len(parts), None, dtype=object)
    names[part] = countries["name"].to_numpy()[row[vertex]]
    return names


def _divided(shape: shapely.Geometry, countries: Shapes) -> Shapes:
    """The part of a shape that belongs to each country, with matching vertices.

    Land outside of all of them belongs to the nearest. Where two are beside it, the bisector of
    their boundaries divides it.
    """
    boundaries = shapely.boundary(countries)
    lines = [shapely.boundary(shape), *boundaries]
    outside = shapely.get_parts(shapely.difference(shape, shapely.union_all(countries)))
    beside = shapely.dwithin(outside[:, None], countries, 1e-9).sum(axis=1)
    for between in outside[beside > 1]:
        window = shapely.box(*between.bounds).buffer(_NEAR)
        near = shapely.segmentize(shapely.intersection(boundaries, window), _SPACING)
        vertices = shapely.multipoints(shapely.get_coordinates(near))
        bisectors = shapely.voronoi_polygons(vertices, only_edges=True)
        lines.append(shapely.intersection(bisectors, between))
    noded = shapely.union_all(lines, grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    faces = np.where(shapely.intersects(shape, inside), faces, shapely.Polygon())
    nearest = shapely.STRtree(countries).nearest(inside)
    return np.array([shapely.union_all(faces[nearest == i]) for i in range(len(countries))])


def _by_square(
    pieces: pd.DataFrame, squares: gpd.GeoDataFrame, codes: pd.Series
) -> gpd.GeoDataFrame:
    """One row per square and country, with the code of its name."""
    pieces = pieces.assign(name=pieces["name"].fillna(NO_COUNTRY))
    grouped = pieces.groupby(["square", "name"])["piece"].agg(list).reset_index()
    square = squares.iloc[grouped["square"]]
    frame = gpd.GeoDataFrame(
        {
            "west": square["west"].astype("Int64").to_numpy(),
            "south": square["south"].astype("Int64").to_numpy(),
            "iso3": grouped["name"].map(codes).astype("str"),
            "name": grouped["name"].astype("str"),
        },
        geometry=polygon_parts(grouped["piece"].map(shapely.geometrycollections).to_numpy()),
        crs=squares.crs,
    )
    return frame[~frame.is_empty].sort_values(list(LAND.key), ignore_index=True)


def check_land(land: gpd.GeoDataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """Compare the land of each member state with its published land and total areas.

    Parameters
    ----------
    land
        See :func:`build_land`.
    countries
        Source table; uses ``iso3``, ``land_area_km2`` and ``total_area_km2``, which includes inland
        water: GSHHG draws the larger lakes and rivers only.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``land_km2``, ``land_area_km2``, ``total_area_km2`` and ``difference_percent``, 0
        between the two.

    Raises
    ------
    GeoError
        If a difference exceeds :data:`MAX_DIFFERENCE_PERCENT`.
    """
    table = countries[["iso3", "land_area_km2", "total_area_km2"]].sort_values("iso3")
    km2 = pd.Series(areas_km2(land.geometry), index=land["iso3"]).groupby(level=0).sum()
    table.insert(1, "land_km2", table["iso3"].map(km2).round(1))
    published = table["land_km2"].clip(table["land_area_km2"], table["total_area_km2"])
    table["difference_percent"] = ((table["land_km2"] / published - 1) * 100).round(2)
    unlike = table[~(table["difference_percent"].abs() <= MAX_DIFFERENCE_PERCENT)]
    if len(unlike):
        raise GeoError(f"Land of {', '.join(unlike['iso3'])} is unlike that published:\n{unlike}")
    return table.reset_index(drop=True)


def cities_in_the_sea(
    areas: gpd.GeoDataFrame, land: gpd.GeoDataFrame, states: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Exact areas of cities of which less than 99% is land at city scale.

    Parameters
    ----------
    areas, land
        Layers ``city_areas`` and ``land``.
    states
        Full-detail boundaries of the member states.

    Returns
    -------
    pandas.DataFrame
        ``city_id``, ``edition``, ``land_percent`` and, for comparison, ``boundary_percent``: the
        share inside of the boundaries of Natural Earth.
    """
    exact = areas[areas["fit"] == EXACT]
    table = pd.DataFrame(exact[["city_id", "edition"]])
    km2 = areas_km2(exact.geometry)
    for name, frame in (("land_percent", land), ("boundary_percent", states)):
        shapes = frame.geometry.to_numpy()
        row, shape = shapely.STRtree(shapes).query(exact.geometry, predicate="intersects")
        common = shapely.intersection(exact.geometry.to_numpy()[row], shapes[shape])
        inside = np.bincount(row, areas_km2(polygon_parts(common)), len(exact))
        table[name] = (inside / km2 * 100).round(1)
    return table[table["land_percent"] < 99].reset_index(drop=True)
