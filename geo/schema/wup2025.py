"""Tables of World Urbanization Prospects 2025: cities by the degree of urbanisation.

The revision of 2018 lists agglomerations as each country defines them; that of 2025 draws cities on
the same grid of people everywhere. A city of one is not the agglomeration of the other that bears
its name, so the revisions share no table, no code and no layer: codes of 2018 stand in columns
``city_code``, those of 2025 in ``un_city_code``.
"""

from __future__ import annotations

from collections.abc import Mapping

from geo.schema.cities import CITY_AREAS, WITHIN_CITY
from geo.schema.declare import (
    Check,
    Column,
    Layer,
    column,
    integer,
    iso3,
    number,
    one_of,
    slug,
    text,
    year,
)
from geo.vocabulary import DEGREES, MEMBER_ROLES, UN_CITY_RELATIONS, WUP_2025

_SOURCES = (WUP_2025,)
_FIRST, _LAST = 1950, 2050

UN_CITY_YEARS = (1975, 2000, 2025, 2050)
"""Years with a column each; only 2050 is a projection."""

MAX_OUTSIDE_KM = 10
"""Maximum distance of a UN city's point outside its country's boundary: one on an island missing
from the boundaries lies 7.8 km outside, one at a border 1.1 km."""

_CITY: Mapping[str, Column] = {
    "un_city_code": text("UN code of the city; not that of the revision of 2018"),
    "name": text("name as the UN gives it"),
    "iso3": iso3(),
}

_CODES = Check.str_matches(r"^\d+(;\d+)*$")
"""UN codes separated by semicolons."""

SOURCE_TABLES: Mapping[str, tuple[tuple[str, ...], Mapping[str, Column]]] = {
    "wup2025_cities": (
        ("un_city_code",),
        {
            **_CITY,
            "longitude": number("longitude, centre of the people", "°", 90, 145),
            "latitude": number("latitude, centre of the people", "°", -15, 30),
            "source_id": slug("id in sources.csv"),
        },
    ),
    "wup2025_city_years": (
        ("un_city_code", "year"),
        {
            "un_city_code": text("UN code"),
            "year": year("year", _FIRST, _LAST),
            "population_thousands": number("population", "thousands", 0, 100_000),
            "land_area_km2": number("land area", "km²", 0, 1e5, nullable=True),
            "is_projection": one_of("projection", ("false", "true")),
            "source_id": slug("id in sources.csv"),
        },
    ),
    "city_wup2025": (
        ("city_id",),
        {
            "city_id": slug("member city"),
            "relation": one_of("relation", list(UN_CITY_RELATIONS)),
            "un_city_codes": text("UN codes", _CODES, nullable=True),
            "codes_inside": text("UN codes in the territory", _CODES, nullable=True),
            "reason": text("reason"),
            "document": text("document"),
        },
    ),
}
"""Source table -> its key and columns."""

OPTIONAL_SOURCE_TABLES: Mapping[str, tuple[tuple[str, ...], Mapping[str, Column]]] = {
    "wup2025_country_years": (
        ("iso3", "degree", "year"),
        {
            "iso3": iso3(),
            "degree": one_of("degree of urbanisation", list(DEGREES)),
            "year": year("year", _FIRST, _LAST),
            "population_thousands": number("population", "thousands", 0, 1e6),
            "is_projection": one_of("projection", ("false", "true")),
            "source_id": slug("id in sources.csv"),
        },
    ),
}
"""Source table that exists after ``python -m geo refresh wup-2025``."""


def _population(name: str, at: int, what: str, none: str = "") -> dict[str, Column]:
    kind = "projection" if at > 2025 else "estimate"
    described = f"population of {what} in {at} ({kind}), UN WUP 2025{none}"
    return {f"{name}_{at}": integer(described, "people", 0, 100_000_000, nullable=bool(none))}


def _growth(name: str, what: str) -> dict[str, Column]:
    return {
        f"{name}_{start}_{end}": number(
            f"mean annual growth of {what}, {start} to {end}"
            f"{' (projection)' if end > 2025 else ''}, compound",
            "% per year",
            -20,
            30,
            nullable=True,
        )
        for start, end in ((2000, 2025), (2025, 2050))
    }


_THE_UN_CITY = "the member's UN city or cities"

_BELOW = "; none when it had or will have fewer than 50,000 people"

_NO_SUM = "; none without a UN city, or when one of them had or will have fewer than 50,000 people"

