"""Rankings and small multiples of the Urbanisation page."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboard.charts.base import Chart, themed
from dashboard.data.un_revision import SPARSE_YEARS
from dashboard.markup.theme import Palette
from geo.i18n import tr


def ranking(
    data: pd.DataFrame, name: str, value: str, text: str, colours: Palette, projected: bool = False
) -> Chart:
    """Bars in descending order, labelled with their values instead of an axis."""
    y = alt.Y(
        f"{name}:N",
        sort="-x",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelColor=colours.text, labelLimit=140),
    )
    top = 1.18 * float(data[value].max())
    x = alt.X(f"{value}:Q", title=None, axis=None, scale=alt.Scale(domain=[0, top]))
    base = alt.Chart(data)
    # Projected values are drawn as outlines with a light fill.
    bars = base.mark_bar(height=13, strokeWidth=1, fillOpacity=0.25 if projected else 1).encode(
        x=x,
        y=y,
        color=alt.Color("colour:N", scale=None),
        stroke=alt.Stroke("colour:N", scale=None) if projected else alt.value(colours.muted),
    )
    numbers = base.mark_text(align="left", dx=5).encode(
        x=x, y=y, text=alt.Text(f"{value}:Q", format=text), color=alt.value(colours.text)
    )
    return themed((bars + numbers).properties(height=20 * len(data)), colours)


def series_lines(
    rows: pd.DataFrame, base: int, ticks: Sequence[int], thing: str, colours: Palette
) -> alt.Chart:
    """Lines of population by year, dashed after ``base``; sparse series get point markers."""
    data = pd.DataFrame(
        {
            "city": rows["city"],
            "year": rows["year"].astype(int),
            "millions": rows["population"].astype(float) / 1e6,
            "projected": rows["is_projection"],
            "projection": rows["is_projection"].map({True: tr("yes"), False: tr("no")}),
        }
    )
    # The dashed part repeats the last solid year, so that there is no gap between them.
    joint = data[data["year"] == base].assign(projected=True)
    few = data["year"].nunique() <= SPARSE_YEARS
    lines: alt.Chart = (
        alt.Chart(pd.concat([data, joint]))
        .mark_line(
            strokeWidth=2,
            color=colours.accent,
            point=alt.OverlayMarkDef(size=22, color=colours.accent) if few else False,
        )
        .encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", values=list(ticks))),
            y=alt.Y(
                "millions:Q",
                title=None,
                # "m" for million, because small charts have little room.
                axis=alt.Axis(tickCount=3, labelExpr=axis_label_expr(tr("{number} m"))),
            ),
            strokeDash=alt.StrokeDash(
                "projected:N",
                scale=alt.Scale(domain=[False, True], range=[[1, 0], [4, 3]]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("city:N", title=thing),
                alt.Tooltip("year:Q", title=tr("Year"), format="d"),
                alt.Tooltip("millions:Q", title=tr("Million people"), format=".2f"),
                alt.Tooltip("projection:N", title=tr("Projection")),
            ],
        )
    )
    return lines


def axis_label_expr(message: str) -> str:
    """Vega expression that fills ``{number}`` in ``message`` with the axis label."""
    return f"replace({json.dumps(message)}, '{{number}}', datum.label)"


def panels(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart,
    name: str,
    order: Sequence[str],
    colours: Palette,
    columns: int,
    width: int,
) -> Chart:
    """Facet a chart into small multiples.

    Parameters
    ----------
    name, order
        Column to facet by, and its values in order.
    columns, width
        Panels per row, and width of a panel in pixels.
    """
    faceted = chart.properties(width=width, height=90).facet(
        facet=alt.Facet(
            f"{name}:N", sort=list(order), title=None, header=alt.Header(labelLimit=width)
        ),
        columns=columns,
        spacing=18,
    )
    return themed(faceted, colours)
