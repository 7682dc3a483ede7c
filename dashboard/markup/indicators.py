"""Figures of indicators as text: value or band, year, territory, source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from dashboard.markup import numbers
from geo.analysis.indicators import Band, Indicator, Reading
from geo.i18n import decimal, percent, tr
from geo.layers.catalogue import Catalogue
from geo.layers.files import sources_in
from geo.vocabulary import INDICATOR_QUALITIES


def number(indicator: Indicator, value: float) -> str:
    """A value at the decimals that its indicator allows, with a percent sign if it is one.

    Other units stand beside the name of the indicator.
    """
    text = decimal(round(value, indicator.decimals), indicator.decimals)
    return percent(text) if indicator.is_percent else text


def band(indicator: Indicator, limits: Band) -> str:
    """A band: ``under 20%``, ``20 to 40%``, ``40% and over``."""
    low, high = limits
    if math.isinf(low):
        return tr("under {number}", number=number(indicator, high))
    if math.isinf(high):
        return tr("{number} and over", number=number(indicator, low))
    return tr("{low} to {high}", low=decimal(low), high=number(indicator, high))


def bands(indicator: Indicator) -> list[str]:
    """All bands of an indicator, or classes of its map, in ascending order."""
    ends = (-math.inf, *indicator.edges, math.inf)
    return [band(indicator, limits) for limits in pairwise(ends)]


def value(reading: Reading | None) -> str:
    """Value, band, class or rank of a figure; "no data" without one."""
    if reading is None:
        return numbers.no_data()
    indicator, first = reading.indicator, reading.first
    if reading.band is not None:
        return band(indicator, reading.band)
    if indicator.form == "class":
        meaning = str(first["meaning"])
        return f"{first['code']}: {meaning}"
    if indicator.form == "rank":
        rank = decimal(float(first["value"]))
        if numbers.is_missing(first["ranked_of"]):
            return tr("rank {rank}", rank=rank)
        return tr("rank {rank} of {number}", rank=rank, number=decimal(int(first["ranked_of"])))
    low, high = reading.values[0], reading.values[-1]
    if low == high:
        return number(indicator, low)
    return tr(
        "{low} to {high}",
        low=decimal(low, indicator.decimals),
        high=number(indicator, high),
    )


def year(reading: Reading) -> str:
    """Year or period of a figure."""
    first = reading.first
    last = str(first["year"])
    return last if numbers.is_missing(first["first_year"]) else f"{first['first_year']}–{last}"


def territory(reading: Reading) -> str:
    """Name of the territory in the source; empty where the source gives none of its own."""
    names = (row["territory"] for row in reading.rows)
    return "; ".join(dict.fromkeys(str(name) for name in names if not numbers.is_missing(name)))


def territory_people(reading: Reading, city: Mapping[str, Any]) -> str:
    """People of the territory that a figure is of, beside those of the city; empty where its source
    counts none.

    Parameters
    ----------
    city
        Row of :data:`geo.schema.core.CITIES`.
    """
    first = reading.first
    if numbers.is_missing(first["territory_people"]):
        return ""
    values = {
        "people": numbers.people(first["territory_people"]),
        "year": int(first["territory_people_year"]),
    }
    if numbers.is_missing(city["population"]):
        return tr("{people} people in {year}", **values)
    return tr(
        "{people} people in {year}; the member city: {own} ({own_year})",
        **values,
        own=numbers.people(city["population"]),
        own_year=city["population_year"],
    )


def year_and_quality(reading: Reading) -> str:
    """Year, and what the figure rests on: ``2020, estimate``."""
    return f"{year(reading)}, {tr(INDICATOR_QUALITIES[reading.first['quality']])}"


def remarks(reading: Reading) -> list[str]:
    """Why there are several figures, and the remarks on them, as sentences."""
    cells = (row[column] for row in reading.rows for column in ("several_reason", "note"))
    texts = dict.fromkeys(str(cell) for cell in cells if not numbers.is_missing(cell))
    return [f"{text[0].upper()}{text[1:]}." for text in texts]


def attribution(layers: Catalogue, indicator: Indicator) -> str:
    """Whom to name as the source of an indicator."""
    sources = sources_in(layers.info("city_indicators"))
    return next(one["attribution"] for one in sources if one["id"] == indicator.source_id)