UN_CITY_COLUMNS: Mapping[str, Column] = {
    "un_city": text(
        "UN city of 2025 that the member city is or lies in; names of several have semicolons "
        "between them",
        nullable=True,
    ),
    "un_city_codes": text("UN codes of these, semicolons between them", nullable=True),
    "un_city_relation": one_of(
        "how member city and UN city relate: same; part_of a far larger one, whose figures are "
        "not the member's own; several, which are added up; or none",
        list(UN_CITY_RELATIONS),
    ),
    "un_city_note": text("reason of the match or of its absence"),
    **_population("un_city_population", 2000, _THE_UN_CITY, _NO_SUM),
    **_population("un_city_population", 2025, _THE_UN_CITY, _NO_SUM),
    **_population("un_city_population", 2050, _THE_UN_CITY, _NO_SUM),
    **_growth("un_city_growth", _THE_UN_CITY),
    "un_city_area_km2": number(
        f"land area of {_THE_UN_CITY} in 2025", "km²", 1, 10_000, nullable=True
    ),
    "un_city_density_per_km2": number(
        f"density of {_THE_UN_CITY} in 2025", "people per km²", 1, 100_000, nullable=True
    ),
}
"""Columns of layer ``cities``. The sum of several cities is missing for a year in which one of
them has no figure."""

_PROJECTED = {
    "is_projection": column("bool", "true for a projected year"),
    "revision": one_of("UN revision", (WUP_2025,)),
}

CITIES = Layer(
    name="wup2025_cities",
    title="UN cities of 2025",
    description="Cities of 50,000 people or more in 2025 as the UN delimits them in its revision "
    "of 2025, by the degree of urbanisation: connected cells of 1 km² with 1,500 people or more. "
    "A year in which a city had fewer than 50,000 people has no figure. They are not the "
    "agglomerations of the revision of 2018.",
    columns={
        **_CITY,
        "rank_in_country": integer("rank by population in 2025 in its country", "", 1, 1_000),
        **_population("population", 1975, "the city", _BELOW),
        **_population("population", 2000, "the city", _BELOW),
        **_population("population", 2025, "the city"),
        **_population("population", 2050, "the city", _BELOW),
        **_growth("growth", "the city"),
        "area_km2": number("land area of the city in 2025", "km²", 1, 10_000, nullable=True),
        "density_per_km2": number(
            "population per land area in 2025", "people per km²", 1, 100_000, nullable=True
        ),
        "city_id": text("member city that it belongs to, if any", nullable=True),
        "member_role": one_of(
            "what it is to the member city: same, the city itself; part, one of several that are "
            "added up; holds, a far larger city that holds the member; inside, a city of its own "
            "in the member's territory, not counted as the member",
            list(MEMBER_ROLES),
            nullable=True,
        ),
        **WITHIN_CITY,
        "distance_to_boundary_km": number(
            "how far the point lies outside its country's boundary, 0 when inside",
            "km",
            0,
            MAX_OUTSIDE_KM,
        ),
    },
    key=("un_city_code",),
    geometry="Point",
    sources=(*_SOURCES, *CITY_AREAS.sources),
)

CITY_YEARS = Layer(
    name="wup2025_city_years",
    title="UN cities of 2025, by year",
    description="Population of the cities of the UN's revision of 2025 by year, and land area "
    "where it is known; years after 2025 are projections, the others estimates. A "
    "year in which a city has fewer than 50,000 people has no row. Never combined "
    "into one series with the revision of 2018.",
    columns={
        "un_city_code": text("UN code of the city"),
        "iso3": iso3(),
        "year": year("year", _FIRST, _LAST),
        "population": integer("population of the city", "people", 0, 100_000_000),
        "land_area_km2": number("land area of the city", "km²", 0, 1e5, nullable=True),
        **_PROJECTED,
    },
    key=("un_city_code", "year"),
    sources=_SOURCES,
)

COUNTRY_YEARS = Layer(
    name="wup2025_country_years",
    title="Population by degree of urbanisation",
    description="Annual population of the member states in cities, towns and rural areas by the "
    "UN's revision of 2025; years after 2025 are projections.",
    columns={
        "iso3": iso3(),
        "degree": one_of("degree of urbanisation", list(DEGREES)),
        "year": year("year", _FIRST, _LAST),
        "population": integer("population", "people", 0, 1_000_000_000),
        **_PROJECTED,
    },
    key=("iso3", "degree", "year"),
    sources=_SOURCES,
)
