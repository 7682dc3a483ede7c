"""Layers of World Urbanization Prospects 2025, when its tables are there."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.places import points
from geo.vocabulary import WUP_2025


def build_wup2025(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The layers of :data:`geo.schema_wup2025.WUP2025_LAYERS`; none without their tables.

    Parameters
    ----------
    tables
        Source tables by name, checked.
    """
    if "wup2025_cities" not in tables:
        return {}
    cities = tables["wup2025_cities"].sort_values("city_code")
    years = _typed(tables["wup2025_city_years"])
    years["iso3"] = years["city_code"].map(cities.set_index("city_code")["iso3"])
    return {
        "wup2025_cities": points(cities),
        "wup2025_city_years": years.sort_values(["city_code", "year"]),
        "wup2025_country_years": _typed(tables["wup2025_country_years"]).sort_values(
            ["iso3", "degree", "year"]
        ),
    }


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Thousands as people, and the text of projections as true or false."""
    return table.assign(
        population=(table["population_thousands"] * 1_000).round().astype("Int64"),
        is_projection=table["is_projection"] == "true",
        revision=WUP_2025,
    )
