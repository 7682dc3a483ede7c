"""Tables of the Action plans page: HTML of matrix and ledger, frames for ``st.dataframe``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard import i18n
from dashboard.markup import numbers as markup_numbers
from dashboard.markup.citations import cited, page_numbers
from dashboard.markup.tables import newest_pages, records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from dashboard.pages.city import text as city_text
from dashboard.pages.city.markup import table
from dashboard.pages.plans.charts import ink, mixed, state_colours
from geo.analysis.flows import (
    NOT_REPORTED,
    PRIORITY_OUTCOMES,
    Step,
    outcome_counts,
    uncertain,
)
from geo.i18n import ntr, terms, tr
from geo.vocabulary import FOCUS_AREAS, OUTCOMES, PROJECT_STATUSES, SUPPORT_KINDS


def link(page: str, query: Mapping[str, str], text: str) -> str:
    """A link to another page that opens in the same window."""
    return f'<a href="{escape(i18n.page(page, **query))}" target="_self">{escape(text)}</a>'


def matrix(cells: pd.DataFrame, cities: pd.DataFrame, query: Mapping[str, str], ground: str) -> str:
    """Cities by focus area as an HTML table, grouped by country.

    Parameters
    ----------
    cells
        See :func:`geo.analysis.flows.coverage`.
    cities
        ``city_id``, ``name``, ``country`` of the rows, in their order.
    query
        Filter of the page without cities and focus areas, for the links of the cells.
    ground
        Colour of the page.
    """
    of_city = {str(city_id): rows for city_id, rows in cells.groupby("city_id", sort=False)}
    head = "".join(
        f'<th scope="col" style="border-bottom-color:{FOCUS_AREA_COLOURS[area]}">'
        f"<span>{_breakable(name)}</span></th>"
        for area, name in terms(FOCUS_AREAS).items()
    )
    every = cells.groupby("focus_area")["projects"].sum()
    sums = "".join(f"<td>{int(every.get(area, 0))}</td>" for area in FOCUS_AREAS)
    label, city = escape(tr("Projects by city and focus area")), escape(tr("City"))
    everything, together = escape(tr("All shown")), escape(tr("All"))
    body = (
        f'<tbody><tr class="all"><th scope="row">{everything}</th>{sums}'
        f"<td>{int(every.sum())}</td></tr></tbody>"
    )
    for country, members in cities.groupby("country", sort=True):
        rows = "".join(
            _city_row(str(city_id), str(name), of_city[str(city_id)], query, ground)
            for city_id, name in zip(members["city_id"], members["name"], strict=True)
        )
        body += (
            f'<tbody><tr class="country"><th scope="rowgroup" colspan="{len(FOCUS_AREAS) + 2}">'
            f"{escape(str(country))}</th></tr>{rows}</tbody>"
        )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="plan-matrix"><thead><tr><th scope="col">{city}</th>{head}'
        f'<th scope="col">{together}</th></tr></thead>{body}</table></div>'
    )


def _breakable(name: str) -> str:
    """A focus area with the places where a narrow column may break it."""
    plain = escape(name).replace("-", "&#8209;")
    return plain.replace("ronment", "ron&shy;ment").replace("structure", "&shy;structure")


def _city_row(
    city_id: str, name: str, cells: pd.DataFrame, query: Mapping[str, str], ground: str
) -> str:
    row = f'<tr><th scope="row">{link("city", {"city": city_id}, name)}</th>'
    shown = cells[["focus_area", "projects", "completed", "gap", "focus_area_basis"]]
    for area, projects, completed, gap, basis in shown.itertuples(index=False, name=None):
        if not projects:
            row += _gap(basis) if gap else '<td class="none"><span>0</span></td>'
            continue
        fill = mixed(FOCUS_AREA_COLOURS[area], ground, min(0.22 + 0.2 * projects, 1.0))
        done = f"<small> · {completed}\u202f✓</small>" if completed else ""
        told = ntr(
            "{n} project in {area}, {completed} completed",
            "{n} projects in {area}, {completed} completed",
            projects,
            area=tr(FOCUS_AREAS[area]),
            completed=completed,
        )
        there = i18n.page("plans", **{**query, "city": city_id, "focus": area})
        row += (
            f'<td style="background:{fill}"><a style="color:{ink(fill)}" href="{escape(there)}" '
            f'target="_self" title="{escape(told)}" aria-label="{escape(told)}">'
            f"{projects}{done}</a></td>"
        )
    return f"{row}<td>{int(cells['projects'].sum())}</td></tr>"


def _gap(basis: str) -> str:
    """Cell of a focus area of the plan without a project; a star where the area is our choice."""
    said, sign = tr("named in the plan of 2018, no project today"), "○"
    if basis == "assigned":
        said, sign = tr("{said} (our classification)", said=said), "○*"
    return (
        f'<td class="gap" title="{escape(said)}"><span aria-hidden="true">{sign}</span>'
        f'<span class="unseen">{escape(said)}</span></td>'
    )


def matrix_key(cells: pd.DataFrame, named: int, report: int) -> str:
    """What the signs of the matrix mean, and how many focus areas of the plans have no project.

    Parameters
    ----------
    cells
        See :func:`geo.analysis.flows.coverage`.
    named
        Focus areas that the plans of these cities name, added up.
    """
    shade = tr("The stronger the colour, the more projects")
    done = tr("of them completed")
    gap = tr(
        "named in the city’s plan of 2018, no project in {year}: {gaps} of {named} named",
        year=report,
        gaps=int(cells["gap"].sum()),
        named=named,
    )
    ours = ""
    if int((cells["gap"] & (cells["focus_area_basis"] == "assigned")).sum()):
        ours = f"<span><b>*</b> {escape(tr('our classification of what the plan names'))}</span>"
    return (
        f'<p class="plan-key"><span>{escape(shade)}</span>'
        f"<span><b>1\u202f✓</b> {escape(done)}</span><span><b>○</b> {escape(gap)}</span>{ours}</p>"
    )


def ledger(found: Sequence[Step], colours: Palette) -> str:
    """What happened from report to report as an HTML table with small bars, one column a step."""
    hues = state_colours(colours)
    rows: list[tuple[str, str, list[int | None], str]] = [
        (tr("Listed before"), "total", [s.before for s in found], ""),
        (tr("Continued"), "", [s.kept for s in found], hues["ongoing"]),
        (tr("Completed before"), "", _stated(found, "still_completed"), hues["completed"]),
        (tr("Newly completed"), "", _stated(found, "newly_completed"), hues["completed"]),
        (tr("No longer reported"), "", [s.left for s in found], hues["left"]),
        (tr("Completed, then left"), "rare", [s.completed_left for s in found], hues["left"]),
        (tr("New"), "", [s.new for s in found], hues["new"]),
        (tr("New and already completed"), "sub", _stated(found, "new_completed"), ""),
        (tr("Back after a gap"), "rare", [s.returned for s in found], hues["new"]),
        (tr("Listed after"), "total", [s.after for s in found], ""),
    ]
    most = max([1, *(step.after for step in found), *(step.before for step in found)])
    head = "".join(f'<th scope="col">{s.start}→{s.end}</th>' for s in found)
    body = "".join(
        f'<tr class="{kind}"><th scope="row">{escape(label)}</th>'
        + "".join(_ledger_cell(number, colour, most) for number in numbers)
        + "</tr>"
        for label, kind, numbers, colour in rows
        if kind != "rare" or any(numbers)
    )
    region, corner = escape(tr("Projects from report to report")), escape(tr("Projects"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{region}">'
        f'<table class="facts plan-ledger"><thead><tr><th scope="col">{corner}</th>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _stated(found: Sequence[Step], name: str) -> list[int | None]:
    return [int(getattr(step, name)) if step.states_given else None for step in found]


def _ledger_cell(number: int | None, colour: str, most: int) -> str:
    if number is None:
        return f'<td class="number">{escape(markup_numbers.no_data())}</td>'
    width = 100 * number / most
    bar = f'<i style="width:{width:.1f}%;background:{colour}"></i>' if colour and number else ""
    return f'<td class="number">{number}{bar}</td>'


def outcome_bar(priorities: pd.DataFrame, colours: Palette) -> str:
    """What became of the priority projects of 2018 as one bar with its key, in HTML; where that is
    uncertain, a striped part stands apart."""
    hues = {**colours.statuses, NOT_REPORTED: colours.no_data}
    parts = key = ""
    for row in records(outcome_counts(priorities)):
        hue, projects, unsure = hues[row["outcome"]], row["projects"], row["uncertain"]
        parts += _bar_part(projects - unsure, hue) + _bar_part(unsure, hue, "uncertain")
        name = tr(PRIORITY_OUTCOMES[row["outcome"]])
        counted = tr("{name}: {number}", name=name, number=projects)
        if unsure:
            counted = ntr(
                "{name}: {number}, {n} of them uncertain",
                "{name}: {number}, {n} of them uncertain",
                unsure,
                name=name,
                number=projects,
            )
        key += f'<li><span class="swatch" style="background:{hue}"></span>{escape(counted)}</li>'
    if uncertain(priorities).any():
        key += f'<li><span class="swatch uncertain"></span>{escape(tr("Uncertain"))}</li>'
    return f'<div class="plan-bar" aria-hidden="true">{parts}</div><ul class="plan-list">{key}</ul>'


def _bar_part(projects: int, hue: str, kind: str = "") -> str:
    """A part of the bar, as wide as its number of projects; nothing without any."""
    letters = ink(hue)
    stripe = "#ffffff" if letters == "#000000" else "#000000"  # so that the number stays readable
    style = f"flex:{projects};background-color:{hue};color:{letters};--stripe:{stripe}"
    return f'<i class="{kind}" style="{style}"><b>{projects}</b></i>' if projects else ""


def lost(priorities: pd.DataFrame, names: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The priority projects that left the reports or never stood in them, by name, as HTML: those
    that left are linked to their history, every city to its page.

    Parameters
    ----------
    query
        Filter of the page, which the links keep.
    """
    body = ""
    for outcome in ("no_longer_reported", NOT_REPORTED):
        rows = priorities[priorities["outcome"] == outcome]
        lines = "".join(
            f"<dd>{_to_history(row, query)}{_doubt(row)} "
            f"<small>{link('city', {'city': row['city_id']}, names[row['city_id']])}</small></dd>"
            for row in records(rows)
        )
        body += f"<dt>{escape(tr(PRIORITY_OUTCOMES[outcome]))}</dt>{lines}" if lines else ""
    return f'<dl class="plan-lost">{body}</dl>' if body else ""


