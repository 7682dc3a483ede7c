"""Follow-up of the action plans: projects from report to report, outcomes, requested support."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from geo.errors import QueryError, quoted
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, SUPPORT_KINDS

REPORT_STATES: Mapping[str, str] = {
    "completed": mark("Completed"),
    "ongoing": mark("Ongoing or in planning, previously listed"),
    "listed": mark("Listed, no status given"),
    "new": mark("New in this report, not completed"),
    "left": mark("No longer reported"),
}
"""State of a project in one report compared to the previous one. ``listed`` replaces ``ongoing`` in
the reports of 2022 and 2023, which give no state; ``left`` are projects that the previous report
lists and this one does not, and that were never listed as completed."""

NOT_REPORTED = "not_reported"

PRIORITY_OUTCOMES: Mapping[str, str] = {
    "completed": PROJECT_STATUSES["completed"],
    "ongoing_or_planning": PROJECT_STATUSES["ongoing_or_planning"],
    "no_longer_reported": PROJECT_STATUSES["no_longer_reported"],
    NOT_REPORTED: mark("Never reported"),
}
"""Outcome of a priority project of 2018, as of the latest report."""


@dataclass(frozen=True)
class Step:
    """Changes from one report to the next, as numbers of projects.

    ``before`` is ``kept + still_completed + newly_completed + left + completed_left``, and
    ``after`` is ``kept + still_completed + newly_completed + new + returned``.

    Attributes
    ----------
    start, end
        Years of the two reports.
    before, after
        Projects listed in each of them.
    kept
        In both, not completed in the later one.
    still_completed
        In both, completed in both.
    newly_completed
        In both, completed in the later one only.
    left
        In the earlier one only, and never listed as completed.
    completed_left
        In the earlier one only, where they are listed as completed.
    new
        In the later one and in no earlier report.
    new_completed
        Those of ``new`` that are listed as completed right away.
    returned
        In the later one and in an older report, but not in the earlier of the two.
    states_given
        Whether the later report states which projects are completed.
    """

    start: int
    end: int
    before: int
    kept: int
    still_completed: int
    newly_completed: int
    left: int
    completed_left: int
    new: int
    new_completed: int
    returned: int
    after: int
    states_given: bool


def report_years(project_reports: pd.DataFrame) -> tuple[int, ...]:
    """Years of the reports, ascending."""
    return tuple(sorted(int(year) for year in project_reports["report_year"].unique()))


def steps(
    project_reports: pd.DataFrame, everything: pd.DataFrame | None = None
) -> tuple[Step, ...]:
    """Compare each report with the next.

    Parameters
    ----------
    project_reports
        Listings of the projects, see :data:`geo.schema.core.PROJECT_REPORTS`.
    everything
        Listings of all projects if ``project_reports`` is a subset; determines which reports
        exist and which of them give states.
    """
    whole = project_reports if everything is None else everything
    years = report_years(whole)
    stated = set(whole.loc[whole["status"] != "reported", "report_year"])
    return tuple(
        _step(project_reports, start, end, end in stated) for start, end in pairwise(years)
    )


def _step(project_reports: pd.DataFrame, start: int, end: int, states_given: bool) -> Step:
    year, ids = project_reports["report_year"], project_reports["project_id"]
    done = project_reports["status"] == "completed"
    before, after = set(ids[year == start]), set(ids[year == end])
    done_before, done_after = set(ids[(year == start) & done]), set(ids[(year == end) & done])
    known = set(ids[year < end])
    both = before & after
    return Step(
        start=start,
        end=end,
        before=len(before),
        kept=len(both - done_after),
        still_completed=len(both & done_before & done_after),
        newly_completed=len((both & done_after) - done_before),
        left=len(before - after - done_before),
        completed_left=len((before - after) & done_before),
        new=len(after - known),
        new_completed=len((after - known) & done_after),
        returned=len((after & known) - before),
        after=len(after),
        states_given=states_given,
    )


def states_by_report(
    project_reports: pd.DataFrame, everything: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Number of projects in each of :data:`REPORT_STATES` by report.

    Every project of the first report is ``listed``, not ``new``: its start is unknown.

    Parameters
    ----------
    project_reports, everything
        As for :func:`steps`.

    Returns
    -------
    pandas.DataFrame
        Columns ``report_year``, ``state``, ``projects``; states without a project are left out.
        ``left`` is counted in the report that no longer lists the project.
    """
    whole = project_reports if everything is None else everything
    first = project_reports["project_id"].map(
        project_reports.groupby("project_id")["report_year"].min()
    )
    new = (first == project_reports["report_year"]) & (first != whole["report_year"].min())
    state = project_reports["status"].replace(
        {"reported": "listed", "ongoing_or_planning": "ongoing"}
    )
    state = state.where(~new | (state == "completed"), "new")
    pairs = pd.DataFrame({"report_year": project_reports["report_year"], "state": state})
    counted = pairs.value_counts().rename("projects").reset_index()
    departed = [
        {"report_year": step.end, "state": "left", "projects": step.left}
        for step in steps(project_reports, whole)
        if step.left
    ]
    table = pd.concat([counted, pd.DataFrame(departed)], ignore_index=True).astype(
        {"report_year": "int", "projects": "int"}
    )
    order = list(REPORT_STATES)
    return table.sort_values(
        ["report_year", "state"],
        key=lambda values: values.map(order.index) if values.name == "state" else values,
        ignore_index=True,
    )


