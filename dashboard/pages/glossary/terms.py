"""Terms of the glossary, each with its meaning here and the page where it matters most."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dashboard.markup.html import page_link, tag
from geo.i18n import mark, tr


@dataclass(frozen=True)
class Term:
    """A term of the field.

    Attributes
    ----------
    slug
        Fragment in the URL of the page.
    name, meaning
        In English; translated when shown.
    page, label
        Page where it matters most, and its name.
    """

    slug: str
    name: str
    meaning: str
    page: str
    label: str


TERMS = (
    Term(
        "ascn",
        mark("ASCN"),
        mark(
            "ASEAN Smart Cities Network: the member cities, set up by the Leaders of ASEAN in 2018."
        ),
        "network",
        mark("Network"),
    ),
    Term(
        "scap",
        mark("SCAP"),
        mark(
            "Smart City Action Plan: what a member city wants to be, its targets and its priority "
            "projects. The plans of the 26 pilot cities were published in 2018; the sources hold "
            "none of the cities that joined later."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "m-and-e",
        mark("M&E"),
        mark(
            "Monitoring & Evaluation: the yearly report of the network, which lists the projects "
            "of each city and, since 2024, whether they are completed."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "focus-area",
        mark("Focus area"),
        mark(
            "One of the six fields of the ASEAN Smart Cities Framework that every project is "
            "counted in once."
        ),
        "network",
        mark("Network"),
    ),
    Term(
        "listed-project",
        mark("Listed project"),
        mark(
            "A project that a Monitoring & Evaluation report names in its list. Pages tell whether "
            "they count the projects that the latest report lists or those that any report since "
            "2022 lists; the second number is higher."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "ongoing-or-in-planning",
        mark("Ongoing or in planning"),
        mark(
            "A listed project that is not completed. The totals of the reports tell ongoing "
            "projects from those in planning; their lists do not, so that counts by city or focus "
            "area hold both."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "no-longer-reported",
        mark("No longer reported"),
        mark(
            "A project that left the reports without ever having been listed as completed. It is "
            "not counted as completed, and nothing is said of why it left."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "kind-of-partner",
        mark("Kind of partner"),
        mark(
            "Own government: a national or local body of the city's own state, such as a ministry "
            "or an agency. Other country: a government abroad or one of its agencies. State-owned "
            "companies and banks count as companies and development banks."
        ),
        "network",
        mark("Network"),
    ),
    Term(
        "page",
        mark("Page"),
        mark(
            "Page of a document's PDF file, counted from its first page. In the Monitoring & "
            "Evaluation reports it is one more than the number printed on the page."
        ),
        "data",
        mark("Data"),
    ),
    Term(
        "un-city",
        mark("UN city"),
        mark(
            "A city as the UN draws it in its revision of 2025, everywhere in the same way: "
            "connected cells of 1 km² with 1,500 people or more, 50,000 in all. It may be far "
            "larger than the member city, far smaller, or several; the page of each city says "
            "which. Figures to 2025 are estimates."
        ),
        "country",
        mark("Country"),
    ),
    Term(
        "agglomeration",
        mark("Urban agglomeration"),
        mark(
            "The built-up area around a city with its suburbs, whatever the city's limits. The UN "
            "gives series for those of 300,000 people or more in 2018."
        ),
        "urbanisation",
        mark("Urbanisation"),
    ),
    Term(
        "city-proper",
        mark("City proper"),
        mark(
            "The city within its official limits, which official populations and land areas count. "
            "It may be far smaller or larger than the agglomeration."
        ),
        "compare",
        mark("Compare"),
    ),
    Term(
        "urban-share",
        mark("Urban share"),
        mark("The part of a country's people who live in urban areas, in percent."),
        "urbanisation",
        mark("Urbanisation"),
    ),
    Term(
        "revision",
        mark("Revision"),
        mark(
            "One edition of World Urbanization Prospects by the UN. A newer one replaces the "
            "figures of all years, so two revisions are never mixed. The urban share of a country "
            "follows its own national definition of urban in both revisions shown here."
        ),
        "country",
        mark("Country"),
    ),
    Term(
        "degree-of-urbanisation",
        mark("Degree of urbanisation"),
        mark(
            "A method that delimits cities alike in every country: a city is made of adjoining "
            "cells of 1 km² with 1,500 people or more each and 50,000 or more together. The UN's "
            "cities of 2025 follow it; the urban share of a country follows national definitions."
        ),
        "country",
        mark("Country"),
    ),
    Term(
        "projection",
        mark("Projection"),
        mark(
            "A figure for a year after the base year of its source; figures of earlier years are "
            "estimates. It is drawn dashed or hollow and named as a projection."
        ),
        "urbanisation",
        mark("Urbanisation"),
    ),
    Term(
        "no-data",
        mark("No data"),
        mark("The sources give no figure. It never means zero."),
        "data",
        mark("Data"),
    ),
)


def terms_html() -> Markup:
    """HTML definition list of all terms, each linked to its page."""
    terms = [
        tag(
            "div",
            tag("dt", tr(term.name)),
            tag("dd", tr(term.meaning), " ", page_link(term.page, tr(term.label))),
            id=term.slug,
        )
        for term in TERMS
    ]
    return tag("dl", terms, class_="glossary")
