"""Areas of the member cities: shapes joined to their table, and checked.

All geometry is in OGC:CRS84. Areas are geodesic on the WGS 84 ellipsoid.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.boundaries import Numbers, areas_km2, polygon_parts
from geo.analysis.geodesy import points
from geo.build.cities import AREA_TOLERANCE_PERCENT
from geo.build.joins import join_sources
from geo.errors import SourceError
from geo.schema.cities import CITY_AREAS
from geo.sources.read import line_number
from geo.vocabulary import EXACT

SHAPES = "city_areas.parquet"
SHAPE_COLUMNS = ("city_id", "edition", "geometry")

MIN_IN_COUNTRY_PERCENT = 50.0
"""Smallest share of an area inside its country's boundary. Natural Earth's coast is generalised: it
leaves 64% of Singapore and 72% of Sihanoukville on land, the rest in the sea."""

MAX_ABROAD_PERCENT = 5.0
"""Largest share of an area inside another country's boundary: 2.3% of Vientiane lies across the
generalised Mekong."""

_KEY = list(CITY_AREAS.key)


def build_city_areas(
    tables: Mapping[str, pd.DataFrame],
    shapes: gpd.GeoDataFrame,
    states: gpd.GeoDataFrame,
    neighbours: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """The ``city_areas`` layer, in the order of its key.

    Parameters
    ----------
    tables
        Source tables ``city_areas``, ``cities`` and ``sources``.
    shapes
        ``city_id``, ``edition`` and polygons, one row per row of the table.
    states, neighbours
        Full-detail boundaries of the member states, with ``iso3``, and of the countries around
        them.

    Returns
    -------
    geopandas.GeoDataFrame
        See :data:`geo.schema.cities.CITY_AREAS`.

    Raises
    ------
    SourceError
        If a row has no shape or a shape no row, a city has no area of edition ``network``, or a
        shape is invalid, does not hold its city's point, or lies neither in nor on the coast of its
        country; the message names the line.
    """
    table, cities = tables["city_areas"], points(tables["cities"])
    _check_editions(table, cities)
    areas = gpd.GeoDataFrame(table, geometry=_shapes_of(table, shapes), crs=shapes.crs)
    _require(areas, areas.geometry.is_valid & ~areas.geometry.is_empty, "is not a valid polygon")
    city = cities.set_index("city_id").loc[areas["city_id"]]
    holds = shapely.covers(areas.geometry.to_numpy(), city.geometry.to_numpy())
    _require(areas, holds, "does not hold the city's point")
    areas["iso3"], areas["name"] = city["iso3"].to_numpy(), city["name_en"].to_numpy()
    inside, abroad = _shares_percent(areas, states, neighbours)
    placed = (inside >= MIN_IN_COUNTRY_PERCENT) & (abroad <= MAX_ABROAD_PERCENT)
    _require(areas, placed, "lies neither in its country nor on its coast")
    km2 = areas_km2(areas.geometry).round(3)
    areas["area_km2"] = pd.Series(km2, index=areas.index).where(areas["fit"] == EXACT)
    areas = join_sources(areas, tables["sources"])
    ordered = areas.sort_values(_KEY, ignore_index=True)
    return ordered[[*CITY_AREAS.columns, "geometry"]]


def _check_editions(table: pd.DataFrame, cities: gpd.GeoDataFrame) -> None:
    drawn = table.loc[table["edition"] == "network", "city_id"]
    missing = sorted(set(cities["city_id"]) - set(drawn))
    if missing:
        raise SourceError(
            f"city_areas.csv has no row of edition 'network' for {', '.join(missing)}; every city "
            "needs one."
        )


def _shapes_of(table: pd.DataFrame, shapes: gpd.GeoDataFrame) -> np.ndarray:
    """The shape of each row of the table, as a MultiPolygon."""
    named = pd.MultiIndex.from_frame(table[_KEY])
    drawn = pd.MultiIndex.from_frame(shapes[_KEY])
    for lacking, where, other in (
        (named.difference(drawn), SHAPES, "city_areas.csv"),
        (drawn.difference(named), "city_areas.csv", SHAPES),
        (drawn[drawn.duplicated()], "city_areas.csv", f"{SHAPES} twice"),
    ):
        if len(lacking):
            row = ", ".join(map(str, lacking[0]))
            raise SourceError(f"{where} does not have the one row {row} of {other}.")
    return polygon_parts(shapes.geometry.to_numpy()[drawn.get_indexer(named)])


def _require(areas: gpd.GeoDataFrame, sound: pd.Series | np.ndarray, fault: str) -> None:
    wrong = ~np.asarray(sound)
    if wrong.any():
        row = int(wrong.argmax())
        city_id, edition = areas[_KEY].iloc[row]
        raise SourceError(
            f"city_areas.csv, line {line_number(areas, row)}: the shape of {city_id!r}, edition "
            f"{edition!r}, in {SHAPES} {fault}."
        )


def _shares_percent(
    areas: gpd.GeoDataFrame, states: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame
) -> tuple[Numbers, Numbers]:
    """Percent of each area inside its own country, and inside other countries."""
    shapes = areas.geometry.to_numpy()
    countries = np.concatenate([states.geometry.to_numpy(), neighbours.geometry.to_numpy()])
    codes = np.concatenate([states["iso3"].to_numpy(), np.full(len(neighbours), "")])
    row, country = shapely.STRtree(countries).query(shapes, predicate="intersects")
    km2 = areas_km2(polygon_parts(shapely.intersection(shapes[row], countries[country])))
    own = codes[country] == areas["iso3"].to_numpy()[row]
    whole = areas_km2(shapes)
    inside, abroad = (
        np.bincount(row, np.where(which, km2, 0), len(areas)) / whole * 100 for which in (own, ~own)
    )
    return inside, abroad


def areas_unlike_published(areas: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Areas that differ from the published ones by more than
    :data:`geo.build.cities.AREA_TOLERANCE_PERCENT`.

    Parameters
    ----------
    areas
        Layer ``city_areas``; areas that are not exact are left out.
    published
        ``city_id``, ``edition``, ``land_area_km2`` and ``territory``, the territory that it
        measures.

    Returns
    -------
    pandas.DataFrame
        ``city_id``, ``edition``, ``area_km2``, ``land_area_km2``, ``territory`` and
        ``difference_percent``.
    """
    table = areas[[*_KEY, "area_km2"]].merge(published, on=_KEY).dropna(subset="area_km2")
    difference = (table["area_km2"] / table["land_area_km2"] - 1) * 100
    table["difference_percent"] = difference.round(1)
    return table[table["difference_percent"].abs() > AREA_TOLERANCE_PERCENT]


