"""Pressure against action: growth of a member's UN city or agglomeration against its projects."""

from __future__ import annotations

import pandas as pd

from geo.i18n import mark

UN_SPANS = ("2000_2025", "2025_2050")
"""Periods with growth of UN cities of 2025; the second is a projection."""

AGGLOMERATION_SPANS = ("2000_2018", "2018_2035")
"""Periods with growth of agglomerations of 2018; the second is a projection."""

SPANS = (*UN_SPANS, *AGGLOMERATION_SPANS)

QUADRANTS = {
    (True, True): mark("fast growth, many projects"),
    (True, False): mark("fast growth, few projects"),
    (False, True): mark("slow growth, many projects"),
    (False, False): mark("slow growth, few projects"),
}
"""(Grows at least as fast as the median, has more projects than the median) -> name."""


def pressure(cities: pd.DataFrame, span: str) -> pd.DataFrame:
    """Growth, projects and quadrant of the member cities whose growth is known.

    The quadrants are split at the medians of these cities; growth at the median counts as fast,
    projects at the median as few.

    Parameters
    ----------
    cities
        See :data:`geo.schema.core.CITIES`.
    span
        One of :data:`SPANS`.

    Returns
    -------
    pandas.DataFrame
        ``city_id``, ``name``, ``country``, ``growth`` (% per year), ``projects`` (latest
        report), ``quadrant`` (one of :data:`QUADRANTS`, untranslated).
    """
    kind = "un_city" if span in UN_SPANS else "agglomeration"
    column = f"{kind}_growth_{span}"
    known = cities.dropna(subset=[column])
    table = pd.DataFrame(
        {
            "city_id": known["city_id"],
            "name": known["name"],
            "country": known["country"],
            "growth": known[column].astype(float),
            "projects": known["projects"].astype(int),
        }
    )
    fast = table["growth"] >= table["growth"].median()
    many = table["projects"] > table["projects"].median()
    table["quadrant"] = [QUADRANTS[key] for key in zip(fast, many, strict=True)]
    return table.reset_index(drop=True)
