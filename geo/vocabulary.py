"""Controlled vocabularies: member states, focus areas, statuses, revisions."""

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
"""Slug in URLs and column names -> name in the reports."""

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
    "wdi-2026-03": mark("World Bank WDI, {release} (UN 2025 revision, national definitions)"),
    "wdi-2025-07": mark("World Bank WDI, {release} (UN 2018 revision, national definitions)"),
}
"""World Bank releases of the urban share; the layers date them. Both follow national definitions
of "urban" (SP.URB.TOTL.IN.ZS: "as defined by national statistical offices"); they are based on
different revisions of the UN's World Urbanization Prospects, and differ by up to 14 points
(Cambodia 2018: 23.4 and 37.6%). They are never mixed."""

REVISION_NAMES: Mapping[str, str] = {
    "wdi-2026-03": mark("UN 2025 revision"),
    "wdi-2025-07": mark("UN 2018 revision"),
}
"""Short name of the UN revision behind each of :data:`REVISIONS`."""

NEWEST_REVISION = "wdi-2026-03"

WUP_2018 = "wup-2018"
"""UN DESA, World Urbanization Prospects: The 2018 Revision; years after 2018 are projections."""

WUP_2025 = "wup-2025"
"""UN DESA, World Urbanization Prospects: The 2025 Revision, by the degree of urbanisation; years
after 2025 are projections."""

BASE_YEAR_2025 = 2025
"""Last year of the WUP 2025 series that is not a projection. The UN calls it and earlier years
estimates: they are not counts."""

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
    "holds": mark("Contains the member city"),
    "inside": mark("In its territory, not counted"),
}
"""Role of a UN city of 2025 for a member city."""

COUNTED_ROLES = ("same", "part", "holds")
"""Roles for which the figures of a UN city are given for the member city."""

EXACT = "exact"
"""Fit of a boundary that is the member's own; only these have areas and hold places."""

AREA_FITS: Mapping[str, str] = {
    EXACT: mark("The city's own boundary"),
    "wider": mark("A wider boundary around the city"),
    "partial": mark("A part of the city"),
    "approximate": mark("An approximate shape, not a boundary"),
}
"""How well the boundary at hand fits the territory of a member city."""

AREA_EDITIONS: Mapping[str, str] = {
    "network": mark("as counted in the network's plans"),
    "merged_2025": mark("after the merger of 1 July 2025"),
}
"""Editions of the areas of member cities, the first for every city. The plans of 2018 speak of
the cities of Viet Nam before their merger with provinces around them."""

LICENCES: Mapping[str, tuple[str, str]] = {
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC BY 3.0 IGO": ("CC-BY-3.0-IGO", "https://creativecommons.org/licenses/by/3.0/igo/"),
    "LGPL 3.0": ("LGPL-3.0", "https://www.gnu.org/licenses/lgpl-3.0.html"),
    "Public domain": ("other-pd", "https://creativecommons.org/publicdomain/mark/1.0/"),
}
"""Licence in ``sources.csv`` -> id of a Data Package and URL. Other conditions are given on the
Data page."""

PLACE_PRECISIONS: Mapping[str, str] = {
    "site": mark("The place itself"),
    "neighbourhood": mark("Its neighbourhood"),
    "city": mark("Its town or city"),
}
"""What the point of a project's place stands for."""

DEGREES: Mapping[str, str] = {
    "cities": mark("Cities"),
    "towns": mark("Towns and semi-dense areas"),
    "rural": mark("Rural areas"),
}
"""Degrees of urbanisation; cities and towns together are urban."""

SERIES_BREAKS: Mapping[str, str] = {
    "break": mark("break in the published series"),
    "rapid_change": mark("share changes by more than 2 points in this year"),
}
"""Marks of a year in which a published share changes by more than two points, see
:func:`geo.build.urbanisation.series_breaks`."""

BASE_YEAR_2018 = 2018
"""Last year of the WUP 2018 series with estimates; later years are projections."""

DETAILS: Mapping[str, str] = {"full": "", "medium": "_medium", "low": "_low"}
"""Level of detail of boundaries -> suffix of the layers ``countries`` and ``context`` with it."""

INDICATORS: Mapping[str, tuple[str, str]] = {
    "SP.URB.TOTL.IN.ZS": (mark("Urban share"), mark("% of total population")),
    "SP.URB.GROW": (
        mark("Growth of the urban population as published (difference of logarithms)"),
        mark("% per year"),
    ),
    "SP.URB.TOTL": (mark("Urban population"), mark("people")),
    "SP.POP.TOTL": (mark("Population"), mark("people")),
    "EN.URB.MCTY.TL.ZS": (
        mark("Population in agglomerations of more than 1 million"),
        mark("% of total population"),
    ),
    "IT.NET.USER.ZS": (mark("Internet users"), mark("% of population")),
}
"""World Bank indicator code -> name and unit."""


INDICATOR_ROLES: Mapping[str, str] = {
    "outcome": mark("Outcome"),
    "context": mark("Context"),
    "citation": mark("Cited"),
}
"""What an indicator is to the network: how far people have what projects are about, what a city has
to deal with, or a figure of others that is cited and never compared."""

INDICATOR_FORMS = ("number", "band", "class", "rank")
"""How an indicator is shown: as a number, as the band that the source's number falls into, as a
class with a code, or as a rank that others give."""

INDICATOR_QUALITIES: Mapping[str, str] = {
    "estimate": mark("estimate"),
    "reported": mark("reported by the country"),
    "mapped": mark("mapped by volunteers"),
    "modelled": mark("modelled"),
    "computed": mark("computed by the publisher"),
    "press": mark("as published in the press"),
}
"""What a figure of an indicator rests on."""


