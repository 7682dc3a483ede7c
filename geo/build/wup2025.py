"""World Urbanization Prospects 2025: UN cities and their relation to member cities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.analysis.boundaries import locate
from geo.analysis.city_areas import CityAreas
from geo.analysis.geodesy import distances_km, points, whole_metres
from geo.analysis.un_cities import SEPARATOR, split_codes, with_growth_rates
from geo.errors import SourceError
from geo.schema.wup2025 import CITIES, MAX_OUTSIDE_KM, UN_CITY_YEARS
from geo.sources.read import line_number
from geo.vocabulary import BASE_YEAR_2025, WUP_2025

MATCHES = "city_wup2025.csv"


MAX_AWAY_KM = 75
"""Largest distance between a member city and a matched UN city; Tatkon in Nay Pyi Taw's union
territory and Trung Ha in Hanoi's are about 44 and 54 km away."""


_ROLES: Mapping[str, str] = {"same": "same", "part_of": "holds", "several": "part"}
"""Relation of a member city -> role of its UN cities."""

_CODES_NEEDED: Mapping[str, tuple[range, str]] = {
    "none": (range(1), "no code"),
    "same": (range(1, 2), "one code"),
    "part_of": (range(1, 2), "one code"),
    "several": (range(2, 100), "two codes or more"),
}


def build_un_cities(
    tables: Mapping[str, pd.DataFrame], boundaries: gpd.GeoDataFrame, areas: CityAreas
) -> gpd.GeoDataFrame:
    """The ``wup2025_cities`` layer, in order of country and rank.

    Parameters
    ----------
    tables
        Source tables ``wup2025_cities``, ``wup2025_city_years``, ``city_wup2025`` and ``cities``.
    boundaries
        Member states with ``iso3`` and the full-detail boundary in OGC:CRS84.
    areas
        Areas of the member cities.

    Returns
    -------
    geopandas.GeoDataFrame
        See :data:`geo.schema.wup2025.CITIES`.

    Raises
    ------
    SourceError
        If a match of a member city is invalid, or a UN city has no population in 2025 or lies far
        outside its country; the message names the line.
    """
    roles = member_roles(tables["city_wup2025"], tables["cities"])
    table = tables["wup2025_cities"].merge(
        _figures(tables["wup2025_city_years"]),
        left_on="un_city_code",
        right_index=True,
        how="left",
        validate="one_to_one",
    )
    empty = table["population_2025"].isna().to_numpy()
    if empty.any():
        row = int(empty.argmax())
        raise SourceError(
            f"wup2025_cities.csv, line {line_number(tables['wup2025_cities'], row)}: "
            f"{table['name'].iloc[row]!r} has no population of 2025 in wup2025_city_years.csv."
        )
    table = points(table)
    table = table.join(areas.locate(table))
    table["distance_to_boundary_km"] = _distance_to_country(table, boundaries)
    ranks = table.groupby("iso3")["population_2025"].rank(method="first", ascending=False)
    table["rank_in_country"] = ranks.astype("Int64")
    table = table.merge(roles, on="un_city_code", how="left", validate="one_to_one")
    ordered = table.sort_values(["iso3", "rank_in_country"], ignore_index=True)
    return ordered[[*CITIES.columns, "geometry"]]


def _figures(years: pd.DataFrame) -> pd.DataFrame:
    """Figures of each UN city by its code."""
    wide = years.pivot(index="un_city_code", columns="year", values="population_thousands")
    people = (wide.reindex(columns=UN_CITY_YEARS) * 1_000).round().astype("Int64")
    figures = people.add_prefix("population_")
    area = years[years["year"] == BASE_YEAR_2025].set_index("un_city_code")["land_area_km2"]
    figures["area_km2"] = area.reindex(figures.index)
    return with_growth_rates(figures, "population", "growth", "area_km2", "density_per_km2")


