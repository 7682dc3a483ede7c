"""Line charts of population by year, from one UN revision."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts.base import Chart, themed
from dashboard.data.un_revision import SPARSE_YEARS
from dashboard.markup.theme import Palette
from geo.i18n import mark, tr
from geo.schema.wup2025 import UN_CITY_YEARS
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025


@dataclass(frozen=True)
class SeriesStyle:
    """Style of the population series of one UN revision.

    Attributes
    ----------
    first, base, last
        First year of the axis, last year that is not a projection, last year of the axis.
    ticks
        Years with axis labels.
    line_title
        Tooltip label of a line, a message.
    mark_years
        Whether to draw dots at the years with data if there are few.
    """

    first: int
    base: int
    last: int
    ticks: tuple[int, ...]
    line_title: str
    mark_years: bool = False


AGGLOMERATION_SERIES = SeriesStyle(
    1950, BASE_YEAR_2018, 2035, tuple(range(1950, 2036, 10)), mark("Agglomeration")
)
UN_CITY_SERIES = SeriesStyle(
    1975, BASE_YEAR_2025, 2050, UN_CITY_YEARS, mark("UN city"), mark_years=True
)


def population_series(
    city_years: pd.DataFrame,
    names: dict[str, str],
    colours: Palette,
    style: SeriesStyle = AGGLOMERATION_SERIES,
) -> Chart:
    """Lines: population by year, projections dashed, labels at the ends of the lines.

    Parameters
    ----------
    city_years
        ``city_id``, ``year``, ``population`` and ``is_projection``, all of one revision; see
        :data:`geo.schema.core.CITY_YEARS` and :func:`geo.analysis.un_cities.member_series`.
    names
        City id to name, in the order of the colours.
    """
    data = city_years[city_years["city_id"].isin(names)].assign(
        city=lambda table: table["city_id"].map(names),
        millions=lambda table: table["population"].astype(float) / 1e6,
        when=lambda table: table["year"].astype(int),
        projection=lambda table: table["is_projection"].map({True: tr("yes"), False: tr("no")}),
    )[["city", "millions", "when", "is_projection", "projection"]]
    measured = data[~data["is_projection"]]
    # The dashed part starts at the last measured year, so that there is no gap.
    projected = pd.concat(
        [measured[measured["when"] == measured["when"].max()], data[data["is_projection"]]]
    )
    scale = alt.Scale(domain=list(names.values()), range=list(colours.lines[: len(names)]))
    colour = alt.Color("city:N", scale=scale, legend=None)
    x = alt.X(
        "when:Q",
        title=None,
        axis=alt.Axis(format="d", grid=False, values=list(style.ticks)),
        scale=alt.Scale(domain=[style.first, style.last]),
    )
    y = alt.Y("millions:Q", title=tr("million people"), axis=alt.Axis(tickCount=5))
    tooltip = [
        alt.Tooltip("city:N", title=tr(style.line_title)),
        alt.Tooltip("when:Q", title=tr("Year"), format="d"),
        alt.Tooltip("millions:Q", title=tr("Million people"), format=".2f"),
        alt.Tooltip("projection:N", title=tr("Projection")),
    ]
    solid = alt.Chart(measured).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour)
    dashed = (
        alt.Chart(projected)
        .mark_line(strokeWidth=2.2, strokeDash=[5, 4])
        .encode(x=x, y=y, color=colour)
    )
    hover = alt.Chart(data).mark_point(size=60, opacity=0).encode(x=x, y=y, tooltip=tooltip)
    ends = data.loc[data.groupby("city")["when"].idxmax()].sort_values("millions")
    labels = (
        alt.Chart(_spread(ends))
        .mark_text(align="left", dx=8, fontSize=12, fontWeight=600)
        .encode(x=x, y=alt.Y("label_at:Q"), text="city:N", color=colour)
    )
    start = alt.Chart(pd.DataFrame({"when": [style.base], "text": [tr("projection →")]}))
    border = start.mark_rule(color=colours.rule).encode(x=x)
    note = start.mark_text(
        align="left", baseline="top", dx=5, fontSize=11, color=colours.muted
    ).encode(x=x, y=alt.value(0), text="text:N")
    filled_dot = alt.Chart(measured).mark_circle(size=46, opacity=1, aria=False)
    open_dot = alt.Chart(data[data["is_projection"]]).mark_point(
        size=46, strokeWidth=2, fill=colours.ground, aria=False
    )
    show_dots = style.mark_years and data["when"].nunique() <= SPARSE_YEARS
    dots = [kind.encode(x=x, y=y, color=colour) for kind in (filled_dot, open_dot) if show_dots]
    chart = alt.layer(border, note, solid, dashed, *dots, hover, labels).properties(
        height=300, padding={"right": 110, "left": 4, "top": 6, "bottom": 4}
    )
    return themed(chart, colours)


def _spread(ends: pd.DataFrame, min_distance: float = 0.055) -> pd.DataFrame:
    """Positions of the end labels, shifted where they would overlap."""
    step = min_distance * float(ends["millions"].max() if len(ends) else 0)
    heights: list[float] = []
    for value in ends["millions"]:
        heights.append(max(float(value), heights[-1] + step) if heights else float(value))
    return ends.assign(label_at=heights)
