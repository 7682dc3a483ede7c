"""Tables of the Action plans page: HTML tables, and frames for ``st.dataframe``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from dashboard import i18n
from dashboard.markup import numbers as markup_numbers
from dashboard.markup.citations import cite, page_numbers
from dashboard.markup.tables import newest_pages, records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from dashboard.pages.city import text as city_text
from dashboard.pages.city.markup import table
from dashboard.pages.plans.charts import blend, state_colours, text_colour
from geo.analysis.flows import NOT_REPORTED, PRIORITY_OUTCOMES, Step, outcome_counts, uncertain
from geo.i18n import ntr, terms, tr
from geo.vocabulary import FOCUS_AREAS, OUTCOMES, PROJECT_STATUSES, SUPPORT_KINDS


def link(page: str, query: Mapping[str, str], text: str) -> str:
    """Link to another page, opened in the same window."""
    return f'<a href="{escape(i18n.page_url(page, **query))}" target="_self">{escape(text)}</a>'


def matrix(cells: pd.DataFrame, cities: pd.DataFrame, query: Mapping[str, str], ground: str) -> str:
    """Cities by focus area as an HTML table, grouped by country.

    Parameters
    ----------
    cells
        See :func:`geo.analysis.flows.coverage`.
    cities
        ``city_id``, ``name``, ``country`` of the rows, in row order.
    query
        Page query without city and focus area, for the cell links.
    ground
        Page background, as ``#rrggbb``.
    """
    of_city = {str(city_id): rows for city_id, rows in cells.groupby("city_id", sort=False)}
    head = "".join(
        f'<th scope="col" style="border-bottom-color:{FOCUS_AREA_COLOURS[area]}">'
        f"<span>{_with_soft_hyphens(name)}</span></th>"
        for area, name in terms(FOCUS_AREAS).items()
    )
    totals = cells.groupby("focus_area")["projects"].sum()
    sums = "".join(f"<td>{int(totals.get(area, 0))}</td>" for area in FOCUS_AREAS)
    label, city = escape(tr("Projects by city and focus area")), escape(tr("City"))
    all_cities, all_areas = escape(tr("All shown")), escape(tr("All"))
    body = (
        f'<tbody><tr class="all"><th scope="row">{all_cities}</th>{sums}'
        f"<td>{int(totals.sum())}</td></tr></tbody>"
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
        f'<th scope="col">{all_areas}</th></tr></thead>{body}</table></div>'
    )


def _with_soft_hyphens(name: str) -> str:
    """Name of a focus area with soft hyphens for narrow columns."""
    plain = escape(name).replace("-", "&#8209;")
    return plain.replace("ronment", "ron&shy;ment").replace("structure", "&shy;structure")


def _city_row(
    city_id: str, name: str, cells: pd.DataFrame, query: Mapping[str, str], ground: str
) -> str:
    row = f'<tr><th scope="row">{link("city", {"city": city_id}, name)}</th>'
    columns = cells[["focus_area", "projects", "completed", "gap", "focus_area_basis"]]
    for area, projects, completed, gap, basis in columns.itertuples(index=False, name=None):
        if not projects:
            row += _gap_cell(basis) if gap else '<td class="none"><span>0</span></td>'
            continue
        fill = blend(FOCUS_AREA_COLOURS[area], ground, min(0.22 + 0.2 * projects, 1.0))
        completed_mark = f"<small> · {completed}\u202f✓</small>" if completed else ""
        tooltip = ntr(
            "{n} project in {area}, {completed} completed",
            "{n} projects in {area}, {completed} completed",
            projects,
            area=tr(FOCUS_AREAS[area]),
            completed=completed,
        )
        url = i18n.page_url("plans", **{**query, "city": city_id, "focus": area})
        row += (
            f'<td style="background:{fill}">'
            f'<a style="color:{text_colour(fill)}" href="{escape(url)}" '
            f'target="_self" title="{escape(tooltip)}" aria-label="{escape(tooltip)}">'
            f"{projects}{completed_mark}</a></td>"
        )
    return f"{row}<td>{int(cells['projects'].sum())}</td></tr>"


def _gap_cell(basis: str) -> str:
    """Cell of a focus area named in the plan but without a project; "*" if classified by us."""
    label, sign = tr("named in the plan of 2018, no project today"), "○"
    if basis == "assigned":
        label, sign = tr("{said} (our classification)", said=label), "○*"
    return (
        f'<td class="gap" title="{escape(label)}"><span aria-hidden="true">{sign}</span>'
        f'<span class="unseen">{escape(label)}</span></td>'
    )


def matrix_key(cells: pd.DataFrame, named: int, report: int) -> str:
    """Key of the matrix, with the number of planned focus areas without a project.

    Parameters
    ----------
    cells
        See :func:`geo.analysis.flows.coverage`.
    named
        Sum over these cities of the focus areas named in their plans.
    """
    shade = tr("The stronger the colour, the more projects")
    completed_label = tr("of them completed")
    gap = tr(
        "named in the city’s plan of 2018, no project in {year}: {gaps} of {named} named",
        year=report,
        gaps=int(cells["gap"].sum()),
        named=named,
    )
    assigned = ""
    if int((cells["gap"] & (cells["focus_area_basis"] == "assigned")).sum()):
        assigned = (
            f"<span><b>*</b> {escape(tr('our classification of what the plan names'))}</span>"
        )
    return (
        f'<p class="plan-key"><span>{escape(shade)}</span>'
        f"<span><b>1\u202f✓</b> {escape(completed_label)}</span>"
        f"<span><b>○</b> {escape(gap)}</span>{assigned}</p>"
    )


def step_table(steps: Sequence[Step], colours: Palette) -> str:
    """HTML table of changes between consecutive reports, one column per step, with small bars."""
    hues = state_colours(colours)
    rows: list[tuple[str, str, list[int | None], str]] = [
        (tr("Listed before"), "total", [s.before for s in steps], ""),
        (tr("Continued"), "", [s.kept for s in steps], hues["ongoing"]),
        (tr("Completed before"), "", _status_counts(steps, "still_completed"), hues["completed"]),
        (tr("Newly completed"), "", _status_counts(steps, "newly_completed"), hues["completed"]),
        (tr("No longer reported"), "", [s.left for s in steps], hues["left"]),
        (tr("Completed, then left"), "rare", [s.completed_left for s in steps], hues["left"]),
        (tr("New"), "", [s.new for s in steps], hues["new"]),
        (tr("New and already completed"), "sub", _status_counts(steps, "new_completed"), ""),
        (tr("Back after a gap"), "rare", [s.returned for s in steps], hues["new"]),
        (tr("Listed after"), "total", [s.after for s in steps], ""),
    ]
    maximum = max([1, *(step.after for step in steps), *(step.before for step in steps)])
    head = "".join(f'<th scope="col">{s.start}→{s.end}</th>' for s in steps)
    body = "".join(
        f'<tr class="{kind}"><th scope="row">{escape(label)}</th>'
        + "".join(_step_cell(number, colour, maximum) for number in numbers)
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


def _status_counts(steps: Sequence[Step], name: str) -> list[int | None]:
    return [int(getattr(step, name)) if step.states_given else None for step in steps]


def _step_cell(number: int | None, colour: str, maximum: int) -> str:
    if number is None:
        return f'<td class="number">{escape(markup_numbers.no_data())}</td>'
    width = 100 * number / maximum
    bar = f'<i style="width:{width:.1f}%;background:{colour}"></i>' if colour and number else ""
    return f'<td class="number">{number}{bar}</td>'


def outcome_bar(priorities: pd.DataFrame, colours: Palette) -> str:
    """HTML bar of the priority projects of 2018 by outcome, with a key; uncertain parts striped."""
    hues = {**colours.statuses, NOT_REPORTED: colours.no_data}
    parts = key = ""
    for row in records(outcome_counts(priorities)):
        hue, projects, uncertain_text = hues[row["outcome"]], row["projects"], row["uncertain"]
        parts += _bar_part(projects - uncertain_text, hue) + _bar_part(
            uncertain_text, hue, "uncertain"
        )
        name = tr(PRIORITY_OUTCOMES[row["outcome"]])
        counted = tr("{name}: {number}", name=name, number=projects)
        if uncertain_text:
            counted = ntr(
                "{name}: {number}, {n} of them uncertain",
                "{name}: {number}, {n} of them uncertain",
                uncertain_text,
                name=name,
                number=projects,
            )
        key += f'<li><span class="swatch" style="background:{hue}"></span>{escape(counted)}</li>'
    if uncertain(priorities).any():
        key += f'<li><span class="swatch uncertain"></span>{escape(tr("Uncertain"))}</li>'
    return f'<div class="plan-bar" aria-hidden="true">{parts}</div><ul class="plan-list">{key}</ul>'


def _bar_part(projects: int, hue: str, kind: str = "") -> str:
    """Segment of the bar with a width proportional to its projects; empty for none."""
    letters = text_colour(hue)
    stripe = "#ffffff" if letters == "#000000" else "#000000"  # so that the number stays readable
    style = f"flex:{projects};background-color:{hue};color:{letters};--stripe:{stripe}"
    return f'<i class="{kind}" style="{style}"><b>{projects}</b></i>' if projects else ""


def unreported_priorities(
    priorities: pd.DataFrame, names: Mapping[str, str], query: Mapping[str, str]
) -> str:
    """HTML list of the priority projects that are no longer, or never were, in a report.

    Dropped projects are linked to their history, cities to their page.

    Parameters
    ----------
    query
        Page query that the links keep.
    """
    body = ""
    for outcome in ("no_longer_reported", NOT_REPORTED):
        rows = priorities[priorities["outcome"] == outcome]
        lines = "".join(
            f"<dd>{_history_link(row, query)}{_uncertain_mark(row)} "
            f"<small>{link('city', {'city': row['city_id']}, names[row['city_id']])}</small></dd>"
            for row in records(rows)
        )
        body += f"<dt>{escape(tr(PRIORITY_OUTCOMES[outcome]))}</dt>{lines}" if lines else ""
    return f'<dl class="plan-lost">{body}</dl>' if body else ""


def _uncertain_mark(row: Mapping[str, Any]) -> str:
    """Suffix for a priority project whose link is uncertain, else empty."""
    return f" <em>({escape(tr('uncertain'))})</em>" if row["link_certainty"] == "uncertain" else ""


def _history_link(row: Mapping[str, Any], query: Mapping[str, str]) -> str:
    """Name of a priority project, linked to the history of the reported project."""
    if markup_numbers.is_missing(row["project_id"]):
        return escape(row["name"])
    return link("plans", {**query, "project": row["project_id"]}, row["name"])


def share_discrepancies(discrepancies: pd.DataFrame) -> str:
    """HTML table of printed focus area shares that differ from the report's own list.

    Parameters
    ----------
    discrepancies
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
            cite(tr("M&E Report {year}", year=row["report_year"]), row),
        )
        for row in records(discrepancies)
    ]
    headings = (tr("Report and focus area"), tr("Printed"), tr("By the list"), tr("Source"))
    return table(
        tr("Where a report's percentages do not match its own list"),
        headings,
        [tuple(map(escape, row)) for row in rows],
    )


