"""HTML tables of one member state: projects, member cities, agglomerations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.citations import cite
from dashboard.markup.code_snippets import Download
from dashboard.markup.html import CARDS, Child, page_link, small, table, tag
from dashboard.markup.tables import (
    city_link,
    paragraph,
    records,
)
from dashboard.pages.plans.text import status_summary
from geo.analysis.filter import Filter
from geo.cache import memoized
from geo.i18n import decimal, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, focus_area_column


@memoized
def projects_note(layers: Catalogue, iso3: str) -> str:
    """Sentence on the number of projects in any report, by status as of the latest one."""
    projects = layers["projects"]
    listed = projects[projects["iso3"] == iso3]
    if listed.empty:
        return ""
    return ntr(
        "{n} project across all reports, {latest} of them in the latest: {statuses}.",
        "{n} projects across all reports, {latest} of them in the latest: {statuses}.",
        len(listed),
        latest=int((listed["last_report"] == projects["last_report"].max()).sum()),
        statuses=status_summary(listed["status"]),
    )


def plans_link(iso3: str, country: str) -> Markup:
    """Link to the Action plans page, filtered by the country."""
    label = tr(
        "{country} on the Action plans page: matrix, support, project histories", country=country
    )
    return tag("p", page_link("plans", label, country=iso3), class_="ways")


@memoized
def agglomerations(layers: Catalogue, iso3: str) -> Markup:
    """HTML table of the agglomerations, largest first; member cities are linked."""
    agglomerations = layers["agglomerations"]
    selected = agglomerations[agglomerations["iso3"] == iso3].sort_values(
        "agglomeration_population_2018", ascending=False, kind="stable"
    )
    if not len(selected):
        none = tr(
            "The UN lists no agglomeration with {people} or more people here.",
            people=decimal(300_000),
        )
        return paragraph(none)
    headings = (
        *(tr("Agglomeration"), *(tr("Population, {year}", year=year) for year in (2000, 2018))),
        tr("Population, {year} (projection)", year=2035),
        tr("Growth, {span}, % per year", span="2000–2018"),
        tr("Growth, {span} (projection), % per year", span="2018–2035"),
    )
    rows = [
        (
            _agglomeration(row),
            *(
                numbers.people_count(row[f"agglomeration_population_{year}"])
                for year in (2000, 2018, 2035)
            ),
            *(
                numbers.signed(row[f"agglomeration_growth_{span}"])
                for span in ("2000_2018", "2018_2035")
            ),
        )
        for row in records(selected.drop(columns="geometry"))
    ]
    return table(tr("Agglomerations"), headings, rows, CARDS, range(5))


def _agglomeration(row: Mapping[str, Any]) -> Child:
    """Name of an agglomeration, linked if it is a member city."""
    if numbers.is_missing(row["city_id"]):
        return str(row["name"])
    return city_link(row["city_id"], row["name"]), small(tr("member city"))


@memoized
def cities(layers: Catalogue, iso3: str) -> Markup:
    """HTML table of the member cities with their projects."""
    rows = layers["cities"]
    names = terms(FOCUS_AREAS)
    counts = ("joined_year", "projects", "projects_completed", "projects_no_longer_reported")
    cells = []
    for city in records(rows[rows["iso3"] == iso3].drop(columns="geometry")):
        areas = [
            f"{name} {city[focus_area_column(area)]}"
            for area, name in names.items()
            if city[focus_area_column(area)]
        ]
        cells.append(
            (
                city_link(city["city_id"], city["name"]),
                *(city[column] for column in counts),
                ", ".join(areas) or tr("none in the latest report"),
            )
        )
    headings = (
        *(tr("City"), tr("Joined"), tr("Projects"), tr("Completed")),
        *(tr("No longer reported"), tr("By focus area")),
    )
    return table(tr("Member cities"), headings, cells, CARDS, range(4))


def national_body(layers: Catalogue, iso3: str) -> tuple[str, str]:
    """Body that represents the country in the network, and its source."""
    members = layers["members"]
    [row] = records(members[members["iso3"] == iso3])
    titles = layers["documents"].set_index("document_id")["title"]
    return str(row["national_body"]), cite(str(titles[row["document"]]), row)


def downloads(iso3: str) -> list[Download]:
    """Layer, filter and label of each download of the page."""
    return [
        (layer, Filter(countries=(iso3,)), label)
        for layer, label in (
            ("countries", tr("Boundary and key figures")),
            ("country_years", tr("Indicators by year")),
            ("city_indicators", tr("City and country outcomes")),
            ("cities", tr("Member cities")),
            ("promises", tr("Dated promises")),
            ("projects", tr("Projects listed in any report")),
            ("project_reports", tr("Listings by report")),
            ("project_details", tr("Project progress")),
            ("project_figures", tr("Project figures")),
            ("partners", tr("Partners")),
            ("wup2025_cities", tr("UN cities of 2025")),
            ("wup2025_city_years", tr("UN cities by year")),
            ("agglomerations", tr("Agglomerations")),
            ("members", tr("National body")),
        )
    ]
