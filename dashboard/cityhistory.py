"""What became of a city's plan and projects, its partners and the places around it, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from dashboard import words
from dashboard.cityview import (
    NONE_STATED,
    area_badge,
    document_name,
    number,
    reference,
    state_badge,
    table,
)
from dashboard.tables import records
from dashboard.theme import Palette
from geo.dossier import Dossier
from geo.vocabulary import (
    PARTNER_KINDS,
    PLAN_LINKS,
    PROJECT_STATUSES,
    REPORT_STATUSES,
    STAGES,
    SUPPORT_KINDS,
)

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def month(date: str) -> str:
    """An ISO 8601 year, month or day in words.

    >>> month("2023-12"), month("2028"), month("2025-09-30")
    ('December 2023', '2028', '30 September 2025')
    """
    year, *rest = date.split("-")
    said = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*said, *([_MONTHS[int(rest[0]) - 1]] if rest else []), year])


def priorities(about: Dossier, colours: Palette) -> str:
    """Priority projects of 2018: aim, support asked for, what became of each."""
    reported = {row["project_id"]: row for row in records(about.projects)}
    asked: dict[int, str] = {}
    for row in records(about.support):
        line = f"<li><b>{SUPPORT_KINDS[row['kind']]}</b>: {escape(row['request'])}</li>"
        asked[row["project_no"]] = asked.get(row["project_no"], "") + line
    rows = []
    for row in records(about.priorities):
        requests = asked.get(row["project_no"], "")
        rows.append(
            (
                f"{escape(row['name'])}<small>{escape(row['aim'])}</small>"
                f"{area_badge(row['focus_area'])}",
                f"<ul>{requests}</ul>" if requests else NONE_STATED,
                _became(row, reported.get(row["project_id"]), colours),
                str(row["page"]),
            )
        )
    headings = ("Priority project of 2018", "Support asked for", "What became of it", "Page")
    return table("Priority projects of 2018", headings, rows)


def _became(row: Mapping[str, Any], project: Mapping[str, Any] | None, colours: Palette) -> str:
    said = f"{escape(PLAN_LINKS[row['link']])}"
    if project:
        state = state_badge(project["status"], PROJECT_STATUSES[project["status"]], colours)
        said += f": {escape(project['name'])}<br>{state}"
    basis = f"{document_name(row['link_document'])}, p. {row['link_page']}"
    return f"{said}<small>{escape(row['link_reason'].rstrip('.'))} ({escape(basis)}).</small>"


def states_by_report(about: Dossier, colours: Palette) -> str:
    """Every project of the city with its state in each report, and the page that lists it."""
    listed = {(row["project_id"], row["report_year"]): row for row in records(about.reports)}
    rows = []
    for project in records(about.projects):
        cells = [
            _state_in(listed.get((project["project_id"], year)), project["name"], colours)
            for year in about.report_years
        ]
        now = state_badge(project["status"], PROJECT_STATUSES[project["status"]], colours)
        note = project["note"]
        remark = "" if words.missing(note) else f"<small>{escape(note)}</small>"
        name = f"{escape(project['name'])}{remark}"
        rows.append((name, area_badge(project["focus_area"]), *cells, now))
    years = [str(year) for year in about.report_years]
    return table("States by report", ("Project", "Focus area", *years, f"As of {years[-1]}"), rows)


def _state_in(row: Mapping[str, Any] | None, name: str, colours: Palette) -> str:
    if row is None:
        return '<span class="unlisted">not listed</span>'
    state = state_badge(row["status"], REPORT_STATUSES[row["status"]], colours)
    other = row["name_in_report"]
    called = "" if other == name else f", as “{escape(other)}”"
    return f"{state}<small>p. {row['page']}{called}</small>"


def histories(about: Dossier, colours: Palette) -> str:
    """What the reports tell of each project that they describe, newest first."""
    told: dict[str, list[dict[str, Any]]] = {}
    for row in records(about.details):
        told.setdefault(row["project_id"], []).append(row)
    counted: dict[str, list[dict[str, Any]]] = {}
    for row in records(about.figures):
        counted.setdefault(row["project_id"], []).append(row)
    articles = "".join(
        _history(
            project, told[project["project_id"]], counted.get(project["project_id"], []), colours
        )
        for project in records(about.projects)
        if project["project_id"] in told
    )
    return f'<div class="histories">{articles}</div>' if articles else ""


def undescribed(about: Dossier) -> str:
    """Which projects the reports list but do not describe, in one sentence; empty if none."""
    described = set(about.details["project_id"])
    names = [row["name"] for row in records(about.projects) if row["project_id"] not in described]
    if not names:
        return ""
    listed = words.listed(names)
    return f"The reports list but do not describe {words.count(len(names), 'project')}: {listed}."


def _history(
    project: Mapping[str, Any],
    told: list[dict[str, Any]],
    counted: list[dict[str, Any]],
    colours: Palette,
) -> str:
    newest = told[-1]
    said = [
        ("Objective", _text(newest["objective"])),
        (f"Progress, {newest['report_year']}", _text(newest["progress"])),
        ("Stage by report", _stages(told)),
        _completion(newest),
        ("Challenges", _text(newest["challenges"])),
        ("Partners", _text(newest["partners"])),
        ("Figures", _figures(counted)),
    ]
    lines = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in said if value)
    sources = "; ".join(reference(row) for row in reversed(told))
    state = state_badge(project["status"], PROJECT_STATUSES[project["status"]], colours)
    return (
        f"<article><h3>{escape(project['name'])}</h3>"
        f"<p>{area_badge(project['focus_area'])} {state}</p><dl>{lines}</dl>"
        f'<p class="source">{escape(sources)}.</p></article>'
    )


def _text(value: Any) -> str:
    return "" if words.missing(value) else escape(str(value))


def _completion(row: Mapping[str, Any]) -> tuple[str, str]:
    """The expected completion; the reports give the actual one of a finished project."""
    label = "Completion" if row["stage"] == "completed" else "Expected completion"
    when = row["expected_completion"]
    return label, "" if words.missing(when) else escape(month(str(when)))


def _stages(told: list[dict[str, Any]]) -> str:
    """Stages in order of the reports, a stage that stays said once with its years."""
    runs: list[tuple[str, list[int]]] = []
    for row in told:
        stage = "not clear" if words.missing(row["stage"]) else STAGES[row["stage"]].lower()
        if runs and runs[-1][0] == stage:
            runs[-1][1].append(row["report_year"])
        else:
            runs.append((stage, [row["report_year"]]))
    return "; ".join(
        f"{stage} ({years[0]})" if len(years) == 1 else f"{stage} ({years[0]}–{years[-1]})"
        for stage, years in runs
    )


def _figures(counted: list[dict[str, Any]]) -> str:
    lines = "".join(
        f"<li><b>{escape(number(row['value'], row['unit']))}</b> {escape(row['quantity'])} "
        f"<small>({escape(reference(row))})</small></li>"
        for row in sorted(counted, key=lambda row: -row["report_year"])
    )
    return f"<ul>{lines}</ul>" if lines else ""


def partners(about: Dossier) -> str:
    """Partnerships of the city, or that the sources name none."""
    if not len(about.partners):
        return '<p class="said">The sources name no partner of this city.</p>'
    names = dict(zip(about.projects["project_id"], about.projects["name"], strict=True))
    return table(
        "Partners",
        ("Partner", "What it does", "Project", "Amount", "Year", "Source"),
        [
            (
                f"{escape(row['partner'])}<small>{PARTNER_KINDS[row['kind']]}</small>",
                escape(row["what"])
                + (
                    ""
                    if words.missing(row["programme"])
                    else f"<small>{escape(row['programme'])}</small>"
                ),
                escape(names.get(row["project_id"], "not tied to one")),
                _money(row),
                words.NO_DATA if words.missing(row["year"]) else str(row["year"]),
                _origin(row),
            )
            for row in records(about.partners)
        ],
    )


def _money(row: Mapping[str, Any]) -> str:
    if words.missing(row["amount"]):
        return NONE_STATED
    currency = "" if words.missing(row["currency"]) else f"{row['currency']} "
    return escape(f"{currency}{number(row['amount'])}")


def _origin(row: Mapping[str, Any]) -> str:
    """Document and page, or a link to the page on the web."""
    if not words.missing(row["document"]):
        return escape(reference(row))
    url = "" if words.missing(row["url"]) else str(row["url"])
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return words.NO_DATA
    host = escape(parts.netloc.removeprefix("www."))
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{host}</a>'


def nearby(about: Dossier, countries: Mapping[str, str]) -> str:
    """The nearest places with distance and population.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-3 code to name.
    """
    own = about.city["iso3"]
    return table(
        "Nearby places",
        ("Place", "Distance", "Population"),
        [
            (
                escape(row["name"])
                + (
                    "" if row["iso3"] == own else f"<small>{escape(countries[row['iso3']])}</small>"
                ),
                f"{row['km']:.0f} km" if row["km"] >= 10 else f"{row['km']:.1f} km",
                words.people(row["population"]),
            )
            for row in records(about.places)
        ],
    )
