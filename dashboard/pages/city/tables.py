"""HTML tables of a city's plan, its outcome, projects, partners and nearby places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dashboard.markup import numbers
from dashboard.markup.citations import cite, format_pages, pages_note
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
from geo.analysis.city_profile import CityProfile
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


def plan(profile: CityProfile) -> str:
    """Vision, focus areas and stated figures of the plan, or a note that none is published."""
    row = profile.plan
    parts = [] if profile.has_plan else [paragraph(tr(NO_PLAN))]
    if not numbers.is_missing(row["vision"]):
        parts.append(f'<p class="vision">{escape(row["vision"])}</p>')
    if profile.focus_areas:
        badges = "".join(
            plan_area(area, area in profile.assigned_areas) for area in profile.focus_areas
        )
        parts.append(f'<p class="areas">{badges}</p>')
    if profile.has_plan:
        stated = tr(
            "As the plan states: land area {area}, population {people}, density {density}.",
            area=number(row["stated_land_area_km2"], "km²"),
            people=number(row["stated_population"]),
            density=number(row["stated_density_per_km2"], tr("people per km²")),
        )
        parts.append(paragraph(stated))
    if not numbers.is_missing(office := row["chief_smart_city_officer_office"]):
        officer = tr("Chief Smart City Officer in 2018, by office: {office}.", office=office)
        parts.append(paragraph(officer))
    basis = [] if numbers.is_missing(row["vision"]) else [tr("Vision in our own words.")]
    basis += [f"{reference(row)}.", pages_note()]
    if note := _plan_note(profile):
        basis.append(tr("Note: {note}.", note=note))
    parts.append(f'<p class="source">{escape(" ".join(basis))}</p>')
    return "".join(parts)


def _plan_note(profile: CityProfile) -> str:
    """Note on the plan. Without a plan, its first part is dropped: it repeats ``NO_PLAN``."""
    note = "" if numbers.is_missing(profile.plan["note"]) else str(profile.plan["note"])
    return note if profile.has_plan else note.partition("; ")[2]


def targets(profile: CityProfile) -> str:
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
                if numbers.is_missing(row["target_year"])
                else str(row["target_year"]),
                str(row["page"]),
            )
            for row in records(profile.targets)
        ],
    )


def _outcome(row: Mapping[str, Any]) -> str:
    if numbers.is_missing(row["outcome"]):
        return escape(tr("not tied to one"))
    label = escape(tr(OUTCOMES[row["outcome"]]))
    if row["outcome_basis"] == "assigned":
        label += _assigned_mark()
    return label


def _assigned_mark() -> str:
    """Marks a classification made by us rather than by the source."""
    return f"<small>{escape(tr('our classification'))}</small>"


def _target_figure(row: Mapping[str, Any]) -> str:
    """The target value, with its baseline below."""
    aim = (
        number(row["figure"], row["unit"])
        if not numbers.is_missing(row["figure"])
        else none_stated()
    )
    start = baseline(row)
    if start is None:
        return escape(aim)
    return f"{escape(aim)}<small>{escape(tr('at the start: {baseline}', baseline=start))}</small>"


def priorities(profile: CityProfile, colours: Palette) -> str:
    """Priority projects of 2018: aim, support requested, outcome."""
    reported = {row["project_id"]: row for row in records(profile.projects)}
    requests_by_project: dict[int, str] = {}
    for row in records(profile.support):
        kind = escape(tr(SUPPORT_KINDS[row["kind"]]))
        line = f"<li><b>{kind}</b>: {escape(row['request'])}</li>"
        requests_by_project[row["project_no"]] = (
            requests_by_project.get(row["project_no"], "") + line
        )
    rows = []
    for row in records(profile.priorities):
        requests = requests_by_project.get(row["project_no"], "")
        rows.append(
            (
                f"{escape(row['name'])}<small>{escape(row['aim'])}</small>"
                f"{area_badge(row['focus_area'])}"
                f"{_assigned_mark() if row['focus_area_basis'] == 'assigned' else ''}",
                f"<ul>{requests}</ul>" if requests else escape(none_stated()),
                _outcome_since_2018(row, reported.get(row["project_id"]), colours),
                str(row["page"]),
            )
        )
    headings = (
        *(tr("Priority project of 2018"), tr("Support asked for")),
        *(tr("What became of it"), tr("Page")),
    )
    return table(tr("Priority projects of 2018"), headings, rows)


def _outcome_since_2018(
    row: Mapping[str, Any], project: Mapping[str, Any] | None, colours: Palette
) -> str:
    outcome = escape(tr(PLAN_LINKS[row["link"]]))
    if row["link_certainty"] == "uncertain":
        outcome += f" <em>({escape(tr('uncertain'))})</em>"
    if project:
        outcome += f": {project_link(project)}<br>{_status_now(project, colours)}"
    reason = f"{row['link_reason'].rstrip('.')} ({reference(row, 'link_')})."
    return f"{outcome}<small>{escape(reason)}</small>"


def _status_now(project: Mapping[str, Any], colours: Palette) -> str:
    return state_badge(project["status"], tr(PROJECT_STATUSES[project["status"]]), colours)


def status_by_report(profile: CityProfile, colours: Palette) -> str:
    """Every project of the city, linked to its history, with its status and page in each report."""
    listed = {(row["project_id"], row["report_year"]): row for row in records(profile.reports)}
    rows = []
    for project in records(profile.projects):
        cells = [
            _status_in_report(listed.get((project["project_id"], year)), project["name"], colours)
            for year in profile.report_years
        ]
        now = _status_now(project, colours)
        note = project["note"]
        remark = "" if numbers.is_missing(note) else f"<small>{escape(note)}</small>"
        name = f"{project_link(project)}{remark}"
        rows.append((name, area_badge(project["focus_area"]), *cells, now))
    documents = [document_name(report_document(year)) for year in profile.report_years]
    headings = (
        *(tr("Project"), tr("Focus area"), *documents),
        tr("As of {year}", year=profile.report_years[-1]),
    )
    return table(tr("Status by report"), headings, rows)


def _status_in_report(row: Mapping[str, Any] | None, name: str, colours: Palette) -> str:
    if row is None:
        return f'<span class="unlisted">{escape(tr("not listed"))}</span>'
    state = state_badge(row["status"], tr(REPORT_STATUSES[row["status"]]), colours)
    reported_name = row["name_in_report"]
    pages = format_pages(row)
    if reported_name != name:
        pages = tr("{pages}, as “{name}”", pages=pages, name=reported_name)
    return f"{state}<small>{escape(pages)}</small>"


def histories(profile: CityProfile, colours: Palette) -> str:
    """Reports on each described project: the latest one expanded, earlier ones collapsed."""
    details: dict[str, list[dict[str, Any]]] = {}
    for row in records(profile.details):
        details.setdefault(row["project_id"], []).append(row)
    figures: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in records(profile.figures):
        figures.setdefault((row["project_id"], row["report_year"]), []).append(row)
    articles = "".join(
        _history(project, details[project["project_id"]], figures, colours)
        for project in records(profile.projects)
        if project["project_id"] in details
    )
    return f'<div class="histories">{articles}</div>' if articles else ""


def undescribed_sentence(profile: CityProfile) -> str:
    """One sentence naming the projects that reports list but do not describe; empty if none."""
    described = set(profile.details["project_id"])
    names = [row["name"] for row in records(profile.projects) if row["project_id"] not in described]
    if not names:
        return ""
    return ntr(
        "The reports list but do not describe {n} project: {names}.",
        "The reports list but do not describe {n} projects: {names}.",
        len(names),
        names=numbers.format_list(names),
    )


def histories_source(profile: CityProfile, reports: str) -> str:
    """Source line of :func:`histories`, with the projects it omits.

    Parameters
    ----------
    reports
        The reports as source lines name them.
    """
    basis = tr("Our summary of the {reports}.", reports=reports)
    return f"{undescribed_sentence(profile)} {basis} {pages_note()}".strip()


def _history(
    project: Mapping[str, Any],
    details: list[dict[str, Any]],
    figures: Mapping[tuple[str, int], list[dict[str, Any]]],
    colours: Palette,
) -> str:
    """One project's ``<article>``.

    Parameters
    ----------
    details
        Its rows of :data:`geo.schema.plans.PROJECT_DETAILS`, oldest report first.
    figures
        Figures by project and report.
    """
    blocks = [
        _report(row, figures.get((row["project_id"], row["report_year"]), ()), stages)
        for row, stages in zip(
            details, ["" for _ in details[:-1]] + [_stages(details)], strict=True
        )
    ]
    earlier = "".join(
        f"<details><summary>{escape(tr('Report of {year}', year=row['report_year']))}</summary>"
        f"{block}</details>"
        for row, block in reversed(list(zip(details[:-1], blocks[:-1], strict=True)))
    )
    return (
        f"<article><h3>{project_link(project)}</h3>"
        f"<p>{area_badge(project['focus_area'])} {_status_now(project, colours)}</p>"
        f"{blocks[-1]}{earlier}</article>"
    )


def _report(row: Mapping[str, Any], figures: Sequence[Mapping[str, Any]], stages: str = "") -> str:
    """One report's description of a project, with its pages.

    Parameters
    ----------
    stages
        Stages of all reports; replaces the stage of this report if given.
    """
    entries = [
        (tr("Objective"), _escaped(row["objective"])),
        (tr("Progress, {year}", year=row["report_year"]), _escaped(row["progress"])),
        (tr("Stage by report"), escape(stages)) if stages else (tr("Stage"), escape(_stage(row))),
        _completion(row),
        (tr("Challenges"), _escaped(row["challenges"])),
        (tr("Partners"), _escaped(row["partners"])),
        (tr("Figures"), _figures(figures)),
    ]
    lines = "".join(
        f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in entries if value
    )
    return f'<dl>{lines}</dl><p class="source">{escape(_pages(row, figures))}.</p>'


def _pages(row: Mapping[str, Any], figures: Sequence[Mapping[str, Any]]) -> str:
    """Citation of one report: document and pages."""
    return cite(document_name(row["document"]), row, *figures)


def _escaped(value: Any) -> str:
    return "" if numbers.is_missing(value) else escape(str(value))


def _completion(row: Mapping[str, Any]) -> tuple[str, str]:
    """Label and date of completion: expected, or actual if the project is completed."""
    label = tr("Completion") if row["stage"] == "completed" else tr("Expected completion")
    when = row["expected_completion"]
    return label, "" if numbers.is_missing(when) else escape(date(str(when)))


def _stage(row: Mapping[str, Any]) -> str:
    return tr("Not clear") if numbers.is_missing(row["stage"]) else tr(STAGES[row["stage"]])


def _stages(details: list[dict[str, Any]]) -> str:
    """Stages in report order; consecutive equal stages are merged into one with its years."""
    runs: list[tuple[str, list[int]]] = []
    for row in details:
        stage = _stage(row)
        if runs and runs[-1][0] == stage:
            runs[-1][1].append(row["report_year"])
        else:
            runs.append((stage, [row["report_year"]]))
    return "; ".join(
        f"{stage} ({years[0]})" if len(years) == 1 else f"{stage} ({years[0]}–{years[-1]})"
        for stage, years in runs
    )


def _figures(figures: Sequence[Mapping[str, Any]]) -> str:
    lines = "".join(f"<li>{escape(quantity(row))}</li>" for row in figures)
    return f"<ul>{lines}</ul>" if lines else ""


def partners(profile: CityProfile) -> str:
    """Partnerships of the city, or a note that the sources name none."""
    if not len(profile.partners):
        return paragraph(tr("The sources name no partner of this city."))
    projects = {row["project_id"]: project_link(row) for row in records(profile.projects)}
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
                    if numbers.is_missing(row["programme"])
                    else f"<small>{escape(row['programme'])}</small>"
                ),
                projects.get(row["project_id"], escape(tr("not tied to one"))),
                _amount(row),
                escape(numbers.no_data()) if numbers.is_missing(row["year"]) else str(row["year"]),
                _source_html(row),
            )
            for row in records(profile.partners)
        ],
    )


def _amount(row: Mapping[str, Any]) -> str:
    if numbers.is_missing(row["amount"]):
        return escape(none_stated())
    currency = "" if numbers.is_missing(row["currency"]) else f"{row['currency']} "
    return escape(f"{currency}{number(row['amount'])}")


def _source_html(row: Mapping[str, Any]) -> str:
    """Document and page, or a link to the web page."""
    if not numbers.is_missing(row["document"]):
        return escape(reference(row))
    return web_link("" if numbers.is_missing(row["url"]) else str(row["url"]))


def nearby(profile: CityProfile, countries: Mapping[str, str]) -> str:
    """Nearest places with distance and population.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-3 code to name.
    """
    home_country = profile.city["iso3"]
    return table(
        tr("Nearby places"),
        (tr("Place"), tr("Distance"), tr("Population")),
        [
            (
                escape(row["name"])
                + (
                    ""
                    if row["iso3"] == home_country
                    else f"<small>{escape(countries[row['iso3']])}</small>"
                ),
                tr("{number} km", number=decimal(row["km"], 0 if row["km"] >= 10 else 1)),
                numbers.people(row["population"]),
            )
            for row in records(profile.places)
        ],
    )
