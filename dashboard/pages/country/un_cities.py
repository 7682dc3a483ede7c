"""Sentences and tables of the UN cities (2025 revision) in one member state."""

from __future__ import annotations

import pandas as pd

from dashboard import i18n
from dashboard.data.un_revision import NEWEST
from dashboard.markup import numbers
from geo.cache import memoized
from geo.i18n import decimal, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import MEMBER_ROLES


def un_cities_of_country(layers: Catalogue, iso3: str) -> pd.DataFrame:
    """UN cities of a member state, largest first."""
    cities = layers["wup2025_cities"]
    rows = pd.DataFrame(cities[cities["iso3"] == iso3].drop(columns="geometry"))
    return rows.sort_values("rank_in_country", ignore_index=True)


def title(layers: Catalogue, iso3: str, wup: str) -> str:
    """Title of the map of a member state's UN cities, or agglomerations of its member cities.

    Parameters
    ----------
    wup
        One of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """
    name = layers["countries"].set_index("iso3")["name"][iso3]
    if wup == NEWEST:
        return tr("UN cities of 2025: {country}", country=name)
    return tr("Agglomerations of 2018: {country}", country=name)


@memoized
def agglomerations_headline(layers: Catalogue, iso3: str) -> str:
    """Number of agglomerations of a member state, and which of them its map shows."""
    return ntr(
        "{n} urban agglomeration with {least} or more people in 2018; the map shows those of "
        "member cities.",
        "{n} urban agglomerations with {least} or more people in 2018; the map shows those of "
        "member cities.",
        int((layers["agglomerations"]["iso3"] == iso3).sum()),
        least=decimal(300_000),
    )


@memoized
def headline(layers: Catalogue, iso3: str) -> str:
    """Number and population of the UN cities, the largest one, and how many are projected to
    shrink."""
    cities = un_cities_of_country(layers, iso3)
    largest = cities.iloc[0]
    sentences = [
        ntr(
            "{n} UN city with {least} or more people, {people} in all in 2025 (estimate); the "
            "largest is {city} ({largest}).",
            "{n} UN cities with {least} or more people each, {people} in all in 2025 "
            "(estimate); the largest is {city} ({largest}).",
            len(cities),
            least=decimal(50_000),
            people=numbers.people(cities["population_2025"].sum()),
            city=largest["name"],
            largest=numbers.people(largest["population_2025"]),
        )
    ]
    shrinking = int(((cities["growth_2025_2050"] < 0) | cities["population_2050"].isna()).sum())
    if shrinking:
        sentences.append(
            ntr(
                "The UN projects that {n} of them will have fewer people in 2050.",
                "The UN projects that {n} of them will have fewer people in 2050.",
                shrinking,
            )
        )
    return " ".join(sentences)


@memoized
def table(layers: Catalogue, iso3: str) -> pd.DataFrame:
    """UN cities of a member state, one per row; headings include the year."""
    rows = un_cities_of_country(layers, iso3)
    names = layers["cities"].set_index("city_id")["name"]
    roles = terms(MEMBER_ROLES)
    return pd.DataFrame(
        {
            tr("Rank"): rows["rank_in_country"],
            tr("UN city"): rows["name"],
            **{str(year): rows[f"population_{year}"] for year in (1975, 2000, 2025)},
            tr("2050 (projection)"): rows["population_2050"],
            tr("Growth 2000–2025"): rows["growth_2000_2025"].round(1),
            tr("Growth 2025–2050"): rows["growth_2025_2050"].round(1),
            tr("Land area, km²"): rows["area_km2"].round(),
            tr("Density"): rows["density_per_km2"].round(),
            tr("Member city"): [
                ""
                if numbers.is_missing(city)
                else f"{i18n.page_url('city', city=city)}#{names[city]}"
                for city in rows["city_id"]
            ],
            tr("Relation"): rows["member_role"].map(roles).fillna(""),
        }
    )
