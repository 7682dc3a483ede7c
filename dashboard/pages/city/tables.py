"""A city's plan, what became of it, its projects, its partners and the places around it, as
HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboard.markup import numbers as words
from dashboard.markup.citations import cited, pages_note, pages_of
from dashboard.markup.tables import records
from dashboard.markup.theme import Palette
from dashboard.pages.city.markup import (
    area_badge,
    paragraph,
    project_link,
    state_badge,
    table,
    web_link,
)
from dashboard.pages.city.statements import plan_area
from dashboard.pages.city.text import baseline, document_name, none_stated, number, reference
from dashboard.pages.plans.project_history import quantity
from geo.analysis.city_profile import Dossier
from geo.i18n import date, decimal, mark, ntr, tr
from geo.vocabulary import (
    OUTCOMES,
    PARTNER_KINDS,
    PLAN_LINKS,
    PROJECT_STATUSES,
    REPORT_STATUSES,
    STAGES,
    SUPPORT_KINDS,
    report_document,
)

NO_PLAN = mark("No plan published in the sources.")


def plan(about: Dossier) -> str:
    """Vision, focus areas and stated figures of the plan, or that there is none."""
    row = about.plan
    parts = [] if about.has_plan else [paragraph(tr(NO_PLAN))]
    if not words.missing(row["vision"]):
        parts.append(f'<p class="vision">{escape(row["vision"])}</p>')
    if about.focus_areas:
        badges = "".join(
            plan_area(area, area in about.assigned_areas) for area in about.focus_areas
        )
        parts.append(f'<p class="areas">{badges}</p>')
    if about.has_plan:
        stated = tr(
            "As the plan states: land area {area}, population {people}, density {density}.",
            area=number(row["stated_land_area_km2"], "km²"),
            people=number(row["stated_population"]),
            density=number(row["stated_density_per_km2"], tr("people per km²")),
        )
        parts.append(paragraph(stated))
    if not words.missing(office := row["chief_smart_city_officer_office"]):
        named = tr("Chief Smart City Officer in 2018, by office: {office}.", office=office)
        parts.append(paragraph(named))
    basis = [] if words.missing(row["vision"]) else [tr("Vision in our own words.")]
    basis += [f"{reference(row)}.", pages_note()]
    if note := _plan_note(about):
        basis.append(tr("Note: {note}.", note=note))
    parts.append(f'<p class="source">{escape(" ".join(basis))}</p>')
    return "".join(parts)


def _plan_note(about: Dossier) -> str:
    """The note on a plan; where there is none, its first part says so, which is said already."""
    note = "" if words.missing(about.plan["note"]) else str(about.plan["note"])
    return note if about.has_plan else note.partition("; ")[2]


def targets(about: Dossier) -> str:
    """Strategic targets of the plan."""
    return table(
        tr("Strategic targets"),
        (tr("Target"), tr("Outcome"), tr("Figure"), tr("Year"), tr("Page")),
        [
            (
                escape(row["target"]),
                _outcome(row),
                _target_figure(row),
                escape(none_stated())
                if words.missing(row["target_year"])
                else str(row["target_year"]),
                str(row["page"]),
            )
            for row in records(about.targets)
        ],
    )


def _outcome(row: Mapping[str, Any]) -> str:
    if words.missing(row["outcome"]):
        return escape(tr("not tied to one"))
    said = escape(tr(OUTCOMES[row["outcome"]]))
    if row["outcome_basis"] == "assigned":
        said += _ours()
    return said


def _ours() -> str:
    """Mark of a classification that is ours."""
    return f"<small>{escape(tr('our classification'))}</small>"


def _target_figure(row: Mapping[str, Any]) -> str:
    """The figure that a target aims at, and under it the one that it starts from."""
    aim = number(row["figure"], row["unit"]) if not words.missing(row["figure"]) else none_stated()
    start = baseline(row)
    if start is None:
        return escape(aim)
    return f"{escape(aim)}<small>{escape(tr('at the start: {baseline}', baseline=start))}</small>"


def priorities(about: Dossier, colours: Palette) -> str:
    """Priority projects of 2018: aim, support asked for, what became of each."""
    reported = {row["project_id"]: row for row in records(about.projects)}
    asked: dict[int, str] = {}
    for row in records(about.support):
        kind = escape(tr(SUPPORT_KINDS[row["kind"]]))
        line = f"<li><b>{kind}</b>: {escape(row['request'])}</li>"
        asked[row["project_no"]] = asked.get(row["project_no"], "") + line
    rows = []
    for row in records(about.priorities):
        requests = asked.get(row["project_no"], "")
        rows.append(
            (
                f"{escape(row['name'])}<small>{escape(row['aim'])}</small>"
                f"{area_badge(row['focus_area'])}"
                f"{_ours() if row['focus_area_basis'] == 'assigned' else ''}",
                f"<ul>{requests}</ul>" if requests else escape(none_stated()),
                _became(row, reported.get(row["project_id"]), colours),
                str(row["page"]),
            )
        )
    headings = (
        *(tr("Priority project of 2018"), tr("Support asked for")),
        *(tr("What became of it"), tr("Page")),
    )
    return table(tr("Priority projects of 2018"), headings, rows)


def _became(row: Mapping[str, Any], project: Mapping[str, Any] | None, colours: Palette) -> str:
    said = escape(tr(PLAN_LINKS[row["link"]]))
    if row["link_certainty"] == "uncertain":
        said += f" <em>({escape(tr('uncertain'))})</em>"
    if project:
        said += f": {project_link(project)}<br>{_state_today(project, colours)}"
    reason = f"{row['link_reason'].rstrip('.')} ({reference(row, 'link_')})."
    return f"{said}<small>{escape(reason)}</small>"


def _state_today(project: Mapping[str, Any], colours: Palette) -> str:
    return state_badge(project["status"], tr(PROJECT_STATUSES[project["status"]]), colours)


def states_by_report(about: Dossier, colours: Palette) -> str:
    """Every project of the city, linked to its history, with its state in each report and the
    page of that report that lists it."""
    listed = {(row["project_id"], row["report_year"]): row for row in records(about.reports)}
    rows = []
    for project in records(about.projects):
        cells = [
            _state_in(listed.get((project["project_id"], year)), project["name"], colours)
            for year in about.report_years
        ]
        now = _state_today(project, colours)
        note = project["note"]
        remark = "" if words.missing(note) else f"<small>{escape(note)}</small>"
        name = f"{project_link(project)}{remark}"
        rows.append((name, area_badge(project["focus_area"]), *cells, now))
    documents = [document_name(report_document(year)) for year in about.report_years]
    headings = (
        *(tr("Project"), tr("Focus area"), *documents),
        tr("As of {year}", year=about.report_years[-1]),
    )
    return table(tr("Status by report"), headings, rows)


def _state_in(row: Mapping[str, Any] | None, name: str, colours: Palette) -> str:
    if row is None:
        return f'<span class="unlisted">{escape(tr("not listed"))}</span>'
    state = state_badge(row["status"], tr(REPORT_STATUSES[row["status"]]), colours)
    other = row["name_in_report"]
    where = pages_of(row)
    if other != name:
        where = tr("{pages}, as “{name}”", pages=where, name=other)
    return f"{state}<small>{escape(where)}</small>"


def histories(about: Dossier, colours: Palette) -> str:
    """What the reports tell of each project that they describe: the newest report, and the earlier
    ones folded behind it."""
    told: dict[str, list[dict[str, Any]]] = {}
    for row in records(about.details):
        told.setdefault(row["project_id"], []).append(row)
    counted: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in records(about.figures):
        counted.setdefault((row["project_id"], row["report_year"]), []).append(row)
    articles = "".join(
        _history(project, told[project["project_id"]], counted, colours)
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
    return ntr(
        "The reports list but do not describe {n} project: {names}.",
        "The reports list but do not describe {n} projects: {names}.",
        len(names),
        names=words.listed(names),
    )


def histories_source(about: Dossier, reports: str) -> str:
    """Where :func:`histories` is from, and what it leaves out.

    Parameters
    ----------
    reports
        The reports as source lines name them.
    """
    basis = tr("Our summary of the {reports}.", reports=reports)
    return f"{undescribed(about)} {basis} {pages_note()}".strip()


def _history(
    project: Mapping[str, Any],
    told: list[dict[str, Any]],
    counted: Mapping[tuple[str, int], list[dict[str, Any]]],
    colours: Palette,
) -> str:
    """One project.

    Parameters
    ----------
    told
        What each report tells of it, the oldest first.
    counted
        Figures by project and report.
    """
    blocks = [
        _report(row, counted.get((row["project_id"], row["report_year"]), ()), stages)
        for row, stages in zip(told, ["" for _ in told[:-1]] + [_stages(told)], strict=True)
    ]
    earlier = "".join(
        f"<details><summary>{escape(tr('Report of {year}', year=row['report_year']))}</summary>"
        f"{block}</details>"
        for row, block in reversed(list(zip(told[:-1], blocks[:-1], strict=True)))
    )
    return (
        f"<article><h3>{project_link(project)}</h3>"
        f"<p>{area_badge(project['focus_area'])} {_state_today(project, colours)}</p>"
        f"{blocks[-1]}{earlier}</article>"
    )


def _report(row: Mapping[str, Any], counted: Sequence[Mapping[str, Any]], stages: str = "") -> str:
    """What one report tells of a project, with its pages.

    Parameters
    ----------
    stages
        Stages of all reports, in place of the one of this report.
    """
    said = [
        (tr("Objective"), _text(row["objective"])),
        (tr("Progress, {year}", year=row["report_year"]), _text(row["progress"])),
        (tr("Stage by report"), escape(stages)) if stages else (tr("Stage"), escape(_stage(row))),
        _completion(row),
        (tr("Challenges"), _text(row["challenges"])),
        (tr("Partners"), _text(row["partners"])),
        (tr("Figures"), _figures(counted)),
    ]
    lines = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in said if value)
    return f'<dl>{lines}</dl><p class="source">{escape(_pages(row, counted))}.</p>'


def _pages(row: Mapping[str, Any], counted: Sequence[Mapping[str, Any]]) -> str:
    """Document and pages of what one report tells."""
    return cited(document_name(row["document"]), row, *counted)


def _text(value: Any) -> str:
    return "" if words.missing(value) else escape(str(value))


def _completion(row: Mapping[str, Any]) -> tuple[str, str]:
    """The expected completion; the reports give the actual one of a finished project."""
    label = tr("Completion") if row["stage"] == "completed" else tr("Expected completion")
    when = row["expected_completion"]
    return label, "" if words.missing(when) else escape(date(str(when)))


def _stage(row: Mapping[str, Any]) -> str:
    return tr("Not clear") if words.missing(row["stage"]) else tr(STAGES[row["stage"]])


def _stages(told: list[dict[str, Any]]) -> str:
    """Stages in order of the reports, a stage that stays said once with its years."""
    runs: list[tuple[str, list[int]]] = []
    for row in told:
        stage = _stage(row)
        if runs and runs[-1][0] == stage:
            runs[-1][1].append(row["report_year"])
        else:
            runs.append((stage, [row["report_year"]]))
    return "; ".join(
        f"{stage} ({years[0]})" if len(years) == 1 else f"{stage} ({years[0]}–{years[-1]})"
        for stage, years in runs
    )


def _figures(counted: Sequence[Mapping[str, Any]]) -> str:
    lines = "".join(f"<li>{escape(quantity(row))}</li>" for row in counted)
    return f"<ul>{lines}</ul>" if lines else ""


def partners(about: Dossier) -> str:
    """Partnerships of the city, or that the sources name none."""
    if not len(about.partners):
        return paragraph(tr("The sources name no partner of this city."))
    projects = {row["project_id"]: project_link(row) for row in records(about.projects)}
    return table(
        tr("Partners"),
        (
            *(tr("Partner"), tr("What it does"), tr("Project")),
            *(tr("Amount"), tr("Year"), tr("Source")),
        ),
        [
            (
                f"{escape(row['partner'])}<small>{escape(tr(PARTNER_KINDS[row['kind']]))}</small>",
                escape(row["what"])
                + (
                    ""
                    if words.missing(row["programme"])
                    else f"<small>{escape(row['programme'])}</small>"
                ),
                projects.get(row["project_id"], escape(tr("not tied to one"))),
                _money(row),
                escape(words.no_data()) if words.missing(row["year"]) else str(row["year"]),
                _origin(row),
            )
            for row in records(about.partners)
        ],
    )


def _money(row: Mapping[str, Any]) -> str:
    if words.missing(row["amount"]):
        return escape(none_stated())
    currency = "" if words.missing(row["currency"]) else f"{row['currency']} "
    return escape(f"{currency}{number(row['amount'])}")


def _origin(row: Mapping[str, Any]) -> str:
    """Document and page, or a link to the page on the web."""
    if not words.missing(row["document"]):
        return escape(reference(row))
    return web_link("" if words.missing(row["url"]) else str(row["url"]))


def nearby(about: Dossier, countries: Mapping[str, str]) -> str:
    """The nearest places with distance and population.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-3 code to name.
    """
    own = about.city["iso3"]
    return table(
        tr("Nearby places"),
        (tr("Place"), tr("Distance"), tr("Population")),
        [
            (
                escape(row["name"])
                + (
                    "" if row["iso3"] == own else f"<small>{escape(countries[row['iso3']])}</small>"
                ),
                tr("{number} km", number=decimal(row["km"], 0 if row["km"] >= 10 else 1)),
                words.people(row["population"]),
            )
            for row in records(about.places)
        ],
    )
