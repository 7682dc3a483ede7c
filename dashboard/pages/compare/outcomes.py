"""Measures of the comparison that are indicators of cities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.data import un_revision
from dashboard.markup import indicators as indicator_text
from dashboard.markup import numbers
from dashboard.markup.html import Child, small
from dashboard.pages.compare.tables import Measure, measures
from geo.analysis.indicators import Indicator, indicators, readings
from geo.layers.catalogue import Catalogue


def all_measures(
    layers: Catalogue, report: int, revision: str = un_revision.NEWEST
) -> list[Measure]:
    """The measures of :func:`measures`, then those of :func:`outcome_measures`."""
    return [*measures(report, revision), *outcome_measures(layers)]


def outcome_measures(layers: Catalogue) -> list[Measure]:
    """Measures of the indicators of cities; cited ones and those that are measures already are
    left out. Only numbers that are set side by side can be highest or lowest."""
    return [
        _outcome(layers, one)
        for one in indicators(layers)
        if one.role != "citation" and not one.cities_column
    ]


def _outcome(layers: Catalogue, indicator: Indicator) -> Measure:
    known = readings(layers, indicator.id)

    def parts(city: Mapping[str, Any]) -> tuple[str, str]:
        reading = known.get(city["city_id"])
        if reading is None:
            return numbers.no_data(), ""
        context = indicator_text.year_and_quality(reading)
        territory = indicator_text.territory(reading)
        people = indicator_text.territory_people(reading, city)
        found = [context]
        if people or territory not in ("", city["name"]):
            found.append(", ".join(filter(None, (territory, people))))
        return indicator_text.value(reading), "; ".join(found)

    def text(city: Mapping[str, Any]) -> str:
        figure, context = parts(city)
        return f"{figure} ({context})" if context else figure

    def figure(city: Mapping[str, Any]) -> Child:
        value, context = parts(city)
        return value, small(context)

    def value(city: Mapping[str, Any]) -> float | None:
        reading = known.get(city["city_id"])
        return reading.middle if reading else None

    def is_ranked(city: Mapping[str, Any]) -> bool:
        reading = known.get(city["city_id"])
        return reading is not None and reading.compared

    unit = " · ".join(part for part in (indicator.unit, indicator.describes) if part)
    return Measure(
        indicator.name,
        unit,
        f"{indicator_text.attribution(layers, indicator)}. {indicator.limits}",
        value,
        text,
        ranked=is_ranked,
        figure=figure,
    )
