"""The history of one project as HTML: plan, listings, progress, figures, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard.markup import numbers
from dashboard.markup.citations import pages_of
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
"""How exact a figure is; the layer puts the word behind what is counted, after a comma."""


def quantity(figure: Mapping[str, Any]) -> str:
    """What a figure counts, and the figure with its unit.

    >>> quantity({"quantity": "bazaars held in 2023, around", "value": 79.0, "unit": "bazaars"})
    'bazaars held in 2023: around 79 bazaars'
    """
    counted, number = str(figure["quantity"]), exact(figure["value"])
    unit = "" if numbers.missing(figure["unit"]) else str(figure["unit"])
    said = tr("{number} %", number=number) if unit == "%" else f"{number} {unit}".strip()
    for bound in map(tr, _BOUNDS):
        word = bound.format(figure="").strip()
        if counted.endswith(f", {word}"):
            counted, said = counted.removesuffix(f", {word}"), bound.format(figure=said)
            break
    return f"{counted}: {said}"


def history(told: ProjectHistory, documents: pd.DataFrame, colours: Palette) -> str:
    """The history of a project as an HTML article.

    Parameters
    ----------
    told
        See :func:`geo.analysis.flows.project_history`.
    documents
        See :data:`geo.schema.LAYERS`; titles and addresses of the documents.
    """
    known = documents.set_index("document_id")
    project, status = told.project, str(told.project["status"])
    area = str(project["focus_area"])
    standing = tr(
        "{status}, as of the report of {year}",
        status=tr(PROJECT_STATUSES[status]),
        year=told.years[-1],
    )
    note = "" if numbers.missing(project["note"]) else f"<p>{escape(str(project['note']))}</p>"
    return (
        '<article class="plan-history">'
        f"<h3>{escape(str(project['name']))}</h3>"
        f'<p class="plan-facts"><span>{link("city", {"city": project["city_id"]}, _place(told))}'
        f'</span><span><i style="background:{FOCUS_AREA_COLOURS[area]}"></i>'
        f'{escape(tr(FOCUS_AREAS[area]))}</span><span><i style="background:'
        f'{colours.statuses[status]}"></i>{escape(standing)}</span></p>{note}'
        f"{_plan(told, known)}{_listings(told, known)}{_names(told, known)}{_reports(told, known)}"
        "</article>"
    )


def _place(told: ProjectHistory) -> str:
    return f"{told.city['name']}, {told.city['country']}"


def _source(
    row: Mapping[str, Any],
    known: pd.DataFrame,
    prefix: str = "",
    others: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Title of a document, linked where it has an address, and page; also of ``others`` in it."""
    document = str(row[f"{prefix}document"])
    title, url = document, None
    if document in known.index:
        title, url = str(known.at[document, "title"]), known.at[document, "url"]
    named = escape(title)
    if not numbers.missing(url) and str(url).startswith("https://"):
        named = f'<a href="{escape(str(url))}" target="_blank" rel="noopener">{named}</a>'
    where = pages_of(row, *others, prefix=prefix)
    return f"{named}, {escape(where)}"


def _plan(told: ProjectHistory, known: pd.DataFrame) -> str:
    if told.priorities.empty:
        none = tr("The sources link no priority project of the plans of 2018 to it.")
        return f"<p>{escape(none)}</p>"
    return "".join(_priority(row, known) for row in records(told.priorities))


def _priority(row: Mapping[str, Any], known: pd.DataFrame) -> str:
    """A priority project of 2018 and why it is linked, each with its source."""
    links = UNCERTAIN_LINKS if row["link_certainty"] == "uncertain" else LINKS
    said = _filled(
        terms(links)[row["link"]],
        project=f"<b>{escape(row['name'])}</b>",
        aim=escape(row["aim"]),
    )
    why = escape(tr("Why they are linked: {reason}", reason=row["link_reason"]))
    return (
        f"<p>{said} <small>{_source(row, known)}. {why} {_source(row, known, 'link_')}.</small></p>"
    )


def _filled(message: str, **html: str) -> str:
    """A message as HTML, with HTML in its places."""
    return escape(message).format(**html)


def _listings(told: ProjectHistory, known: pd.DataFrame) -> str:
    by_year = {int(row["report_year"]): row for row in records(told.listings)}
    areas, states = terms(FOCUS_AREAS), terms(REPORT_STATUSES)
    body, missing = "", escape(tr("not listed"))
    for year in told.years:
        row = by_year.get(year)
        if row is None:
            body += f'<tr><th scope="row">{year}</th><td colspan="4">{missing}</td></tr>'
            continue
        stated = row["status"] != "reported"
        state = states[row["status"]] if stated else tr("Listed, no status given")
        body += (
            f'<tr><th scope="row">{year}</th><td>{escape(row["name_in_report"])}</td>'
            f"<td>{escape(areas[row['focus_area']])}</td><td>{escape(state)}</td>"
            f"<td>{_source(row, known)}</td></tr>"
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


def _names(told: ProjectHistory, known: pd.DataFrame) -> str:
    if told.renames.empty:
        return ""
    lines = ""
    for row in records(told.renames):
        said = _filled(
            terms(RENAMES)[row["decision"]],
            year=str(row["report_year"]),
            project=f"<b>{escape(row['name_before'])}</b>",
            reason=escape(row["reason"]),
        )
        lines += f"<li>{said} <small>{_source(row, known)}</small></li>"
    heading = escape(tr("Names"))
    return f"<h4>{heading}</h4><ul>{lines}</ul>"


def _reports(told: ProjectHistory, known: pd.DataFrame) -> str:
    """What the reports tell, one block a report, newest first."""
    if told.details.empty and told.figures.empty:
        none = tr("The reports list this project but do not describe it.")
        return f"<p>{escape(none)}</p>"
    details = {int(row["report_year"]): row for row in records(told.details)}
    figures: dict[int, list[dict[str, Any]]] = {}
    for row in records(told.figures):
        figures.setdefault(int(row["report_year"]), []).append(row)
    blocks = "".join(
        _report(year, details.get(year), figures.get(year, []), known)
        for year in sorted({*details, *figures}, reverse=True)
    )
    heading = escape(tr("What the reports say, our summary"))
    return f'<h4>{heading}</h4><div class="plan-told">{blocks}</div>'


def _report(
    year: int, row: Mapping[str, Any] | None, figures: list[dict[str, Any]], known: pd.DataFrame
) -> str:
    said: list[tuple[str, str]] = []
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
        if not numbers.missing(value):
            said.append((label, escape(_worded(name, str(value)))))
    if figures:
        listed = "".join(f"<li>{escape(quantity(figure))}</li>" for figure in figures)
        said.append((tr("Figures"), f"<ul>{listed}</ul>"))
    entries = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in said)
    told = [place for place in (row, *figures) if place is not None]
    heading = escape(tr("Report of {year}", year=year))
    return (
        f"<section><h5>{heading}</h5><dl>{entries}</dl>"
        f'<p class="source">{_source(told[0], known, others=told[1:])}</p></section>'
    )


def _worded(name: str, value: str) -> str:
    if name == "stage":
        return tr(STAGES[value])
    return date(value) if name == "expected_completion" else value
