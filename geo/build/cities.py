"""The member cities with all attributes for filters and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.boundaries import locate
from geo.analysis.densities import densities, same_territory
from geo.analysis.geodesy import distances_km, points, whole_metres
from geo.analysis.projects import counts_by_city
from geo.analysis.urbanisation import latest_values, newest_urban_growth
from geo.build.joins import check_rows, join
from geo.build.urbanisation import agglomeration_figures
from geo.errors import SourceError
from geo.schema.cities import CITY_POPULATIONS
from geo.schema.core import CITIES
from geo.sources.read import line_number, require_known

NEAREST_PLACES = 3
"""Number of nearby places that confirm a city's first-level area. The nearest one alone may lie
across the border of a small area, as for Khon Kaen, 33 km away."""

AREA_TOLERANCE_PERCENT = 5.0
"""Published land areas of a city that differ by more are listed in the build report."""


def build_cities(
    cities: pd.DataFrame,
    countries: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    matches: pd.DataFrame,
    agglomerations: pd.DataFrame,
    city_years: pd.DataFrame,
    un_city_figures: pd.DataFrame,
    country_years: pd.DataFrame,
    projects: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Join all attributes of the member cities to ``cities.csv``.

    Parameters
    ----------
    cities, countries, matches, agglomerations
        Source tables ``cities``, ``countries``, ``city_agglomerations`` and
        ``wup2018_agglomerations``.
    boundaries
        Member states with ``iso3`` and the full-detail boundary in OGC:CRS84.
    city_years, country_years, projects
        Built tables, see :mod:`geo.schema`.
    un_city_figures
        See :func:`geo.analysis.un_cities.member_figures`.

    Returns
    -------
    geopandas.GeoDataFrame
        See :data:`geo.schema.core.CITIES`; one row per row of ``cities.csv``.

    Raises
    ------
    SourceError
        If a join would drop or duplicate cities, which the message lists, or a city lies outside
        its stated country.
    """
    _check_matches(matches, cities, agglomerations)
    table = points(cities)
    table["distance_to_boundary_km"] = _distance_to_country(table, boundaries)
    country = countries[["iso3", "name_en"]].rename(columns={"name_en": "country"})
    table = join(table, country, "iso3", "countries.csv")
    table = table.rename(columns={"name_en": "name"})
    table["density_per_km2"] = densities(table).where(same_territory(table))
    table = _join_agglomeration(table, matches, city_years)
    table = table.join(un_city_figures, on="city_id")
    share = latest_values(country_years, "SP.URB.TOTL.IN.ZS")
    growth = newest_urban_growth(country_years)
    table["national_urban_share"] = table["iso3"].map(share["value"])
    table["national_urban_share_year"] = table["iso3"].map(share["year"]).astype("Int64")
    table["national_urban_growth"] = table["iso3"].map(growth["value"])
    table["national_urban_growth_year"] = table["iso3"].map(growth["year"]).astype("Int64")
    check_rows(table["city_id"], cities["city_id"], "cities.csv")
    table = table.join(counts_by_city(projects, table["city_id"]), on="city_id")
    ordered = table.sort_values("city_id", ignore_index=True)
    return ordered[[*CITIES.columns, "geometry"]]


def build_city_populations(figures: pd.DataFrame) -> pd.DataFrame:
    """The other official figures of the cities, with densities.

    Parameters
    ----------
    figures
        Source table ``city_populations``.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.cities.CITY_POPULATIONS`, sorted by its key.
    """
    table = figures.assign(density_per_km2=densities(figures))
    return table.sort_values(list(CITY_POPULATIONS.key), ignore_index=True)


def differing_areas(
    cities: pd.DataFrame, figures: pd.DataFrame, plans: pd.DataFrame
) -> pd.DataFrame:
    """Published land areas of a city that differ by more than :data:`AREA_TOLERANCE_PERCENT`.

    Parameters
    ----------
    cities, figures, plans
        Layers ``cities`` and ``city_populations``, and source table ``plans``.

    Returns
    -------
    pandas.DataFrame
        ``city_id``, ``land_area_km2`` of the city, ``other_area_km2``, ``other`` (year and
        territory, or the action plan) and ``difference_percent``, one row per difference.
    """
    others = pd.concat(
        [
            pd.DataFrame(
                {
                    "city_id": figures["city_id"],
                    "other_area_km2": figures["land_area_km2"],
                    "other": figures["year"].astype(str) + ", " + figures["territory"],
                }
            ),
            pd.DataFrame(
                {
                    "city_id": plans["city_id"],
                    "other_area_km2": plans["stated_land_area_km2"],
                    "other": "action plan",
                }
            ),
        ]
    ).dropna(subset="other_area_km2")
    table = cities[["city_id", "land_area_km2"]].merge(others, on="city_id")
    table["difference_percent"] = (
        (table["other_area_km2"] / table["land_area_km2"] - 1) * 100
    ).round(1)
    differing = table[table["difference_percent"].abs() > AREA_TOLERANCE_PERCENT]
    return differing.sort_values(["city_id", "other"], ignore_index=True)


