"""Line charts of population by year, from one UN revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard.charts.style import colour_scale, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
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
) -> Spec:
    """Lines: population by year, projections dashed, labels at the ends of the lines.

    Parameters
    ----------
    city_years
        ``city_id``, ``year``, ``population`` and ``is_projection``, all of one revision; see
        :data:`geo.schema.core.CITY_YEARS` and :func:`geo.analysis.un_cities.member_series`.
    names
        City id to name, in the order of the colours.
    """
    data = _rows(city_years, names)
    measured, projections = data[~data["is_projection"]], data[data["is_projection"]]
    # The dashed part starts at the last measured year, so that there is no gap.
    last_measured = measured[measured["when"] == measured["when"].max()]
    projected = pd.concat([last_measured, projections])
    x = quantitative(
        "when",
        title=None,
        axis={"format": "d", "grid": False, "values": list(style.ticks)},
        scale={"domain": [style.first, style.last]},
    )
    y = quantitative("millions", title=tr("million people"), axis={"tickCount": 5})
    scale = colour_scale(dict(zip(names.values(), colours.lines, strict=False)))
    at = {"y": y, "color": nominal("city", scale=scale, legend=None)}
    columns = ["city", "when", "millions"]
    dashed = {"strokeWidth": 2.2, "strokeDash": [5, 4]}
    layers = [
        *_start_of_projection(style, colours),
        marks("line", {"strokeWidth": 2.2}, data=inline(measured, columns), **at),
        marks("line", dashed, data=inline(projected, columns), **at),
    ]
    if style.mark_years and data["when"].nunique() <= SPARSE_YEARS:
        dot = {"size": 46, "opacity": 1, "aria": False}
        ring = {"size": 46, "strokeWidth": 2, "fill": colours.ground, "aria": False}
        layers.append(marks("circle", dot, data=inline(measured, columns), **at))
        layers.append(marks("point", ring, data=inline(projections, columns), **at))
    tooltip = [
        nominal("city", title=tr(style.line_title)),
        quantitative("when", title=tr("Year"), format="d"),
        quantitative("millions", title=tr("Million people"), format=".2f"),
        nominal("projection", title=tr("Projection")),
    ]
    rows = inline(data, [*columns, "projection"])
    layers.append(marks("point", {"size": 60, "opacity": 0}, data=rows, y=y, tooltip=tooltip))
    layers.append(_names(data, at["color"]))
    padding = {"right": 110, "left": 4, "top": 6, "bottom": 4}
    return themed(layered(*layers, x=x), colours, height=300, padding=padding)


def _rows(city_years: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """``city``, ``when`` (year), ``millions`` of people, ``is_projection`` and ``projection``."""
    rows = city_years[city_years["city_id"].isin(names)]
    return rows.assign(
        city=rows["city_id"].map(names),
        when=rows["year"].astype(int),
        millions=rows["population"].astype(float) / 1e6,
        projection=rows["is_projection"].map({True: tr("yes"), False: tr("no")}),
    )


def _start_of_projection(style: SeriesStyle, colours: Palette) -> list[Spec]:
    """A vertical line at the last year that is not a projection, and its label."""
    data = {"values": [{"when": style.base, "text": tr("projection →")}]}
    label = {"align": "left", "baseline": "top", "dx": 5, "fontSize": 11, "color": colours.muted}
    return [
        marks("rule", {"color": colours.rule}, data=data),
        marks("text", label, data=data, y={"value": 0}, text=nominal("text")),
    ]


def _names(data: pd.DataFrame, colour: Spec) -> Spec:
    """Names of the cities at the ends of their lines."""
    ends = data.loc[data.groupby("city")["when"].idxmax()].sort_values("millions")
    return marks(
        "text",
        {"align": "left", "dx": 8, "fontSize": 12, "fontWeight": 600},
        data=inline(_spread(ends), ["city", "when", "label_at"]),
        y=quantitative("label_at"),
        text=nominal("city"),
        color=colour,
    )


def _spread(ends: pd.DataFrame, min_distance: float = 0.055) -> pd.DataFrame:
    """Positions of the end labels, shifted where they would overlap."""
    step = min_distance * float(ends["millions"].max() if len(ends) else 0)
    heights: list[float] = []
    for value in ends["millions"]:
        heights.append(max(float(value), heights[-1] + step) if heights else float(value))
    return ends.assign(label_at=heights)
