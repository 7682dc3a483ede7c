"""Charts of dated promises: by the year in which they are due, and by what is known of them."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.style import colour_scale, name_axis, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, ordinal, quantitative
from dashboard.markup.theme import Palette
from dashboard.pages.plans.charts import blend
from geo.i18n import terms, tr
from geo.vocabulary import PROMISE_STATES


def promise_colours(colours: Palette) -> dict[str, str]:
    """Colour of each of :data:`geo.vocabulary.PROMISE_STATES`."""
    return {
        "done": colours.statuses["completed"],
        "ongoing": colours.statuses["ongoing_or_planning"],
        "without_word": colours.statuses["reported"],
        "no_longer_reported": colours.statuses["no_longer_reported"],
        "never_reported": colours.growth[1] if colours.name == "light" else colours.growth[3],
        "not_due": blend(colours.muted, colours.ground, 0.3),
    }


def by_year(counts: pd.DataFrame, report: int, colours: Palette) -> Spec:
    """Stacked bars: promises by the year in which they are due and by state, their numbers above; a
    line after the year of the latest report.

    Parameters
    ----------
    counts
        See :func:`geo.analysis.promises.by_year`.
    report
        Year of the latest report.
    """
    hues, names = promise_colours(colours), terms(PROMISE_STATES)
    present = [state for state in names if state in set(counts["state"])]
    data = counts.assign(
        year=counts["due_year"].astype(str),
        name=counts["state"].map(names),
        order=counts["state"].map(present.index),
    )
    # Every year has its place, so that distances between bars are true.
    first, last = int(counts["due_year"].min()), int(counts["due_year"].max())
    years = [str(year) for year in range(min(first, report), max(last, report) + 1)]
    x = ordinal(
        "year",
        title=tr("due in"),
        scale={"domain": years},
        axis={"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6, "ticks": False},
    )
    colour = nominal(
        "name",
        title=None,
        scale=colour_scale({names[state]: hues[state] for state in present}),
        legend={"orient": "top", "columns": 1, "labelLimit": 420, "symbolType": "square"},
    )
    bars = marks(
        "bar",
        {"stroke": colours.ground, "strokeWidth": 1},
        y=quantitative("promises", title=tr("promises"), axis={"tickMinStep": 1}),
        color=colour,
        order=quantitative("order"),
        tooltip=[
            nominal("year", title=tr("Due in")),
            nominal("name", title=tr("What is known")),
            quantitative("promises", title=tr("Promises")),
        ],
    )
    rows = inline(data, ["year", "name", "order", "promises"])
    return themed(
        layered(bars, *_totals(counts, report, colours), data=rows, x=x), colours, height=400
    )


def by_state(counts: pd.DataFrame, colours: Palette) -> Spec:
    """Bars: promises by state, their numbers at the ends.

    Parameters
    ----------
    counts
        See :func:`geo.analysis.promises.by_state`.
    """
    hues, names = promise_colours(colours), terms(PROMISE_STATES)
    present = {names[state]: hues[state] for state in counts["state"]}
    data = inline(counts.assign(name=counts["state"].map(names)), ["name", "promises"])
    y = nominal("name", title=None, sort=list(present), axis=name_axis(colours, 260))
    x = quantitative("promises", title=None, axis=None)  # each bar has its number
    bars = marks(
        "bar",
        {"height": {"band": 0.72}, "cornerRadius": 1},
        x=x,
        color=nominal("name", scale=colour_scale(present), legend=None),
        tooltip=[
            nominal("name", title=tr("What is known")),
            quantitative("promises", title=tr("Promises")),
        ],
    )
    numbers = marks(
        "text",
        {"align": "left", "dx": 5, "fontWeight": 600, "fontSize": 14, "color": colours.text},
        x=x,
        text=quantitative("promises"),
    )
    return themed(layered(bars, numbers, data=data, y=y), colours, height=26 * len(present))


def _totals(counts: pd.DataFrame, report: int, colours: Palette) -> list[Spec]:
    """Number of promises above the bar of each year, and the line after the latest report's."""
    totals = counts.groupby("due_year")["promises"].sum().rename("all").reset_index()
    totals["year"] = totals["due_year"].astype(str)
    above = marks(
        "text",
        {"dy": -8, "fontWeight": 600, "color": colours.text},
        data=inline(totals, ["year", "all"]),
        y=quantitative("all"),
        text=quantitative("all"),
    )
    line = marks(
        "rule",
        {"color": colours.muted, "strokeDash": [4, 3]},
        data={"values": [{"year": str(report)}]},
        x=ordinal("year", bandPosition=1),
    )
    return [above, line]