ROUNDING = 0.55
"""Tolerance in percentage points for printed shares, which are whole percents."""


def share_discrepancies(shares: pd.DataFrame, project_reports: pd.DataFrame) -> pd.DataFrame:
    """Printed shares of focus areas that disagree with the report's own project list.

    Parameters
    ----------
    shares, project_reports
        ``REPORT_FOCUS_SHARES`` of :mod:`geo.schema.plans`, ``PROJECT_REPORTS`` of
        :mod:`geo.schema.core`.

    Returns
    -------
    pandas.DataFrame
        ``shares`` by report and focus area, with ``listed`` (listed projects in the focus area),
        ``projects`` (all listed projects), ``listed_percent``, and ``points``, the printed share
        minus the listed one.
    """
    listed = project_reports.groupby(["report_year", "focus_area"]).size()
    whole = project_reports.groupby("report_year").size()
    keys = pd.MultiIndex.from_frame(shares[["report_year", "focus_area"]])
    table = shares.assign(
        listed=listed.reindex(keys, fill_value=0).to_numpy(),
        projects=shares["report_year"].map(whole),
    )
    table["listed_percent"] = 100 * table["listed"] / table["projects"]
    table["points"] = table["percent"].astype(float) - table["listed_percent"]
    differing = table[table["points"].abs() > ROUNDING]
    order = list(FOCUS_AREAS)
    return differing.sort_values(
        ["report_year", "focus_area"],
        key=lambda keys: keys.map(order.index) if keys.name == "focus_area" else keys,
        ignore_index=True,
    )


