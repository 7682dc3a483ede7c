"""The data of charts and tables of the UN's cities of 2025."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.chart_catalogue import country_state
from dashboard.datasets.declared import (
    CITY,
    CITY_AND_COUNTRY,
    COUNTRY,
    PROJECTION,
    Asked,
    Dataset,
    Query,
    of,
    page,
)
from dashboard.uncharts import series
from geo.i18n import mark
from geo.query import PARAMETERS as FILTER
from geo.schema import LAYERS


def _population(asked: Asked) -> pd.DataFrame:
    return asked.named(series(asked.plain, asked.filter.cities))


def _size_and_growth(asked: Asked) -> pd.DataFrame:
    rows = pd.DataFrame(asked.kept.cities).rename(columns={"name": "city"})
    return rows.dropna(subset=["un_city_population_2025", "un_city_growth_2000_2025"])


def _population_page(query: Query) -> tuple[str, Query]:
    city = query.get("city", "")
    return ("compare" if "," in city else "city"), {"city": city}


UN_CHART_DATA: Mapping[str, Dataset] = {
    "un-size-and-growth": Dataset(
        (
            *CITY_AND_COUNTRY,
            *of("cities", "un_city", "un_city_relation"),
            *of("cities", "un_city_population_2025", "un_city_growth_2000_2025", "projects"),
        ),
        _size_and_growth,
        page("explore", *FILTER, panel="charts"),
    ),
    "un-city-population": Dataset(
        (*CITY, *of("wup2025_city_years", "year", "population", PROJECTION)),
        _population,
        _population_page,
    ),
}
"""The data of each of :data:`dashboard.uncharts.UN_CHARTS`."""


def _un_cities(asked: Asked) -> pd.DataFrame:
    rows = asked.plain["wup2025_cities"]
    if "country" in asked.query:
        rows = rows[rows["iso3"] == country_state(asked.plain, asked.query).iso3]
    ordered = rows.sort_values("population_2025", ascending=False, kind="stable")
    return ordered.assign(country=ordered["iso3"].map(asked.countries))


UN_TABLES: Mapping[str, Dataset] = {
    "un-cities": Dataset(
        (*of("wup2025_cities", *LAYERS["wup2025_cities"].columns), COUNTRY[1]),
        _un_cities,
        page("country", "country"),
        mark("UN cities of 2025"),
        mark(
            "Cities of 50,000 people or more in 2025 by the degree of urbanisation, largest first."
        ),
        ("country",),
    ),
}
"""Tables of UN cities by name."""
