"""Sentences, key figures and charts of the Action plans page, from tables."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboard import words
from dashboard.charts import Chart, themed
from dashboard.layout import Figure
from dashboard.theme import Palette, rgb
from geo.i18n import date, decimal, mark, ntr, terms, tr
from geo.plan_flows import REPORT_STATES
from geo.query import Filter
from geo.vocabulary import PROJECT_STATUSES, SUPPORT_KINDS


def plans_source() -> str:
    """The document of the plans, as source lines name it."""
    return tr("ASCN, Smart City Action Plans, {date}", date=date("2018-07-08"))


def reports_source(years: Sequence[int]) -> str:
    """The reports, as source lines name them."""
    return tr("ASCN Monitoring & Evaluation Reports {first}–{last}", first=years[0], last=years[-1])


def mixed(colour: str, ground: str, share: float) -> str:
    """A colour laid over a ground with some opacity.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    parts = zip(rgb(colour), rgb(ground), strict=True)
    return "#" + "".join(f"{round(top * share + under * (1 - share)):02x}" for top, under in parts)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink(ground: str) -> str:
    """Black or white, whichever is read better on a ground."""
    return "#000000" if luminance(ground) > 0.179 else "#ffffff"


def answer(
    projects: pd.DataFrame, everything: pd.DataFrame, priorities: pd.DataFrame, filtered: bool
) -> str:
    """What the cities have committed to and what became of it.

    Parameters
    ----------
    projects, everything
        Projects that pass the filter, and all; see :data:`geo.schema.PROJECTS`.
    priorities
        Priority projects of the cities that pass; see :func:`geo.plan_flows.priority_outcomes`.
    filtered
        Whether a filter is set.
    """
    first, last = int(everything["first_report"].min()), int(everything["last_report"].max())
    if projects.empty:
        return tr(
            "No project of the reports from {first} to {last} passes this filter.",
            first=first,
            last=last,
        )
    if filtered:
        listed = tr(
            "This filter keeps {number} of the {total} projects of the reports from {first} to "
            "{last}: {said}.",
            number=decimal(len(projects)),
            total=decimal(len(everything)),
            first=first,
            last=last,
            said=became(projects["status"]),
        )
    else:
        listed = tr(
            "From {first} to {last} the cities listed {projects}: {said}.",
            first=first,
            last=last,
            projects=ntr("{n} project", "{n} projects", len(projects)),
            said=became(projects["status"]),
        )
    return f"{listed} {committed(priorities)}".strip()


def committed(priorities: pd.DataFrame) -> str:
    """What became of the priority projects of 2018, in one sentence; nothing without any."""
    if priorities.empty:
        return ""
    return tr(
        "In 2018, {cities} planned {projects}: {said}.",
        cities=ntr("{n} city", "{n} cities", priorities["city_id"].nunique()),
        projects=ntr("{n} priority project", "{n} priority projects", len(priorities)),
        said=became(priorities["outcome"]),
    )


def became(outcomes: pd.Series) -> str:
    """How many projects are in each state, such as ``1 is completed and 2 are no longer reported``.

    Parameters
    ----------
    outcomes
        Slugs of :data:`geo.plan_flows.PRIORITY_OUTCOMES`, at least one.
    """
    counts = outcomes.value_counts()
    if len(outcomes) == 1:
        return tr(_IT[str(counts.index[0])])
    if len(counts) == 1:
        return tr(_ALL[str(counts.index[0])])
    return words.listed([_some(slug, int(counts[slug])) for slug in _ALL if slug in counts])


_IT = {
    "ongoing_or_planning": mark("it is ongoing or in planning"),
    "completed": mark("it is completed"),
    "no_longer_reported": mark("it is no longer reported"),
    "not_reported": mark("it never appeared in a report"),
}

_ALL = {
    "ongoing_or_planning": mark("all are ongoing or in planning"),
    "completed": mark("all are completed"),
    "no_longer_reported": mark("all are no longer reported"),
    "not_reported": mark("none appeared in a report"),
}


def _some(outcome: str, number: int) -> str:
    return {
        "ongoing_or_planning": ntr(
            "{n} is ongoing or in planning", "{n} are ongoing or in planning", number
        ),
        "completed": ntr("{n} is completed", "{n} are completed", number),
        "no_longer_reported": ntr(
            "{n} is no longer reported", "{n} are no longer reported", number
        ),
        "not_reported": ntr(
            "{n} never appeared in a report", "{n} never appeared in a report", number
        ),
    }[outcome]


