"""Map modes of indicators: cities in the colour of the class of their figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.maps.classification import MAX_CLASSES
from dashboard.maps.deck import MODES
from dashboard.maps.symbols import INDICATOR
from dashboard.markup import indicators as text
from dashboard.markup import numbers
from geo.analysis.indicators import Indicator, Reading, indicators, readings
from geo.errors import QueryError, not_known
from geo.i18n import terms, tr
from geo.layers.catalogue import Catalogue


def map_indicators(layers: Catalogue) -> dict[str, Indicator]:
    """The indicators of cities that have classes for a map, by id."""
    return {one.id: one for one in indicators(layers) if 0 < len(one.edges) < MAX_CLASSES}


def modes(layers: Catalogue) -> dict[str, str]:
    """All map modes of Explore by their slug in the URL, with labels in the active language."""
    return terms(MODES) | {id: one.name for id, one in map_indicators(layers).items()}


def known_indicator(layers: Catalogue, id: str) -> Indicator:
    """The indicator of a map.

    Raises
    ------
    QueryError
        If there is none.
    """
    known = map_indicators(layers)
    if id not in known:
        raise QueryError(not_known(INDICATOR, id, known))
    return known[id]


def title(layers: Catalogue, indicator: Indicator) -> str:
    """Name of an indicator and the years of its figures that are compared."""
    known = readings(layers, indicator.id).values()
    years = sorted({text.year(one) for one in known if one.compared})
    return tr("{name}, {years}", name=indicator.name, years=numbers.format_list(years))


def fact(indicator: Indicator, reading: Reading | None, city: Mapping[str, Any]) -> str:
    """Line of a tooltip, with the people of the territory that a figure is of.

    Parameters
    ----------
    city
        Row of :data:`geo.schema.core.CITIES`.
    """
    if reading is None:
        return tr("{name}: no data", name=indicator.name)
    return tr(
        "{name}: {value} ({context})",
        name=indicator.name,
        value=text.value(reading)
        if indicator.is_percent
        else f"{text.value(reading)} {indicator.unit}",
        context="; ".join(
            filter(None, (text.year_and_quality(reading), text.territory_people(reading, city)))
        ),
    )
