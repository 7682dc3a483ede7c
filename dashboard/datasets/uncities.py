"""The data of charts and tables of the UN's cities of 2025."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.datasets.declared import CITY, PROJECTION, Asked, Dataset, Query, of
from dashboard.uncharts import series


def _population(asked: Asked) -> pd.DataFrame:
    return asked.named(series(asked.plain, asked.filter.cities))


def _population_page(query: Query) -> tuple[str, Query]:
    city = query.get("city", "")
    return ("compare" if "," in city else "city"), {"city": city}


UN_CHART_DATA: Mapping[str, Dataset] = {
    "un-city-population": Dataset(
        (*CITY, *of("wup2025_city_years", "year", "population", PROJECTION)),
        _population,
        _population_page,
    ),
}
"""The data of each of :data:`dashboard.uncharts.UN_CHARTS`."""
