"""Smart City Action Plan (SCAP) projects, followed through the Monitoring & Evaluation reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from geo.build.joins import check_rows, join
from geo.errors import SourceError
from geo.sources.read import line_number, require_known
from geo.vocabulary import FOCUS_AREAS

_AREA_SLUGS: Mapping[str, str] = {name: slug for slug, name in FOCUS_AREAS.items()}


def build_project_reports(
    project_reports: pd.DataFrame, projects: pd.DataFrame, reports: pd.DataFrame
) -> pd.DataFrame:
    """The ``project_reports`` table: the projects that each report lists.

    Parameters
    ----------
    project_reports, projects, reports
        Source tables of these names.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.core.PROJECT_REPORTS`, ordered by report and project.

    Raises
    ------
    SourceError
        If a row names an unknown project or report or a city other than its project's, or the
        published totals of a report are inconsistent with each other or with its rows.
    """
    require_known(
        project_reports,
        "project_id",
        projects["project_id"],
        "project_reports.csv",
        "projects.csv",
    )
    require_known(
        project_reports, "report_year", reports["report_year"], "project_reports.csv", "reports.csv"
    )
    city = project_reports["project_id"].map(projects.set_index("project_id")["city_id"])
    moved = (city != project_reports["city_id"]).to_numpy()
    if moved.any():
        row = int(moved.argmax())
        raise SourceError(
            f"project_reports.csv, line {line_number(project_reports, row)}, column city_id: "
            f"{project_reports['city_id'].iloc[row]!r} is not the city of "
            f"{project_reports['project_id'].iloc[row]!r} in projects.csv, {city.iloc[row]!r}."
        )
    _check_totals(project_reports, reports)
    table = join(project_reports, reports[["report_year", "as_of"]], "report_year", "reports.csv")
    table["focus_area"] = table["focus_area"].map(_AREA_SLUGS)
    columns = [
        "report_year",
        "as_of",
        "project_id",
        "city_id",
        "name_in_report",
        "focus_area",
        "status",
        "document",
        "page",
    ]
    return table[columns].sort_values(["report_year", "project_id"], ignore_index=True)


def _check_totals(project_reports: pd.DataFrame, reports: pd.DataFrame) -> None:
    for row, report in enumerate(reports.to_dict("records")):
        where = f"reports.csv, line {line_number(reports, row)}"
        by_state = sum(report[state] for state in ("ongoing", "planning", "completed"))
        if by_state != report["projects"]:
            raise SourceError(
                f"{where}: ongoing, planning and completed add up to {by_state}, not to the "
                f"{report['projects']} projects of {report['report_year']}."
            )
        rows = project_reports[project_reports["report_year"] == report["report_year"]]
        for what, published, counted in _totals(report, rows["status"]):
            if counted != published:
                raise SourceError(
                    f"project_reports.csv: {counted} rows of {report['report_year']} counted as "
                    f"{what}, but the report publishes {published} ({where})."
                )


def _totals(report: Mapping[Any, Any], states: pd.Series) -> Iterator[tuple[str, int, int]]:
    """Published totals of a report and counts of its rows; no states if the list has none."""
    yield "projects", report["projects"], len(states)
    if (states != "reported").any():
        going = report["ongoing"] + report["planning"]
        yield "ongoing or in planning", going, int((states == "ongoing_or_planning").sum())
        yield "completed", report["completed"], int((states == "completed").sum())


def build_projects(
    projects: pd.DataFrame, project_reports: pd.DataFrame, cities: pd.DataFrame
) -> pd.DataFrame:
    """The ``projects`` table with each project's state as of the latest report.

    A project that disappears from the reports without being listed as completed is
    ``no_longer_reported``, never ``completed``.

    Parameters
    ----------
    projects, cities
        Source tables of these names.
    project_reports
        See :func:`build_project_reports`.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.core.PROJECTS`, ordered by ``project_id``.

    Raises
    ------
    SourceError
        If a project has an unknown city, is in no report, or is duplicated.
    """
    require_known(projects, "city_id", cities["city_id"], "projects.csv", "cities.csv")
    unlisted = ~projects["project_id"].isin(set(project_reports["project_id"]))
    if unlisted.any():
        row = int(unlisted.to_numpy().argmax())
        raise SourceError(
            f"projects.csv, line {line_number(projects, row)}, column project_id: "
            f"{projects['project_id'].iloc[row]!r} stands in no report (project_reports.csv)."
        )
    newest = project_reports.sort_values("report_year").groupby("project_id")
    last = newest.last()
    reported = pd.DataFrame(
        {
            "focus_area": last["focus_area"],
            "last_status": last["status"],
            "first_report": newest["report_year"].min(),
            "last_report": newest["report_year"].max(),
            "reports": newest.size().astype("Int64"),
        }
    )
    table = join(projects, reported.reset_index(), "project_id", "project_reports.csv")
    check_rows(table["project_id"], projects["project_id"], "projects.csv")
    latest = project_reports["report_year"].max()
    listed = (table["last_report"] == latest) | (table["last_status"] == "completed")
    table["status"] = table["last_status"].where(listed, "no_longer_reported")
    table["iso3"] = table["city_id"].map(cities.set_index("city_id")["iso3"])
    columns = [
        "project_id",
        "city_id",
        "iso3",
        "name",
        "focus_area",
        "status",
        "first_report",
        "last_report",
        "reports",
        "note",
    ]
    return table[columns].sort_values("project_id", ignore_index=True)
