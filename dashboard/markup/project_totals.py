"""Totals of projects by report and status.

Two numbers are distinguished everywhere: projects listed in the latest report, and projects listed
in any report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.markup import numbers
from dashboard.markup.tables import records
from geo.analysis.projects import latest_projects
from geo.cache import memoized
from geo.errors import LayerError
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import PROJECT_STATUSES

Report = Mapping[str, Any]
"""A row of :data:`geo.schema.plans.REPORTS`, or the fallback of :func:`latest_report`."""


@memoized
def latest_report(layers: Catalogue) -> Report:
    """The totals published in the latest report.

    If that layer cannot be read, which the Action plans page reports, they are counted from the
    report's list: ``report_year``, ``ongoing_or_planning`` and ``completed``.
    """
    try:
        return records(layers["reports"].sort_values("report_year"))[-1]
    except LayerError:
        in_latest_report = latest_projects(layers["projects"])
        counts = {
            status: int((in_latest_report["status"] == status).sum()) for status in PROJECT_STATUSES
        }
        return {"report_year": int(in_latest_report["last_report"].max()), **counts}


def by_status(report: Report) -> str:
    """Number of projects by status in a report, with ongoing and in planning separately.

    >>> by_status({"ongoing": 108, "planning": 8, "completed": 18})
    '108 ongoing, 8 in planning and 18 completed'
    """
    return numbers.format_list(
        [*_ongoing_and_planning(report), tr("{number} completed", number=report["completed"])]
    )


def ongoing_and_planning(report: Report) -> str:
    """Number of ongoing projects and of projects in planning in a report.

    >>> ongoing_and_planning({"ongoing": 108, "planning": 8})
    '108 ongoing and 8 in planning'
    """
    return numbers.format_list(_ongoing_and_planning(report))


def _ongoing_and_planning(report: Report) -> list[str]:
    if "ongoing" not in report:
        return [tr("{number} ongoing or in planning", number=report["ongoing_or_planning"])]
    return [
        tr("{number} ongoing", number=report["ongoing"]),
        tr("{number} in planning", number=report["planning"]),
    ]


def lists_note() -> str:
    """Note that lists of projects do not distinguish ongoing from in planning."""
    return tr("The lists of projects do not distinguish ongoing projects from those in planning.")


def totals_note(report: Report) -> str:
    """The published totals of a report, with :func:`lists_note`."""
    if "ongoing" not in report:
        return lists_note()
    totals = tr(
        "The {year} report counts {going} in total.",
        year=report["report_year"],
        going=ongoing_and_planning(report),
    )
    return f"{totals} {lists_note()}"


def listed_in_title(year: int) -> str:
    """Title of projects listed in one report, by focus area."""
    return tr("Projects listed in {year}, by focus area", year=year)


def ever_listed_title(years: Sequence[int], city: str = "") -> str:
    """Title of projects listed in any report, by focus area.

    Parameters
    ----------
    city
        Name of the city, if the projects are of one; otherwise empty.
    """
    span = {"first": years[0], "last": years[-1]}
    if city:
        return tr("{city}: projects listed {first}–{last}, by focus area", city=city, **span)
    return tr("Projects listed {first}–{last}, by focus area", **span)


def ever_listed_note(projects: int, latest: int, years: Sequence[int]) -> str:
    """Number of projects listed in any report, and in the latest.

    >>> ever_listed_note(140, 134, [2022, 2025])
    '140 projects listed in at least one report from 2022 to 2025, 134 of them in the 2025 report.'
    """
    return ntr(
        "{n} project listed in at least one report from {first} to {last}, {latest} of them in "
        "the {last} report.",
        "{n} projects listed in at least one report from {first} to {last}, {latest} of them "
        "in the {last} report.",
        projects,
        first=years[0],
        last=years[-1],
        latest=latest,
    )
