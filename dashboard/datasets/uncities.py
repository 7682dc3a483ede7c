"""The data of charts and tables of the UN's cities of 2025."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard import unurban, wup
from dashboard.chart_catalogue import country_state
from dashboard.datasets.declared import (
    CITY,
    CITY_AND_COUNTRY,
    COUNTRY,
    PROJECTION,
    Asked,
    Dataset,
    Field,
    Query,
    count,
    of,
    page,
)
from dashboard.uncharts import series, un_span, un_year
from geo.i18n import mark
from geo.pressure import pressure
from geo.query import PARAMETERS as FILTER
from geo.schema import LAYERS
from geo.vocabulary import BASE_YEAR_2025


def _population(asked: Asked) -> pd.DataFrame:
    return asked.named(series(asked.plain, asked.filter.cities))


def _size_and_growth(asked: Asked) -> pd.DataFrame:
    rows = pd.DataFrame(asked.kept.cities).rename(columns={"name": "city"})
    return rows.dropna(subset=["un_city_population_2025", "un_city_growth_2000_2025"])


def _population_page(query: Query) -> tuple[str, Query]:
    city = query.get("city", "")
    return ("compare" if "," in city else "city"), {"city": city}


def _pressure(asked: Asked) -> pd.DataFrame:
    """Growth, projects and quadrant of the member cities whose growth is known."""
    span = un_span(asked.query)
    rows = pressure(asked.plain["cities"], span).rename(columns={"name": "city"})
    codes = asked.plain["cities"].set_index("city_id")["iso3"]
    start, end = map(int, span.split("_"))
    return rows.assign(
        iso3=rows["city_id"].map(codes),
        start=start,
        end=end,
        is_projection=end > BASE_YEAR_2025,
    )


def _quadrants(asked: Asked) -> pd.DataFrame:
    """The cities of each quadrant, then those whose growth is not known."""
    known = _pressure(asked)
    cities = asked.plain["cities"].rename(columns={"name": "city"})
    without = cities[~cities["city_id"].isin(set(known["city_id"]))]
    rows = pd.concat([known, without[["city_id", "city", "iso3", "country", "projects"]]])
    return rows.sort_values(["quadrant", "city"], na_position="last")


PRESSURE = (
    *CITY_AND_COUNTRY,
    count("start", "wup2025_cities", "first year of the growth", "year"),
    count("end", "wup2025_cities", "last year of the growth", "year"),
    Field(
        "growth",
        "wup2025_cities",
        "mean annual growth of the member's UN city or cities between the two years, compound",
        "% per year",
        "number",
    ),
    Field(PROJECTION, "wup2025_cities", "true where the growth is a projection", "", "true/false"),
    *of("cities", "projects"),
    Field(
        "quadrant",
        "wup2025_cities",
        "growth at least the median of these cities is fast, more projects than the median many",
    ),
)


def _of_year(asked: Asked) -> pd.DataFrame:
    year = un_year(asked.plain, asked.query)
    rows = unurban.largest_un_cities(asked.plain, year, unurban.LARGEST)
    return rows.assign(
        country=rows["iso3"].map(asked.countries),
        name=rows["city"],
        year=year,
        population=rows["people"].astype("Int64"),
        is_projection=year > BASE_YEAR_2025,
    )


def _largest(asked: Asked) -> pd.DataFrame:
    order = unurban.largest_un_cities(asked.plain, BASE_YEAR_2025, unurban.LARGEST_SERIES)
    years = asked.plain["wup2025_city_years"]
    rows = years[years["un_city_code"].isin(order["un_city_code"])]
    names = order.set_index("un_city_code")["city"]
    return rows.assign(
        name=rows["un_city_code"].map(names), country=rows["iso3"].map(asked.countries)
    )


_UN_CITY_YEAR = (
    *of("wup2025_cities", "un_city_code", "name"),
    *COUNTRY,
    *of("wup2025_city_years", "year", "population", PROJECTION),
)

UN_CHART_DATA: Mapping[str, Dataset] = {
    "un-pressure": Dataset(PRESSURE, _pressure, page("urbanisation", wup.SPAN)),
    "un-cities-of-year": Dataset(_UN_CITY_YEAR, _of_year, page("urbanisation", "year")),
    "largest-un-cities": Dataset(_UN_CITY_YEAR, _largest, page("urbanisation")),
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
    "un-quadrants": Dataset(
        PRESSURE,
        _quadrants,
        page("urbanisation", wup.SPAN),
        mark("Member cities by quadrant, UN cities of 2025"),
        mark("Member cities by quadrant; those whose growth is not known have no quadrant."),
        (wup.SPAN,),
    ),
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
