"""Charts of the Action plans page, and its colours."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.charts.base import Chart, themed
from dashboard.markup.theme import Palette, rgb
from geo.analysis.flows import REPORT_STATES
from geo.i18n import mark, ntr, terms, tr
from geo.vocabulary import SUPPORT_KINDS


def blend(colour: str, ground: str, share: float) -> str:
    """Blend a colour over a background with the given opacity.

    >>> blend("#000000", "#ffffff", 0.5)
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


def text_colour(ground: str) -> str:
    """Black or white, whichever has more contrast on a background."""
    return "#000000" if luminance(ground) > 0.179 else "#ffffff"


def state_colours(colours: Palette) -> dict[str, str]:
    """Colour of each of :data:`geo.analysis.flows.REPORT_STATES`."""
    return {
        "completed": colours.statuses["completed"],
        "ongoing": colours.statuses["ongoing_or_planning"],
        "listed": colours.statuses["reported"],
        "new": colours.growth[1] if colours.name == "light" else colours.growth[3],
        "left": colours.statuses["no_longer_reported"],
    }


PUBLISHED: Mapping[str, str] = {
    "completed": mark("Completed"),
    "planning": mark("In planning"),
    "ongoing": mark("Ongoing"),
}
"""Statuses whose totals a report publishes, from the bottom of the stack."""


def timeline(
    states: pd.DataFrame, colours: Palette, published: pd.DataFrame | None = None
) -> Chart:
    """Stacked bars: projects of each report by status; dropped ones below the zero line.

    Parameters
    ----------
    states
        See :func:`geo.analysis.flows.states_by_report`.
    published
        Rows of :data:`geo.schema.plans.REPORTS`; their totals are drawn beside the report's bar.
    """
    hues = state_colours(colours)
    data = states.assign(
        name=states["state"].map(terms(REPORT_STATES)),
        order=states["state"].map(list(REPORT_STATES).index),
        report=states["report_year"].astype(str),
        basis="list",
        signed=states["projects"].where(states["state"] != "left", -states["projects"]),
        ink=[text_colour(hues[state]) for state in states["state"]],
    )
    layers = alt.layer(*_bars_by_state(data, hues, colours), *_totals(data, colours))
    if published is not None and len(published):
        beside = alt.layer(*_published_bars(published, colours))
        layers = alt.layer(layers, beside).resolve_scale(color="independent")
    return themed(layers.properties(height=340), colours)


def _report_axis() -> alt.X:
    return alt.X("report:O", title=tr("report"), axis=alt.Axis(labelAngle=0, ticks=False))


def _bars_by_state(
    data: pd.DataFrame, hues: Mapping[str, str], colours: Palette
) -> tuple[alt.Chart, ...]:
    """Bars, and their numbers where these fit."""
    names = terms(REPORT_STATES)
    present = [state for state in names if state in set(data["state"])]
    y = alt.Y(
        "signed:Q",
        stack="zero",
        title=tr("projects"),
        axis=alt.Axis(labelExpr="abs(datum.value)", tickCount=6, tickMinStep=1),
    )
    base = alt.Chart(data)
    bars = base.mark_bar(size=46, stroke=colours.ground, strokeWidth=1).encode(
        x=_report_axis(),
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
            alt.Tooltip("name:N", title=tr("Status")),
            alt.Tooltip("projects:Q", title=tr("Projects")),
        ],
    )
    # Numbers are drawn only in bars at least as high as a line of text; the table has them all.
    tall = 0.045 * max(float(data.groupby("report")["projects"].sum().max()), 1.0)
    numbers = base.mark_text(fontWeight=600).encode(
        x=_report_axis(),
        y=alt.Y("signed:Q", stack="zero", bandPosition=0.5),
        order="order:Q",
        detail="name:N",
        text="projects:Q",
        color=alt.Color("ink:N", scale=None),
        opacity=alt.condition(f"datum.signed >= {tall}", alt.value(1), alt.value(0)),
    )
    return bars, numbers


def _totals(data: pd.DataFrame, colours: Palette) -> tuple[alt.Chart, ...]:
    """Number of listed projects above each bar, and of dropped ones below."""
    listed = data[data["state"] != "left"].groupby("report", as_index=False)["projects"].sum()
    above = (
        alt.Chart(listed)
        .mark_text(dy=-9, fontWeight=600, color=colours.text)
        .encode(x="report:O", y="projects:Q", text="projects:Q")
    )
    below = (
        alt.Chart(data)
        .transform_filter("datum.state == 'left'")
        .transform_calculate(said="'\u2212' + datum.projects")
        .mark_text(dy=10, color=colours.muted)
        .encode(x=_report_axis(), y="signed:Q", text="said:N")
    )
    return above, below


def _published_bars(published: pd.DataFrame, colours: Palette) -> tuple[alt.Chart, ...]:
    """Narrow bars with the totals by status that the reports publish."""
    names, blue = terms(PUBLISHED), colours.statuses["ongoing_or_planning"]
    hues = {
        "completed": colours.statuses["completed"],
        "planning": blend(blue, colours.ground, 0.3),
        "ongoing": blue,
    }
    data = pd.DataFrame(
        [
            {
                "report": str(row["report_year"]),
                "basis": "published",
                "name": names[state],
                "order": order,
                "projects": int(row[state]),
                "ink": text_colour(hues[state]),
            }
            for row in published.to_dict("records")
            for order, state in enumerate(PUBLISHED)
        ]
    )
    base = alt.Chart(data)
    bars = base.mark_bar(size=18, xOffset=34, stroke=colours.ground, strokeWidth=1).encode(
        x=_report_axis(),
        y=alt.Y("projects:Q", stack="zero"),
        order="order:Q",
        color=alt.Color(
            "name:N",
            scale=alt.Scale(domain=list(names.values()), range=list(hues.values())),
            title=tr("Published totals"),
            # At the top it would not fit beside the other legend in every language.
            legend=alt.Legend(orient="bottom", symbolType="square"),
        ),
        tooltip=[
            alt.Tooltip("report:N", title=tr("Report")),
            alt.Tooltip("name:N", title=tr("Status by the published total")),
            alt.Tooltip("projects:Q", title=tr("Projects")),
        ],
    )
    numbers = base.mark_text(xOffset=34, fontSize=10, fontWeight=600).encode(
        x=_report_axis(),
        y=alt.Y("projects:Q", stack="zero", bandPosition=0.5),
        order="order:Q",
        detail="name:N",
        text="projects:Q",
        color=alt.Color("ink:N", scale=None),
        opacity=alt.condition("datum.projects >= 8", alt.value(1), alt.value(0)),
    )
    return bars, numbers


def support_bars(kinds: pd.DataFrame, colours: Palette) -> Chart:
    """Bars: priority projects by kind of support requested, with their number of cities.

    Parameters
    ----------
    kinds
        See :func:`geo.analysis.flows.support_by_kind`.
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
    maximum = max(int(data["projects"].max()), 1)
    x = alt.X(
        "projects:Q",
        title=tr("priority projects of 2018 that ask for it"),
        scale=alt.Scale(domain=[0, maximum * 1.8]),
        axis=alt.Axis(
            tickMinStep=1,
            values=list(range(0, maximum + 1, 10 if maximum > 20 else max(1, maximum // 4))),
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
