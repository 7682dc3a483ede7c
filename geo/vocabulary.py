"""The terms of the field, each named once: member states, focus areas, statuses, revisions."""

from __future__ import annotations

from collections.abc import Mapping

CRS = "OGC:CRS84"
"""Longitude, latitude on WGS 84: the axis order of GeoJSON and of GeoParquet's default."""

MEMBER_STATES = ("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM")

FOCUS_AREAS: Mapping[str, str] = {
    "civic-social": "Civic & Social",
    "health-well-being": "Health & Well-Being",
    "safety-security": "Safety & Security",
    "quality-environment": "Quality Environment",
    "built-infrastructure": "Built Infrastructure",
    "industry-innovation": "Industry & Innovation",
}
"""Slug used in URLs and column names -> name used in the reports."""

REPORT_STATUSES: Mapping[str, str] = {
    "reported": "Reported",
    "ongoing_or_planning": "Ongoing or in planning",
    "completed": "Completed",
}
"""State of a project in one Monitoring & Evaluation report. The reports of 2022 and 2023 list
projects without a state: ``reported``."""

PROJECT_STATUSES: Mapping[str, str] = {
    "ongoing_or_planning": "Ongoing or in planning",
    "completed": "Completed",
    "no_longer_reported": "No longer reported",
}
"""State of a project as of the latest report."""

REVISIONS: Mapping[str, str] = {
    "wdi-2026-03": "World Bank WDI, March 2026 (newer UN revision, degree of urbanisation)",
    "wdi-2025-07": "World Bank WDI, July 2025 (UN WUP 2018, national definitions)",
}
"""Releases of the urban share. They rest on different definitions of "urban", never mixed."""

DEFINITIONS: Mapping[str, str] = {
    "wdi-2026-03": "degree of urbanisation",
    "wdi-2025-07": "national definitions",
}
"""What "urban" means in each of :data:`REVISIONS`, in short."""

NEWEST_REVISION = "wdi-2026-03"

WUP_2018 = "wup-2018"
"""UN DESA, World Urbanization Prospects: The 2018 Revision; years after 2018 are projections."""

LAST_MEASURED_YEAR = 2018
"""Last year of the WUP 2018 series that is not a projection."""

DETAILS: Mapping[str, str] = {
    "full": "geometry",
    "medium": "geometry_medium",
    "low": "geometry_low",
}
"""Level of detail of a boundary -> geometry column."""

INDICATORS: Mapping[str, tuple[str, str]] = {
    "SP.URB.TOTL.IN.ZS": ("Urban share", "% of total population"),
    "SP.URB.GROW": ("Growth of the urban population", "% per year"),
    "SP.URB.TOTL": ("Urban population", "people"),
    "SP.POP.TOTL": ("Population", "people"),
    "EN.URB.MCTY.TL.ZS": (
        "Population in agglomerations of more than 1 million",
        "% of total population",
    ),
    "IT.NET.USER.ZS": ("Internet users", "% of population"),
}
"""World Bank indicator code -> name and unit."""


def focus_area_column(area: str) -> str:
    """Column of ``cities`` that counts the projects of focus area ``area`` (a slug)."""
    return f"projects_{area.replace('-', '_')}"


OUTCOMES: Mapping[str, str] = {
    "high_quality_of_life": "High quality of life",
    "competitive_economy": "Competitive economy",
    "sustainable_environment": "Sustainable environment",
}
"""Strategic outcomes of the ASEAN Smart Cities Framework."""

SUPPORT_KINDS: Mapping[str, str] = {
    "finance": "Finance",
    "technical_advice": "Technical advice",
    "partners": "Partners",
    "capacity": "Capacity",
    "policy": "Policy",
}
"""Kinds of support that the plans ask for."""

STAGES: Mapping[str, str] = {
    "planning": "Planning",
    "procurement": "Procurement",
    "pilot": "Pilot",
    "construction": "Under way",
    "operating": "Operating",
    "completed": "Completed",
}
"""Stage of a project, as read from the progress that a report tells."""

PLAN_LINKS: Mapping[str, str] = {
    "same": "Reported as the same project",
    "part": "Reported as a part",
    "none": "Not in the reports",
}
"""How a priority project of 2018 relates to the reported projects."""

ELEMENT_KINDS: Mapping[str, str] = {
    "strategic_outcome": "Strategic outcome",
    "focus_area": "Focus area",
    "sub_area": "Sub-area",
    "enabling_foundation": "Enabling foundation",
    "step": "Step",
}
"""Elements of the ASEAN Smart Cities Framework."""

DOCUMENT_KINDS: Mapping[str, str] = {
    "framework": "Framework",
    "terms_of_reference": "Terms of reference",
    "concept_note": "Concept note",
    "action_plans": "Action plans",
    "monitoring_report": "Monitoring & Evaluation report",
    "guide": "Guide",
    "toolkit": "Toolkit",
    "declaration": "Declaration",
    "portal": "Portal or page",
    "plan": "Plan",
}

GOVERNANCE_ROLES: Mapping[str, str] = {
    "chair": "Chair",
    "shepherd": "Shepherd",
    "annual_meeting": "Annual meeting",
    "secretariat": "Secretariat",
}

PARTNER_KINDS: Mapping[str, str] = {
    "country": "Country",
    "development_bank": "Development bank",
    "international_organisation": "International organisation",
    "fund": "Fund",
    "company": "Company",
    "university": "University",
    "association": "Association",
    "city": "City",
}
