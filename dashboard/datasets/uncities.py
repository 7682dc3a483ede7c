"""The data of charts and tables of the UN cities of 2025."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.un_cities import series, span_from_query, year_from_query
from dashboard.charts.urbanisation import country_state
from dashboard.data import un_revision
from dashboard.datasets.declared import (
    CITY_AND_COUNTRY_FIELDS,
    CITY_FIELDS,
    COUNTRY_FIELDS,
    PROJECTION,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    layer_fields,
    page_link,
)
from dashboard.markup.tables import records
from dashboard.pages.city import projections
from dashboard.pages.urbanisation import largest_un_cities
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.pressure import pressure
from geo.i18n import mark
from geo.parameters import Query
from geo.schema import LAYERS
from geo.vocabulary import BASE_YEAR_2025


def _population(request: DatasetRequest) -> pd.DataFrame:
    return request.with_names(series(request.source, request.filter.cities))


def _size_and_growth(request: DatasetRequest) -> pd.DataFrame:
    rows = pd.DataFrame(request.selection.cities).rename(columns={"name": "city"})
    return rows.dropna(subset=["un_city_population_2025", "un_city_growth_2000_2025"])


def _population_page(query: Query) -> tuple[str, Query]:
    city = query.get("city", "")
    return ("compare" if "," in city else "city"), {"city": city}


def _pressure(request: DatasetRequest) -> pd.DataFrame:
    """Growth, projects and quadrant of the member cities whose growth is known."""
    span = span_from_query(request.query)
    rows = pressure(request.source["cities"], span).rename(columns={"name": "city"})
    codes = request.source["cities"].set_index("city_id")["iso3"]
    start, end = map(int, span.split("_"))
    return rows.assign(
        iso3=rows["city_id"].map(codes),
        start=start,
        end=end,
        is_projection=end > BASE_YEAR_2025,
    )


def _quadrants(request: DatasetRequest) -> pd.DataFrame:
    """The cities of each quadrant, then those with unknown growth."""
    with_growth = _pressure(request)
    cities = request.source["cities"].rename(columns={"name": "city"})
    without_growth = cities[~cities["city_id"].isin(set(with_growth["city_id"]))]
    rows = pd.concat(
        [with_growth, without_growth[["city_id", "city", "iso3", "country", "projects"]]]
    )
    return rows.sort_values(["quadrant", "city"], na_position="last")


PRESSURE = (
    *CITY_AND_COUNTRY_FIELDS,
    count_field("start", "wup2025_cities", "first year of the growth", "year"),
    count_field("end", "wup2025_cities", "last year of the growth", "year"),
    Field(
        "growth",
        "wup2025_cities",
        "mean annual growth of the member's UN city or cities between the two years, compound",
        "% per year",
        "number",
    ),
    Field(PROJECTION, "wup2025_cities", "true where the growth is a projection", "", "true/false"),
    *layer_fields("cities", "projects"),
    Field(
        "quadrant",
        "wup2025_cities",
        "growth at least the median of these cities is fast, more projects than the median many",
    ),
)


def _cities_of_year(request: DatasetRequest) -> pd.DataFrame:
    year = year_from_query(request.source, request.query)
    rows = largest_un_cities.largest_un_cities(request.source, year, largest_un_cities.LARGEST)
    return rows.assign(
        country=rows["iso3"].map(request.countries),
        name=rows["city"],
        year=year,
        population=rows["people"].astype("Int64"),
        is_projection=year > BASE_YEAR_2025,
    )


def _largest(request: DatasetRequest) -> pd.DataFrame:
    order = largest_un_cities.largest_un_cities(
        request.source, BASE_YEAR_2025, largest_un_cities.LARGEST_SERIES
    )
    years = request.source["wup2025_city_years"]
    rows = years[years["un_city_code"].isin(order["un_city_code"])]
    names = order.set_index("un_city_code")["city"]
    return rows.assign(
        name=rows["un_city_code"].map(names), country=rows["iso3"].map(request.countries)
    )


_UN_CITY_YEAR = (
    *layer_fields("wup2025_cities", "un_city_code", "name"),
    *COUNTRY_FIELDS,
    *layer_fields("wup2025_city_years", "year", "population", PROJECTION),
)


def _projections(request: DatasetRequest) -> pd.DataFrame:
    cities = records(pd.DataFrame(request.selection.cities))
    return request.with_names(projections.every_row(request.source, cities))


UN_CHART_DATA: Mapping[str, Dataset] = {
    "un-pressure": Dataset(PRESSURE, _pressure, page_link("urbanisation", un_revision.SPAN)),
    "un-cities-of-year": Dataset(_UN_CITY_YEAR, _cities_of_year, page_link("urbanisation", "year")),
    "largest-un-cities": Dataset(_UN_CITY_YEAR, _largest, page_link("urbanisation")),
    "un-size-and-growth": Dataset(
        (
            *CITY_AND_COUNTRY_FIELDS,
            *layer_fields("cities", "un_city", "un_city_relation"),
            *layer_fields(
                "cities", "un_city_population_2025", "un_city_growth_2000_2025", "projects"
            ),
        ),
        _size_and_growth,
        page_link("explore", *FILTER, panel="charts"),
    ),
    "un-city-population": Dataset(
        (*CITY_FIELDS, *layer_fields("wup2025_city_years", "year", "population", PROJECTION)),
        _population,
        _population_page,
    ),
}
"""The data of each of :data:`dashboard.charts.un_cities.UN_CHARTS`."""


def _un_cities(request: DatasetRequest) -> pd.DataFrame:
    rows = request.source["wup2025_cities"]
    if "country" in request.query:
        rows = rows[rows["iso3"] == country_state(request.source, request.query).iso3]
    ordered = rows.sort_values("population_2025", ascending=False, kind="stable")
    return ordered.assign(country=ordered["iso3"].map(request.countries))


UN_TABLES: Mapping[str, Dataset] = {
    "un-quadrants": Dataset(
        PRESSURE,
        _quadrants,
        page_link("urbanisation", un_revision.SPAN),
        mark("Member cities by quadrant, UN cities of 2025"),
        mark("Member cities by quadrant; cities with unknown growth have no quadrant."),
        (un_revision.SPAN,),
    ),
    "un-cities": Dataset(
        (*layer_fields("wup2025_cities", *LAYERS["wup2025_cities"].columns), COUNTRY_FIELDS[1]),
        _un_cities,
        page_link("country", "country"),
        mark("UN cities of 2025"),
        mark(
            "Cities of 50,000 people or more in 2025 according to the degree of urbanisation, "
            "largest first."
        ),
        ("country",),
    ),
    "projections": Dataset(
        (
            *CITY_FIELDS,
            Field("revision", "city_years", "year of the UN revision: 2025 or 2018"),
            Field("counts", "cities", "what it counts for the member city"),
            count_field("year", "wup2025_city_years", "year", "year"),
            count_field("people", "wup2025_city_years", "population", "people"),
            Field(PROJECTION, "city_years", "true for a projection", "", "true/false"),
            Field(
                "count_the_same",
                "cities",
                "whether both revisions are of the city itself and agree for all years that both "
                "estimate; empty without such a year",
                "",
                "true/false",
            ),
            Field(
                "off_percent",
                "wup2025_city_years",
                "how far the projection of 2018 for 2025 lies above the newer estimate; empty "
                "where it cannot be told",
                "% of the estimate",
                "number",
            ),
        ),
        _projections,
        page_link("urbanisation"),
        mark("Projections in both UN revisions"),
        mark(
            "Estimates and projections for the member cities in the UN's 2018 and 2025 revisions."
        ),
        FILTER,
    ),
}
"""Tables of UN cities by name."""
