"""The member cities with every attribute that a filter or a comparison needs."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.action_plans import counts_by_city
from geo.boundaries import locate
from geo.errors import SourceError
from geo.places import distances_km, points, whole_metres
from geo.schema import CITIES
from geo.sources import require_known
from geo.urbanisation import agglomeration_figures, latest


def build_cities(
    cities: pd.DataFrame,
    countries: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    matches: pd.DataFrame,
    agglomerations: pd.DataFrame,
    city_years: pd.DataFrame,
    country_years: pd.DataFrame,
    projects: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Join everything known of each member city to its row in ``cities.csv``.

    Parameters
    ----------
    cities, countries, matches, agglomerations
        Source tables ``cities``, ``countries``, ``city_agglomerations`` and
        ``wup2018_agglomerations``.
    boundaries
        Member states with ``iso3`` and the full-detail boundary in OGC:CRS84.
    city_years, country_years, projects
        Built tables, see :mod:`geo.schema`.

    Returns
    -------
    geopandas.GeoDataFrame
        See :data:`geo.schema.CITIES`; one row a row of ``cities.csv``.

    Raises
    ------
    SourceError
        If a join would lose or double a city, a city lies in another country than stated or in
        none, or a country has no member city's figures.
    """
    _check_matches(matches, cities, agglomerations)
    table = points(cities)
    table["distance_to_boundary_km"] = _distance_in_own_country(table, boundaries)
    table = table.merge(
        countries[["iso3", "name_en"]].rename(columns={"name_en": "country"}),
        on="iso3",
        how="left",
        validate="many_to_one",
    )
    table = table.rename(columns={"name_en": "name"})
    table["density_per_km2"] = (
        (table["population"].astype("Float64") / table["land_area_km2"]).astype(float).round(1)
    )
    table = _join_agglomeration(table, matches, city_years)
    share = latest(country_years, "SP.URB.TOTL.IN.ZS")
    growth = latest(country_years, "SP.URB.GROW")
    table["national_urban_share"] = table["iso3"].map(share["value"]).round(2)
    table["national_urban_share_year"] = table["iso3"].map(share["year"]).astype("Int64")
    table["national_urban_growth"] = table["iso3"].map(growth["value"]).round(2)
    table = table.join(counts_by_city(projects, table["city_id"]), on="city_id", validate="1:1")
    if len(table) != len(cities) or set(table["city_id"]) != set(cities["city_id"]):
        raise SourceError(
            "cities.csv: the join lost or doubled a city; check the keys it joins on."
        )
    ordered = table.sort_values("city_id", ignore_index=True)
    return ordered[[*CITIES.columns, "geometry"]]


def _check_matches(
    matches: pd.DataFrame, cities: pd.DataFrame, agglomerations: pd.DataFrame
) -> None:
    name = "city_agglomerations.csv"
    require_known(matches, "city_id", cities["city_id"], name, "cities.csv")
    require_known(
        matches, "city_code", agglomerations["city_code"], name, "wup2018_agglomerations.csv"
    )
    lost = sorted(set(cities["city_id"]) - set(matches["city_id"]))
    if lost:
        raise SourceError(f"{name} has no row for {', '.join(lost)}; every city needs one.")
    wrong = (matches["relation"] == "none") == matches["city_code"].notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise SourceError(
            f"{name}, line {row + 2}, column relation: {matches['relation'].iloc[row]!r} does not "
            f"go with city_code {matches['city_code'].iloc[row]!r}; 'none' has no code."
        )


def check_first_level(cities: pd.DataFrame, geonames: pd.DataFrame) -> None:
    """Check each city's first-level area against GeoNames.

    A city with a GeoNames id is compared with that place, any other with the nearest place; a
    place without a code (Singapore has no first level) says nothing.

    Parameters
    ----------
    cities, geonames
        Source tables ``cities`` and ``geonames_places``.

    Raises
    ------
    SourceError
        Naming the line, the city and both codes.
    """
    known = geonames.set_index("geonameid")["admin1_code"]
    for line, city in enumerate(cities.to_dict("records"), start=2):
        if city["geonameid"] in known.index:
            found = known[city["geonameid"]]
        else:
            away = distances_km(
                city["longitude"], city["latitude"], geonames["longitude"], geonames["latitude"]
            )
            found = geonames["admin1_code"].iloc[int(away.argmin())]
        if not pd.isna(found) and found != city["admin1_code"]:
            raise SourceError(
                f"cities.csv, line {line}, column admin1_code: {city['city_id']!r} is said to lie "
                f"in {city['admin1_code']!r}, but GeoNames has {found!r} there."
            )


def _distance_in_own_country(table: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    located = locate(table, boundaries)
    wrong = (located["iso3"] != table["iso3"]).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        found = located["iso3"].iloc[row]
        where = "no member state" if pd.isna(found) else str(found)
        raise SourceError(
            f"cities.csv, line {row + 2}, column iso3: {table['city_id'].iloc[row]!r} is said to "
            f"lie in {table['iso3'].iloc[row]}, but its point lies in {where}."
        )
    return whole_metres(located["distance_to_boundary_km"])


def _join_agglomeration(
    table: gpd.GeoDataFrame, matches: pd.DataFrame, city_years: pd.DataFrame
) -> gpd.GeoDataFrame:
    renamed = matches.rename(
        columns={
            "urban_agglomeration": "agglomeration",
            "relation": "agglomeration_relation",
            "reason": "agglomeration_note",
        }
    ).drop(columns="document")
    joined = table.merge(renamed, on="city_id", how="left", validate="one_to_one")
    figures = agglomeration_figures(city_years)
    # A city that only lies within an agglomeration has no figure of its own: the
    # agglomeration's would be read as the city's.
    own = joined["city_code"].where(joined["agglomeration_relation"] == "same")
    for name in figures.columns:
        joined[name] = own.map(figures[name]).astype(figures[name].dtype)
    return joined
