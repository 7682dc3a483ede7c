"""Tables of the Smart City Action Plans, of the reports and of what they say of the projects.

Each is a source table and a layer of the same name and columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from geo.schema.declare import (
    Check,
    Column,
    Layer,
    column,
    date,
    integer,
    number,
    one_of,
    slug,
    text,
    year,
)
from geo.vocabulary import (
    BASES,
    FOCUS_AREAS,
    LINK_CERTAINTIES,
    OUTCOMES,
    PLAN_LINKS,
    REMARK_KINDS,
    REMARK_TOPICS,
    RENAME_DECISIONS,
    STAGES,
    STATES_BASES,
    SUPPORT_KINDS,
    is_report,
)

_PLANS = ("ascn-consolidated-scaps",)
EVERY_REPORT = "ascn-me-*"
"""Placeholder for the ids of all Monitoring & Evaluation reports in ``sources.csv``, oldest
first."""

LATEST_REPORT = "ascn-me-latest"
"""Placeholder for the id of the latest report."""


OF_ROWS = "of-rows"
"""Placeholder for the ids in column ``source_id`` of a layer."""


def source_ids(named: Iterable[str], known: Collection[str]) -> list[str]:
    """Ids of sources, with placeholders replaced by those among the ``known`` ids that they stand
    for; for :data:`OF_ROWS` these are all."""
    reports = sorted(id for id in known if is_report(id))
    meant = {EVERY_REPORT: reports, LATEST_REPORT: reports[-1:], OF_ROWS: sorted(known)}
    return [id for name in named for id in meant.get(name, [name])]


_PAGES = ("page", 1, 1_000)
"""Unit and range of a page number: pages of PDF files, counted from the first one."""


def source_columns(nullable: bool = False) -> dict[str, Column]:
    """Document and page of a row's source."""
    return {
        "document": text("source document", nullable=nullable),
        "page": integer("page of the document's PDF file", *_PAGES, nullable=nullable),
    }


def page_range_columns(nullable: bool = False) -> dict[str, Column]:
    """Document and pages of a row's source, which may be several."""
    return {
        "document": text("source document", nullable=nullable),
        "page": integer(
            "first page of the document's PDF file that the row rests on",
            *_PAGES,
            nullable=nullable,
        ),
        "page_to": integer(
            "last page of the PDF file that the row rests on; empty where it is the first",
            *_PAGES,
            nullable=True,
        ),
    }


def _basis(of_what: str, nullable: bool = False) -> Column:
    return one_of(
        f"whether the plan states the {of_what} or it is our classification",
        BASES,
        nullable=nullable,
    )


PLANS = Layer(
    name="plans",
    title="Smart City Action Plans",
    description="The Smart City Action Plan (SCAP) of each member city: vision (our summary) "
    "and figures as stated; later members have no plan in the sources.",
    columns={
        "city_id": slug("member city"),
        "plan_published": one_of("whether the sources hold a plan", ("true", "false")),
        "stated_land_area_km2": number(
            "land area as the plan states it", "km²", 1, 1e5, nullable=True
        ),
        "stated_population": integer(
            "population as the plan states it", "people", 1_000, 50_000_000, nullable=True
        ),
        "stated_density_per_km2": number(
            "density as the plan states it", "people per km²", 1, 1e5, nullable=True
        ),
        "vision": text("vision (our summary)", Check.str_length(1, 160), nullable=True),
        "chief_smart_city_officer_office": text(
            "office of the Chief Smart City Officer in 2018, as the plan names it; several "
            "separated by semicolons",
            nullable=True,
        ),
        "note": text("remark", nullable=True),
        **source_columns(),
    },
    key=("city_id",),
    sources=(*_PLANS, EVERY_REPORT),
)

PLAN_FOCUS_AREAS = Layer(
    name="plan_focus_areas",
    title="Focus areas in the plans",
    description="Focus areas that the plan of 2018 names for each pilot city, by the six names or "
    "in words of its own.",
    columns={
        "city_id": slug("member city"),
        "focus_area": one_of("focus area", list(FOCUS_AREAS)),
        "focus_area_basis": _basis("focus area"),
        **source_columns(),
    },
    key=("city_id", "focus_area"),
    sources=_PLANS,
)