def published_areas(cities: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """The published area of each city's territory, and of those that grew by the merger of 2025.

    Parameters
    ----------
    cities, figures
        Layers ``cities`` and ``city_populations``.

    Returns
    -------
    pandas.DataFrame
        ``city_id``, ``edition``, ``land_area_km2`` and ``territory``.
    """
    newest = cities.assign(edition="network", territory=cities["land_area_territory"])
    merged = figures[figures["edition"].str.startswith("after the", na=False)]
    columns = [*_KEY, "land_area_km2", "territory"]
    return pd.concat([newest[columns], merged.assign(edition="merged_2025")[columns]])


def un_cities_of_others(un_cities: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """UN cities of 2025 whose centre lies in the area of a member that does not have them, or
    outside the exact area of the member that has them.

    Parameters
    ----------
    un_cities, areas
        Layers ``wup2025_cities`` and ``city_areas``.

    Returns
    -------
    pandas.DataFrame
        ``un_city_code``, ``name``, ``city_id``, ``member_role``, ``within_city_id`` and
        ``within_edition``. A UN city that holds a member is far larger and may have its centre
        elsewhere; it is left out.
    """
    exact = set(areas.loc[areas["fit"] == EXACT, "city_id"])
    own = un_cities["city_id"].where(un_cities["city_id"].isin(exact))
    unlike = own.fillna("") != un_cities["within_city_id"].fillna("")
    columns = ["un_city_code", "name", "city_id", "member_role", "within_city_id", "within_edition"]
    return pd.DataFrame(un_cities.loc[unlike & (un_cities["member_role"] != "holds"), columns])
