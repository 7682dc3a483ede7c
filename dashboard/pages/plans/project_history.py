"""HTML history of one project: plan, listings, progress, figures, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.citations import format_pages
from dashboard.markup.html import (
    Cells,
    Child,
    cell,
    definitions,
    fill,
    items,
    table,
    tag,
    web_link,
)
from dashboard.markup.tables import city_link, records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.analysis.flows import ProjectHistory
from geo.i18n import date, exact, mark, percent, tr
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, REPORT_STATUSES, STAGES

LINKS: Mapping[str, str] = {
    "same": mark("It continues a priority project of the 2018 plan, {project}: {aim}"),
    "part": mark("It is part of a priority project of the 2018 plan, {project}: {aim}"),
}

UNCERTAIN_LINKS: Mapping[str, str] = {
    "same": mark(
        "It may continue a priority project of the 2018 plan (uncertain), {project}: {aim}"
    ),
    "part": mark(
        "It may be part of a priority project of the 2018 plan (uncertain), {project}: {aim}"
    ),
}

RENAMES: Mapping[str, str] = {
    "same": mark("In the {year} report, treated as the same project as {project}: {reason}"),
    "different": mark(
        "In the {year} report, treated as a different project from {project}: {reason}"
    ),
}


_BOUNDS = (
    *(mark("about {figure}"), mark("around {figure}"), mark("nearly {figure}")),
    *(mark("at least {figure}"), mark("more than {figure}"), mark("over {figure}")),
    *(mark("at most {figure}"), mark("up to {figure}")),
)
"""Qualifiers of a figure. In the layer they follow the quantity after a comma."""


def quantity(figure: Mapping[str, Any]) -> str:
    """Name of a quantity, with its value and unit.

    >>> quantity({"quantity": "bazaars held in 2023, around", "value": 79.0, "unit": "bazaars"})
    'bazaars held in 2023: around 79 bazaars'
    """
    label, number = str(figure["quantity"]), exact(figure["value"])
    unit = "" if numbers.is_missing(figure["unit"]) else str(figure["unit"])
    amount = percent(number) if unit == "%" else f"{number} {unit}".strip()
    for bound in map(tr, _BOUNDS):
        word = bound.format(figure="").strip()
        if label.endswith(f", {word}"):
            label, amount = label.removesuffix(f", {word}"), bound.format(figure=amount)
            break
    return f"{label}: {amount}"


def history_html(history: ProjectHistory, documents: pd.DataFrame, colours: Palette) -> Markup:
    """HTML ``<article>`` with the history of a project.

    Parameters
    ----------
    history
        See :func:`geo.analysis.flows.project_history`.
    documents
        See :data:`geo.schema.LAYERS`; titles and URLs of the documents.
    """
    documents = documents.set_index("document_id")
    project, status = history.project, str(history.project["status"])
    area = str(project["focus_area"])
    standing = tr(
        "{status}, as of the {year} report",
        status=tr(PROJECT_STATUSES[status]),
        year=history.years[-1],
    )
    facts = (
        city_link(project["city_id"], f"{history.city['name']}, {history.city['country']}"),
        (_swatch(FOCUS_AREA_COLOURS[area]), tr(FOCUS_AREAS[area])),
        (_swatch(colours.statuses[status]), standing),
    )
    note = None if numbers.is_missing(project["note"]) else tag("p", project["note"])
    return tag(
        "article",
        tag("h3", project["name"]),
        tag("p", [tag("span", fact) for fact in facts], class_="plan-facts"),
        note,
        _plan(history, documents),
        _listings(history, documents),
        _names(history, documents),
        _reports(history, documents),
        class_="plan-history",
    )


def _swatch(colour: str) -> Markup:
    return tag("i", style=f"background:{colour}")


def _source(
    row: Mapping[str, Any],
    documents: pd.DataFrame,
    prefix: str = "",
    others: Sequence[Mapping[str, Any]] = (),
) -> Child:
    """Title of a document, linked if it has a URL, and the pages of ``row`` and ``others``."""
    document = str(row[f"{prefix}document"])
    title: str = document
    if document in documents.index:
        title = str(documents.at[document, "title"])
        title = web_link(documents.at[document, "url"], title)
    return title, ", ", format_pages(row, *others, prefix=prefix)


def _plan(history: ProjectHistory, documents: pd.DataFrame) -> Child:
    if history.priorities.empty:
        return tag("p", tr("The sources do not link it to any priority project of the 2018 plans."))
    return [_priority(row, documents) for row in records(history.priorities)]


def _priority(row: Mapping[str, Any], documents: pd.DataFrame) -> Markup:
    """A priority project of 2018 and the reason for the link, each with its source."""
    links = UNCERTAIN_LINKS if row["link_certainty"] == "uncertain" else LINKS
    text = fill(tr(links[row["link"]]), project=tag("b", row["name"]), aim=row["aim"])
    reason = tr("Why they are linked: {reason}", reason=row["link_reason"])
    sources = tag(
        "small",
        *(_source(row, documents), ". ", reason, " "),
        *(_source(row, documents, "link_"), "."),
    )
    return tag("p", text, " ", sources)


def _listings(history: ProjectHistory, documents: pd.DataFrame) -> Markup:
    by_year = {int(row["report_year"]): row for row in records(history.listings)}
    rows: list[Cells] = []
    for year in history.years:
        row = by_year.get(year)
        if row is None:
            rows.append((year, cell(tr("not listed"), colspan=4)))
            continue
        is_stated = row["status"] != "reported"
        status = tr(REPORT_STATUSES[row["status"]]) if is_stated else tr("Listed, no status given")
        area = tr(FOCUS_AREAS[row["focus_area"]])
        rows.append((year, row["name_in_report"], area, status, _source(row, documents)))
    headings = (tr("Report"), tr("Listed as"), tr("Focus area"), tr("Status"), tr("Source"))
    return table(tr("Listings by report"), headings, rows)


def _names(history: ProjectHistory, documents: pd.DataFrame) -> Child:
    if history.renames.empty:
        return None
    lines = []
    for row in records(history.renames):
        text = fill(
            tr(RENAMES[row["decision"]]),
            year=row["report_year"],
            project=tag("b", row["name_before"]),
            reason=row["reason"],
        )
        lines.append((text, " ", tag("small", _source(row, documents))))
    return tag("h4", tr("Names")), items("ul", lines)


def _reports(history: ProjectHistory, documents: pd.DataFrame) -> Child:
    """Descriptions by report, newest first."""
    if history.details.empty and history.figures.empty:
        return tag("p", tr("The reports list this project but do not describe it."))
    details = {int(row["report_year"]): row for row in records(history.details)}
    figures: dict[int, list[dict[str, Any]]] = {}
    for row in records(history.figures):
        figures.setdefault(int(row["report_year"]), []).append(row)
    blocks = [
        _report(year, details.get(year), figures.get(year, []), documents)
        for year in sorted({*details, *figures}, reverse=True)
    ]
    heading = tag("h4", tr("What the reports say (our summary)"))
    return heading, tag("div", blocks, class_="plan-reports")


def _report(
    year: int, row: Mapping[str, Any] | None, figures: list[dict[str, Any]], documents: pd.DataFrame
) -> Markup:
    entries: list[tuple[str, Child]] = []
    completed = row is not None and row["stage"] == "completed"
    for label, name in (
        (tr("Objective"), "objective"),
        (tr("Progress"), "progress"),
        (tr("Stage"), "stage"),
        (tr("Completed") if completed else tr("Expected completion"), "expected_completion"),
        (tr("Challenges"), "challenges"),
        (tr("Partners"), "partners"),
    ):
        value = None if row is None else row[name]
        if not numbers.is_missing(value):
            entries.append((label, _formatted_value(name, str(value))))
    if figures:
        entries.append((tr("Figures"), items("ul", map(quantity, figures))))
    first, *others = [part for part in (row, *figures) if part is not None]
    return tag(
        "section",
        tag("h5", tr("{year} report", year=year)),
        definitions(entries),
        tag("p", _source(first, documents, others=others), class_="source"),
    )


def _formatted_value(name: str, value: str) -> str:
    if name == "stage":
        return tr(STAGES[value])
    return date(value) if name == "expected_completion" else value
