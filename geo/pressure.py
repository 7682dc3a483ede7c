"""Pressure against action: how fast a member city's agglomeration grows, and its projects."""

from __future__ import annotations

import pandas as pd

from geo.i18n import mark

SPANS = ("2000_2018", "2018_2035")
"""Spans of years that growth is known for; the second is a projection."""

QUADRANTS = {
    (True, True): mark("fast growth, many projects"),
    (True, False): mark("fast growth, few projects"),
    (False, True): mark("slow growth, many projects"),
    (False, False): mark("slow growth, few projects"),
}
"""(Grows at least as fast as the median, has more projects than the median) -> name."""


def pressure(cities: pd.DataFrame, span: str) -> pd.DataFrame:
    """Growth and projects of the member cities that have a UN series, with their quadrant.

    The quadrants part at the medians of these cities; growth at the median counts as fast,
    projects at the median as few.

    Parameters
    ----------
    cities
        See :data:`geo.schema.CITIES`.
    span
        One of :data:`SPANS`.

    Returns
    -------
    pandas.DataFrame
        ``city_id``, ``name``, ``country``, ``growth`` (% per year), ``projects`` (latest
        report), ``quadrant`` (one of :data:`QUADRANTS`, as it stands there).
    """
    known = cities.dropna(subset=[f"agglomeration_growth_{span}"])
    table = pd.DataFrame(
        {
            "city_id": known["city_id"],
            "name": known["name"],
            "country": known["country"],
            "growth": known[f"agglomeration_growth_{span}"].astype(float),
            "projects": known["projects"].astype(int),
        }
    )
    fast = table["growth"] >= table["growth"].median()
    many = table["projects"] > table["projects"].median()
    table["quadrant"] = [QUADRANTS[key] for key in zip(fast, many, strict=True)]
    return table.reset_index(drop=True)
