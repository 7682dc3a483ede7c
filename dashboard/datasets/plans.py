"""Tables of the Smart City Action Plans and the outcomes of their projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from dashboard.datasets.declared import (
    CITY_FIELDS,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    layer_fields,
    page_link,
)
from dashboard.pages.city import like_projects
from dashboard.pages.plans.state import FILTERS, KINDS
from geo.analysis import flows
from geo.analysis.flows import PRIORITY_OUTCOMES, project_history
from geo.i18n import mark
from geo.parameters import one_of
from geo.schema import LAYERS
from geo.vocabulary import FOCUS_AREAS, REPORT_STATUSES, SUPPORT_KINDS

_OUTCOME = (
    Field("outcome", "projects", "what became of it, as of the latest report"),
    Field("outcome_name", "projects", "the same in words"),
)


def counted_cells(request: DatasetRequest) -> pd.DataFrame:
    """Projects by city and focus area, as counted in the matrix of the Action plans page."""
    projects, selection = request.source["projects"], request.selection
    last = projects["last_report"].max()
    in_last_report = selection.projects[selection.projects["last_report"] == last]
    counted = selection.projects if request.filter.statuses else in_last_report
    listed = projects[projects["last_report"] == last]
    plan_focus_areas = request.source["plan_focus_areas"]
    return flows.coverage(counted, listed, plan_focus_areas, selection.cities["city_id"])


def _matrix(request: DatasetRequest) -> pd.DataFrame:
    cells = counted_cells(request)
    return request.with_names(cells.assign(focus_area_name=cells["focus_area"].map(FOCUS_AREAS)))


def _priorities(request: DatasetRequest) -> pd.DataFrame:
    return _with_outcomes(request, request.for_selected_cities("plan_projects"))


def _with_outcomes(request: DatasetRequest, plan_projects: pd.DataFrame) -> pd.DataFrame:
    rows = flows.priority_outcomes(plan_projects, request.source["projects"])
    return rows.assign(outcome_name=rows["outcome"].map(PRIORITY_OUTCOMES))


def _outcomes(request: DatasetRequest) -> pd.DataFrame:
    rows = flows.outcome_counts(_priorities(request))
    return rows.assign(outcome_name=rows["outcome"].map(PRIORITY_OUTCOMES))


def _statements(request: DatasetRequest) -> pd.DataFrame:
    rows = request.for_selected_cities("plan_statements")
    return rows.assign(focus_area_name=rows["focus_area"].map(FOCUS_AREAS))


def _support(request: DatasetRequest) -> pd.DataFrame:
    kind = one_of("support", request.query, KINDS, "all")
    support = request.for_selected_cities("plan_support")
    rows = support if kind == "all" else support[support["kind"] == kind]
    key = ["city_id", "project_no"]
    named = _with_outcomes(request, request.source["plan_projects"])
    named = named.rename(columns={"name": "project"})
    outcome_columns = ["project", "outcome", "outcome_name", "link_certainty"]
    rows = rows.merge(named[[*key, *outcome_columns]], on=key, how="left")
    return rows.assign(kind_name=rows["kind"].map(SUPPORT_KINDS))


_COMPLETION_COUNTS = ("still_completed", "newly_completed", "new_completed")
"""Counts of a step that are unknown for a report without statuses."""


def _steps(request: DatasetRequest) -> pd.DataFrame:
    reports = request.source["project_reports"]
    listings = reports[reports["project_id"].isin(set(request.selection.projects["project_id"]))]
    if listings.empty:
        return listings
    rows = pd.DataFrame([asdict(step) for step in flows.steps(listings, reports)])
    for name in _COMPLETION_COUNTS:
        rows[name] = rows[name].astype("Int64").where(rows["states_given"])
    return rows


def _listings(request: DatasetRequest) -> pd.DataFrame:
    """Every project in every report, including those that do not list it."""
    projects = request.selection.projects[["project_id", "city_id", "name"]]
    if project := request.query.get("project"):
        project_history(
            project, request.source, request.source["project_renames"]
        )  # raises for an unknown project
        projects = projects[projects["project_id"] == project]
    reports = request.source["project_reports"].drop(columns="city_id").assign(listed=True)
    years = pd.DataFrame({"report_year": flows.report_years(reports)})
    rows = projects.merge(years, how="cross").merge(
        reports, on=["project_id", "report_year"], how="left", validate="one_to_one"
    )
    return request.with_names(
        rows.assign(
            project=rows["name"],
            listed=rows["listed"].notna(),
            status_name=rows["status"].map(REPORT_STATUSES),
        )
    )


def _printed(request: DatasetRequest) -> pd.DataFrame:
    rows = flows.share_discrepancies(
        request.source["report_focus_shares"], request.source["project_reports"]
    )
    return rows.assign(focus_area_name=rows["focus_area"].map(FOCUS_AREAS))


def _like_projects(request: DatasetRequest) -> pd.DataFrame:
    cities = set(request.selection.cities["city_id"])
    return request.with_names(like_projects.every_row(request.source, cities))


PLAN_TABLES: Mapping[str, Dataset] = {
    "who-has-done-this": Dataset(
        (
            *CITY_FIELDS,
            Field(
                "ask_kind", "plan_projects", "what the city looks for: priority, support, ongoing"
            ),
            Field("ask_kind_name", "plan_projects", "the same in words"),
            *layer_fields("plan_projects", ask_no="project_no"),
            Field("ask", "plan_support", "name of the city's project, or its request for support"),
            *layer_fields("projects", "focus_area", ask_project_id="project_id"),
            *layer_fields("projects", "project_id", project="name"),
            Field("like_city_id", "projects", "city of the like project"),
            Field("like_city", "projects", "its English name"),
            *layer_fields("projects", "status", "last_report"),
            Field(
                "similarity",
                "project_details",
                "cosine of the words' weights (tf-idf) in names, objectives and aims, 0 to 1",
                "",
                "number",
            ),
            Field("words", "project_details", "words in common, the most telling first"),
            Field("same_area", "projects", "whether both have one focus area", "", "true/false"),
            Field("common_partners", "partners", "partners of both projects"),
            Field("partners", "partners", "partners of the like project"),
            Field("source", "project_reports", "pages of the like project"),
        ),
        _like_projects,
        page_link("city", "city"),
        mark("Similar projects in other cities"),
        mark(
            "Projects in other cities similar to those that each city plans, requests or runs, "
            "matched by wording."
        ),
        FILTERS,
    ),
    "projects-by-city-and-focus-area": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("projects", "focus_area"),
            Field("focus_area_name", "projects", "name of the focus area"),
            count_field("projects", "projects", "number of projects", "projects"),
            count_field("completed", "projects", "of these, completed", "projects"),
            Field(
                "gap",
                "plan_focus_areas",
                "true where the plan of 2018 names the focus area and the latest report lists no "
                "project in it",
                "",
                "true/false",
            ),
            *layer_fields("plan_focus_areas", "focus_area_basis"),
        ),
        _matrix,
        page_link("plans", *FILTERS),
        mark("Matrix of cities and focus areas"),
        mark(
            "Projects listed in the latest report or, if the filter sets a status, projects "
            "with that status from any report."
        ),
        FILTERS,
    ),
    "priority-projects": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("plan_projects", *LAYERS["plan_projects"].columns)[1:],
            *_OUTCOME,
        ),
        _priorities,
        page_link("plans", *FILTERS, table="priorities"),
        mark("Priority projects of 2018"),
        mark("Priority projects in the 2018 plans and their status today."),
        FILTERS,
    ),
    "priority-outcomes": Dataset(
        (
            *_OUTCOME,
            count_field("projects", "plan_projects", "priority projects of 2018", "projects"),
            count_field(
                "uncertain", "plan_projects", "of these, linked by our judgement", "projects"
            ),
        ),
        _outcomes,
        page_link("plans", *FILTERS),
        mark("Priority projects of 2018 by status today"),
        mark("Number of priority projects of 2018 by status today."),
        FILTERS,
    ),
    "support-requests": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("plan_support", "project_no"),
            Field("project", "plan_projects", "priority project of 2018 that asks"),
            *layer_fields("plan_support", "kind"),
            Field("kind_name", "plan_support", "name of the kind"),
            *layer_fields("plan_support", "request"),
            *_OUTCOME,
            *layer_fields("plan_projects", "link_certainty"),
            *layer_fields("plan_support", "document", "page"),
        ),
        _support,
        page_link("plans", *FILTERS, "support"),
        mark("Requests for support in 2018"),
        mark("Each request for support of a priority project of 2018."),
        (*FILTERS, "support"),
    ),
    "plan-statements": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("plan_statements", "statement_no", "focus_area"),
            Field("focus_area_name", "plan_statements", "name of the focus area"),
            *layer_fields("plan_statements", *list(LAYERS["plan_statements"].columns)[3:]),
        ),
        _statements,
        page_link("plans", *FILTERS, table="statements"),
        mark("What the plans say under each focus area"),
        mark("What the 2018 plans say under each focus area; our summary."),
        FILTERS,
    ),
    "targets": Dataset(
        (*CITY_FIELDS, *layer_fields("plan_targets", *LAYERS["plan_targets"].columns)[1:]),
        lambda request: request.for_selected_cities("plan_targets"),
        page_link("plans", *FILTERS, table="targets"),
        mark("Targets of 2018"),
        mark("Strategic targets in the 2018 plans."),
        FILTERS,
    ),
    "project-steps": Dataset(
        tuple(
            count_field(name, "project_reports", description, unit)
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
        page_link("plans", *FILTERS),
        mark("Changes between reports"),
        mark("How the lists of projects changed from one report to the next."),
        FILTERS,
    ),
    "project-reports": Dataset(
        (
            *CITY_FIELDS,
            *layer_fields("projects", "project_id", project="name"),
            *layer_fields("project_reports", "report_year"),
            Field(
                "listed",
                "project_reports",
                "whether the report lists the project",
                "",
                "true/false",
            ),
            *layer_fields("project_reports", "status"),
            Field("status_name", "project_reports", "name of the status"),
            *layer_fields("project_reports", "focus_area", "name_in_report", "document", "page"),
        ),
        _listings,
        page_link("plans", *FILTERS, "project"),
        mark("Status by report"),
        mark("Each project in each report, with its status and page."),
        (*FILTERS, "project"),
    ),
    "printed-shares": Dataset(
        (
            *layer_fields("report_focus_shares", "report_year", "focus_area"),
            Field("focus_area_name", "report_focus_shares", "name of the focus area"),
            *layer_fields("report_focus_shares", "percent"),
            count_field(
                "listed", "project_reports", "projects of the list in the area", "projects"
            ),
            count_field("projects", "project_reports", "all projects of the list", "projects"),
            Field(
                "listed_percent",
                "project_reports",
                "share by the report's own list",
                "% of projects",
                "number",
            ),
            *layer_fields("report_focus_shares", "document", "page"),
        ),
        _printed,
        page_link("plans"),
        mark("Where a report's percentages do not match its own list"),
        mark("Focus area percentages printed in a report that differ from its own list."),
    ),
}
"""Tables of the pages Action plans and City by name."""
