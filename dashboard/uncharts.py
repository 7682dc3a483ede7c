"""Charts of the UN's cities of 2025, as pages and files ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import (
    charts,
    headlines,
    pressureview,
    serieschart,
    uncityview,
    unurban,
    urbanview,
    wup,
)
from dashboard.drawing import Drawing, Drawn, Query, filter_of, one_of
from dashboard.theme import Palette
from geo.dossier import dossier
from geo.i18n import tr
from geo.layers import Catalogue
from geo.query import PARAMETERS as FILTER
from geo.rows import selected
from geo.vocabulary import BASE_YEAR_2025
from geo.wup2025 import member_years


def series(layers: Catalogue, city_ids: Sequence[str]) -> pd.DataFrame:
    """Population by year of the UN city or cities of some member cities; see
    :func:`geo.wup2025.member_years`."""
    cities = layers["cities"].set_index("city_id", drop=False).loc[list(city_ids)]
    return member_years(cities, layers["wup2025_city_years"])


def _population(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    ids = filter_of(layers, {"city": query.get("city", "")}).cities
    if len(ids) == 1:
        return _population_of(layers, ids[0], colours)
    cities = layers["cities"].set_index("city_id").loc[list(ids)]
    data = series(layers, ids)
    known = {city: str(cities["name"][city]) for city in ids if city in set(data["city_id"])}
    return Drawn(
        serieschart.population_series(data, known, colours, serieschart.UN_CITY_SERIES)
        if known
        else None,
        tr("Population of the UN cities of 2025"),
        tr("Population of each UN city by year, 1975 to 2050."),
        f"{uncityview.series_note(cities)} {uncityview.straight(data)}".strip(),
    )


def _population_of(layers: Catalogue, city_id: str, colours: Palette) -> Drawn:
    about = dossier(layers, city_id)
    name = str(about.city["name"])
    data = about.un_series.assign(city_id=city_id)
    return Drawn(
        serieschart.population_series(data, {city_id: name}, colours, serieschart.UN_CITY_SERIES)
        if len(data)
        else None,
        tr("Population of the UN city of {city}", city=name),
        tr("Population of the UN city of {city} by year, 1975 to 2050.", city=name),
        uncityview.series_source(about.city, data),
    )


def _size_and_growth(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    kept = selected(filter_of(layers, query), layers).cities
    look = charts.UN_CITY_SIZES
    known = kept.dropna(subset=[look.people, look.growth])
    return Drawn(
        charts.size_and_growth(known, colours, look) if len(known) else None,
        tr("Size and growth of UN cities, 2025"),
        tr("Size of each member's UN city beside its growth and its number of projects."),
        uncityview.series_note(known),
    )


def un_year(layers: Catalogue, query: Query) -> int:
    """Year of UN cities that a query asks for."""
    years = layers["wup2025_city_years"]["year"].unique()
    known = {str(year): None for year in sorted(map(int, years))}
    return int(one_of("year", query, known, str(BASE_YEAR_2025)))


def _of_year(layers: Catalogue, query: Query, colours: Palette, _: object) -> Drawn:
    year = un_year(layers, query)
    title = urbanview.year_title(year, wup.NEWEST)
    return Drawn(
        unurban.un_city_ranking(layers, year, colours),
        tr("Largest UN cities, {year}, million people", year=title),
        tr("Population of the largest UN cities in {year}.", year=year),
        tr(
            "UN, World Urbanization Prospects 2025. Strong colour: a member city is it or lies in "
            "it."
        ),
    )


def _largest(layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]) -> Drawn:
    source = tr("UN, World Urbanization Prospects 2025.")
    years = layers["wup2025_city_years"]
    return Drawn(
        unurban.un_city_panels(layers, colours, *panels),
        tr("The twelve largest UN cities"),
        tr("Population of each UN city by year, one small chart a city."),
        f"{source} {uncityview.straight(years)}".strip(),
    )


def un_span(query: Query) -> str:
    """Years of growth of UN cities that a query asks for."""
    return one_of(wup.SPAN, query, pressureview.spans_of(wup.NEWEST), wup.USUAL_SPAN)


def _pressure(layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]) -> Drawn:
    return Drawn(
        pressureview.pressure_chart(layers, un_span(query), colours, panels[0] * panels[1]),
        tr("Pressure and action, UN cities of 2025"),
        tr("Growth of each member's UN city beside its projects."),
        tr(
            "UN, World Urbanization Prospects 2025; ASCN Monitoring & Evaluation Report {year}. "
            "A number of projects does not tell their size.",
            year=headlines.report_year(layers),
        ),
    )


UN_CHARTS: Mapping[str, Drawing] = {
    "un-pressure": Drawing(_pressure, (wup.SPAN,)),
    "un-cities-of-year": Drawing(_of_year, ("year",)),
    "largest-un-cities": Drawing(_largest, (), fluid=False),
    "un-size-and-growth": Drawing(_size_and_growth, FILTER),
    "un-city-population": Drawing(_population, ("city",)),
}
"""Charts by the name in their address."""
