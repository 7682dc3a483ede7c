"""Tables of World Urbanization Prospects 2025, which counts urban people by another definition.

The revision of 2018 follows national definitions and agglomerations; that of 2025 the degree of
urbanisation, the same grid of people everywhere. A city of one is not the agglomeration of the
other that bears its name, so that the revisions share no table, no code of a city and no layer.
The tables are there once ``python -m geo refresh wup-2025`` has written them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandera.pandas as pa

from geo.columns import Layer, column, integer, iso3, number, one_of, slug, text, year
from geo.vocabulary import DEGREES, WUP_2025

_SOURCES = (WUP_2025,)
_FIRST, _LAST = 1950, 2050

_CITY: Mapping[str, pa.Column] = {
    "city_code": text("UN code of the city; not that of the revision of 2018"),
    "name": text("name as the UN gives it"),
    "iso3": iso3(),
}

SOURCE_TABLES: Mapping[str, tuple[tuple[str, ...], Mapping[str, pa.Column]]] = {
    "wup2025_cities": (
        ("city_code",),
        {
            **_CITY,
            "longitude": number("longitude, centre of the people", "°", 90, 145),
            "latitude": number("latitude, centre of the people", "°", -15, 30),
            "source_id": slug("id in sources.csv"),
        },
    ),
    "wup2025_city_years": (
        ("city_code", "year"),
        {
            "city_code": text("UN code"),
            "year": year("year", _FIRST, _LAST),
            "population_thousands": number("population", "thousands", 0, 100_000),
            "land_area_km2": number("land area", "km²", 0, 1e5, nullable=True),
            "is_projection": one_of("projection", ("false", "true")),
            "source_id": slug("id in sources.csv"),
        },
    ),
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
"""Source table -> its key and columns."""

_PROJECTED = {
    "is_projection": column(bool, "true for a projected year"),
    "revision": one_of("UN revision", (WUP_2025,)),
}

CITIES = Layer(
    name="wup2025_cities",
    title="Cities by the degree of urbanisation",
    description="Cities of 50,000 people or more as the UN delimits them in its revision of 2025, "
    "by the degree of urbanisation. They are not the agglomerations of the revision of 2018.",
    columns=dict(_CITY),
    key=("city_code",),
    geometry="Point",
    sources=_SOURCES,
)

CITY_YEARS = Layer(
    name="wup2025_city_years",
    title="Cities by the degree of urbanisation, by year",
    description="Annual population and land area of the cities of the UN's revision of 2025; "
    "years after 2025 are projections. Never one series with the revision of 2018.",
    columns={
        "city_code": text("UN code of the city"),
        "iso3": iso3(),
        "year": year("year", _FIRST, _LAST),
        "population": integer("population of the city", "people", 0, 100_000_000),
        "land_area_km2": number("land area of the city", "km²", 0, 1e5, nullable=True),
        **_PROJECTED,
    },
    key=("city_code", "year"),
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

WUP2025_LAYERS = (CITIES, CITY_YEARS, COUNTRY_YEARS)