def _check_matches(
    matches: pd.DataFrame, cities: pd.DataFrame, agglomerations: pd.DataFrame
) -> None:
    name = "city_agglomerations.csv"
    require_known(matches, "city_id", cities["city_id"], name, "cities.csv")
    require_known(
        matches, "city_code", agglomerations["city_code"], name, "wup2018_agglomerations.csv"
    )
    missing = sorted(set(cities["city_id"]) - set(matches["city_id"]))
    if missing:
        raise SourceError(f"{name} has no row for {', '.join(missing)}; every city needs one.")
    wrong = (matches["relation"] == "none") == matches["city_code"].notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise SourceError(
            f"{name}, line {line_number(matches, row)}, column relation: "
            f"{matches['relation'].iloc[row]!r} does not go with city_code "
            f"{matches['city_code'].iloc[row]!r}; 'none' has no code."
        )


def check_first_level(
    cities: pd.DataFrame, geonames: pd.DataFrame, countries: pd.DataFrame
) -> None:
    """Check each city's first-level area against GeoNames, by id and by location.

    The code of a city's own place was copied from GeoNames, so it does not verify the location:
    one of the :data:`NEAREST_PLACES` nearest other places in the country must have the city's
    code too. The check is skipped if the country has no other place with that code (Putrajaya,
    Vientiane Prefecture); places without a code are ignored (many in Singapore, which has no
    first level).

    Parameters
    ----------
    cities, geonames, countries
        Source tables ``cities``, ``geonames_places`` and ``countries``.

    Raises
    ------
    SourceError
        Naming the line, the city and both codes.
    """
    coded = geonames[geonames["admin1_code"].notna()]
    codes_by_place = coded.set_index("geonameid")["admin1_code"]
    iso2 = countries.set_index("iso3")["iso2"]
    for row, city in enumerate(cities.to_dict("records")):
        stated = city["admin1_code"]
        expected = (
            {codes_by_place[city["geonameid"]]}
            if city["geonameid"] in codes_by_place.index
            else {stated}
        )
        if expected == {stated}:
            others = coded[
                (coded["iso2"] == iso2[city["iso3"]]) & (coded["geonameid"] != city["geonameid"])
            ]
            expected = (
                _codes_around(city, others) if stated in set(others["admin1_code"]) else {stated}
            )
        if stated not in expected:
            raise SourceError(
                f"cities.csv, line {line_number(cities, row)}, column admin1_code: "
                f"{city['city_id']!r} is said to lie in {stated!r}, but GeoNames has "
                f"{' and '.join(repr(code) for code in sorted(expected))} there."
            )


def _codes_around(city: Mapping[Any, Any], others: pd.DataFrame) -> set[str]:
    """First-level codes of the places nearest to a city."""
    away = distances_km(
        city["longitude"], city["latitude"], others["longitude"], others["latitude"]
    )
    return set(others["admin1_code"].iloc[np.argsort(away)[:NEAREST_PLACES]])


def _distance_to_country(table: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    located = locate(table, boundaries)
    wrong = (located["iso3"] != table["iso3"]).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        iso3 = located["iso3"].iloc[row]
        where = "no member state" if pd.isna(iso3) else str(iso3)
        raise SourceError(
            f"cities.csv, line {line_number(table, row)}, column iso3: "
            f"{table['city_id'].iloc[row]!r} is said to lie in {table['iso3'].iloc[row]}, but its "
            f"point lies in {where}."
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
    table = join(table, renamed, "city_id", "city_agglomerations.csv")
    figures = agglomeration_figures(city_years)
    # A city within a larger agglomeration gets no figures: they would be taken for the city's.
    same_city = table["city_code"].where(table["agglomeration_relation"] == "same")
    for name in figures.columns:
        table[name] = same_city.map(figures[name]).astype(figures[name].dtype)
    return table