def _distance_to_country(cities: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Series:
    km = pd.concat(
        locate(cities[cities["iso3"] == iso3], boundary, MAX_OUTSIDE_KM)["distance_to_boundary_km"]
        for iso3, boundary in boundaries.groupby("iso3")
    ).reindex(cities.index)
    distant = km.isna().to_numpy()
    if distant.any():
        city = cities.iloc[int(distant.argmax())]
        raise SourceError(
            f"wup2025_cities.csv: city {city['un_city_code']} ({city['name']}) is said to lie in "
            f"{city['iso3']}, but its point lies more than {MAX_OUTSIDE_KM} km outside."
        )
    return whole_metres(km)


def member_roles(matches: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Role of each matched UN city for its member city.

    Parameters
    ----------
    matches, cities
        Source tables ``city_wup2025`` and ``cities``.

    Returns
    -------
    pandas.DataFrame
        ``un_city_code``, ``city_id``, ``member_role``; each code once. If a UN city contains
        several members, the most populous one.

    Raises
    ------
    SourceError
        If a member has the wrong number of codes, or a code is matched twice; the message names
        the line or the code.
    """
    rows: list[dict[str, Any]] = []
    for row, match in enumerate(matches.to_dict("records")):
        _check_number_of_codes(match, f"{MATCHES}, line {line_number(matches, row)}")
        rows += [
            {"un_city_code": code, "city_id": match["city_id"], "member_role": role}
            for code, role in _codes_with_roles(match)
        ]
    roles = pd.DataFrame(rows, columns=["un_city_code", "city_id", "member_role"], dtype="str")
    _check_matched_once(roles)
    people = roles["city_id"].map(cities.set_index("city_id")["population"]).astype("Float64")
    largest = roles.loc[people.sort_values(ascending=False, kind="stable").index]
    return largest.drop_duplicates("un_city_code").sort_index().reset_index(drop=True)


def check_places(matches: pd.DataFrame, cities: pd.DataFrame, un_cities: pd.DataFrame) -> None:
    """Check that each member city is matched to nearby UN cities of its own country.

    Parameters
    ----------
    matches, cities, un_cities
        Source tables ``city_wup2025``, ``cities`` and ``wup2025_cities``.

    Raises
    ------
    SourceError
        Naming line, code and both countries, or the distance.
    """
    members, known = cities.set_index("city_id"), un_cities.set_index("un_city_code")
    for row, match in enumerate(matches.to_dict("records")):
        city_id, codes = match["city_id"], [code for code, _ in _codes_with_roles(match)]
        city, matched = members.loc[city_id], known.loc[codes]
        where = f"{MATCHES}, line {line_number(matches, row)}"
        abroad = matched[matched["iso3"] != city["iso3"]]
        if len(abroad):
            raise SourceError(
                f"{where}: UN city {abroad.index[0]!r} lies in {abroad['iso3'].iloc[0]}, "
                f"{city_id!r} in {city['iso3']}."
            )
        km = distances_km(
            city["longitude"], city["latitude"], matched["longitude"], matched["latitude"]
        )
        for code, away in zip(codes, km, strict=True):
            if away > MAX_AWAY_KM:
                raise SourceError(
                    f"{where}: UN city {code!r} lies {away:.0f} km from {city_id!r}; "
                    f"{MAX_AWAY_KM} km at the most."
                )


def _codes_with_roles(match: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """UN codes of a match, with their roles."""
    for code in split_codes(match["un_city_codes"]):
        yield code, _ROLES[match["relation"]]
    for code in split_codes(match["codes_inside"]):
        yield code, "inside"


def _check_number_of_codes(match: Mapping[Any, Any], where: str) -> None:
    numbers, needed = _CODES_NEEDED[match["relation"]]
    codes = split_codes(match["un_city_codes"])
    if len(codes) not in numbers:
        raise SourceError(
            f"{where}, column un_city_codes: {SEPARATOR.join(codes)!r} does not go with relation "
            f"{match['relation']!r}, which has {needed}."
        )


def _check_matched_once(roles: pd.DataFrame) -> None:
    """A UN city may contain several members, but is, or is part of, at most one."""
    twice = roles["un_city_code"].duplicated(keep=False)
    shared = roles["member_role"].eq("holds").groupby(roles["un_city_code"]).transform("all")
    same_member = roles.duplicated(["un_city_code", "city_id"], keep=False)
    wrong = roles[twice & (~shared | same_member)]
    if len(wrong):
        code = wrong["un_city_code"].iloc[0]
        members = wrong.loc[wrong["un_city_code"] == code, "city_id"]
        raise SourceError(
            f"{MATCHES}: UN city {code} is matched more than once ({', '.join(members)}); only a "
            "city that holds several members, relation 'part_of', may be."
        )


def build_un_city_years(years: pd.DataFrame, un_cities: pd.DataFrame) -> pd.DataFrame:
    """The ``wup2025_city_years`` layer from its source table and ``wup2025_cities``."""
    table = _convert_units(years)
    table["iso3"] = table["un_city_code"].map(un_cities.set_index("un_city_code")["iso3"])
    order = table["un_city_code"].astype(int)
    return table.assign(order=order).sort_values(["order", "year"], ignore_index=True)


def build_degree_years(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The ``wup2025_country_years`` layer; empty without its source table."""
    name = "wup2025_country_years"
    if name not in tables:
        return {}
    return {name: _convert_units(tables[name]).sort_values(["iso3", "degree", "year"])}


def _convert_units(table: pd.DataFrame) -> pd.DataFrame:
    """Convert thousands to people and the projection flag to bool."""
    return table.assign(
        population=(table["population_thousands"] * 1_000).round().astype("Int64"),
        is_projection=table["is_projection"] == "true",
        revision=WUP_2025,
    )