def priority_outcomes(plan_projects: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """The priority projects of 2018 with their outcomes.

    Parameters
    ----------
    plan_projects, projects
        See :data:`geo.schema.plans.PLAN_PROJECTS` and :data:`geo.schema.core.PROJECTS`.

    Returns
    -------
    pandas.DataFrame
        ``plan_projects`` with a column ``outcome``, one of :data:`PRIORITY_OUTCOMES`. A project
        reported as part of another has the state of that part.
    """
    state = projects.set_index("project_id")["status"]
    outcome = plan_projects["project_id"].map(state)
    return plan_projects.assign(outcome=outcome.where(outcome.notna(), NOT_REPORTED))


def uncertain(priorities: pd.DataFrame) -> pd.Series:
    """Whether the link of each priority project to the reports is our judgement.

    ``priorities`` has the column ``link_certainty`` of :data:`geo.schema.plans.PLAN_PROJECTS`.
    """
    return priorities["link_certainty"] == "uncertain"


def outcome_counts(priorities: pd.DataFrame) -> pd.DataFrame:
    """Number of priority projects by outcome, and how many of them are uncertain.

    Parameters
    ----------
    priorities
        See :func:`priority_outcomes`.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome``, ``projects`` and ``uncertain`` (projects whose link to the reports
        is our judgement), in the order of :data:`PRIORITY_OUTCOMES`, without zeros.
    """
    projects = priorities["outcome"].value_counts()
    unsure = priorities.loc[uncertain(priorities), "outcome"].value_counts()
    present = [outcome for outcome in PRIORITY_OUTCOMES if outcome in projects]
    return pd.DataFrame(
        {
            "outcome": present,
            "projects": [int(projects[outcome]) for outcome in present],
            "uncertain": [int(unsure.get(outcome, 0)) for outcome in present],
        }
    )


def coverage(
    counted: pd.DataFrame,
    listed: pd.DataFrame,
    plan_focus_areas: pd.DataFrame,
    city_ids: Iterable[str],
) -> pd.DataFrame:
    """Projects of each city in each focus area, compared with its plan of 2018.

    Parameters
    ----------
    counted
        Projects to count; see :data:`geo.schema.core.PROJECTS`.
    listed
        All projects of the latest report, which determine the gaps.
    plan_focus_areas
        See :data:`geo.schema.plans.PLAN_FOCUS_AREAS`.

    Returns
    -------
    pandas.DataFrame
        One row per city and focus area, both in order: ``city_id``, ``focus_area``,
        ``projects``, ``completed``, ``gap`` (the plan names the focus area, but the latest
        report lists no project in it), ``focus_area_basis`` (whether the plan uses the name of
        the focus area or the classification is ours; missing if the plan does not name it).
    """
    key = ["city_id", "focus_area"]
    number = counted.groupby(key).size()
    done = counted[counted["status"] == "completed"].groupby(key).size()
    listed_pairs = set(zip(listed["city_id"], listed["focus_area"], strict=True))
    named = plan_focus_areas.set_index(key)["focus_area_basis"].to_dict()
    return pd.DataFrame(
        [
            {
                "city_id": city_id,
                "focus_area": area,
                "projects": int(number.get((city_id, area), 0)),
                "completed": int(done.get((city_id, area), 0)),
                "gap": (city_id, area) in named.keys() - listed_pairs,
                "focus_area_basis": named.get((city_id, area)),
            }
            for city_id in city_ids
            for area in FOCUS_AREAS
        ],
        columns=[*key, "projects", "completed", "gap", "focus_area_basis"],
    )


def support_by_kind(plan_support: pd.DataFrame) -> pd.DataFrame:
    """Number of cities and priority projects that request each kind of support.

    Returns
    -------
    pandas.DataFrame
        Columns ``kind``, ``cities``, ``projects``, ``requests``, most projects first, including
        kinds that are not requested.
    """
    table = pd.DataFrame(
        [
            {
                "kind": kind,
                "cities": rows["city_id"].nunique(),
                "projects": len(rows[["city_id", "project_no"]].drop_duplicates()),
                "requests": len(rows),
            }
            for kind in SUPPORT_KINDS
            for rows in [plan_support[plan_support["kind"] == kind]]
        ]
    )
    return table.sort_values("projects", ascending=False, kind="stable", ignore_index=True)


@dataclass(frozen=True)
class ProjectHistory:
    """The history of one project: its reports, and the plan that it comes from.

    Attributes
    ----------
    project, city
        Rows of :data:`geo.schema.core.PROJECTS` and :data:`geo.schema.core.CITIES`.
    years
        Years of all reports, including those that do not list it.
    listings
        Rows of :data:`geo.schema.core.PROJECT_REPORTS`, oldest first.
    details, figures
        Details and figures from the reports, newest report first.
    priorities
        Priority projects of 2018 that became this project or contain it.
    renames
        Decisions on names, see ``project_renames`` of :mod:`geo.sources.read`.
    """

    project: Mapping[str, Any]
    city: Mapping[str, Any]
    years: Sequence[int]
    listings: pd.DataFrame
    details: pd.DataFrame
    figures: pd.DataFrame
    priorities: pd.DataFrame
    renames: pd.DataFrame


def project_history(project_id: str, layers: Catalogue, renames: pd.DataFrame) -> ProjectHistory:
    """Collect the history of one project from the layers.

    Raises
    ------
    QueryError
        If there is no such project.
    """
    projects = layers["projects"].set_index("project_id", drop=False)
    if project_id not in projects.index:
        raise QueryError(tr("There is no project {project}.", project=quoted(project_id)))
    project = _row(projects, project_id)
    cities = layers["cities"].set_index("city_id", drop=False)

    def project_rows(table: pd.DataFrame, newest_first: bool = False) -> pd.DataFrame:
        rows = table[table["project_id"] == project_id]
        if "report_year" not in rows:
            return rows
        return rows.sort_values("report_year", ascending=not newest_first, kind="stable")

    return ProjectHistory(
        project=project,
        city=_row(cities, project["city_id"]),
        years=report_years(layers["project_reports"]),
        listings=project_rows(layers["project_reports"]),
        details=project_rows(layers["project_details"], newest_first=True),
        figures=project_rows(layers["project_figures"], newest_first=True),
        priorities=project_rows(layers["plan_projects"]),
        renames=project_rows(renames),
    )


def _row(table: pd.DataFrame, key: str) -> dict[str, Any]:
    return {str(name): value for name, value in table.loc[key].items()}