def key_figures(
    projects: pd.DataFrame, priorities: pd.DataFrame, years: Sequence[int]
) -> list[Figure]:
    """The reports and the plans in five figures."""
    counts = projects["status"].value_counts()
    listed = int((projects["last_report"] == years[-1]).sum())
    done = int(counts.get("completed", 0))
    completed = tr("projects completed")
    if len(projects):
        share = words.percent(100 * done / len(projects), 0)
        completed = tr("projects completed, {share} of all", share=share)
    found = words.no_data()
    if len(priorities):
        reported = int((priorities["outcome"] != "not_reported").sum())
        found = tr("{number} of {total}", number=reported, total=len(priorities))
    latest = tr("ASCN M&E Report {year}", year=years[-1])
    all_reports = tr("ASCN M&E Reports {first}–{last}", first=years[0], last=years[-1])
    return [
        Figure(
            decimal(len(projects)),
            tr("projects in {reports}", reports=ntr("{n} report", "{n} reports", len(years))),
            all_reports,
        ),
        Figure(decimal(listed), tr("projects listed in {year}", year=years[-1]), latest),
        Figure(decimal(done), completed, latest),
        Figure(
            decimal(int(counts.get("no_longer_reported", 0))),
            tr("left without being listed as completed"),
            all_reports,
        ),
        Figure(
            found,
            tr("priority projects of 2018 reported since"),
            tr("Action plans 2018, {reports}", reports=all_reports),
        ),
    ]


def state_colours(colours: Palette) -> dict[str, str]:
    """Colour of each of :data:`geo.plan_flows.REPORT_STATES`."""
    return {
        "completed": colours.statuses["completed"],
        "ongoing": colours.statuses["ongoing_or_planning"],
        "listed": colours.statuses["reported"],
        "new": colours.growth[1] if colours.name == "light" else colours.growth[3],
        "left": colours.statuses["no_longer_reported"],
    }


def timeline(states: pd.DataFrame, colours: Palette) -> Chart:
    """Stacked bars: projects of each report by state; below the line those that left.

    Parameters
    ----------
    states
        See :func:`geo.plan_flows.states_by_report`.
    """
    hues = state_colours(colours)
    names = terms(REPORT_STATES)
    order = list(names)
    data = states.assign(
        name=states["state"].map(names),
        order=states["state"].map(order.index),
        report=states["report_year"].astype(str),
        signed=states["projects"].where(states["state"] != "left", -states["projects"]),
        ink=[ink(hues[state]) for state in states["state"]],
    )
    present = [state for state in order if state in set(states["state"])]
    x = alt.X("report:O", title=tr("report"), axis=alt.Axis(labelAngle=0, ticks=False))
    y = alt.Y(
        "signed:Q",
        stack="zero",
        title=tr("projects"),
        axis=alt.Axis(labelExpr="abs(datum.value)", tickCount=6, tickMinStep=1),
    )
    base = alt.Chart(data)
    bars = base.mark_bar(size=46, stroke=colours.ground, strokeWidth=1).encode(
        x=x,
        y=y,
        order="order:Q",
        color=alt.Color(
            "name:N",
            scale=alt.Scale(
                domain=[names[state] for state in present],
                range=[hues[state] for state in present],
            ),
            title=None,
            legend=alt.Legend(orient="top", columns=1, labelLimit=420, symbolType="square"),
        ),
        tooltip=[
            alt.Tooltip("report:N", title=tr("Report")),
            alt.Tooltip("name:N", title=tr("State")),
            alt.Tooltip("projects:Q", title=tr("Projects")),
        ],
    )
    # A number needs a bar at least as high as itself; the others stand in the table.
    tall = 0.045 * max(float(states.groupby("report_year")["projects"].sum().max()), 1.0)
    numbers = base.mark_text(fontWeight=600).encode(
        x=x,
        y=alt.Y("signed:Q", stack="zero", bandPosition=0.5),
        order="order:Q",
        detail="name:N",
        text="projects:Q",
        color=alt.Color("ink:N", scale=None),
        opacity=alt.condition(f"datum.signed >= {tall}", alt.value(1), alt.value(0)),
    )
    above = alt.Chart(
        data[data["state"] != "left"].groupby("report", as_index=False)["projects"].sum()
    )
    totals = above.mark_text(dy=-9, fontWeight=600, color=colours.text).encode(
        x="report:O", y="projects:Q", text="projects:Q"
    )
    gone = base.transform_filter("datum.state == 'left'").transform_calculate(
        said="'\u2212' + datum.projects"
    )
    below = gone.mark_text(dy=10, color=colours.muted).encode(x=x, y="signed:Q", text="said:N")
    return themed((bars + numbers + totals + below).properties(height=340), colours)


