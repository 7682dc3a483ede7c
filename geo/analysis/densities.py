"""Densities, where a population and an area are of one territory."""

from __future__ import annotations

import pandas as pd


def densities(figures: pd.DataFrame) -> pd.Series:
    """``population`` per ``land_area_km2``, people per km²; none without either.

    To three decimals: pages round it to whole people, and a density that is rounded twice may be
    one off.
    """
    return (
        (figures["population"].astype("Float64") / figures["land_area_km2"]).astype(float).round(3)
    )


def same_territory(cities: pd.DataFrame) -> pd.Series:
    """Whether population and land area of each city are of the same territory, which both name
    alike: only then do they give a density."""
    return (cities["population_territory"] == cities["land_area_territory"]).fillna(False)
