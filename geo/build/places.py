"""Populated places of GeoNames, with their country and nearest member city."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.analysis.boundaries import locate
from geo.analysis.city_areas import CityAreas
from geo.analysis.geodesy import nearest_site, points, whole_metres
from geo.schema.core import PLACES


def nearest_member_city(places: gpd.GeoDataFrame, cities: gpd.GeoDataFrame) -> pd.DataFrame:
    """The nearest member city of each place by geodesic distance.

    Parameters
    ----------
    places
        Points in OGC:CRS84.
    cities
        Points in OGC:CRS84 with ``city_id``.

    Returns
    -------
    pandas.DataFrame
        ``city_id`` and ``distance_km`` (three decimals), index of ``places``.
    """
    row, km = nearest_site(places, cities)
    return pd.DataFrame(
        {"city_id": cities["city_id"].to_numpy()[row], "distance_km": km.round(3)},
        index=places.index,
    )


def build_places(
    geonames: pd.DataFrame,
    countries: gpd.GeoDataFrame,
    country_codes: pd.DataFrame,
    cities: gpd.GeoDataFrame,
    neighbours: gpd.GeoDataFrame,
    areas: CityAreas,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The ``places`` layer, and the places whose country is in doubt.

    Boundaries are generalized, so that a place close to one may lie in the polygon of a country
    that is not a member state. It is assigned to the nearest member state, or the one given by
    GeoNames, and reported.

    Parameters
    ----------
    geonames
        Source table ``geonames_places``.
    countries
        Member states with ``iso3`` and their full-detail boundary.
    country_codes
        Source table ``countries`` (``iso2`` to ``iso3``).
    cities
        Member cities with ``city_id``.
    neighbours
        Non-member countries, with ``name`` and their full-detail boundary.
    areas
        Areas of the member cities.

    Returns
    -------
    places
        See :data:`geo.schema.core.PLACES`.
    disagreements
        Places whose polygon and GeoNames country differ, or that lie neither in nor near a
        member's polygon, or in a neighbour's: ``geonameid``, ``name``, ``geonames_iso3``,
        ``iso3`` (missing if near no member's polygon), ``neighbour`` (its name, missing if in
        none), ``distance_to_boundary_km``.
    """
    table = points(geonames)
    table["geonames_iso3"] = table["iso2"].map(country_codes.set_index("iso2")["iso3"])
    table = table[table["geonames_iso3"].notna()].reset_index(drop=True)
    located = locate(table, countries)
    table["iso3"] = located["iso3"]
    table["distance_to_boundary_km"] = whole_metres(located["distance_to_boundary_km"])
    table["neighbour"] = _containing_country(table, neighbours).where(
        located["distance_to_boundary_km"] != 0
    )
    disagreements = _disagreements(table)
    table["country_basis"] = "inside"
    table.loc[table["distance_to_boundary_km"] > 0, "country_basis"] = "nearest"
    table.loc[table["neighbour"].notna(), "country_basis"] = "neighbour"
    # Islets that the boundaries omit: fall back on the country of GeoNames.
    islet = table["iso3"].isna()
    table.loc[islet & table["neighbour"].isna(), "country_basis"] = "geonames"
    table.loc[islet, "iso3"] = table.loc[islet, "geonames_iso3"]
    table[["city_id", "distance_km"]] = nearest_member_city(table, cities)
    table = table.join(areas.locate(table))
    return table[[*PLACES.columns, "geometry"]], disagreements


def _disagreements(table: pd.DataFrame) -> pd.DataFrame:
    other = table["iso3"].isna() | (table["iso3"] != table["geonames_iso3"])
    columns = ["geonameid", "name", "geonames_iso3", "iso3", "neighbour", "distance_to_boundary_km"]
    rows = pd.DataFrame(table.loc[other | table["neighbour"].notna(), columns])
    return rows.sort_values("geonameid", ignore_index=True)


def _containing_country(places: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame) -> pd.Series:
    """Name of the country whose polygon contains each place; missing if there is none."""
    polygon, position = shapely.STRtree(places.geometry.to_numpy()).query(
        neighbours.geometry.to_numpy(), predicate="intersects"
    )
    names = pd.Series(neighbours["name"].to_numpy()[polygon], index=places.index[position])
    return names[~names.index.duplicated()].reindex(places.index).astype("str")
