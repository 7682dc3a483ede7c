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
            "ASEAN Smart Cities Network: the network of member cities founded by the ASEAN "
            "Leaders in 2018."
        ),
        "network",
        mark("Network"),
    ),
    Term(
        "scap",
        mark("SCAP"),
        mark(
            "Smart City Action Plan: a member city's vision, targets and priority projects. "
            "The plans of the 26 pilot cities were published in 2018; our sources include no "
            "plans from cities that joined later."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "m-and-e",
        mark("M&E"),
        mark(
            "Monitoring & Evaluation: the network's annual report, which lists each city's "
            "projects and, since 2024, whether they are completed."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "focus-area",
        mark("Focus area"),
        mark(
            "One of the six fields of the ASEAN Smart Cities Framework. Each project is "
            "counted once, under one of them."
        ),
        "network",
        mark("Network"),
    ),
    Term(
        "listed-project",
        mark("Listed project"),
        mark(
            "A project named in the list of a Monitoring & Evaluation report. Each page says "
            "whether it counts the projects in the latest report or those in any report since "
            "2022; the second number is higher."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "ongoing-or-in-planning",
        mark("Ongoing or in planning"),
        mark(
            "A listed project that is not completed. The reports' totals distinguish ongoing "
            "projects from those in planning; their lists do not, so counts by city or focus "
            "area include both."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "no-longer-reported",
        mark("No longer reported"),
        mark(
            "A project that left the reports without ever being listed as completed. It is not "
            "counted as completed, and these pages do not say why it left."
        ),
        "plans",
        mark("Action plans"),
    ),
    Term(
        "kind-of-partner",
        mark("Kind of partner"),
        mark(
            "Own government: a national or local body of the city's own country, such as a "
            "ministry or agency. Other country: a foreign government or one of its agencies. "
            "State-owned companies and banks count as companies and development banks."
        ),
        "network",
        mark("Network"),
    ),
    Term(
        "page",
        mark("Page"),
        mark(
            "Page of a document's PDF file, counted from the first page. In the Monitoring & "
            "Evaluation reports it is one higher than the printed page number."
        ),
        "data",
        mark("Data"),
    ),
    Term(
        "un-city",
        mark("UN city"),
        mark(
            "A city as the UN delimits it in its 2025 revision, in the same way everywhere: "
            "connected cells of 1 km² with 1,500 people or more each and 50,000 or more in "
            "total. It may be far larger or far smaller than the member city, or there may be "
            "several UN cities; each city's page says which. Figures up to 2025 are estimates."
        ),
        "country",
        mark("Country"),
    ),
    Term(
        "agglomeration",
        mark("Urban agglomeration"),
        mark(
            "The built-up area around a city, including its suburbs, whatever the city's "
            "limits. The UN gives series for those with 300,000 or more people in 2018."
        ),
        "urbanisation",
        mark("Urbanisation"),
    ),
    Term(
        "city-proper",
        mark("City proper"),
        mark(
            "The city within its official limits, to which official population and land area "
            "refer. It may be far smaller or larger than the agglomeration."
        ),
        "compare",
        mark("Compare"),
    ),
    Term(
        "urban-share",
        mark("Urban share"),
        mark("The share of a country's population living in urban areas, as a percentage."),
        "urbanisation",
        mark("Urbanisation"),
    ),
    Term(
        "revision",
        mark("Revision"),
        mark(
            "An edition of the UN's World Urbanization Prospects. A newer edition replaces the "
            "figures for all years, so two revisions are never mixed. In both revisions shown "
            "here, a country's urban share follows its own national definition of urban."
        ),
        "country",
        mark("Country"),
    ),
    Term(
        "degree-of-urbanisation",
        mark("Degree of urbanisation"),
        mark(
            "A method that delimits cities in the same way in every country: a city consists "
            "of adjoining cells of 1 km² with 1,500 people or more each and 50,000 or more in "
            "total. The UN cities of 2025 follow this method; a country's urban share follows "
            "its national definition."
        ),
        "country",
        mark("Country"),
    ),
    Term(
        "projection",
        mark("Projection"),
        mark(
            "A figure for a year after its source's base year; figures for earlier years are "
            "estimates. Projections are drawn dashed or hollow and labelled as such."
        ),
        "urbanisation",
        mark("Urbanisation"),
    ),
    Term(
        "no-data",
        mark("No data"),
        mark("The sources give no figure; this never means zero."),
        "data",
        mark("Data"),
    ),
)


def headline() -> str:
    """What the page explains, in a sentence."""
    return tr("What the network's terms and figures mean on these pages.")


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
