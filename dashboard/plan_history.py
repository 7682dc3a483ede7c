"""The history of one project as HTML: plan, listings, progress, figures, names."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.plan_tables import link
from dashboard.tables import records
from dashboard.theme import FOCUS_AREA_COLOURS, Palette
from geo.errors import SourceError
from geo.plan_flows import DECISIONS, History
from geo.sources import read
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES, REPORT_STATUSES, STAGES

log = logging.getLogger("dashboard")

_RENAME_COLUMNS = ["project_id", "report_year", "name_before", "decision", "reason"]

LINKS: Mapping[str, str] = {
    "same": "It carries on a priority project of the plan of 2018",
    "part": "It is part of a priority project of the plan of 2018",
}


@cache
def decided_renames() -> pd.DataFrame:
    """Decisions on names of projects; none where the process runs without ``data/sources``."""
    try:
        return read("project_renames")
    except SourceError as error:
        log.warning("histories of projects tell no reasons of renames: %s", error)
        return pd.DataFrame(columns=[*_RENAME_COLUMNS, "document", "page"])


def completion(value: Any) -> str:
    """A year or month in words.

    >>> completion("2023-12"), completion("2025")
    ('December 2023', '2025')
    """
    year, _, month = str(value).partition("-")
    return f"{date(int(year), int(month[:2]), 1):%B} {year}" if month else year


_BOUNDS = ("about", "around", "at least", "at most", "more than", "nearly", "over", "up to")


def quantity(figure: Mapping[str, Any]) -> str:
    """What a figure counts, and the figure with its unit.

    >>> quantity({"quantity": "bazaars held in 2023, around", "value": 79.0, "unit": "bazaars"})
    'bazaars held in 2023: around 79 bazaars'
    """
    counted, comma, bound = str(figure["quantity"]).rpartition(", ")
    if not comma or bound not in _BOUNDS:
        counted, bound = str(figure["quantity"]), ""
    value = f"{figure['value']:,.10g}"
    unit = "" if words.missing(figure["unit"]) else str(figure["unit"])
    said = f"{value}\u202f%" if unit == "%" else f"{value} {unit}".strip()
    return f"{counted}: {bound} {said}" if bound else f"{counted}: {said}"


def history(told: History, documents: pd.DataFrame, colours: Palette) -> str:
    """The history of a project as an HTML article.

    Parameters
    ----------
    told
        See :func:`geo.plan_flows.history`.
    documents
        See :data:`geo.schema.LAYERS`; titles and addresses of the documents.
    """
    known = documents.set_index("document_id")
    project, status = told.project, str(told.project["status"])
    area = str(project["focus_area"])
    note = "" if words.missing(project["note"]) else f"<p>{escape(str(project['note']))}</p>"
    return (
        '<article class="plan-history">'
        f"<h3>{escape(str(project['name']))}</h3>"
        f'<p class="plan-facts"><span>{link("city", {"city": project["city_id"]}, _place(told))}'
        f'</span><span><i style="background:{FOCUS_AREA_COLOURS[area]}"></i>'
        f'{escape(FOCUS_AREAS[area])}</span><span><i style="background:'
        f'{colours.statuses[status]}"></i>{escape(PROJECT_STATUSES[status])}, as of the report of '
        f"{told.years[-1]}</span></p>{note}"
        f"{_plan(told, known)}{_listings(told, known)}{_names(told, known)}{_reports(told, known)}"
        "</article>"
    )


def _place(told: History) -> str:
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
    pages = sorted({int(row[f"{prefix}page"]), *(int(other["page"]) for other in others)})
    if not words.missing(url) and str(url).startswith("https://"):
        named = f'<a href="{escape(str(url))}" target="_blank" rel="noopener">{named}</a>'
    where = words.listed([str(page) for page in pages])
    return f"{named}, page{'s' if len(pages) > 1 else ''} {where}"


def _plan(told: History, known: pd.DataFrame) -> str:
    if told.priorities.empty:
        return "<p>The sources link no priority project of the plans of 2018 to it.</p>"
    return "".join(
        f"<p>{LINKS[row['link']]}, <b>{escape(row['name'])}</b>: {escape(row['aim'])} "
        f"<small>{_source(row, known)}. Why they are linked: {escape(row['link_reason'])} "
        f"{_source(row, known, 'link_')}.</small></p>"
        for row in records(told.priorities)
    )


def _listings(told: History, known: pd.DataFrame) -> str:
    by_year = {int(row["report_year"]): row for row in records(told.listings)}
    body = ""
    for year in told.years:
        row = by_year.get(year)
        if row is None:
            body += f'<tr><th scope="row">{year}</th><td colspan="4">not listed</td></tr>'
            continue
        stated = row["status"] != "reported"
        state = REPORT_STATUSES[row["status"]] if stated else "Listed, no state given"
        body += (
            f'<tr><th scope="row">{year}</th><td>{escape(row["name_in_report"])}</td>'
            f"<td>{escape(FOCUS_AREAS[row['focus_area']])}</td><td>{state}</td>"
            f"<td>{_source(row, known)}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("Report", "Listed as", "Focus area", "State", "Source")
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Listings by report">'
        f'<table class="facts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _names(told: History, known: pd.DataFrame) -> str:
    if told.renames.empty:
        return ""
    lines = "".join(
        f"<li>In the report of {row['report_year']} taken as {DECISIONS[row['decision']]} "
        f"<b>{escape(row['name_before'])}</b>: {escape(row['reason'])} "
        f"<small>{_source(row, known)}</small></li>"
        for row in records(told.renames)
    )
    return f"<h4>Names</h4><ul>{lines}</ul>"


def _reports(told: History, known: pd.DataFrame) -> str:
    """What the reports tell, one block a report, newest first."""
    if told.details.empty and told.figures.empty:
        return "<p>The reports list this project but do not describe it.</p>"
    details = {int(row["report_year"]): row for row in records(told.details)}
    figures: dict[int, list[dict[str, Any]]] = {}
    for row in records(told.figures):
        figures.setdefault(int(row["report_year"]), []).append(row)
    blocks = "".join(
        _report(year, details.get(year), figures.get(year, []), known)
        for year in sorted({*details, *figures}, reverse=True)
    )
    return f'<h4>What the reports tell, in our own words</h4><div class="plan-told">{blocks}</div>'


def _report(
    year: int, row: Mapping[str, Any] | None, figures: list[dict[str, Any]], known: pd.DataFrame
) -> str:
    said: dict[str, str] = {}
    for label, name in (
        ("Objective", "objective"),
        ("Progress", "progress"),
        ("Stage", "stage"),
        ("Expected completion", "expected_completion"),
        ("Challenges", "challenges"),
        ("Partners", "partners"),
    ):
        value = None if row is None else row[name]
        if not words.missing(value):
            said[label] = escape(_worded(name, str(value)))
    if row is not None and row["stage"] == "completed" and "Expected completion" in said:
        said["Completed"] = said.pop("Expected completion")
    if figures:
        listed = "".join(f"<li>{escape(quantity(figure))}</li>" for figure in figures)
        said["Figures"] = f"<ul>{listed}</ul>"
    terms = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in said.items())
    told = [place for place in (row, *figures) if place is not None]
    return (
        f"<section><h5>Report of {year}</h5><dl>{terms}</dl>"
        f'<p class="source">{_source(told[0], known, others=told[1:])}</p></section>'
    )


def _worded(name: str, value: str) -> str:
    if name == "stage":
        return STAGES[value]
    return completion(value) if name == "expected_completion" else value