PLAN_STATEMENTS = Layer(
    name="plan_statements",
    title="What the plans say under each focus area",
    description="Each point that a plan makes under a focus area (our summary), with figure "
    "and year where stated; left empty where the plan only names the area.",
    columns={
        "city_id": slug("member city"),
        "statement_no": integer("number of the point in the plan", "", 1, 100),
        "focus_area": one_of(
            "focus area; empty where the heading fits none of the six",
            list(FOCUS_AREAS),
            nullable=True,
        ),
        "focus_area_basis": _basis("focus area", nullable=True),
        "heading": text("heading in the plan, as printed", nullable=True),
        "statement": text("what the plan says (our summary)", nullable=True),
        "figure": number("figure stated", "see unit", -1e9, 1e12, nullable=True),
        "unit": text("unit of the figure", nullable=True),
        "year": year("year stated", 2000, 2100, nullable=True),
        **source_columns(),
    },
    key=("city_id", "statement_no"),
    sources=_PLANS,
)

PLAN_TARGETS = Layer(
    name="plan_targets",
    title="Strategic targets",
    description="Strategic targets of each plan, with figure and year where stated.",
    columns={
        "city_id": slug("member city"),
        "target_no": integer("number of the target in the plan", "", 1, 100),
        "outcome": one_of("strategic outcome it serves", list(OUTCOMES), nullable=True),
        "outcome_basis": _basis("outcome", nullable=True),
        "target": text("target (our summary)"),
        "figure": number("figure aimed at", "see unit", -1e9, 1e12, nullable=True),
        "unit": text("unit of the figure", nullable=True),
        "target_year": year("year aimed at", 2000, 2100, nullable=True),
        "baseline": number("figure at the start", "see unit", -1e9, 1e12, nullable=True),
        "baseline_unit": text("unit of the figure at the start", nullable=True),
        "baseline_year": year("year of the figure at the start", 2000, nullable=True),
        "baseline_page": integer(
            "page of the figure at the start", "page", 1, 1_000, nullable=True
        ),
        "baseline_note": text("remark on the figure at the start", nullable=True),
        **page_range_columns(),
    },
    key=("city_id", "target_no"),
    sources=_PLANS,
)

PLAN_PROJECTS = Layer(
    name="plan_projects",
    title="Priority projects of 2018",
    description="Priority projects of each plan, and the reported project that each became.",
    columns={
        "city_id": slug("member city"),
        "project_no": integer("number of the project in the plan", "", 1, 10),
        "name": text("name in the plan"),
        "focus_area": one_of(
            "focus area, where what the plan says ties it to one", list(FOCUS_AREAS), nullable=True
        ),
        "focus_area_basis": _basis("focus area", nullable=True),
        "aim": text("what it set out to do (our summary)"),
        **page_range_columns(),
        "link": one_of("how it relates to the reported project", list(PLAN_LINKS)),
        "link_certainty": one_of(
            "whether the sources settle this or it is our judgement", LINK_CERTAINTIES
        ),
        "project_id": text("reported project", nullable=True),
        "link_reason": text("reason"),
        "link_document": text("document of the reason"),
        "link_page": integer("its page, of the PDF file", *_PAGES),
    },
    key=("city_id", "project_no"),
    sources=(*_PLANS, EVERY_REPORT),
)

PLAN_SUPPORT = Layer(
    name="plan_support",
    title="Support requested",
    description="Support that each priority project of 2018 asks for, by kind.",
    columns={
        "city_id": slug("member city"),
        "project_no": integer("number of the project in the plan", "", 1, 10),
        "kind": one_of("kind of support", list(SUPPORT_KINDS)),
        "request": text("what is asked for (our summary)"),
        **source_columns(),
    },
    key=("city_id", "project_no", "kind", "request"),
    sources=_PLANS,
)

PROJECT_DETAILS = Layer(
    name="project_details",
    title="Project progress",
    description="What each report says about a project (our summary); reports describe some of "
    "the projects that they list.",
    columns={
        "report_year": year("year of the report", 2022),
        "project_id": slug("project"),
        "objective": text("objective", nullable=True),
        "progress": text("stated progress", nullable=True),
        "stage": one_of("stage, as read from the progress", list(STAGES), nullable=True),
        "expected_completion": text(
            "expected completion, the actual one of a finished project (ISO 8601)", nullable=True
        ),
        "partners": text("partners, separated by semicolons", nullable=True),
        "challenges": text("challenges", nullable=True),
        **page_range_columns(),
    },
    key=("report_year", "project_id"),
    sources=(EVERY_REPORT,),
)