def _doubt(row: Mapping[str, Any]) -> str:
    """A mark behind what became of a priority project where the link is our judgement."""
    return f" <em>({escape(tr('uncertain'))})</em>" if row["link_certainty"] == "uncertain" else ""


def _to_history(row: Mapping[str, Any], query: Mapping[str, str]) -> str:
    """The name of a priority project, linked to the history of what became of it."""
    if markup_numbers.missing(row["project_id"]):
        return escape(row["name"])
    return link("plans", {**query, "project": row["project_id"]}, row["name"])


def shares_apart(apart: pd.DataFrame) -> str:
    """Printed shares of focus areas unlike the report's own list, one a row, as an HTML table.

    Parameters
    ----------
    apart
        See :func:`geo.analysis.flows.share_discrepancies`.
    """
    areas = terms(FOCUS_AREAS)
    rows = [
        (
            tr("{year}: {area}", year=row["report_year"], area=areas[row["focus_area"]]),
            markup_numbers.percent(row["percent"], 0),
            tr(
                "{share} ({number} of {total})",
                share=markup_numbers.percent(row["listed_percent"]),
                number=row["listed"],
                total=row["projects"],
            ),
            cited(tr("M&E Report {year}", year=row["report_year"]), row),
        )
        for row in records(apart)
    ]
    headings = (tr("Report and focus area"), tr("Printed"), tr("By the list"), tr("Source"))
    return table(
        tr("Where a report's percentages do not match its own list"),
        headings,
        [tuple(map(escape, row)) for row in rows],
    )


