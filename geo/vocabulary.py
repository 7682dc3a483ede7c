"""The terms of the field, each named once: member states, focus areas, statuses, revisions."""

from __future__ import annotations

from collections.abc import Mapping

from geo.i18n import mark

CRS = "OGC:CRS84"
"""Longitude, latitude on WGS 84: the axis order of GeoJSON and of GeoParquet's default."""

MEMBER_STATES = ("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM")

FOCUS_AREAS: Mapping[str, str] = {
    "civic-social": mark("Civic & Social"),
    "health-well-being": mark("Health & Well-Being"),
    "safety-security": mark("Safety & Security"),
    "quality-environment": mark("Quality Environment"),
    "built-infrastructure": mark("Built Infrastructure"),
    "industry-innovation": mark("Industry & Innovation"),
}
"""Slug used in URLs and column names -> name used in the reports."""

REPORT_STATUSES: Mapping[str, str] = {
    "reported": mark("Reported"),
    "ongoing_or_planning": mark("Ongoing or in planning"),
    "completed": mark("Completed"),
}
"""State of a project in one Monitoring & Evaluation report. The reports of 2022 and 2023 list
projects without a state: ``reported``."""

PROJECT_STATUSES: Mapping[str, str] = {
    "ongoing_or_planning": mark("Ongoing or in planning"),
    "completed": mark("Completed"),
    "no_longer_reported": mark("No longer reported"),
}
"""State of a project as of the latest report."""

REVISIONS: Mapping[str, str] = {
    "wdi-2026-03": mark("World Bank WDI, March 2026 (newer UN revision, degree of urbanisation)"),
    "wdi-2025-07": mark("World Bank WDI, July 2025 (UN WUP 2018, national definitions)"),
}
"""Releases of the urban share. They rest on different definitions of "urban", never mixed."""

DEFINITIONS: Mapping[str, str] = {
    "wdi-2026-03": mark("degree of urbanisation"),
    "wdi-2025-07": mark("national definitions"),
}
"""What "urban" means in each of :data:`REVISIONS`, in short."""

NEWEST_REVISION = "wdi-2026-03"

WUP_2018 = "wup-2018"
"""UN DESA, World Urbanization Prospects: The 2018 Revision; years after 2018 are projections."""

WUP_2025 = "wup-2025"
"""UN DESA, World Urbanization Prospects: The 2025 Revision, by the degree of urbanisation; years
after 2025 are projections."""

LAST_ESTIMATED_YEAR = 2025
"""Last year of the WUP 2025 series that is not a projection. The UN calls it and the years before
estimates: they are no counts."""

UN_CITY_RELATIONS: Mapping[str, str] = {
    "same": mark("The same city"),
    "part_of": mark("Part of a larger UN city"),
    "several": mark("Several UN cities, added up"),
    "none": mark("No UN city"),
}
"""How a member city relates to the UN's cities of 2025."""

MEMBER_ROLES: Mapping[str, str] = {
    "same": mark("The member city"),
    "part": mark("Part of the member city"),
    "holds": mark("Holds the member city"),
    "inside": mark("In its territory, not counted"),
}
"""What a UN city of 2025 is to a member city."""

COUNTED_ROLES = ("same", "part", "holds")
"""Of these, what makes the figures of a UN city stand beside the member city."""

DEGREES: Mapping[str, str] = {
    "cities": mark("Cities"),
    "towns": mark("Towns and semi-dense areas"),
    "rural": mark("Rural areas"),
}
"""Degrees of urbanisation; cities and towns together are urban."""

LAST_MEASURED_YEAR = 2018
"""Last year of the WUP 2018 series that is not a projection."""

DETAILS: Mapping[str, str] = {
    "full": "geometry",
    "medium": "geometry_medium",
    "low": "geometry_low",
}
"""Level of detail of a boundary -> geometry column."""

INDICATORS: Mapping[str, tuple[str, str]] = {
    "SP.URB.TOTL.IN.ZS": (mark("Urban share"), mark("% of total population")),
    "SP.URB.GROW": (mark("Growth of the urban population"), mark("% per year")),
    "SP.URB.TOTL": (mark("Urban population"), mark("people")),
    "SP.POP.TOTL": (mark("Population"), mark("people")),
    "EN.URB.MCTY.TL.ZS": (
        mark("Population in agglomerations of more than 1 million"),
        mark("% of total population"),
    ),
    "IT.NET.USER.ZS": (mark("Internet users"), mark("% of population")),
}
"""World Bank indicator code -> name and unit."""


