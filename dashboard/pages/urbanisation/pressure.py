"""Chart of city growth against number of projects, and its quadrants as a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from markupsafe import Markup

from dashboard.charts.style import placed_labels, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
from dashboard.data.un_revision import NEWEST
from dashboard.maps.label_placement import place_labels
from dashboard.markup.breakpoints import NARROW, PHONE_WIDTH, main_width
from dashboard.markup.html import table
from dashboard.markup.theme import Palette
from geo.analysis.pressure import AGGLOMERATION_SPANS, QUADRANTS, UN_SPANS, pressure
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue

SPANS: Mapping[str, str] = {
    "2000_2025": mark("2000–2025"),
    "2025_2050": mark("2025–2050 (projection)"),
    "2000_2018": mark("2000–2018"),
    "2018_2035": mark("2018–2035 (projection)"),
}
"""Period of growth -> label: UN cities (2025 revision), then agglomerations (2018 revision)."""


def spans_of(revision: str) -> Mapping[str, str]:
    """The :data:`SPANS` of one of :data:`dashboard.data.un_revision.UN_REVISIONS`."""
    known = UN_SPANS if revision == NEWEST else AGGLOMERATION_SPANS
    return {span: SPANS[span] for span in known}


UNDER_PRESSURE = QUADRANTS[True, False]

_HEIGHT = 380


def chart_width(window: int) -> int:
    """Minimum width of the chart in a window, both in pixels."""
    if window <= PHONE_WIDTH:
        return window - 60
    return int((1 if window < NARROW else 0.55) * main_width(window))


def pressure_chart(layers: Catalogue, span: str, colours: Palette, width: int) -> Spec:
    """Scatter plot: growth of the UN city or agglomeration against projects, split at medians.

    Parameters
    ----------
    width
        Width of the chart in pixels; label placement depends on it.
    """
    data = pressure(layers["cities"], span)
    across, up = float(data["growth"].median()), float(data["projects"].median())
    maximum = (float(data["growth"].max()) * 1.08, float(data["projects"].max()) + 0.7)
    minimum = (min(0.0, float(data["growth"].min())), -0.7)
    data = _with_label_positions(data, minimum, maximum, (width - 50, _HEIGHT))
    data["quadrant_name"] = data["quadrant"].map(tr)
    data["is_pressed"] = data["quadrant"] == UNDER_PRESSURE
    x = quantitative(
        "growth",
        title=tr("UN city growth, {span}, % per year", span=tr(SPANS[span]))
        if span in UN_SPANS
        else tr("agglomeration growth, {span}, % per year", span=tr(SPANS[span])),
        scale={"domain": [minimum[0], maximum[0]], "nice": False},
        axis={"tickCount": 8, "grid": False},
    )
    y = quantitative(
        "projects",
        title=tr("projects in the latest report"),
        scale={"domain": [minimum[1], maximum[1]], "nice": False},
        axis={"values": list(range(int(maximum[1]) + 1)), "grid": False},
    )
    labels = [
        *placed_labels(data, ["growth", "projects"], colours),
        *_quadrant_names(minimum, maximum, colours),
    ]
    rule = {"color": colours.muted}
    drawn = [
        marks("rule", rule, data={"values": [{"growth": across}]}, x=x),
        marks("rule", rule, data={"values": [{"projects": up}]}, y=y),
        layered(*labels, x=x, y=y),
        _points(data, x, y, colours),
    ]
    return themed(layered(*drawn), colours, height=_HEIGHT)


def _points(data: pd.DataFrame, x: Spec, y: Spec, colours: Palette) -> Spec:
    columns = ["name", "country", "growth", "projects", "quadrant_name", "is_pressed"]
    return marks(
        "circle",
        {"size": 80, "opacity": 0.9},
        data=inline(data, columns),
        x=x,
        y=y,
        color={
            "condition": {"test": "datum.is_pressed", "value": colours.city},
            "value": colours.accent,
        },
        tooltip=[
            nominal("name", title=tr("City")),
            nominal("country", title=tr("Country")),
            quantitative("growth", title=tr("% per year"), format="+.1f"),
            quantitative("projects", title=tr("Projects")),
            nominal("quadrant_name", title=tr("Quadrant")),
        ],
    )


def _quadrant_names(
    minimum: tuple[float, float], maximum: tuple[float, float], colours: Palette
) -> list[Spec]:
    layers = []
    for (fast, many), name in QUADRANTS.items():
        corner = {
            "growth": maximum[0] if fast else minimum[0],
            "projects": maximum[1] if many else minimum[1],
            "quadrant": tr(name),
        }
        style = {
            "fontWeight": 600,
            "color": colours.muted,
            "align": "right" if fast else "left",
            "baseline": "top" if many else "bottom",
            "dx": -6 if fast else 6,
            "dy": 4 if many else -4,
        }
        data = {"values": [corner]}
        layers.append(marks("text", style, data=data, text=nominal("quadrant")))
    return layers


def _with_label_positions(
    data: pd.DataFrame,
    minimum: tuple[float, float],
    maximum: tuple[float, float],
    size: tuple[float, float],
) -> pd.DataFrame:
    """``data`` with label positions; cities under pressure are placed first."""
    order = data.assign(later=data["quadrant"] != UNDER_PRESSURE)
    order = order.sort_values(["later", "growth"], ascending=[True, False], ignore_index=True)
    points = np.column_stack(
        [
            (order["growth"] - minimum[0]) / (maximum[0] - minimum[0]) * size[0],
            (maximum[1] - order["projects"]) / (maximum[1] - minimum[1]) * size[1],
        ]
    )
    radii = np.full(len(order), 5.0)
    # Cities may share a point: the label names the first, the table lists all.
    placed = place_labels(order["name"], points, radii, (0, 0, size[0], size[1]))
    return order.join(placed.drop(columns="label_box"))


def quadrants(layers: Catalogue, span: str) -> Markup:
    """HTML table of the cities by quadrant, and of those without known growth."""
    data = pressure(layers["cities"], span)
    cities = layers["cities"]
    without = cities.loc[~cities["city_id"].isin(set(data["city_id"])), "name"]
    rows = [(tr(str(name)), _names(group["name"])) for name, group in data.groupby("quadrant")]
    unknown = tr("growth unknown") if span in UN_SPANS else tr("no UN series")
    rows.append((unknown, _names(without)))
    return table(tr("Quadrant"), (), rows, "stacked")


def _names(names: pd.Series) -> str:
    return ", ".join(sorted(names))
