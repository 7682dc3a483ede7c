"""Tables of the Smart City Action Plans and of what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from dashboard.datasets.declared import CITY, Asked, Dataset, Field, count, of, page
from dashboard.pages.plans.state import FILTERS, KINDS
from geo.analysis import flows as plan_flows
from geo.analysis.flows import PRIORITY_OUTCOMES, history
from geo.i18n import mark
from geo.parameters import one_of
from geo.schema import LAYERS
from geo.vocabulary import FOCUS_AREAS, REPORT_STATUSES, SUPPORT_KINDS

_OUTCOME = (
    Field("outcome", "projects", "what became of it, as of the latest report"),
    Field("outcome_name", "projects", "the same in words"),
)


def counted_cells(asked: Asked) -> pd.DataFrame:
    """Projects of each city and focus area, as the matrix of the Action plans page counts them."""
    projects, kept = asked.plain["projects"], asked.kept
    last = projects["last_report"].max()
    of_last = kept.projects[kept.projects["last_report"] == last]
    counted = kept.projects if asked.filter.statuses else of_last
    listed = projects[projects["last_report"] == last]
    named = asked.plain["plan_focus_areas"]
    return plan_flows.coverage(counted, listed, named, kept.cities["city_id"])


def _matrix(asked: Asked) -> pd.DataFrame:
    cells = counted_cells(asked)
    return asked.named(cells.assign(focus_area_name=cells["focus_area"].map(FOCUS_AREAS)))


def _priorities(asked: Asked) -> pd.DataFrame:
    rows = plan_flows.priority_outcomes(
        asked.of_kept_cities("plan_projects"), asked.plain["projects"]
    )
    return rows.assign(outcome_name=rows["outcome"].map(PRIORITY_OUTCOMES))


def _outcomes(asked: Asked) -> pd.DataFrame:
    rows = plan_flows.outcome_counts(_priorities(asked))
    return rows.assign(outcome_name=rows["outcome"].map(PRIORITY_OUTCOMES))


def _statements(asked: Asked) -> pd.DataFrame:
    rows = asked.of_kept_cities("plan_statements")
    return rows.assign(focus_area_name=rows["focus_area"].map(FOCUS_AREAS))


def _support(asked: Asked) -> pd.DataFrame:
    kind = one_of("support", asked.query, KINDS, "all")
    support = asked.of_kept_cities("plan_support")
    rows = support if kind == "all" else support[support["kind"] == kind]
    key = ["city_id", "project_no"]
    named = _priorities(asked).rename(columns={"name": "project"})
    told = ["project", "outcome", "outcome_name", "link_certainty"]
    rows = rows.merge(named[[*key, *told]], on=key, how="left")
    return rows.assign(kind_name=rows["kind"].map(SUPPORT_KINDS))


_STATED = ("still_completed", "newly_completed", "new_completed")
"""Numbers of a step that a report without states does not tell."""


def _steps(asked: Asked) -> pd.DataFrame:
    reports = asked.plain["project_reports"]
    listings = reports[reports["project_id"].isin(set(asked.kept.projects["project_id"]))]
    if listings.empty:
        return listings
    rows = pd.DataFrame([asdict(step) for step in plan_flows.steps(listings, reports)])
    for name in _STATED:
        rows[name] = rows[name].astype("Int64").where(rows["states_given"])
    return rows


def _listings(asked: Asked) -> pd.DataFrame:
    """Every project in every report, also where the report does not list it."""
    projects = asked.kept.projects[["project_id", "city_id", "name"]]
    if project := asked.query.get("project"):
        history(project, asked.plain, asked.plain["project_renames"])  # refuses what there is not
        projects = projects[projects["project_id"] == project]
    reports = asked.plain["project_reports"].drop(columns="city_id").assign(listed=True)
    years = pd.DataFrame({"report_year": plan_flows.report_years(reports)})
    rows = projects.merge(years, how="cross").merge(
        reports, on=["project_id", "report_year"], how="left", validate="one_to_one"
    )
    return asked.named(
        rows.assign(
            project=rows["name"],
            listed=rows["listed"].notna(),
            status_name=rows["status"].map(REPORT_STATUSES),
        )
    )


def _printed(asked: Asked) -> pd.DataFrame:
    rows = plan_flows.shares_apart(
        asked.plain["report_focus_shares"], asked.plain["project_reports"]
    )
    return rows.assign(focus_area_name=rows["focus_area"].map(FOCUS_AREAS))


PLAN_TABLES: Mapping[str, Dataset] = {
    "projects-by-city-and-focus-area": Dataset(
        (
            *CITY,
            *of("projects", "focus_area"),
            Field("focus_area_name", "projects", "name of the focus area"),
            count("projects", "projects", "number of projects", "projects"),
            count("completed", "projects", "of these, completed", "projects"),
            Field(
                "gap",
                "plan_focus_areas",
                "true where the plan of 2018 names the focus area and the latest report lists no "
                "project in it",
                "",
                "true/false",
            ),
            *of("plan_focus_areas", "focus_area_basis"),
        ),
        _matrix,
        page("plans", *FILTERS),
        mark("Matrix of cities and focus areas"),
        mark(
            "Projects that the latest report lists, or those of any report with a status that the "
            "filter asks for."
        ),
        FILTERS,
    ),
    "priority-projects": Dataset(
        (*CITY, *of("plan_projects", *LAYERS["plan_projects"].columns)[1:], *_OUTCOME),
        _priorities,
        page("plans", *FILTERS, table="priorities"),
        mark("Priority projects of 2018"),
        mark("What the plans of 2018 put first, and what became of it."),
        FILTERS,
    ),
    "priority-outcomes": Dataset(
        (
            *_OUTCOME,
            count("projects", "plan_projects", "priority projects of 2018", "projects"),
            count("uncertain", "plan_projects", "of these, linked by our judgement", "projects"),
        ),
        _outcomes,
        page("plans", *FILTERS),
        mark("Priority projects of 2018 by what became of them"),
        mark("Number of priority projects of 2018 by their status today."),
        FILTERS,
    ),
    "support-requests": Dataset(
        (
            *CITY,
            *of("plan_support", "project_no"),
            Field("project", "plan_projects", "priority project of 2018 that asks"),
            *of("plan_support", "kind"),
            Field("kind_name", "plan_support", "name of the kind"),
            *of("plan_support", "request"),
            *_OUTCOME,
            *of("plan_projects", "link_certainty"),
            *of("plan_support", "document", "page"),
        ),
        _support,
        page("plans", *FILTERS, "support"),
        mark("Requests for support in 2018"),
        mark("Each request for support of a priority project of 2018."),
        (*FILTERS, "support"),
    ),
    "plan-statements": Dataset(
        (
            *CITY,
            *of("plan_statements", "statement_no", "focus_area"),
            Field("focus_area_name", "plan_statements", "name of the focus area"),
            *of("plan_statements", *list(LAYERS["plan_statements"].columns)[3:]),
        ),
        _statements,
        page("plans", *FILTERS, table="statements"),
        mark("What the plans say under each focus area"),
        mark("Points that the plans of 2018 make under their focus areas, in our own words."),
        FILTERS,
    ),
    "targets": Dataset(
        (*CITY, *of("plan_targets", *LAYERS["plan_targets"].columns)[1:]),
        lambda asked: asked.of_kept_cities("plan_targets"),
        page("plans", *FILTERS, table="targets"),
        mark("Targets of 2018"),
        mark("Strategic targets of the plans of 2018."),
        FILTERS,
    ),
    "project-steps": Dataset(
        tuple(
            count(name, "project_reports", description, unit)
            for name, (description, unit) in {
                "start": ("year of the report before", "year"),
                "end": ("year of the report", "year"),
                "before": ("projects that the report before lists", "projects"),
                "kept": ("in both, not completed in the later one", "projects"),
                "still_completed": ("in both, completed in both", "projects"),
                "newly_completed": ("in both, completed in the later one only", "projects"),
                "left": ("in the earlier one only, never listed as completed", "projects"),
                "completed_left": ("in the earlier one only, completed there", "projects"),
                "new": ("in the later one, and in none before", "projects"),
                "new_completed": ("of the new ones, completed at once", "projects"),
                "returned": ("in the later one and an older one, not in between", "projects"),
                "after": ("projects that the report lists", "projects"),
            }.items()
        ),
        _steps,
        page("plans", *FILTERS),
        mark("Changes between reports"),
        mark("What happened to the projects from each report to the next."),
        FILTERS,
    ),
    "project-reports": Dataset(
        (
            *CITY,
            *of("projects", "project_id", project="name"),
            *of("project_reports", "report_year"),
            Field(
                "listed",
                "project_reports",
                "whether the report lists the project",
                "",
                "true/false",
            ),
            *of("project_reports", "status"),
            Field("status_name", "project_reports", "name of the status"),
            *of("project_reports", "focus_area", "name_in_report", "document", "page"),
        ),
        _listings,
        page("plans", *FILTERS, "project"),
        mark("Status by report"),
        mark("Each project in each report, with its status and page."),
        (*FILTERS, "project"),
    ),
    "printed-shares": Dataset(
        (
            *of("report_focus_shares", "report_year", "focus_area"),
            Field("focus_area_name", "report_focus_shares", "name of the focus area"),
            *of("report_focus_shares", "percent"),
            count("listed", "project_reports", "projects of the list in the area", "projects"),
            count("projects", "project_reports", "all projects of the list", "projects"),
            Field(
                "listed_percent",
                "project_reports",
                "share by the report's own list",
                "% of projects",
                "number",
            ),
            *of("report_focus_shares", "document", "page"),
        ),
        _printed,
        page("plans"),
        mark("Where a report's percentages do not match its own list"),
        mark("Shares of focus areas that a report prints otherwise than its own list has them."),
    ),
}
"""Tables of the pages Action plans and City by name."""