def support_bars(kinds: pd.DataFrame, colours: Palette) -> Chart:
    """Bars: priority projects that ask for each kind of support, with their cities.

    Parameters
    ----------
    kinds
        See :func:`geo.plan_flows.support_by_kind`.
    """
    data = kinds.assign(
        name=kinds["kind"].map(terms(SUPPORT_KINDS)),
        said=[
            ntr("{n} project", "{n} projects", projects)
            + ", "
            + ntr("{n} city", "{n} cities", cities)
            for projects, cities in zip(kinds["projects"], kinds["cities"], strict=True)
        ],
    )
    most = max(int(data["projects"].max()), 1)
    x = alt.X(
        "projects:Q",
        title=tr("priority projects of 2018 that ask for it"),
        scale=alt.Scale(domain=[0, most * 1.8]),
        axis=alt.Axis(
            tickMinStep=1, values=list(range(0, most + 1, 10 if most > 20 else max(1, most // 4)))
        ),
    )
    y = alt.Y(
        "name:N",
        sort=list(data["name"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelColor=colours.text, labelLimit=160),
    )
    base = alt.Chart(data)
    bars = base.mark_bar(height=18, cornerRadius=1, color=colours.accent).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("name:N", title=tr("Support")),
            alt.Tooltip("projects:Q", title=tr("Projects")),
            alt.Tooltip("cities:Q", title=tr("Cities")),
            alt.Tooltip("requests:Q", title=tr("Requests")),
        ],
    )
    labels = base.mark_text(align="left", dx=6, color=colours.text).encode(x=x, y=y, text="said:N")
    return themed((bars + labels).properties(height=210), colours)


def matrix_note(wanted: Filter, report: int) -> str:
    """What the numbers of the matrix count under a filter."""
    if not wanted.statuses:
        return tr(
            "Number of projects in the report of {year}. A number leads to its projects.",
            year=report,
        )
    return tr(
        "Number of projects as of {year} with this status: {statuses}. A number leads to its "
        "projects.",
        year=report,
        statuses=", ".join(tr(PROJECT_STATUSES[status]) for status in wanted.statuses),
    )


def stateless(project_reports: pd.DataFrame) -> str:
    """Years of the reports that list projects without a state, in words."""
    without = project_reports.loc[project_reports["status"] == "reported", "report_year"]
    return words.listed([str(year) for year in sorted(without.unique())])


def published(
    reports: pd.DataFrame, shares: pd.DataFrame, project_reports: pd.DataFrame
) -> list[str]:
    """What the reports themselves publish of states and focus areas, where their lists do not say
    it or say otherwise.

    Parameters
    ----------
    reports, shares
        See :data:`geo.schema_plans.REPORTS` and :data:`geo.schema_plans.REPORT_FOCUS_SHARES`.
    """
    states = words.listed(
        [
            tr(
                "{year}: {ongoing} ongoing, {planning} in planning, {completed} completed",
                year=row["report_year"],
                ongoing=row["ongoing"],
                planning=row["planning"],
                completed=row["completed"],
            )
            for row in reports.sort_values("report_year").to_dict("records")
        ]
    )
    counts = project_reports.groupby(["report_year", "focus_area"]).size()
    listed = 100 * counts / counts.groupby(level=0).transform("sum")
    stated = shares.set_index(["report_year", "focus_area"])["percent"].astype(float)
    apart = (stated - listed.reindex(stated.index).fillna(0.0)).abs()
    # Shares are printed as whole percents, so that half a point is no difference.
    odd = sorted({int(year) for year, _ in apart.index[apart > 0.55]})
    said = [
        tr(
            "As the reports publish, computed from shares where they give no numbers: {states}.",
            states=states,
        )
    ]
    if odd:
        said.append(
            tr(
                "The shares of focus areas published for {years} differ from the reports' own "
                "lists by up to {points} points; here the lists are counted.",
                years=words.listed([str(year) for year in odd]),
                points=decimal(float(apart.max()), 1),
            )
        )
    return said


def support_note(support: pd.DataFrame, priorities: pd.DataFrame) -> str:
    """Who asked for money, and what became of these projects, in one sentence."""
    key = ["city_id", "project_no"]
    money = support.loc[support["kind"] == "finance", key].drop_duplicates()
    if money.empty:
        return tr("None of these cities asks for finance in its plan of 2018.")
    rows = money.merge(priorities[[*key, "outcome"]], on=key, how="left", validate="one_to_one")
    return ntr(
        "{n} city asks for finance for {projects}: {said}.",
        "{n} cities ask for finance for {projects}: {said}.",
        money["city_id"].nunique(),
        projects=ntr("{n} priority project", "{n} priority projects", len(money)),
        said=became(rows["outcome"]),
    )