def focus_area_column(area: str) -> str:
    """Column of ``cities`` that counts the projects of focus area ``area`` (a slug)."""
    return f"projects_{area.replace('-', '_')}"


OUTCOMES: Mapping[str, str] = {
    "high_quality_of_life": mark("High quality of life"),
    "competitive_economy": mark("Competitive economy"),
    "sustainable_environment": mark("Sustainable environment"),
}
"""Strategic outcomes of the ASEAN Smart Cities Framework."""

POPULATION_BASES: Mapping[str, str] = {
    "census": mark("census"),
    "registered": mark("registered residents"),
    "estimate": mark("official estimate"),
    "projection": mark("projection"),
    "plan": mark("action plan of that year"),
    "unstated": mark("basis not stated"),
}
"""Basis of an official population."""

SUPPORT_KINDS: Mapping[str, str] = {
    "finance": mark("Finance"),
    "technical_advice": mark("Technical advice"),
    "partners": mark("Partners"),
    "capacity": mark("Capacity"),
    "policy": mark("Policy"),
}
"""Kinds of support requested by the plans."""

STAGES: Mapping[str, str] = {
    "planning": mark("Planning"),
    "procurement": mark("Procurement"),
    "pilot": mark("Pilot"),
    "construction": mark("Under way"),
    "operating": mark("Operating"),
    "completed": mark("Completed"),
}
"""Stage of a project, derived from the progress described in a report."""

PLAN_LINKS: Mapping[str, str] = {
    "same": mark("Reported as the same project"),
    "part": mark("Reported in part"),
    "none": mark("Not in the reports"),
}
"""How a priority project of 2018 relates to the reported projects."""

LINK_CERTAINTIES = ("sure", "uncertain")
"""Whether the sources determine how a priority project relates to the reported ones.
``uncertain``: they leave it open, and the link is our judgement."""

BASES = ("stated", "assigned")
"""Whether a document itself classifies something, or the classification is ours."""

RENAME_DECISIONS: Mapping[str, str] = {
    "same": mark("One project under two names"),
    "different": mark("Two projects"),
}
"""Whether names in two reports refer to the same project."""

PROMISE_KINDS: Mapping[str, str] = {
    "target": mark("Target of 2018"),
    "aim": mark("Aim under a focus area"),
    "completion": mark("Expected completion"),
}
"""Dated promises: a strategic target of a plan, a dated point that it makes under a focus area, the
date by which a plan or report expects a project or a part of it."""

PROMISE_STATES: Mapping[str, str] = {
    "done": mark("Reported as done"),
    "ongoing": mark("Fell due, listed as ongoing"),
    "without_word": mark("Fell due, no information"),
    "no_longer_reported": mark("Fell due, no longer reported"),
    "never_reported": mark("Fell due, no project listed"),
    "not_due": mark("Not yet due"),
}
"""What the reports tell of a promise. Due is what names the year of the latest report or an earlier
one; see :func:`geo.build.promises.build_promises`."""

DONE_TIMINGS: Mapping[str, str] = {
    "by_date": mark("by the due date"),
    "after_date": mark("after the due date"),
    "unknown": mark("date not stated"),
}
"""Whether what is reported as done was done by the date that was promised, as far as sources tell;
see :func:`geo.build.promises.done_timing`."""

PROMISE_SCOPES = ("whole", "part")
"""Whether a promise is the reported project itself, whose status then tells of it, or something
that belongs to the project and of which only words tell."""

REPORT_WORDS = ("done", "under_way", "open")
"""What a report says of a promise: done, under way, or something on the subject that leaves it
open."""

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

CLAIM_SERIES: Mapping[str, str] = {
    WUP_2018: mark("UN 2018 revision"),
    NEWEST_REVISION: mark("UN 2025 revision"),
}
"""Series that claims on urbanisation are checked against: the one available to their authors, and
the newest. Both follow national definitions."""

CLAIM_MEASURES = ("gain", "share", "level", "multiple", "none")
"""Quantity in a claim on urbanisation: gain of urban population by a year, urban share in a year,
urban population in a year, urban population as a multiple of that of an unstated year, or nothing
that the layers contain."""

VERDICTS = (
    mark("holds"),
    mark("does not hold"),
    mark("depends on the base year"),
    mark("depends on the revision"),
    mark("cannot be checked here"),
)
"""Results of checking a claim on urbanisation; never shown without their assumption."""

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
    "own_government": mark("Own government"),
    "other_country": mark("Other country"),
    "international_organisation": mark("International organisation"),
    "development_bank": mark("Development bank"),
    "fund": mark("Fund"),
    "company": mark("Company"),
    "university": mark("University"),
    "association": mark("Association or non-profit"),
    "city": mark("City"),
    "not_stated": mark("Not stated"),
}
"""Types of partners. ``own_government`` are national or local bodies of the city's own state,
including statutory boards; ``other_country`` are foreign governments with their ministries and
agencies. A company or development bank may be state-owned. ``not_stated`` is a partner whose type
the source leaves open."""

REMARK_KINDS: Mapping[str, str] = {
    "recommendation": mark("Recommendation"),
    "lesson": mark("Lesson"),
    "challenge": mark("Challenge"),
    "next_step": mark("Next step"),
}
"""Kinds of remarks in a report on the network as a whole: what should be done, what was learned,
what is difficult, and what the network itself is going to do."""

REMARK_TOPICS: Mapping[str, str] = {
    "exchange": mark("Exchange and partnerships"),
    "capacity": mark("Skills and training"),
    "finance": mark("Funding and finance"),
    "planning": mark("Planning and follow-up"),
    "digital": mark("Digital infrastructure and data"),
    "people": mark("People first"),
    "resilience": mark("Recovery and resilience"),
}
"""Topics of recommendations; our classification, the reports have no such headings."""
