"""Sizes of the symbols of cities: what they show, and their radius in pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.un_revision import SPAN_YEARS
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025, FOCUS_AREAS, focus_area_column

SIZES: Mapping[str, str | None] = {
    "dot": None,
    "projects": "projects",
    "statuses": "projects",
    "agglomeration": "agglomeration_population_2018",
    "years": "agglomeration_population_2035",
    "un-years": "un_city_population_2050",
    "un_2025": "un_city_population_2025",
    "un_2050": "un_city_population_2050",
    "city": None,
    "class": None,
}
"""Quantity shown by the size of a city's symbol -> column of ``cities``; ``None`` for dots of one
size. ``years`` and ``un-years`` have in addition a radius for each year of the agglomeration or UN
city, see :func:`radius_column`. ``city`` is the map of one city, which shows more of what is
around it; dots of ``class`` are larger, for their colour to be seen. ``statuses`` are projects,
which the ring of a city shows by status."""


PARTS: Mapping[str, Mapping[str, str]] = {
    "projects": {area: focus_area_column(area) for area in FOCUS_AREAS},
    "statuses": {status: f"projects_{status}" for status in ("ongoing_or_planning", "completed")},
}
"""Size -> what the ring of a city shows -> column of ``cities`` with its number of projects."""


def radius_column(year: int) -> str:
    """Property of the source ``cities``: radius of the agglomeration's symbol in one year.

    >>> radius_column(1990)
    'radius_1990'
    """
    return f"radius_{year}"


SYMBOL_SIZES: Mapping[str, str] = {
    "share": "dot",
    "projects": "projects",
    "focus": "projects",
    "status": "statuses",
    "growth": "agglomeration",
    "years": "years",
    "un-years": "un-years",
    "plain": "dot",
    "city": "city",
    "indicator": "class",
}
"""Mode -> quantity shown by symbol size; see :func:`symbol_size` for mode ``un``."""


INDICATOR = "indicator"
"""Mode of the map of an indicator; in the URL its mode is the id of the indicator."""

YEAR_MODES: Mapping[str, int] = {"years": BASE_YEAR_2018, "un-years": BASE_YEAR_2025}
"""Mode that shows the population of one year -> last year that is not a projection."""


def symbol_size(mode: str, span: str) -> str:
    """Quantity shown by symbol size, one of :data:`SIZES`.

    >>> symbol_size("un", "2025_2050")
    'un_2050'
    """
    return f"un_{SPAN_YEARS[span]}" if mode == "un" else SYMBOL_SIZES[mode]


SMALL = 0.65
"""Radius of a small symbol, relative to one of full size."""

RING_WIDTH = 0.45
"""Width of the ring of focus areas, relative to its radius."""

SMALLEST_RADIUS, LARGEST_RADIUS = 4.0, 18.0
"""Radius in pixels of a proportional symbol; its area is proportional to the value."""


DOT_RADIUS = 5.0

CLASS_RADIUS = 8.0


LARGEST_OF: Mapping[str, str] = {"un_2025": "un_city_population_2050"}
"""Size -> column whose maximum has the largest symbol, if it is not the column of :data:`SIZES`:
the circles of 2025 and 2050 share one scale."""


def radius(
    values: pd.Series, largest: float, smallest: float = SMALLEST_RADIUS
) -> npt.NDArray[np.float64]:
    """Radius in pixels of circles whose area is proportional to ``values``; missing is NaN."""
    share = np.sqrt(values.astype("Float64").to_numpy(dtype=float, na_value=np.nan) / largest)
    radii: npt.NDArray[np.float64] = np.maximum(share * LARGEST_RADIUS, smallest)
    return radii.round(1)


def has_value(cities: pd.DataFrame, size: str) -> pd.Series:
    """Whether each city has a value for the size of its symbol; always true for dots."""
    column = SIZES[size]
    if not column:
        return pd.Series(True, index=cities.index)
    positive: pd.Series = (cities[column] > 0).fillna(False).astype(bool)
    return positive


def symbol_radii(
    cities: pd.DataFrame, scale: pd.DataFrame, size: str, small: bool = False
) -> pd.Series:
    """Radius in pixels of each city's symbol.

    Parameters
    ----------
    scale
        All member cities; their largest value has the largest symbol.
    size
        One of :data:`SIZES`.
    small
        Whether symbols are drawn at :data:`SMALL`; dots without a class are not.
    """
    column = SIZES[size]
    if not column:
        dot = CLASS_RADIUS * (SMALL if small else 1) if size == "class" else DOT_RADIUS
        return pd.Series(dot, index=cities.index)
    largest = float(scale[LARGEST_OF.get(size, column)].max())
    radii = pd.Series(radius(cities[column], largest), index=cities.index)
    radii = radii.where(has_value(cities, size), SMALLEST_RADIUS)
    return (radii * SMALL).round(1) if small else radii
