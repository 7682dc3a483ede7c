"""How many projects there are: in which reports they are counted, and how far they are.

Two numbers are told apart everywhere: the projects that the latest report lists, and those that any
report lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.markup import numbers as words
from dashboard.markup.tables import records
from geo.analysis.projects import latest_projects
from geo.errors import LayerError
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import PROJECT_STATUSES

Report = Mapping[str, Any]
"""A row of :data:`geo.schema.plans.REPORTS`, or what :func:`latest_report` has in its place."""


def latest_report(layers: Catalogue) -> Report:
    """The totals that the latest report publishes.

    Where that layer cannot be read, which the Action plans page tells, they are counted from the
    list of the report: ``report_year``, ``ongoing_or_planning`` and ``completed``.
    """
    try:
        return records(layers["reports"].sort_values("report_year"))[-1]
    except LayerError:
        listed = latest_projects(layers["projects"])
        counts = {status: int((listed["status"] == status).sum()) for status in PROJECT_STATUSES}
        return {"report_year": int(listed["last_report"].max()), **counts}


def by_status(report: Report) -> str:
    """How many projects a report counts in each status, ongoing and in planning apart.

    >>> by_status({"ongoing": 108, "planning": 8, "completed": 18})
    '108 ongoing, 8 in planning and 18 completed'
    """
    return words.listed([*_going(report), tr("{number} completed", number=report["completed"])])


def going(report: Report) -> str:
    """How many projects a report counts as ongoing, and how many as in planning.

    >>> going({"ongoing": 108, "planning": 8})
    '108 ongoing and 8 in planning'
    """
    return words.listed(_going(report))


def _going(report: Report) -> list[str]:
    if "ongoing" not in report:
        return [tr("{number} ongoing or in planning", number=report["ongoing_or_planning"])]
    return [
        tr("{number} ongoing", number=report["ongoing"]),
        tr("{number} in planning", number=report["planning"]),
    ]


def lists_note() -> str:
    """Why counts of single projects know no difference that the totals make."""
    return tr("The lists of projects do not tell ongoing projects from those in planning.")


def totals_note(report: Report) -> str:
    """The totals that a report publishes, and that its lists do not tell all of them apart."""
    if "ongoing" not in report:
        return lists_note()
    counted = tr(
        "The {year} report counts {going} in all.", year=report["report_year"], going=going(report)
    )
    return f"{counted} {lists_note()}"


def listed_in(year: int) -> str:
    """Heading of projects that one report lists, by focus area."""
    return tr("Projects listed in {year}, by focus area", year=year)


def ever_listed(years: Sequence[int], city: str = "") -> str:
    """Heading of projects that any report lists, by focus area.

    Parameters
    ----------
    city
        Name of the city whose projects they are; empty for several cities.
    """
    span = {"first": years[0], "last": years[-1]}
    if city:
        return tr("{city}: projects listed {first}–{last}, by focus area", city=city, **span)
    return tr("Projects listed {first}–{last}, by focus area", **span)


def ever_listed_note(projects: int, latest: int, years: Sequence[int]) -> str:
    """How many projects any report lists, and how many of them the latest.

    >>> ever_listed_note(140, 134, [2022, 2025])
    '140 projects listed in any report from 2022 to 2025, 134 of them in that of 2025.'
    """
    return ntr(
        "{n} project listed in any report from {first} to {last}, {latest} of them in that of "
        "{last}.",
        "{n} projects listed in any report from {first} to {last}, {latest} of them in that of "
        "{last}.",
        projects,
        first=years[0],
        last=years[-1],
        latest=latest,
    )
