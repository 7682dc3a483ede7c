"""Chart of an outcome beside the projects of its focus area."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dashboard.charts.declaration import ChartDeclaration, TitledChart, said
from dashboard.charts.style import name_axis, placed_labels, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, ordinal, quantitative
from dashboard.maps.label_placement import place_labels
from dashboard.markup import indicators as indicator_text
from dashboard.markup.theme import Palette
from dashboard.pages.urbanisation import effort as effort_text
from geo.analysis.effort import Effort, effort, paired_indicators
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.parameters import Query, one_of

_HEIGHT = 300
_COLUMNS = ["name", "country", "figure", "territory", "projects", "group"]


def indicator_from_query(layers: Catalogue, query: Query) -> str:
    """Id of the outcome in a query, by default the first one.

    Raises
    ------
    QueryError
        If there is no such outcome.
    """
    known = {one.id: one.name for one in paired_indicators(layers)}
    return one_of("indicator", query, known, next(iter(known)))


def outcome_chart(
    found: Effort, territories: Mapping[str, str], colours: Palette, width: int
) -> Spec:
    """Cities by outcome and by number of projects; those with a project are filled.

    Parameters
    ----------
    territories
        City id -> people of the territory of its figure, for the tooltip.
    width
        Width of the chart in pixels; label placement depends on it.
    """
    rows = found.rows.assign(
        group=found.rows["city_id"].map(effort_text.group_of(found)),
        territory=found.rows["city_id"].map(territories),
    )
    if found.split is None:
        return themed(_bands(found, rows, colours), colours, height=190)
    return themed(_scatter(found, rows, colours, width), colours, height=_HEIGHT)


def _style(colours: Palette) -> Spec:
    return {"size": 90, "strokeWidth": 1.6, "stroke": colours.accent, "opacity": 1}


def _fill(colours: Palette) -> Spec:
    """Filled with a project, hollow without."""
    listed = {"test": "datum.projects > 0", "value": colours.accent}
    return {"condition": listed, "value": colours.ground}


def _tooltip(found: Effort) -> list[Spec]:
    return [
        nominal("name", title=tr("City")),
        nominal("country", title=tr("Country")),
        nominal("figure", title=found.indicator.name),
        *([nominal("territory", title=tr("Territory"))] if found.split is None else []),
        quantitative("projects", title=tr("Projects")),
        nominal("group", title=tr("Group")),
    ]


def _bands(found: Effort, rows: pd.DataFrame, colours: Palette) -> Spec:
    """A row of dots for each band, cities with projects first."""
    labels = indicator_text.bands(found.indicator)
    lows = (float("-inf"), *found.indicator.edges)
    named = rows.assign(figure=rows["low"].map(dict(zip(lows, labels, strict=True))))
    ordered = named.sort_values(["projects", "name"], ascending=[False, True])
    ordered["number"] = ordered.groupby("figure").cumcount() + 1
    return marks(
        "circle",
        _style(colours),
        data=inline(ordered, [*_COLUMNS, "number"]),
        x=quantitative(
            "number",
            title=tr("cities (filled: with projects in this area)"),
            axis={"tickMinStep": 1, "grid": False},
            scale={"domain": [0.4, int(ordered["number"].max()) + 0.6], "nice": False},
        ),
        y=ordinal("figure", title=None, sort=labels[::-1], axis=name_axis(colours, 160)),
        fill=_fill(colours),
        tooltip=_tooltip(found),
    )


def _scatter(found: Effort, rows: pd.DataFrame, colours: Palette, width: int) -> Spec:
    """Values against projects, with the median."""
    indicator, most = found.indicator, int(rows["projects"].max())
    data = rows.assign(figure=[indicator_text.number(indicator, value) for value in rows["middle"]])
    left, right = float(data["middle"].min()), float(data["middle"].max())
    margin = 0.06 * (right - left)
    across, up = (left - margin, right + 2 * margin), (-0.6, most + 0.7)
    data = _with_labels(data, across, up, (width - 50, _HEIGHT))
    x = quantitative(
        "middle",
        title=f"{indicator.name}, {indicator.unit}",
        scale={"domain": list(across), "nice": False},
        axis={"tickCount": 8, "grid": False},
    )
    y = quantitative(
        "projects",
        title=tr("projects in this area"),
        scale={"domain": list(up), "nice": False},
        axis={"values": list(range(most + 1)), "grid": False, "format": "d"},
    )
    middle = {"values": [{"middle": found.split, "projects": up[1]}]}
    says = tr("median {number}", number=indicator_text.number(indicator, found.split or 0))
    beside = {"align": "left", "baseline": "top", "dx": 5, "color": colours.muted}
    return layered(
        marks("rule", {"color": colours.muted}, data=middle, x=x),
        marks("text", beside, data=middle, x=x, y=y, text={"value": says}),
        *placed_labels(data, ["middle", "projects"], colours, x=x, y=y),
        marks(
            "circle",
            _style(colours),
            data=inline(data, [*_COLUMNS, "middle"]),
            x=x,
            y=y,
            fill=_fill(colours),
            tooltip=_tooltip(found),
        ),
    )


def _with_labels(
    data: pd.DataFrame,
    across: tuple[float, float],
    up: tuple[float, float],
    size: tuple[float, float],
) -> pd.DataFrame:
    """``data`` with the labels that have room; the table beside the chart lists all cities."""
    order = data.sort_values(["projects", "middle"], ascending=False, ignore_index=True)
    points = np.column_stack(
        [
            (order["middle"] - across[0]) / (across[1] - across[0]) * size[0],
            (up[1] - order["projects"]) / (up[1] - up[0]) * size[1],
        ]
    )
    placed = place_labels(order["name"], points, np.full(len(order), 5.5), (0, 0, *size))
    return order.join(placed.drop(columns="label_box"))


def _outcome(
    layers: Catalogue, query: Query, colours: Palette, panels: tuple[int, int]
) -> TitledChart:
    found = effort(layers, indicator_from_query(layers, query))
    return TitledChart(
        outcome_chart(
            found, effort_text.territories(layers, found), colours, panels[0] * panels[1]
        ),
        effort_text.heading(found),
        said(
            tr(
                "Member cities by {outcome} and by number of projects in the focus area.",
                outcome=found.indicator.name,
            ),
            effort_text.counted(found),
        ),
        effort_text.source(layers, found),
    )


OUTCOME_CHARTS: Mapping[str, ChartDeclaration] = {
    "outcome-and-projects": ChartDeclaration(_outcome, ("indicator",)),
}
"""Charts by the name in their URL."""