def _history_url(project_id: object, query: Mapping[str, str]) -> str | None:
    if markup_numbers.is_missing(project_id):
        return None
    return i18n.page_url("plans", **{**query, "project": str(project_id)})


def projects_frame(
    projects: pd.DataFrame,
    project_reports: pd.DataFrame,
    names: Mapping[str, str],
    query: Mapping[str, str],
) -> pd.DataFrame:
    """Projects with a link to their history and the page in the latest report that lists them.

    Parameters
    ----------
    names
        City id to name.
    query
        Page query that the links keep.
    """
    table = pd.DataFrame(
        {
            tr("City"): projects["city_id"].map(names),
            tr("Project"): projects["name"],
            tr("History"): [
                _history_url(project_id, query) for project_id in projects["project_id"]
            ],
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
    """Priority projects of 2018 with their outcomes.

    Parameters
    ----------
    priorities
        See :func:`geo.analysis.flows.priority_outcomes`.
    """
    return pd.DataFrame(
        {
            tr("City"): priorities["city_id"].map(names),
            tr("Priority project of 2018"): priorities["name"],
            tr("What became of it"): _outcome_labels(priorities),
            tr("History"): [
                _history_url(project_id, query) for project_id in priorities["project_id"]
            ],
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
            tr("Outcome it serves"): _classification_labels(targets, "outcome", OUTCOMES),
            tr("At the start"): [city_text.baseline(row) for row in records(targets)],
            tr("Page of the plan"): page_numbers(targets),
        }
    ).sort_values(tr("City"), kind="stable", ignore_index=True)


def _classification_labels(rows: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.Series:
    """Labels of a classification; ``<column>_basis`` tells which are marked as ours."""
    stated = rows[column].map(terms(names))
    assigned = stated.map(
        lambda name: tr("{name} (our classification)", name=name), na_action="ignore"
    )
    return stated.where(rows[f"{column}_basis"] != "assigned", assigned)


def statements_frame(statements: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Statements of the plans of 2018 by focus area, in the order of the plans."""
    return pd.DataFrame(
        {
            tr("City"): statements["city_id"].map(names),
            tr("Focus area"): _classification_labels(statements, "focus_area", FOCUS_AREAS),
            tr("Heading in the plan"): statements["heading"],
            tr("What the plan says"): statements["statement"].fillna(markup_numbers.named_only()),
            tr("Figure"): statements["figure"],
            tr("Unit"): statements["unit"],
            tr("Year"): statements["year"],
            tr("Page of the plan"): page_numbers(statements),
        }
    ).sort_values(tr("City"), kind="stable", ignore_index=True)


def _outcome_labels(priorities: pd.DataFrame) -> pd.Series:
    """Outcome label of each priority project, marked if uncertain."""
    stated = priorities["outcome"].map(terms(PRIORITY_OUTCOMES))
    uncertain_text = stated.map(lambda outcome: tr("{outcome} (uncertain)", outcome=outcome))
    return stated.where(~uncertain(priorities), uncertain_text)


def support_frame(
    support: pd.DataFrame, priorities: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """Requests for support with the requesting project and its outcome."""
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
            tr("The project today"): _outcome_labels(rows),
            tr("Priority project of 2018"): rows["name"],
            tr("Page of the plan"): page_numbers(rows),
        }
    ).sort_values([tr("City"), tr("Kind")], kind="stable", ignore_index=True)