def _history(project_id: object, query: Mapping[str, str]) -> str | None:
    if markup_numbers.missing(project_id):
        return None
    return i18n.page("plans", **{**query, "project": str(project_id)})


def projects_frame(
    projects: pd.DataFrame,
    project_reports: pd.DataFrame,
    names: Mapping[str, str],
    query: Mapping[str, str],
) -> pd.DataFrame:
    """Projects with a link to the history of each and the page of the newest report with it.

    Parameters
    ----------
    names
        City id to name.
    query
        Filter of the page, which the links keep.
    """
    table = pd.DataFrame(
        {
            tr("City"): projects["city_id"].map(names),
            tr("Project"): projects["name"],
            tr("History"): [_history(project_id, query) for project_id in projects["project_id"]],
            tr("Focus area"): projects["focus_area"].map(terms(FOCUS_AREAS)),
            tr("Status"): projects["status"].map(terms(PROJECT_STATUSES)),
            tr("First report"): projects["first_report"],
            tr("Last report"): projects["last_report"],
            tr("Page"): projects["project_id"].map(newest_pages(project_reports)),
        }
    )
    return table.sort_values([tr("City"), tr("Project")], ignore_index=True)


def priorities_frame(
    priorities: pd.DataFrame, names: Mapping[str, str], query: Mapping[str, str]
) -> pd.DataFrame:
    """Priority projects of 2018 with what became of each.

    Parameters
    ----------
    priorities
        See :func:`geo.analysis.flows.priority_outcomes`.
    """
    return pd.DataFrame(
        {
            tr("City"): priorities["city_id"].map(names),
            tr("Priority project of 2018"): priorities["name"],
            tr("What became of it"): _outcomes(priorities),
            tr("History"): [_history(project_id, query) for project_id in priorities["project_id"]],
            tr("Set out to"): priorities["aim"],
            tr("Why they are linked"): priorities["link_reason"],
            tr("Page of the plan"): page_numbers(priorities),
        }
    ).sort_values([tr("City"), tr("Priority project of 2018")], ignore_index=True)


