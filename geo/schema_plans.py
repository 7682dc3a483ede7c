"""Tables of the Smart City Action Plans and of what the reports say of their projects.

Each is a source table and a layer of the same name and columns.
"""

from __future__ import annotations

import pandera.pandas as pa

from geo.columns import Layer, column, integer, number, one_of, slug, text, year
from geo.vocabulary import FOCUS_AREAS, OUTCOMES, PLAN_LINKS, STAGES, SUPPORT_KINDS

_PLANS = ("ascn-consolidated-scaps",)
_REPORTS = ("ascn-me-2022", "ascn-me-2023", "ascn-me-2024", "ascn-me-2025")


def source_columns(nullable: bool = False) -> dict[str, pa.Column]:
    """Document and page that a row rests on."""
    return {
        "document": text("source document", nullable=nullable),
        "page": integer("page of the document", "page", 1, 1_000, nullable=nullable),
    }


PLANS = Layer(
    name="plans",
    title="Smart City Action Plans",
    description="The Smart City Action Plan (SCAP) of each member city: vision in our own words "
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
        "vision": text("vision in our own words", pa.Check.str_length(1, 160), nullable=True),
        "note": text("remark", nullable=True),
        **source_columns(),
    },
    key=("city_id",),
    sources=(*_PLANS, *_REPORTS),
)

PLAN_FOCUS_AREAS = Layer(
    name="plan_focus_areas",
    title="Focus areas of the plans",
    description="Focus areas that the plan of 2018 names for each pilot city.",
    columns={
        "city_id": slug("member city"),
        "focus_area": one_of("focus area", list(FOCUS_AREAS)),
        **source_columns(),
    },
    key=("city_id", "focus_area"),
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
        "outcome_basis": one_of(
            "whether the plan states the outcome or it was assigned here",
            ("stated", "assigned"),
            nullable=True,
        ),
        "target": text("target in our own words"),
        "figure": number("figure aimed at", "see unit", -1e9, 1e12, nullable=True),
        "unit": text("unit of the figure", nullable=True),
        "target_year": year("year aimed at", 2000, 2100, nullable=True),
        "baseline": number("figure at the start", "see unit", -1e9, 1e12, nullable=True),
        **source_columns(),
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
            "focus area, where the plan ties it to one", list(FOCUS_AREAS), nullable=True
        ),
        "aim": text("what it set out to do, in our own words"),
        **source_columns(),
        "link": one_of("how it relates to the reported project", list(PLAN_LINKS)),
        "project_id": text("reported project", nullable=True),
        "link_reason": text("reason"),
        "link_document": text("document of the reason"),
        "link_page": integer("its page", "page", 1, 1_000),
    },
    key=("city_id", "project_no"),
    sources=(*_PLANS, *_REPORTS),
)

PLAN_SUPPORT = Layer(
    name="plan_support",
    title="Support asked for",
    description="Support that each priority project of 2018 asks for, by kind.",
    columns={
        "city_id": slug("member city"),
        "project_no": integer("number of the project in the plan", "", 1, 10),
        "kind": one_of("kind of support", list(SUPPORT_KINDS)),
        "request": text("what is asked for, in our own words"),
        **source_columns(),
    },
    key=("city_id", "project_no", "kind", "request"),
    sources=_PLANS,
)

PROJECT_DETAILS = Layer(
    name="project_details",
    title="Progress of projects",
    description="What each report tells of a project, in our own words; reports describe some of "
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
        **source_columns(),
    },
    key=("report_year", "project_id"),
    sources=_REPORTS,
)

PROJECT_FIGURES = Layer(
    name="project_figures",
    title="Figures of projects",
    description="Figures that the reports state of a project.",
    columns={
        "report_year": year("year of the report", 2022),
        "project_id": slug("project"),
        "figure_no": integer("number of the figure", "", 1, 100),
        "quantity": text("what is counted, in our own words"),
        "value": column(float, "value", unit="see unit"),
        "unit": text("unit", nullable=True),
        **source_columns(),
    },
    key=("report_year", "project_id", "figure_no"),
    sources=_REPORTS,
)

PLAN_LAYERS = (
    PLANS,
    PLAN_FOCUS_AREAS,
    PLAN_TARGETS,
    PLAN_PROJECTS,
    PLAN_SUPPORT,
    PROJECT_DETAILS,
    PROJECT_FIGURES,
)
"""Tables of the action plans, in the order of the catalogue."""
