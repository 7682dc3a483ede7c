"""HTML tables of the Action plans page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard import i18n
from dashboard.markup import html, numbers
from dashboard.markup.citations import cite
from dashboard.markup.html import CARDS, Cell, Child, cell, items, join, row, scroll, small, tag
from dashboard.markup.tables import city_link, records, uncertain_mark
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from dashboard.pages.plans.charts import blend, state_colours, text_colour
from geo.analysis.flows import NOT_REPORTED, PRIORITY_OUTCOMES, Step, outcome_counts, uncertain
from geo.i18n import ntr, terms, tr
from geo.vocabulary import FOCUS_AREAS


def matrix(
    cells: pd.DataFrame, cities: pd.DataFrame, query: Mapping[str, str], ground: str
) -> Markup:
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
    city_cells = {str(city_id): rows for city_id, rows in cells.groupby("city_id", sort=False)}
    areas = [
        cell(
            tag("span", _with_soft_hyphens(name)),
            scope="col",
            style=f"border-bottom-color:{FOCUS_AREA_COLOURS[area]}",
        )
        for area, name in terms(FOCUS_AREAS).items()
    ]
    heading = row([cell(tr("City"), scope="col"), *areas, cell(tr("All"), scope="col")])
    totals = cells.groupby("focus_area")["projects"].sum()
    sums = [int(totals.get(area, 0)) for area in FOCUS_AREAS]
    bodies = [tag("tbody", row([tr("All shown"), *sums, int(totals.sum())], class_="all"))]
    for country, members in cities.groupby("country", sort=True):
        group = cell(str(country), scope="rowgroup", colspan=len(FOCUS_AREAS) + 2)
        rows = [
            _city_row(str(city_id), str(name), city_cells[str(city_id)], query, ground)
            for city_id, name in zip(members["city_id"], members["name"], strict=True)
        ]
        bodies.append(tag("tbody", row([group], class_="country"), rows))
    table = tag("table", tag("thead", heading), bodies, class_="plan-matrix")
    return scroll(tr("Projects by city and focus area"), table)


def _with_soft_hyphens(name: str) -> str:
    """Name of a focus area with soft hyphens for narrow columns."""
    plain = name.replace("-", "\N{NON-BREAKING HYPHEN}")
    shy = "\N{SOFT HYPHEN}"
    return plain.replace("ronment", f"ron{shy}ment").replace("structure", f"{shy}structure")


def _city_row(
    city_id: str, name: str, cells: pd.DataFrame, query: Mapping[str, str], ground: str
) -> Markup:
    columns = cells[["focus_area", "projects", "completed", "gap", "focus_area_basis"]]
    areas: list[Cell] = []
    for area, projects, completed, gap, basis in columns.itertuples(index=False, name=None):
        if not projects:
            none = cell(tag("span", 0), class_="none")
            areas.append(_gap_cell(basis) if gap else none)
            continue
        fill = blend(FOCUS_AREA_COLOURS[area], ground, min(0.22 + 0.2 * projects, 1.0))
        tooltip = ntr(
            "{n} project in {area}, {completed} completed",
            "{n} projects in {area}, {completed} completed",
            projects,
            area=tr(FOCUS_AREAS[area]),
            completed=completed,
        )
        url = i18n.page_url("plans", **{**query, "city": city_id, "focus": area})
        link = html.link(
            url,
            projects,
            small(f" · {completed}\u202f✓" if completed else None),
            style=f"color:{text_colour(fill)}",
            title=tooltip,
            aria_label=tooltip,
        )
        areas.append(cell(link, style=f"background:{fill}"))
    return row([city_link(city_id, name), *areas, int(cells["projects"].sum())])


def _gap_cell(basis: str) -> Cell:
    """Cell of a focus area named in the plan but without a project; "*" if classified by us."""
    label, sign = tr("named in the 2018 plan, no project today"), "○"
    if basis == "assigned":
        label, sign = tr("{name} (our classification)", name=label), "○*"
    return cell(
        tag("span", sign, aria_hidden="true"),
        tag("span", label, class_="unseen"),
        class_="gap",
        title=label,
    )


def matrix_key(cells: pd.DataFrame, named: int, report: int) -> Markup:
    """Key of the matrix, with the number of planned focus areas without a project.

    Parameters
    ----------
    cells
        See :func:`geo.analysis.flows.coverage`.
    named
        Sum over these cities of the focus areas named in their plans.
    """
    gap = tr(
        "named in the city’s 2018 plan, no project in {year} ({gaps} of {named})",
        year=report,
        gaps=int(cells["gap"].sum()),
        named=named,
    )
    signs = [("1\u202f✓", tr("of which completed")), ("○", gap)]
    if (cells["gap"] & (cells["focus_area_basis"] == "assigned")).any():
        signs.append(("*", tr("our classification, not stated in the plan")))
    return tag(
        "p",
        tag("span", tr("Stronger colour = more projects")),
        [tag("span", tag("b", sign), " ", meaning) for sign, meaning in signs],
        class_="plan-key",
    )


def step_table(steps: Sequence[Step], colours: Palette) -> Markup:
    """HTML table of changes between consecutive reports, one column per step, with small bars."""
    hues = state_colours(colours)
    rows: list[tuple[str, str, list[int | None], str]] = [
        (tr("In the earlier report"), "total", [s.before for s in steps], ""),
        (tr("Continued"), "", [s.kept for s in steps], hues["ongoing"]),
        (tr("Already completed"), "", _status_counts(steps, "still_completed"), hues["completed"]),
        (tr("Newly completed"), "", _status_counts(steps, "newly_completed"), hues["completed"]),
        (tr("No longer reported"), "", [s.left for s in steps], hues["left"]),
        (tr("Completed, then dropped"), "rare", [s.completed_left for s in steps], hues["left"]),
        (tr("New"), "", [s.new for s in steps], hues["new"]),
        (tr("New and already completed"), "sub", _status_counts(steps, "new_completed"), ""),
        (tr("Back after a gap"), "rare", [s.returned for s in steps], hues["new"]),
        (tr("In the later report"), "total", [s.after for s in steps], ""),
    ]
    maximum = max([1, *(step.after for step in steps), *(step.before for step in steps)])
    return html.table(
        tr("Project changes between reports"),
        (tr("Projects"), *(f"{step.start}→{step.end}" for step in steps)),
        [
            row([label, *(_step_cell(number, colour, maximum) for number in counts)], class_=kind)
            for label, kind, counts, colour in rows
            if kind != "rare" or any(counts)
        ],
        "plan-ledger",
    )


def _status_counts(steps: Sequence[Step], name: str) -> list[int | None]:
    return [int(getattr(step, name)) if step.states_given else None for step in steps]


def _step_cell(number: int | None, colour: str, maximum: int) -> Cell:
    if number is None:
        return cell(numbers.no_data(), class_="number")
    bar = None
    if colour and number:
        bar = tag("i", style=f"width:{100 * number / maximum:.1f}%;background:{colour}")
    return cell(number, bar, class_="number")


def outcome_bar(priorities: pd.DataFrame, colours: Palette) -> Markup:
    """HTML bar of the priority projects of 2018 by outcome, with a key; uncertain parts striped."""
    hues = {**colours.statuses, NOT_REPORTED: colours.no_data}
    parts: list[Child] = []
    key: list[Child] = []
    for outcome in records(outcome_counts(priorities)):
        hue, projects, unsure = hues[outcome["outcome"]], outcome["projects"], outcome["uncertain"]
        parts += [_bar_part(projects - unsure, hue), _bar_part(unsure, hue, "uncertain")]
        name = tr(PRIORITY_OUTCOMES[outcome["outcome"]])
        label = tr("{name}: {number}", name=name, number=projects)
        if unsure:
            label = ntr(
                "{name}: {number}, {n} of them uncertain",
                "{name}: {number}, {n} of them uncertain",
                unsure,
                name=name,
                number=projects,
            )
        key.append((tag("span", class_="swatch", style=f"background:{hue}"), label))
    if uncertain(priorities).any():
        key.append((tag("span", class_="swatch uncertain"), tr("Uncertain")))
    bar = tag("div", parts, class_="plan-bar", aria_hidden="true")
    return join([bar, items("ul", key, class_="plan-list")])


def _bar_part(projects: int, hue: str, kind: str = "") -> Markup | None:
    """Segment of the bar with a width proportional to its projects; nothing for none."""
    if not projects:
        return None
    letters = text_colour(hue)
    stripe = "#ffffff" if letters == "#000000" else "#000000"  # so that the number stays readable
    style = f"flex:{projects};background-color:{hue};color:{letters};--stripe:{stripe}"
    return tag("i", tag("b", projects), class_=kind, style=style)


def unreported_priorities(
    priorities: pd.DataFrame, names: Mapping[str, str], query: Mapping[str, str]
) -> Markup:
    """HTML list of the priority projects that are no longer, or never were, in a report.

    Dropped projects are linked to their history, cities to their page.

    Parameters
    ----------
    query
        Page query that the links keep.
    """
    groups: list[Child] = []
    for outcome in ("no_longer_reported", NOT_REPORTED):
        projects = records(priorities[priorities["outcome"] == outcome])
        lines = [
            tag(
                "dd",
                _history_link(project, query),
                uncertain_mark(project),
                " ",
                tag("small", city_link(project["city_id"], names[project["city_id"]])),
            )
            for project in projects
        ]
        groups.append(lines and (tag("dt", tr(PRIORITY_OUTCOMES[outcome])), lines))
    return tag("dl", groups, class_="plan-unreported") if any(groups) else Markup("")


def _history_link(project: Mapping[str, Any], query: Mapping[str, str]) -> str:
    """Name of a priority project, linked to the history of the reported project."""
    if numbers.is_missing(project["project_id"]):
        return str(project["name"])
    return html.page_link("plans", project["name"], **{**query, "project": project["project_id"]})


def share_discrepancies(discrepancies: pd.DataFrame) -> Markup:
    """HTML table of printed focus area shares that differ from the report's own list.

    Parameters
    ----------
    discrepancies
        See :func:`geo.analysis.flows.share_discrepancies`.
    """
    areas = terms(FOCUS_AREAS)
    rows = [
        (
            tr("{year}: {area}", year=share["report_year"], area=areas[share["focus_area"]]),
            numbers.percent(share["percent"], 0),
            tr(
                "{share} ({number} of {total})",
                share=numbers.percent(share["listed_percent"]),
                number=share["listed"],
                total=share["projects"],
            ),
            cite(tr("M&E Report {year}", year=share["report_year"]), share),
        )
        for share in records(discrepancies)
    ]
    headings = (tr("Report and focus area"), tr("As printed"), tr("From the list"), tr("Source"))
    label = tr("Where a report's percentages do not match its own list")
    return html.table(label, headings, rows, CARDS)