def focus_area_column(area: str) -> str:
    """Column of ``cities`` that counts the projects of focus area ``area`` (a slug)."""
    return f"projects_{area.replace('-', '_')}"


OUTCOMES: Mapping[str, str] = {
    "high_quality_of_life": mark("High quality of life"),
    "competitive_economy": mark("Competitive economy"),
    "sustainable_environment": mark("Sustainable environment"),
}
"""Strategic outcomes of the ASEAN Smart Cities Framework."""

SUPPORT_KINDS: Mapping[str, str] = {
    "finance": mark("Finance"),
    "technical_advice": mark("Technical advice"),
    "partners": mark("Partners"),
    "capacity": mark("Capacity"),
    "policy": mark("Policy"),
}
"""Kinds of support that the plans ask for."""

STAGES: Mapping[str, str] = {
    "planning": mark("Planning"),
    "procurement": mark("Procurement"),
    "pilot": mark("Pilot"),
    "construction": mark("Under way"),
    "operating": mark("Operating"),
    "completed": mark("Completed"),
}
"""Stage of a project, as read from the progress that a report tells."""

PLAN_LINKS: Mapping[str, str] = {
    "same": mark("Reported as the same project"),
    "part": mark("Reported as a part"),
    "none": mark("Not in the reports"),
}
"""How a priority project of 2018 relates to the reported projects."""

RENAME_DECISIONS: Mapping[str, str] = {
    "same": mark("One project under two names"),
    "different": mark("Two projects"),
}
"""Whether the names of two reports mean one project."""

_REPORT = "ascn-me-"


def report_document(year: int) -> str:
    """Id of the Monitoring & Evaluation report of a year in the source tables."""
    return f"{_REPORT}{year}"


def is_report(document: str) -> bool:
    """Whether an id is that of a Monitoring & Evaluation report.

    >>> is_report("ascn-me-2025"), is_report("ascn-framework-2018")
    (True, False)
    """
    return document.startswith(_REPORT) and document.removeprefix(_REPORT).isdigit()


STATES_BASES: Mapping[str, str] = {
    "stated": mark("Stated as numbers"),
    "computed": mark("Computed from the published shares"),
}
"""Where a report's totals by state come from."""

VERDICTS = (
    mark("holds"),
    mark("does not hold"),
    mark("depends on the definition"),
    mark("on course"),
    mark("behind"),
    mark("cannot be checked here"),
)
"""What checking a claim on urbanisation finds; ``on course`` and ``behind`` are said of a claim on
a year that the figures have not reached."""

ELEMENT_KINDS: Mapping[str, str] = {
    "strategic_outcome": mark("Strategic outcome"),
    "focus_area": mark("Focus area"),
    "sub_area": mark("Sub-area"),
    "enabling_foundation": mark("Enabling foundation"),
    "step": mark("Step"),
}
"""Elements of the ASEAN Smart Cities Framework."""

DOCUMENT_KINDS: Mapping[str, str] = {
    "framework": mark("Framework"),
    "terms_of_reference": mark("Terms of reference"),
    "concept_note": mark("Concept note"),
    "action_plans": mark("Action plans"),
    "monitoring_report": mark("Monitoring & Evaluation report"),
    "guide": mark("Guide"),
    "toolkit": mark("Toolkit"),
    "declaration": mark("Declaration"),
    "portal": mark("Portal or page"),
    "plan": mark("Plan"),
}

GOVERNANCE_ROLES: Mapping[str, str] = {
    "chair": mark("Chair"),
    "shepherd": mark("Shepherd"),
    "annual_meeting": mark("Annual meeting"),
    "secretariat": mark("Secretariat"),
}

PARTNER_KINDS: Mapping[str, str] = {
    "country": mark("Country"),
    "development_bank": mark("Development bank"),
    "international_organisation": mark("International organisation"),
    "fund": mark("Fund"),
    "company": mark("Company"),
    "university": mark("University"),
    "association": mark("Association"),
    "city": mark("City"),
}
