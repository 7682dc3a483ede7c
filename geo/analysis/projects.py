"""Projects of the action plans: counts by city and focus area, changes between reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo.i18n import mark
from geo.vocabulary import FOCUS_AREAS, focus_area_column


def latest_projects(projects: pd.DataFrame, everything: pd.DataFrame | None = None) -> pd.DataFrame:
    """The projects that the latest report lists.

    Parameters
    ----------
    projects
        See :data:`geo.schema.core.PROJECTS`.
    everything
        All projects if ``projects`` is a subset; determines the latest report.
    """
    whole = projects if everything is None else everything
    latest: pd.DataFrame = projects[projects["last_report"] == whole["last_report"].max()]
    return latest


@dataclass(frozen=True)
class PlaceCoverage:
    """Numbers of projects: all, those for which a document names a place, those with a point."""

    projects: int
    named: int
    located: int


def place_coverage(projects: pd.DataFrame, places: pd.DataFrame) -> PlaceCoverage:
    """How many of the projects have places.

    Parameters
    ----------
    projects, places
        Layers ``projects`` and ``project_places``, or rows of them; places of other projects are
        not counted.
    """
    of_these = places[places["project_id"].isin(set(projects["project_id"]))]
    located = of_these[of_these["precision"].notna()]
    return PlaceCoverage(
        len(projects), of_these["project_id"].nunique(), located["project_id"].nunique()
    )


def counts_by_city(
    projects: pd.DataFrame, city_ids: pd.Series, everything: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Projects of each city by state and focus area, as of the latest report.

    Parameters
    ----------
    projects, everything
        As for :func:`latest_projects`.

    Returns
    -------
    pandas.DataFrame
        Index ``city_id``; columns ``projects``, ``projects_<status>``, one per focus area and
        ``dominant_focus_area`` (missing without projects or if areas tie).
        Cities without projects count 0: the reports list every project.
    """
    listed = latest_projects(projects, everything)
    counts = pd.DataFrame(index=pd.Index(city_ids, name="city_id"))
    counts["projects"] = listed.groupby("city_id").size()
    for status in ("ongoing_or_planning", "completed"):
        counts[f"projects_{status}"] = listed[listed["status"] == status].groupby("city_id").size()
    departed = projects[projects["status"] == "no_longer_reported"]
    counts["projects_no_longer_reported"] = departed.groupby("city_id").size()
    for area in FOCUS_AREAS:
        counts[focus_area_column(area)] = (
            listed[listed["focus_area"] == area].groupby("city_id").size()
        )
    counts = counts.fillna(0).astype("Int64")
    areas = counts[[focus_area_column(area) for area in FOCUS_AREAS]].set_axis(
        list(FOCUS_AREAS), axis=1
    )
    largest = areas.max(axis=1)
    single = (largest > 0) & (areas.eq(largest, axis=0).sum(axis=1) == 1)
    counts["dominant_focus_area"] = areas.astype(int).idxmax(axis=1).where(single).astype("str")
    return counts


def leading_focus_areas(cities: pd.DataFrame) -> list[tuple[str, ...]]:
    """The focus areas with the most projects of each city; empty for a city without projects.

    Parameters
    ----------
    cities
        See :data:`geo.schema.core.CITIES`.

    Returns
    -------
    list of tuple
        Slugs in the order of :data:`geo.vocabulary.FOCUS_AREAS`, one tuple per row.
    """
    counts = cities[[focus_area_column(area) for area in FOCUS_AREAS]].astype(int).to_numpy()
    return [
        tuple(
            area
            for area, number in zip(FOCUS_AREAS, row, strict=True)
            if number and number == row.max()
        )
        for row in counts
    ]


@dataclass(frozen=True)
class Changes:
    """Changes between the two latest reports, as numbers of projects."""

    previous: int
    latest: int
    added: int
    newly_completed: int
    no_longer_reported: int
    new_cities: tuple[str, ...]


CHANGES: Mapping[str, str] = {
    "added": mark("New"),
    "newly_completed": mark("Newly completed"),
    "no_longer_reported": mark("No longer reported"),
}
"""What the latest report changes of a project, against the previous one."""


def changed_projects(project_reports: pd.DataFrame) -> pd.DataFrame:
    """Projects that the latest report adds, marks as completed or no longer lists.

    Parameters
    ----------
    project_reports
        See :data:`geo.schema.core.PROJECT_REPORTS`.

    Returns
    -------
    pandas.DataFrame
        Rows of ``project_reports`` with ``change``, one of :data:`CHANGES`: those of the latest
        report, and those of the previous one for what is no longer reported. A project that is new
        and completed at once has two rows. ``no_longer_reported`` are projects that only the
        previous report lists and that were never listed as completed.
    """
    previous, latest = _latest_two(project_reports)
    before = project_reports[project_reports["report_year"] == previous]
    now = project_reports[project_reports["report_year"] == latest]
    earlier = project_reports[project_reports["report_year"] < latest]
    done_before = set(before.loc[before["status"] == "completed", "project_id"])
    completed = now[now["status"] == "completed"]
    rows = {
        "added": now[~now["project_id"].isin(set(earlier["project_id"]))],
        "newly_completed": completed[~completed["project_id"].isin(done_before)],
        "no_longer_reported": before[
            ~before["project_id"].isin({*now["project_id"], *done_before})
        ],
    }
    return pd.concat([found.assign(change=change) for change, found in rows.items()])


def _latest_two(project_reports: pd.DataFrame) -> tuple[int, int]:
    years = sorted(project_reports["report_year"].unique())
    return int(years[-2]), int(years[-1])


def changes(project_reports: pd.DataFrame) -> Changes:
    """Compare the latest report with the previous one; see :func:`changed_projects`."""
    previous, latest = _latest_two(project_reports)
    numbers = changed_projects(project_reports)["change"].value_counts()
    cities = project_reports["city_id"].groupby(project_reports["report_year"] == latest).unique()
    return Changes(
        previous=previous,
        latest=latest,
        **{change: int(numbers.get(change, 0)) for change in CHANGES},
        new_cities=tuple(sorted({*cities[True]} - {*cities[False]})),
    )
