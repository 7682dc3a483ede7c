"""Outcome beside effort: cities by an indicator and by their projects of the focus area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.markup import indicators as indicator_text
from dashboard.markup.citations import cite
from dashboard.markup.html import table
from dashboard.markup.tables import records
from dashboard.pages.city.text import document_name
from geo.analysis.effort import Effort, effort
from geo.analysis.indicators import compared_values, readings
from geo.cache import memoized
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS


def heading(found: Effort) -> str:
    """Title of an outcome and its focus area."""
    return tr(
        "{outcome} and projects in {area}",
        outcome=found.indicator.name,
        area=tr(FOCUS_AREAS[found.indicator.focus_area]),
    )


def note(layers: Catalogue, found: Effort) -> str:
    """What is set beside what, and why."""
    framework = layers["framework"].set_index("element_id", drop=False)
    element = framework.loc[found.indicator.framework_element]
    values = {
        "area": tr(FOCUS_AREAS[found.indicator.focus_area]),
        "element": element["name"],
        "document": cite(document_name(str(element["document"])), element.to_dict()),
        "year": found.report,
    }
    return tr(
        "Projects in {area} listed in the {year} report. The framework assigns {element} to "
        "this area ({document}); projects in the area may also be about other things.",
        **values,
    )


def groups(found: Effort) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Cities by value or band and by whether the report lists a project of the area, highest
    first."""
    result = []
    for label, rows in _levels(found):
        for listed, says in (
            (True, tr("{level}, projects listed", level=label)),
            (False, tr("{level}, no project listed", level=label)),
        ):
            cities = [row for row in rows if (row["projects"] > 0) == listed]
            result.append((says, cities))
    return result


def counted(found: Effort) -> str:
    """Number of cities in each group."""
    counts = [f"{label}: {decimal(len(rows))}" for label, rows in groups(found)]
    return tr("Number of cities: {listed}.", listed="; ".join(counts))


def group_of(found: Effort) -> dict[str, str]:
    """City id -> its group."""
    return {row["city_id"]: label for label, rows in groups(found) for row in rows}


def territories(layers: Catalogue, found: Effort) -> dict[str, str]:
    """City id -> people of the territory that its figure is of; empty where not counted."""
    known = readings(layers, found.indicator.id)
    cities = {row["city_id"]: row for row in records(layers["cities"])}
    return {
        city_id: indicator_text.territory_people(known[city_id], cities[city_id])
        for city_id in found.rows["city_id"]
    }


def _levels(found: Effort) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Cities at or above the median and below it, or by band; highest first."""
    indicator, rows = found.indicator, records(found.rows)
    if found.split is not None:
        split = indicator_text.number(indicator, found.split)
        rows.sort(key=lambda row: (-row["middle"], row["name"]))
        return [
            (tr("{median} or more", median=split), [row for row in rows if row["upper"]]),
            (tr("under {number}", number=split), [row for row in rows if not row["upper"]]),
        ]
    rows.sort(key=lambda row: (-row["projects"], row["name"]))
    lows = (*indicator.edges, float("-inf"))
    return [
        (label, [row for row in rows if row["low"] == low])
        for label, low in zip(
            reversed(indicator_text.bands(indicator)), sorted(lows, reverse=True), strict=True
        )
    ]


@memoized
def effort_table(layers: Catalogue, indicator_id: str) -> Markup:
    """HTML table of the groups with their cities, and of the cities that are in none."""
    found = effort(layers, indicator_id)
    known = readings(layers, indicator_id)

    def city(row: Mapping[str, Any]) -> str:
        details = [indicator_text.value(known[row["city_id"]])] if found.split is not None else []
        if row["projects"]:
            details.append(ntr("{n} project", "{n} projects", row["projects"]))
        return f"{row['name']} ({'; '.join(details)})" if details else str(row["name"])

    rows = [
        (label, ", ".join(map(city, cities)) or tr("no city")) for label, cities in groups(found)
    ]
    for label, names in (
        (tr("different method, not compared"), found.apart),
        (tr("joined in {year} or later, no project listed yet", year=found.report), found.too_late),
        (tr("no data"), found.without),
    ):
        if names:
            rows.append((label, ", ".join(names)))
    return table(heading(found), (), rows, "stacked")


def source(layers: Catalogue, found: Effort) -> str:
    """Sources of outcome and projects, and where the groups are divided."""
    indicator = found.indicator
    parts = [
        tr(
            "{source}. {limits}",
            source=indicator_text.attribution(layers, indicator),
            limits=indicator.limits,
        ),
        tr("ASCN Monitoring & Evaluation Report {year}.", year=found.report),
    ]
    if found.split is not None:
        parts.append(
            tr(
                "{median} is the median of the {number} cities compared.",
                median=indicator_text.number(indicator, found.split),
                number=decimal(len(compared_values(layers, indicator.id))),
            )
        )
    return " ".join(parts)
