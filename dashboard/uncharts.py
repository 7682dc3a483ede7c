"""Charts of the UN's cities of 2025, as pages and files ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import charts, serieschart, uncityview
from dashboard.drawing import Drawing, Drawn, Query, filter_of
from dashboard.theme import Palette
from geo.dossier import dossier
from geo.i18n import tr
from geo.layers import Catalogue
from geo.query import PARAMETERS as FILTER
from geo.rows import selected
from geo.wup2025 import member_series


def series(layers: Catalogue, city_ids: Sequence[str]) -> pd.DataFrame:
    """Population by year of the UN city or cities of some member cities.

    Returns
    -------
    pandas.DataFrame
        ``city_id`` and the columns of :func:`geo.wup2025.member_series`; no row of a city without
        one.
    """
    codes = layers["cities"].set_index("city_id")["un_city_codes"]
    years = layers["wup2025_city_years"]
    rows = [member_series(codes[city], years).assign(city_id=city) for city in city_ids]
    empty = member_series(None, years).assign(city_id=pd.Series(dtype="str"))
    return pd.concat([empty, *(one for one in rows if len(one))], ignore_index=True)


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


UN_CHARTS: Mapping[str, Drawing] = {
    "un-size-and-growth": Drawing(_size_and_growth, FILTER),
    "un-city-population": Drawing(_population, ("city",)),
}
"""Charts by the name in their address."""
