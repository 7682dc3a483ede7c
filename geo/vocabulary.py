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
