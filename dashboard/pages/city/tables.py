"""HTML tables of a city's plan, its outcome, projects, partners and nearby places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.citations import cite, format_pages, pages_note
from dashboard.markup.html import (
    CARDS,
    Child,
    definitions,
    items,
    join,
    small,
    table,
    tag,
)
from dashboard.markup.tables import (
    area_badge,
    paragraph,
    project_link,
    records,
    state_badge,
    uncertain_mark,
)
from dashboard.markup.theme import Palette
from dashboard.pages.city.statements import plan_area
from dashboard.pages.city.text import baseline, document_name, none_stated, number, reference
from dashboard.pages.plans.project_history import quantity
from geo.analysis.city_profile import CityProfile
from geo.cache import memoized
from geo.i18n import date, decimal, mark, ntr, tr
from geo.vocabulary import (
    OUTCOMES,
    PLAN_LINKS,
    PROJECT_STATUSES,
    REPORT_STATUSES,
    STAGES,
    SUPPORT_KINDS,
    report_document,
)

NO_PLAN = mark("The sources contain no published plan.")


@memoized
def plan(profile: CityProfile) -> Markup:
    """Vision, focus areas and stated figures of the plan, or a note that none is published."""
    row = profile.plan
    parts = [] if profile.has_plan else [paragraph(tr(NO_PLAN))]
    if not numbers.is_missing(row["vision"]):
        parts.append(tag("p", row["vision"], class_="vision"))
    if profile.focus_areas:
        badges = [plan_area(area, area in profile.assigned_areas) for area in profile.focus_areas]
        parts.append(tag("p", badges, class_="areas"))
    if profile.has_plan:
        stated = tr(
            "According to the plan: land area {area}, population {people}, density {density}.",
            area=number(row["stated_land_area_km2"], "km²"),
            people=number(row["stated_population"]),
            density=number(row["stated_density_per_km2"], tr("people per km²")),
        )
        parts.append(paragraph(stated))
    if not numbers.is_missing(office := row["chief_smart_city_officer_office"]):
        officer = tr("Chief Smart City Officer in 2018 (office held): {office}.", office=office)
        parts.append(paragraph(officer))
    basis = [] if numbers.is_missing(row["vision"]) else [tr("Vision: our summary.")]
    basis += [f"{reference(row)}.", pages_note()]
    if note := _plan_note(profile):
        basis.append(tr("Note: {note}.", note=note))
    return join([*parts, tag("p", " ".join(basis), class_="source")])


def _plan_note(profile: CityProfile) -> str:
    """Note on the plan. Without a plan, its first part is dropped: it repeats ``NO_PLAN``."""
    note = "" if numbers.is_missing(profile.plan["note"]) else str(profile.plan["note"])
    return note if profile.has_plan else note.partition("; ")[2]


@memoized
def targets(profile: CityProfile) -> Markup:
    """Strategic targets of the plan."""
    return table(
        tr("Strategic targets"),
        (tr("Target"), tr("Outcome"), tr("Figure"), tr("Year"), tr("Page")),
        [
            (
                row["target"],
                _outcome(row),
                _target_figure(row),
                none_stated() if numbers.is_missing(row["target_year"]) else row["target_year"],
                row["page"],
            )
            for row in records(profile.targets)
        ],
        CARDS,
    )


def _outcome(row: Mapping[str, Any]) -> Child:
    if numbers.is_missing(row["outcome"]):
        return tr("not linked to one")
    return tr(OUTCOMES[row["outcome"]]), _assigned_mark(row["outcome_basis"])


def _assigned_mark(basis: str) -> Markup | None:
    """Marks a classification made by us rather than by the source."""
    return tag("small", tr("our classification")) if basis == "assigned" else None


def _target_figure(row: Mapping[str, Any]) -> Child:
    """The target value, with its baseline below."""
    aim = (
        number(row["figure"], row["unit"])
        if not numbers.is_missing(row["figure"])
        else none_stated()
    )
    start = baseline(row)
    return aim, small(start and tr("baseline: {baseline}", baseline=start))


@memoized
def priorities(profile: CityProfile, colours: Palette) -> Markup:
    """Priority projects of 2018: aim, support requested, outcome."""
    reported = {row["project_id"]: row for row in records(profile.projects)}
    requests: dict[int, list[Child]] = {}
    for row in records(profile.support):
        request = (tag("b", tr(SUPPORT_KINDS[row["kind"]])), f": {row['request']}")
        requests.setdefault(row["project_no"], []).append(request)
    return table(
        tr("Priority projects of 2018"),
        (
            *(tr("Priority project of 2018"), tr("Support requested")),
            *(tr("Status today"), tr("Page")),
        ),
        [
            (
                (
                    row["name"],
                    tag("small", row["aim"]),
                    area_badge(row["focus_area"]),
                    _assigned_mark(row["focus_area_basis"]),
                ),
                items("ul", requests.get(row["project_no"], ())) or none_stated(),
                _outcome_since_2018(row, reported.get(row["project_id"]), colours),
                row["page"],
            )
            for row in records(profile.priorities)
        ],
        CARDS,
    )


def _outcome_since_2018(
    row: Mapping[str, Any], project: Mapping[str, Any] | None, colours: Palette
) -> Child:
    reason = f"{row['link_reason'].rstrip('.')} ({reference(row, 'link_')})."
    return (
        tr(PLAN_LINKS[row["link"]]),
        uncertain_mark(row),
        project and (": ", project_link(project), tag("br"), _status_now(project, colours)),
        tag("small", reason),
    )


def _status_now(project: Mapping[str, Any], colours: Palette) -> Markup:
    return state_badge(project["status"], tr(PROJECT_STATUSES[project["status"]]), colours)


@memoized
def status_by_report(profile: CityProfile, colours: Palette) -> Markup:
    """Every project of the city, linked to its history, with its status and page in each report."""
    listed = {(row["project_id"], row["report_year"]): row for row in records(profile.reports)}
    documents = [document_name(report_document(year)) for year in profile.report_years]
    return table(
        tr("Status by report"),
        (
            *(tr("Project"), tr("Focus area"), *documents),
            tr("As of {year}", year=profile.report_years[-1]),
        ),
        [
            (
                (project_link(project), small(project["note"])),
                area_badge(project["focus_area"]),
                *(
                    _status_in_report(
                        listed.get((project["project_id"], year)), project["name"], colours
                    )
                    for year in profile.report_years
                ),
                _status_now(project, colours),
            )
            for project in records(profile.projects)
        ],
        CARDS,
    )


def _status_in_report(row: Mapping[str, Any] | None, name: str, colours: Palette) -> Child:
    if row is None:
        return tag("span", tr("not listed"), class_="unlisted")
    state = state_badge(row["status"], tr(REPORT_STATUSES[row["status"]]), colours)
    reported_name = row["name_in_report"]
    pages = format_pages(row)
    if reported_name != name:
        pages = tr("{pages}, as “{name}”", pages=pages, name=reported_name)
    return state, tag("small", pages)


@memoized
def histories(profile: CityProfile, colours: Palette) -> Markup:
    """Reports on each described project: the latest one expanded, earlier ones collapsed."""
    details: dict[str, list[dict[str, Any]]] = {}
    for row in records(profile.details):
        details.setdefault(row["project_id"], []).append(row)
    figures: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in records(profile.figures):
        figures.setdefault((row["project_id"], row["report_year"]), []).append(row)
    articles = [
        _history(project, details[project["project_id"]], figures, colours)
        for project in records(profile.projects)
        if project["project_id"] in details
    ]
    return tag("div", articles, class_="histories") if articles else Markup("")


def undescribed_sentence(profile: CityProfile) -> str:
    """One sentence naming the projects that reports list but do not describe; empty if none."""
    described = set(profile.details["project_id"])
    names = [row["name"] for row in records(profile.projects) if row["project_id"] not in described]
    if not names:
        return ""
    return ntr(
        "{n} project is listed in the reports but not described: {names}.",
        "{n} projects are listed in the reports but not described: {names}.",
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
) -> Markup:
    """One project's ``<article>``.

    Parameters
    ----------
    details
        Its rows of :data:`geo.schema.plans.PROJECT_DETAILS`, oldest report first.
    figures
        Figures by project and report.
    """

    def report(row: Mapping[str, Any], stages: str = "") -> Markup:
        return _report(row, figures.get((row["project_id"], row["report_year"]), ()), stages)

    earlier = [
        tag(
            "details",
            tag("summary", tr("{year} report", year=row["report_year"])),
            report(row),
        )
        for row in reversed(details[:-1])
    ]
    return tag(
        "article",
        tag("h3", project_link(project)),
        tag("p", area_badge(project["focus_area"]), " ", _status_now(project, colours)),
        report(details[-1], _stages(details)),
        earlier,
    )


def _report(
    row: Mapping[str, Any], figures: Sequence[Mapping[str, Any]], stages: str = ""
) -> Markup:
    """One report's description of a project, with its pages.

    Parameters
    ----------
    stages
        Stages of all reports; replaces the stage of this report if given.
    """
    when = row["expected_completion"]
    is_completed = row["stage"] == "completed"
    entries: list[tuple[str, Any]] = [
        (tr("Objective"), row["objective"]),
        (tr("Progress, {year}", year=row["report_year"]), row["progress"]),
        (tr("Stage by report"), stages) if stages else (tr("Stage"), _stage(row)),
        (
            tr("Completion") if is_completed else tr("Expected completion"),
            None if numbers.is_missing(when) else date(str(when)),
        ),
        (tr("Challenges"), row["challenges"]),
        (tr("Partners"), row["partners"]),
        (tr("Figures"), items("ul", map(quantity, figures))),
    ]
    return join(
        [
            definitions(
                (label, value) for label, value in entries if not numbers.is_missing(value)
            ),
            tag("p", f"{cite(document_name(row['document']), row, *figures)}.", class_="source"),
        ]
    )


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


def nearby(profile: CityProfile, countries: Mapping[str, str]) -> Markup:
    """Nearest places with distance and population.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-3 code to name.
    """
    abroad = {code: name for code, name in countries.items() if code != profile.city["iso3"]}
    return table(
        tr("Nearby places"),
        (tr("Place"), tr("Distance, km"), tr("Population")),
        [
            (
                (row["name"], small(abroad.get(row["iso3"]))),
                decimal(row["km"], 1),
                numbers.people_count(row["population"]),
            )
            for row in records(profile.places)
        ],
        CARDS,
        (0, 1),
    )
