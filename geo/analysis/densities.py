"""Population densities, where population and area are of the same territory."""

from __future__ import annotations

import pandas as pd


def densities(figures: pd.DataFrame) -> pd.Series:
    """``population`` per ``land_area_km2``, people per km²; missing if either is.

    Rounded to three decimals: pages round to whole people, and rounding twice could be one off.
    """
    return (
        (figures["population"].astype("Float64") / figures["land_area_km2"]).astype(float).round(3)
    )


def same_territory(cities: pd.DataFrame) -> pd.Series:
    """Whether population and land area of each city name the same territory; only then is there
    a density."""
    return (cities["population_territory"] == cities["land_area_territory"]).fillna(False)
