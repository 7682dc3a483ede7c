"""Charts of the Action plans page, and its colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.charts.style import colour_scale, name_axis, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, ordinal, quantitative
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


def timeline(states: pd.DataFrame, colours: Palette, published: pd.DataFrame | None = None) -> Spec:
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
    rows = inline(data, ["report", "basis", "name", "order", "projects", "signed", "ink"])
    views = [*_bars_by_state(data, hues, colours), *_totals(data, colours)]
    x = ordinal("report", title=tr("report"), axis={"labelAngle": 0, "ticks": False})
    chart = layered(*views, data=rows, x=x)
    if published is not None and len(published):
        chart = layered(chart, _published_bars(published, x, colours))
        chart["resolve"] = {"scale": {"color": "independent"}}
    return themed(chart, colours, height=340)


def _numbers(signed: str, shown: str, **style: Any) -> Spec:
    """Numbers in the middle of stacked bars.

    Parameters
    ----------
    signed
        Column with the height of the bars.
    shown
        Vega expression: whether the number fits.
    """
    return marks(
        "text",
        {"fontWeight": 600, **style},
        y=quantitative(signed, stack="zero", bandPosition=0.5),
        order=quantitative("order"),
        detail=nominal("name"),
        text=quantitative("projects"),
        color=nominal("ink", scale=None),
        opacity={"condition": {"test": shown, "value": 1}, "value": 0},
    )


def _bars_by_state(data: pd.DataFrame, hues: Mapping[str, str], colours: Palette) -> list[Spec]:
    """Bars, and their numbers where these fit."""
    names = terms(REPORT_STATES)
    present = [state for state in names if state in set(data["state"])]
    y = quantitative(
        "signed",
        stack="zero",
        title=tr("projects"),
        axis={"labelExpr": "abs(datum.value)", "tickCount": 6, "tickMinStep": 1},
    )
    colour = nominal(
        "name",
        title=None,
        scale=colour_scale({names[state]: hues[state] for state in present}),
        legend={"orient": "top", "columns": 1, "labelLimit": 420, "symbolType": "square"},
    )
    bars = marks(
        "bar",
        {"size": 46, "stroke": colours.ground, "strokeWidth": 1},
        y=y,
        order=quantitative("order"),
        color=colour,
        tooltip=[
            nominal("report", title=tr("Report")),
            nominal("name", title=tr("Status")),
            quantitative("projects", title=tr("Projects")),
        ],
    )
    # Numbers are drawn only in bars at least as high as a line of text; the table has them all.
    tall = 0.045 * max(float(data.groupby("report")["projects"].sum().max()), 1.0)
    return [bars, _numbers("signed", f"datum.signed >= {tall}")]


def _totals(data: pd.DataFrame, colours: Palette) -> list[Spec]:
    """Number of listed projects above each bar, and of dropped ones below."""
    is_left = data["state"] == "left"
    listed = data[~is_left].groupby("report")["projects"].sum().reset_index()
    left = data[is_left].assign(said="\u2212" + data["projects"].astype(str))
    above = marks(
        "text",
        {"dy": -9, "fontWeight": 600, "color": colours.text},
        data=inline(listed, ["report", "projects"]),
        y=quantitative("projects"),
        text=quantitative("projects"),
    )
    below = marks(
        "text",
        {"dy": 10, "color": colours.muted},
        data=inline(left, ["report", "signed", "said"]),
        y=quantitative("signed"),
        text=nominal("said"),
    )
    return [above, below]


def _published_bars(published: pd.DataFrame, x: Spec, colours: Palette) -> Spec:
    """Narrow bars with the totals by status that the reports publish."""
    names, blue = terms(PUBLISHED), colours.statuses["ongoing_or_planning"]
    hues = {
        "completed": colours.statuses["completed"],
        "planning": blend(blue, colours.ground, 0.3),
        "ongoing": blue,
    }
    rows = [
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
    bars = marks(
        "bar",
        {"size": 18, "xOffset": 34, "stroke": colours.ground, "strokeWidth": 1},
        y=quantitative("projects", stack="zero"),
        order=quantitative("order"),
        color=nominal(
            "name",
            title=tr("Published totals"),
            scale=colour_scale({names[state]: hue for state, hue in hues.items()}),
            # At the top it would not fit beside the other legend in every language.
            legend={"orient": "bottom", "symbolType": "square"},
        ),
        tooltip=[
            nominal("report", title=tr("Report")),
            nominal("name", title=tr("Status in published totals")),
            quantitative("projects", title=tr("Projects")),
        ],
    )
    numbers = _numbers("projects", "datum.projects >= 8", xOffset=34, fontSize=10)
    return layered(bars, numbers, data={"values": rows}, x=x)


def support_bars(kinds: pd.DataFrame, colours: Palette) -> Spec:
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
    step = 10 if maximum > 20 else max(1, maximum // 4)
    x = quantitative(
        "projects",
        title=tr("priority projects of 2018 that request it"),
        scale={"domain": [0, maximum * 1.8]},
        axis={"tickMinStep": 1, "values": list(range(0, maximum + 1, step))},
    )
    y = nominal("name", sort=list(data["name"]), title=None, axis=name_axis(colours, 160))
    bars = marks(
        "bar",
        {"height": 18, "cornerRadius": 1, "color": colours.accent},
        tooltip=[
            nominal("name", title=tr("Support")),
            quantitative("projects", title=tr("Projects")),
            quantitative("cities", title=tr("Cities")),
            quantitative("requests", title=tr("Requests")),
        ],
    )
    labels = marks("text", {"align": "left", "dx": 6, "color": colours.text}, text=nominal("said"))
    rows = inline(data, ["name", "projects", "cities", "requests", "said"])
    return themed(layered(bars, labels, data=rows, x=x, y=y), colours, height=210)