PROJECT_FIGURES = Layer(
    name="project_figures",
    title="Project figures",
    description="Figures that the reports give for a project.",
    columns={
        "report_year": year("year of the report", 2022),
        "project_id": slug("project"),
        "figure_no": integer("number of the figure", "", 1, 100),
        "quantity": text("what is counted (our summary)"),
        "value": column("float64", "value", unit="see unit"),
        "unit": text("unit", nullable=True),
        **source_columns(),
    },
    key=("report_year", "project_id", "figure_no"),
    sources=(EVERY_REPORT,),
)


REPORTS = Layer(
    name="reports",
    title="Monitoring & Evaluation reports",
    description="Each report with the date of its data and the totals it publishes: projects, "
    "and projects by status, with ongoing and in planning counted separately, "
    "which the lists of projects do not do. The reports of 2022 and 2023 give the "
    "statuses as shares only; the numbers are calculated from them.",
    columns={
        "report_year": year("year of the report", 2022),
        "document": slug("source document"),
        "as_of": date("date of the report's data (ISO 8601)"),
        "projects": integer("projects that the report counts", "projects", 1, 10_000),
        "page": integer("page of the PDF file with the number of projects", *_PAGES),
        "ongoing": integer("projects that are ongoing", "projects", 0, 10_000),
        "planning": integer("projects in planning", "projects", 0, 10_000),
        "completed": integer("projects that are completed", "projects", 0, 10_000),
        "states_basis": one_of(
            "whether the report states the numbers by status or they are computed from its shares",
            list(STATES_BASES),
        ),
        "states_page": integer("page of the PDF file with the totals by status", *_PAGES),
        "ongoing_percent": number("share ongoing, as printed", "% of projects", 0, 100),
        "planning_percent": number("share in planning, as printed", "% of projects", 0, 100),
        "completed_percent": number("share completed, as printed", "% of projects", 0, 100),
        "note": text("remark", nullable=True),
    },
    key=("report_year",),
    sources=(EVERY_REPORT,),
)

REPORT_FOCUS_SHARES = Layer(
    name="report_focus_shares",
    title="Published shares of focus areas",
    description="Share of projects by focus area as each report prints it. Some differ by a point "
    "or two from what the report's own list counts: see Projects by report.",
    columns={
        "report_year": year("year of the report", 2022),
        "focus_area": one_of("focus area", list(FOCUS_AREAS)),
        "percent": number("share as the report prints it", "% of projects", 0, 100),
        **source_columns(),
    },
    key=("report_year", "focus_area"),
    sources=(EVERY_REPORT,),
)

PROJECT_RENAMES = Layer(
    name="project_renames",
    title="Names of projects that changed",
    description="Where a report gives a project a different name from the report before: "
    "whether both names were taken as one project, and why. Where no report "
    "decides it, the reason says so.",
    columns={
        "project_id": slug("project"),
        "report_year": year("first report with the new name", 2022),
        "name_before": text("name in the report before"),
        "name_after": text("name in this report"),
        "decision": one_of("one project or two", list(RENAME_DECISIONS)),
        "reason": text("reason (our summary)"),
        **source_columns(),
    },
    key=("project_id", "report_year", "name_before"),
    sources=(EVERY_REPORT,),
)

REPORT_RECOMMENDATIONS = Layer(
    name="report_recommendations",
    title="Recommendations of the reports",
    description="What each report recommends, learns, finds difficult or announces for the "
    "network as a whole; our summary. What it says about a single project is in "
    "Project progress.",
    columns={
        "report_year": year("year of the report", 2022),
        "recommendation_no": integer("number within the report, in its order", "", 1, 100),
        "kind": one_of("recommendation, lesson, challenge or next step", list(REMARK_KINDS)),
        "topic": one_of("what it is about, our classification", list(REMARK_TOPICS)),
        "recommendation": text("what the report says, our summary"),
        "addressed_to": text(
            "who is to act or for whom it is meant, where the report names them", nullable=True
        ),
        **source_columns(),
    },
    key=("report_year", "recommendation_no"),
    sources=(EVERY_REPORT,),
)

PLAN_LAYERS = (
    PLANS,
    PLAN_FOCUS_AREAS,
    PLAN_STATEMENTS,
    PLAN_TARGETS,
    PLAN_PROJECTS,
    PLAN_SUPPORT,
    PROJECT_DETAILS,
    PROJECT_FIGURES,
    PROJECT_RENAMES,
    REPORTS,
    REPORT_FOCUS_SHARES,
    REPORT_RECOMMENDATIONS,
)
"""Tables of the action plans, in the order of the catalogue."""
