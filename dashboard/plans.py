"""Sentences, key figures and charts of the Action plans page, from tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from dashboard import words
from dashboard.charts import Chart, themed
from dashboard.layout import Figure
from dashboard.theme import Palette, rgb
from geo.plan_flows import PRIORITY_OUTCOMES, REPORT_STATES
from geo.query import Filter
from geo.vocabulary import PROJECT_STATUSES, SUPPORT_KINDS

PLANS_SOURCE = "ASCN, Smart City Action Plans, 8 July 2018"


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
        return f"No project of the reports from {first} to {last} passes this filter."
    said = _counted(
        projects["status"],
        {
            status: (f"is {label.lower()}", f"are {label.lower()}")
            for status, label in PROJECT_STATUSES.items()
        },
    )
    listed = (
        f"This filter keeps {len(projects)} of the {len(everything)} projects of the reports from "
        f"{first} to {last}: {'it ' if len(projects) == 1 else ''}{said}."
        if filtered
        else f"From {first} to {last} the cities listed {len(projects)} projects: {said}."
    )
    return f"{listed} {committed(priorities)}".strip()


def committed(priorities: pd.DataFrame) -> str:
    """What became of the priority projects of 2018, in one sentence; nothing without any."""
    if priorities.empty:
        return ""
    verbs = {
        "ongoing_or_planning": ("is under way", "are under way"),
        "completed": ("is completed", "are completed"),
        "no_longer_reported": ("is no longer reported", "are no longer reported"),
        "not_reported": ("never appeared in a report", "never appeared in a report"),
    }
    said = _counted(priorities["outcome"], verbs)
    cities = priorities["city_id"].nunique()
    planned = f"that {words.count(cities, 'city', 'cities')} planned in 2018"
    if len(priorities) == 1:
        return f"The priority project {planned} {said}."
    return f"Of the {len(priorities)} priority projects {planned}, {said}."


def _counted(states: pd.Series, verbs: Mapping[str, tuple[str, str]]) -> str:
    """How many are in each state, such as ``2 are completed and 1 is ongoing``."""
    counts = states.value_counts()
    if len(counts) == 1:
        one, many = verbs[str(counts.index[0])]
        return one if len(states) == 1 else f"all {many}"
    return words.listed(
        [f"{counts[s]} {verbs[s][int(counts[s] > 1)]}" for s in verbs if s in counts]
    )


def key_figures(
    projects: pd.DataFrame, priorities: pd.DataFrame, years: Sequence[int]
) -> list[Figure]:
    """The reports and the plans in five figures."""
    counts = projects["status"].value_counts()
    listed = int((projects["last_report"] == years[-1]).sum())
    done = int(counts.get("completed", 0))
    share = f", {words.percent(100 * done / len(projects), 0)} of all" if len(projects) else ""
    found = int((priorities["outcome"] != "not_reported").sum())
    latest, all_reports = f"ASCN M&E Report {years[-1]}", f"ASCN M&E Reports {years[0]}–{years[-1]}"
    return [
        Figure(str(len(projects)), f"projects in {len(years)} reports", all_reports),
        Figure(str(listed), f"projects listed in {years[-1]}", latest),
        Figure(str(done), f"projects completed{share}", latest),
        Figure(
            str(int(counts.get("no_longer_reported", 0))),
            "left without being listed as completed",
            all_reports,
        ),
        Figure(
            f"{found} of {len(priorities)}" if len(priorities) else words.NO_DATA,
            "priority projects of 2018 reported since",
            f"Action plans 2018, {all_reports}",
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
    order = list(REPORT_STATES)
    data = states.assign(
        name=states["state"].map(REPORT_STATES),
        order=states["state"].map(order.index),
        report=states["report_year"].astype(str),
        signed=states["projects"].where(states["state"] != "left", -states["projects"]),
        ink=[ink(hues[state]) for state in states["state"]],
    )
    present = [state for state in order if state in set(states["state"])]
    x = alt.X("report:O", title="report", axis=alt.Axis(labelAngle=0, ticks=False))
    y = alt.Y(
        "signed:Q",
        stack="zero",
        title="projects",
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
                domain=[REPORT_STATES[state] for state in present],
                range=[hues[state] for state in present],
            ),
            title=None,
            legend=alt.Legend(orient="top", columns=1, labelLimit=300, symbolType="square"),
        ),
        tooltip=[
            alt.Tooltip("report:N", title="Report"),
            alt.Tooltip("name:N", title="State"),
            alt.Tooltip("projects:Q", title="Projects"),
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
        name=kinds["kind"].map(SUPPORT_KINDS),
        said=[
            f"{words.count(projects, 'project')}, {words.count(cities, 'city', 'cities')}"
            for projects, cities in zip(kinds["projects"], kinds["cities"], strict=True)
        ],
    )
    most = max(int(data["projects"].max()), 1)
    x = alt.X(
        "projects:Q",
        title="priority projects of 2018 that ask for it",
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
            alt.Tooltip("name:N", title="Support"),
            alt.Tooltip("projects:Q", title="Projects"),
            alt.Tooltip("cities:Q", title="Cities"),
            alt.Tooltip("requests:Q", title="Requests"),
        ],
    )
    labels = base.mark_text(align="left", dx=6, color=colours.text).encode(x=x, y=y, text="said:N")
    return themed((bars + labels).properties(height=210), colours)


def matrix_note(wanted: Filter, report: int) -> str:
    """What the numbers of the matrix count under a filter."""
    if not wanted.statuses:
        return f"Number of projects in the report of {report}. A number leads to its projects."
    states = words.listed([PROJECT_STATUSES[status].lower() for status in wanted.statuses])
    return f"Number of projects {states} as of {report}. A number leads to its projects."


def stateless(project_reports: pd.DataFrame) -> str:
    """Years of the reports that list projects without a state, in words."""
    without = project_reports.loc[project_reports["status"] == "reported", "report_year"]
    return words.listed([str(year) for year in sorted(without.unique())])


def support_note(support: pd.DataFrame, priorities: pd.DataFrame) -> str:
    """Who asked for money, and what became of these projects, in one sentence."""
    key = ["city_id", "project_no"]
    money = support.loc[support["kind"] == "finance", key].drop_duplicates()
    if money.empty:
        return "None of these cities asks for finance in its plan of 2018."
    rows = money.merge(priorities[[*key, "outcome"]], on=key, how="left", validate="one_to_one")
    counts = rows["outcome"].value_counts()
    states = [
        f"{counts[outcome]} {label.lower()}"
        for outcome, label in PRIORITY_OUTCOMES.items()
        if outcome in counts
    ]
    cities = money["city_id"].nunique()
    return (
        f"{words.count(cities, 'city', 'cities')} {'asks' if cities == 1 else 'ask'} for finance "
        f"for {words.count(len(money), 'priority project')}; of these today: "
        f"{words.listed(states)}."
    )
