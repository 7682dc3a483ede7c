"""Outcome beside effort: an indicator of each city and its projects of the matching focus area."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import pandas as pd

from geo.analysis.indicators import Indicator, indicators, readings
from geo.cache import memoized
from geo.layers.catalogue import Catalogue
from geo.vocabulary import focus_area_column


@dataclass(frozen=True)
class Effort:
    """Cities by outcome and projects.

    Attributes
    ----------
    rows
        ``city_id``, ``name``, ``country``, ``low``, ``high`` (values, or limits of the band,
        infinite where open), ``middle`` of the values (missing for bands), ``projects`` (of the
        focus area, in the latest report), ``upper`` (whether the value is the median or more;
        missing for bands).
    split
        Median of the values; ``None`` for bands.
    without
        Names of cities without a figure.
    apart
        Names of cities whose figure is of another method and not set beside the others.
    too_late
        Names of cities with a figure that joined in the year of the latest report or later and
        have no project in it yet.
    """

    indicator: Indicator
    report: int
    rows: pd.DataFrame
    split: float | None
    without: tuple[str, ...]
    apart: tuple[str, ...]
    too_late: tuple[str, ...]


def paired_indicators(layers: Catalogue) -> tuple[Indicator, ...]:
    """The indicators of cities with a focus area whose projects they are set beside."""
    return tuple(one for one in indicators(layers) if one.focus_area)


@memoized
def effort(layers: Catalogue, indicator_id: str) -> Effort:
    """Outcome and projects of the member cities for one of :func:`paired_indicators`.

    The median is that of all cities that are set side by side; a value at it counts as upper.
    """
    [indicator] = [one for one in indicators(layers) if one.id == indicator_id]
    known, report = readings(layers, indicator_id), _report(layers)
    rows, without, apart, too_late = [], [], [], []
    for city in layers["cities"].sort_values("name").to_dict("records"):
        reading = known.get(city["city_id"])
        if reading is None:
            without.append(city["name"])
        elif not reading.compared:
            apart.append(city["name"])
        elif city["joined_year"] >= report and not city["projects"]:
            too_late.append(city["name"])
        else:
            low, high = reading.band or (reading.values[0], reading.values[-1])
            rows.append(
                {
                    **{name: city[name] for name in ("city_id", "name", "country")},
                    "low": low,
                    "high": high,
                    "middle": reading.middle,
                    "projects": int(city[focus_area_column(indicator.focus_area)]),
                }
            )
    table = pd.DataFrame(rows)
    compared = [one.middle for one in known.values() if one.compared and one.middle is not None]
    split = float(median(compared)) if compared else None
    table["upper"] = None if split is None else table["middle"] >= split
    return Effort(indicator, report, table, split, tuple(without), tuple(apart), tuple(too_late))


def _report(layers: Catalogue) -> int:
    return int(layers["project_reports"]["report_year"].max())
