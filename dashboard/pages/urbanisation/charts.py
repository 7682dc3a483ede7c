"""Rankings and small multiples of the Urbanisation page."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from dashboard.charts.style import name_axis, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
from dashboard.data.un_revision import SPARSE_YEARS
from dashboard.markup.theme import Palette
from geo.i18n import tr


def ranking(
    data: pd.DataFrame, name: str, value: str, text: str, colours: Palette, projected: bool = False
) -> Spec:
    """Bars in descending order, labelled with their values instead of an axis."""
    y = nominal(name, sort="-x", title=None, axis=name_axis(colours, 140))
    top = 1.18 * float(data[value].max())
    x = quantitative(value, title=None, axis=None, scale={"domain": [0, top]})
    colour = nominal("colour", scale=None)
    # Projected values are drawn as outlines with a light fill.
    bars = marks(
        "bar",
        {"height": 13, "strokeWidth": 1, "fillOpacity": 0.25 if projected else 1},
        color=colour,
        stroke=colour if projected else {"value": colours.muted},
    )
    numbers = marks(
        "text",
        {"align": "left", "dx": 5, "color": colours.text},
        text=quantitative(value, format=text),
    )
    rows = inline(data, [name, value, "colour"])
    chart = layered(bars, numbers, data=rows, x=x, y=y)
    return themed(chart, colours, height=20 * len(data))


def series_lines(
    rows: pd.DataFrame, base: int, ticks: Sequence[int], thing: str, colours: Palette
) -> Spec:
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
    return marks(
        "line",
        {
            "strokeWidth": 2,
            "color": colours.accent,
            "point": {"size": 22, "color": colours.accent} if few else False,
        },
        data=inline(pd.concat([data, joint])),
        x=quantitative("year", title=None, axis={"format": "d", "values": list(ticks)}),
        y=quantitative(
            "millions",
            title=None,
            # "m" for million, because small charts have little room.
            axis={"tickCount": 3, "labelExpr": axis_label_expr(tr("{number} m"))},
        ),
        strokeDash=nominal(
            "projected", scale={"domain": [False, True], "range": [[1, 0], [4, 3]]}, legend=None
        ),
        tooltip=[
            nominal("city", title=thing),
            quantitative("year", title=tr("Year"), format="d"),
            quantitative("millions", title=tr("Million people"), format=".2f"),
            nominal("projection", title=tr("Projection")),
        ],
    )


def axis_label_expr(message: str) -> str:
    """Vega expression that fills ``{number}`` in ``message`` with the axis label."""
    return f"replace({json.dumps(message)}, '{{number}}', datum.label)"


def panels(
    chart: Spec, name: str, order: Sequence[str], colours: Palette, columns: int, width: int
) -> Spec:
    """Facet a chart into small multiples.

    Parameters
    ----------
    chart
        Marks or layers, with their data.
    name, order
        Column to facet by, and its values in order.
    columns, width
        Panels per row, and width of a panel in pixels.
    """
    facet = nominal(name, sort=list(order), title=None, header={"labelLimit": width})
    panel = {part: value for part, value in chart.items() if part != "data"}
    faceted = {
        "data": chart["data"],
        "facet": facet,
        "columns": columns,
        "spacing": 18,
        "spec": {"width": width, "height": 90, **panel},
    }
    return themed(faceted, colours)
