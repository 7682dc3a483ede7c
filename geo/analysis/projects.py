"""Projects of the action plans: counts by city and focus area, changes between reports."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

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


def changes(project_reports: pd.DataFrame) -> Changes:
    """Compare the latest report with the previous one.

    ``no_longer_reported`` counts the projects that only the previous report lists and that were
    never listed as completed.
    """
    years = sorted(project_reports["report_year"].unique())
    previous, latest = int(years[-2]), int(years[-1])
    before = project_reports[project_reports["report_year"] == previous]
    now = project_reports[project_reports["report_year"] == latest]
    done_before = set(before.loc[before["status"] == "completed", "project_id"])
    done_now = set(now.loc[now["status"] == "completed", "project_id"])
    earlier = project_reports[project_reports["report_year"] < latest]
    departed = set(before["project_id"]) - set(now["project_id"]) - done_before
    return Changes(
        previous=previous,
        latest=latest,
        added=len(set(now["project_id"]) - set(earlier["project_id"])),
        newly_completed=len(done_now - done_before),
        no_longer_reported=len(departed),
        new_cities=tuple(sorted(set(now["city_id"]) - set(earlier["city_id"]))),
    )
