"""Charts of the UN cities of 2025, for pages and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.charts import base, findings, population_series
from dashboard.charts.declaration import ChartDeclaration, TitledChart, filter_from_query, said
from dashboard.data import un_revision
from dashboard.markup import numbers
from dashboard.markup.theme import Palette
from dashboard.pages.city import un_figures
from dashboard.pages.overview import text as overview_text
from dashboard.pages.urbanisation import largest_un_cities, pressure
from dashboard.pages.urbanisation import text as urbanisation_text
from geo.analysis.city_profile import city_profile
from geo.analysis.filter import PARAMETERS as FILTER
from geo.analysis.layer_rows import selected
from geo.analysis.pressure import pressure as of_cities
from geo.analysis.un_cities import member_years
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, one_of
from geo.vocabulary import BASE_YEAR_2025


def series(layers: Catalogue, city_ids: Sequence[str]) -> pd.DataFrame:
    """Population by year of the UN city or cities of member cities; see
    :func:`geo.analysis.un_cities.member_years`."""
    cities = layers["cities"].set_index("city_id", drop=False).loc[list(city_ids)]
    return member_years(cities, layers["wup2025_city_years"])


def _population(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    ids = filter_from_query(layers, {"city": query.get("city", "")}).cities
    if len(ids) == 1:
        return _population_of_city(layers, ids[0], colours)
    cities = layers["cities"].set_index("city_id").loc[list(ids)]
    data = series(layers, ids)
    known = set(data["city_id"])
    with_series = {city: str(cities["name"][city]) for city in ids if city in known}
    return TitledChart(
        population_series.population_series(
            data, with_series, colours, population_series.UN_CITY_SERIES
        )
        if with_series
        else None,
        tr("Population of the UN cities of 2025"),
        said(
            tr("Population of each UN city by year, 1975 to 2050."),
            findings.courses(data, with_series, "city_id", "population", numbers.people),
        ),
        f"{un_figures.series_note(cities)} {un_figures.interpolation_note(data)}".strip(),
    )


def _population_of_city(layers: Catalogue, city_id: str, colours: Palette) -> TitledChart:
    profile = city_profile(layers, city_id)
    name = str(profile.city["name"])
    data = profile.un_series.assign(city_id=city_id)
    return TitledChart(
        population_series.population_series(
            data, {city_id: name}, colours, population_series.UN_CITY_SERIES
        )
        if len(data)
        else None,
        tr("Population of the UN city of {city}", city=name),
        said(
            tr("Population of the UN city of {city} by year, 1975 to 2050.", city=name),
            findings.courses(data, {city_id: name}, "city_id", "population", numbers.people),
        ),
        un_figures.series_source(profile.city, data),
    )


def _size_and_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    filtered = selected(filter_from_query(layers, query), layers).cities
    style = base.UN_CITY_SIZES
    with_values = filtered.dropna(subset=[style.people, style.growth])
    return TitledChart(
        base.size_and_growth(with_values, colours, style) if len(with_values) else None,
        tr("Size and growth of UN cities, 2025"),
        said(
            tr("Each member city's UN city by size, growth and number of projects."),
            findings.size_and_growth(with_values, style.people, style.growth),
        ),
        un_figures.series_note(with_values),
    )


def year_from_query(layers: Catalogue, query: Query) -> int:
    """Year of a query on UN cities."""
    years = layers["wup2025_city_years"]["year"].unique()
    year_options = {str(year): None for year in sorted(map(int, years))}
    return int(one_of("year", query, year_options, str(BASE_YEAR_2025)))


def _cities_of_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> TitledChart:
    year = year_from_query(layers, query)
    title = urbanisation_text.year_title(year, un_revision.NEWEST)
    return TitledChart(
        largest_un_cities.un_city_ranking(layers, year, colours),
        tr("Largest UN cities, {year}, million people", year=title),
        said(
            tr("Population of the largest UN cities in {year}.", year=year),
            _largest_in(layers, year),
        ),
        tr(
            "UN, World Urbanization Prospects 2025. Strong colour: the UN city is, or "
            "contains, a member city."
        ),
    )


def _largest_in(layers: Catalogue, year: int) -> str:
    rows = largest_un_cities.largest_un_cities(layers, year, 3).set_index("city")["people"]
    return f"{year}: {findings.largest(rows, numbers.people)}"


def _largest(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    source = tr("UN, World Urbanization Prospects 2025.")
    years = layers["wup2025_city_years"]
    return TitledChart(
        largest_un_cities.un_city_panels(layers, colours, *panels),
        tr("The twelve largest UN cities"),
        said(
            tr("Population of each UN city by year, one small chart per city."),
            _largest_in(layers, BASE_YEAR_2025),
        ),
        f"{source} {un_figures.interpolation_note(years)}".strip(),
    )


def span_from_query(query: Query) -> str:
    """Span of growth of a query on UN cities."""
    return one_of(
        un_revision.SPAN, query, pressure.spans_of(un_revision.NEWEST), un_revision.DEFAULT_SPAN
    )


def _pressure(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    return TitledChart(
        pressure.pressure_chart(layers, span_from_query(query), colours, panels[0] * panels[1]),
        tr("Pressure and action, UN cities of 2025"),
        said(
            tr("Growth of each member city's UN city against the number of projects."),
            findings.quadrants(of_cities(layers["cities"], span_from_query(query))),
        ),
        tr(
            "UN, World Urbanization Prospects 2025; ASCN Monitoring & Evaluation Report "
            "{year}. Project counts say nothing about project size.",
            year=overview_text.report_year(layers),
        ),
    )


UN_CHARTS: Mapping[str, ChartDeclaration] = {
    "un-pressure": ChartDeclaration(_pressure, (un_revision.SPAN,)),
    "un-cities-of-year": ChartDeclaration(_cities_of_year, ("year",)),
    "largest-un-cities": ChartDeclaration(_largest, (), fluid=False),
    "un-size-and-growth": ChartDeclaration(_size_and_growth, FILTER),
    "un-city-population": ChartDeclaration(_population, ("city",)),
}
"""Charts by the name in their URL."""