def targets_frame(targets: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Strategic targets of the plans of 2018, in the order of the plans."""
    return pd.DataFrame(
        {
            tr("City"): targets["city_id"].map(names),
            tr("Target"): targets["target"],
            tr("Figure"): targets["figure"],
            tr("Unit"): targets["unit"],
            tr("Target year"): targets["target_year"],
            tr("Outcome it serves"): _classified(targets, "outcome", OUTCOMES),
            tr("At the start"): [city_text.baseline(row) for row in records(targets)],
            tr("Page of the plan"): page_numbers(targets),
        }
    ).sort_values(tr("City"), kind="stable", ignore_index=True)


def _classified(rows: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.Series:
    """Names of a classification, those that are ours marked as such by ``<column>_basis``."""
    stated = rows[column].map(terms(names))
    ours = stated.map(lambda name: tr("{name} (our classification)", name=name), na_action="ignore")
    return stated.where(rows[f"{column}_basis"] != "assigned", ours)


def statements_frame(statements: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """What the plans of 2018 say under their focus areas, in the order of the plans."""
    return pd.DataFrame(
        {
            tr("City"): statements["city_id"].map(names),
            tr("Focus area"): _classified(statements, "focus_area", FOCUS_AREAS),
            tr("Heading in the plan"): statements["heading"],
            tr("What the plan says"): statements["statement"].fillna(markup_numbers.named_only()),
            tr("Figure"): statements["figure"],
            tr("Unit"): statements["unit"],
            tr("Year"): statements["year"],
            tr("Page of the plan"): page_numbers(statements),
        }
    ).sort_values(tr("City"), kind="stable", ignore_index=True)


def _outcomes(priorities: pd.DataFrame) -> pd.Series:
    """What became of each priority project, in words that say where it is uncertain."""
    stated = priorities["outcome"].map(terms(PRIORITY_OUTCOMES))
    unsure = stated.map(lambda outcome: tr("{outcome} (uncertain)", outcome=outcome))
    return stated.where(~uncertain(priorities), unsure)


def support_frame(
    support: pd.DataFrame, priorities: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """Requests for support with the project that asks and what became of it."""
    key = ["city_id", "project_no"]
    rows = support.merge(
        priorities[[*key, "name", "outcome", "link_certainty"]],
        on=key,
        how="left",
        validate="many_to_one",
    )
    return pd.DataFrame(
        {
            tr("City"): rows["city_id"].map(names),
            tr("Kind"): rows["kind"].map(terms(SUPPORT_KINDS)),
            tr("Asked for"): rows["request"],
            tr("The project today"): _outcomes(rows),
            tr("Priority project of 2018"): rows["name"],
            tr("Page of the plan"): page_numbers(rows),
        }
    ).sort_values([tr("City"), tr("Kind")], kind="stable", ignore_index=True)
