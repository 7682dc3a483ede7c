"""HTML history of one project: plan, listings, progress, figures, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.markup.citations import format_pages
from dashboard.markup.tables import records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from dashboard.pages.plans.tables import link
from geo.analysis.flows import ProjectHistory
from geo.i18n import date, exact, mark, terms, tr
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, REPORT_STATUSES, STAGES

LINKS: Mapping[str, str] = {
    "same": mark("It carries on a priority project of the plan of 2018, {project}: {aim}"),
    "part": mark("It is part of a priority project of the plan of 2018, {project}: {aim}"),
}

UNCERTAIN_LINKS: Mapping[str, str] = {
    "same": mark(
        "It may carry on a priority project of the plan of 2018 (uncertain), {project}: {aim}"
    ),
    "part": mark(
        "It may be part of a priority project of the plan of 2018 (uncertain), {project}: {aim}"
    ),
}

RENAMES: Mapping[str, str] = {
    "same": mark("In the report of {year} taken as the same project as {project}: {reason}"),
    "different": mark("In the report of {year} taken as another project than {project}: {reason}"),
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
    amount = tr("{number} %", number=number) if unit == "%" else f"{number} {unit}".strip()
    for bound in map(tr, _BOUNDS):
        word = bound.format(figure="").strip()
        if label.endswith(f", {word}"):
            label, amount = label.removesuffix(f", {word}"), bound.format(figure=amount)
            break
    return f"{label}: {amount}"


def history_html(history: ProjectHistory, documents: pd.DataFrame, colours: Palette) -> str:
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
        "{status}, as of the report of {year}",
        status=tr(PROJECT_STATUSES[status]),
        year=history.years[-1],
    )
    note = "" if numbers.is_missing(project["note"]) else f"<p>{escape(str(project['note']))}</p>"
    return (
        '<article class="plan-history">'
        f"<h3>{escape(str(project['name']))}</h3>"
        f'<p class="plan-facts"><span>{link("city", {"city": project["city_id"]}, _place(history))}'
        f'</span><span><i style="background:{FOCUS_AREA_COLOURS[area]}"></i>'
        f'{escape(tr(FOCUS_AREAS[area]))}</span><span><i style="background:'
        f'{colours.statuses[status]}"></i>{escape(standing)}</span></p>{note}'
        f"{_plan(history, documents)}{_listings(history, documents)}"
        f"{_names(history, documents)}{_reports(history, documents)}"
        "</article>"
    )


def _place(history: ProjectHistory) -> str:
    return f"{history.city['name']}, {history.city['country']}"


def _source(
    row: Mapping[str, Any],
    documents: pd.DataFrame,
    prefix: str = "",
    others: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Title of a document, linked if it has a URL, and the pages of ``row`` and ``others``."""
    document = str(row[f"{prefix}document"])
    title, url = document, None
    if document in documents.index:
        title, url = str(documents.at[document, "title"]), documents.at[document, "url"]
    title_html = escape(title)
    if not numbers.is_missing(url) and str(url).startswith("https://"):
        title_html = f'<a href="{escape(str(url))}" target="_blank" rel="noopener">{title_html}</a>'
    where = format_pages(row, *others, prefix=prefix)
    return f"{title_html}, {escape(where)}"


def _plan(history: ProjectHistory, documents: pd.DataFrame) -> str:
    if history.priorities.empty:
        none = tr("The sources link no priority project of the plans of 2018 to it.")
        return f"<p>{escape(none)}</p>"
    return "".join(_priority(row, documents) for row in records(history.priorities))


def _priority(row: Mapping[str, Any], documents: pd.DataFrame) -> str:
    """A priority project of 2018 and the reason for the link, each with its source."""
    links = UNCERTAIN_LINKS if row["link_certainty"] == "uncertain" else LINKS
    text = _fill_html(
        terms(links)[row["link"]],
        project=f"<b>{escape(row['name'])}</b>",
        aim=escape(row["aim"]),
    )
    reason = escape(tr("Why they are linked: {reason}", reason=row["link_reason"]))
    source, link_source = _source(row, documents), _source(row, documents, "link_")
    return f"<p>{text} <small>{source}. {reason} {link_source}.</small></p>"


def _fill_html(message: str, **html: str) -> str:
    """Escape a message and fill its placeholders with HTML."""
    return escape(message).format(**html)


def _listings(history: ProjectHistory, documents: pd.DataFrame) -> str:
    by_year = {int(row["report_year"]): row for row in records(history.listings)}
    areas, states = terms(FOCUS_AREAS), terms(REPORT_STATUSES)
    body, missing = "", escape(tr("not listed"))
    for year in history.years:
        row = by_year.get(year)
        if row is None:
            body += f'<tr><th scope="row">{year}</th><td colspan="4">{missing}</td></tr>'
            continue
        stated = row["status"] != "reported"
        state = states[row["status"]] if stated else tr("Listed, no status given")
        body += (
            f'<tr><th scope="row">{year}</th><td>{escape(row["name_in_report"])}</td>'
            f"<td>{escape(areas[row['focus_area']])}</td><td>{escape(state)}</td>"
            f"<td>{_source(row, documents)}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in (tr("Report"), tr("Listed as"), tr("Focus area"), tr("Status"), tr("Source"))
    )
    label = escape(tr("Listings by report"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="facts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _names(history: ProjectHistory, documents: pd.DataFrame) -> str:
    if history.renames.empty:
        return ""
    lines = ""
    for row in records(history.renames):
        text = _fill_html(
            terms(RENAMES)[row["decision"]],
            year=str(row["report_year"]),
            project=f"<b>{escape(row['name_before'])}</b>",
            reason=escape(row["reason"]),
        )
        lines += f"<li>{text} <small>{_source(row, documents)}</small></li>"
    heading = escape(tr("Names"))
    return f"<h4>{heading}</h4><ul>{lines}</ul>"


def _reports(history: ProjectHistory, documents: pd.DataFrame) -> str:
    """Descriptions by report, newest first."""
    if history.details.empty and history.figures.empty:
        none = tr("The reports list this project but do not describe it.")
        return f"<p>{escape(none)}</p>"
    details = {int(row["report_year"]): row for row in records(history.details)}
    figures: dict[int, list[dict[str, Any]]] = {}
    for row in records(history.figures):
        figures.setdefault(int(row["report_year"]), []).append(row)
    blocks = "".join(
        _report(year, details.get(year), figures.get(year, []), documents)
        for year in sorted({*details, *figures}, reverse=True)
    )
    heading = escape(tr("What the reports say, our summary"))
    return f'<h4>{heading}</h4><div class="plan-told">{blocks}</div>'


def _report(
    year: int, row: Mapping[str, Any] | None, figures: list[dict[str, Any]], documents: pd.DataFrame
) -> str:
    items: list[tuple[str, str]] = []
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
            items.append((label, escape(_formatted_value(name, str(value)))))
    if figures:
        listed = "".join(f"<li>{escape(quantity(figure))}</li>" for figure in figures)
        items.append((tr("Figures"), f"<ul>{listed}</ul>"))
    entries = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in items)
    rows = [item for item in (row, *figures) if item is not None]
    heading = escape(tr("Report of {year}", year=year))
    return (
        f"<section><h5>{heading}</h5><dl>{entries}</dl>"
        f'<p class="source">{_source(rows[0], documents, others=rows[1:])}</p></section>'
    )


def _formatted_value(name: str, value: str) -> str:
    if name == "stage":
        return tr(STAGES[value])
    return date(value) if name == "expected_completion" else value
