"""Charts as pure functions from tables to Vega-Lite specifications."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from dashboard.charts.style import colour_scale, name_axis, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.i18n import mark, terms, tr
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

LEGEND_LETTERS = 28
"""Maximum total length of the labels of a one-line legend, at the narrowest width."""


def projects_by_focus_area(projects: pd.DataFrame, colours: Palette) -> Spec:
    """Stacked bars: projects of each focus area by status, with totals at the ends of the bars.

    Parameters
    ----------
    projects
        Columns ``focus_area`` and ``status``; see :data:`geo.schema.core.PROJECTS`.
    """
    areas, statuses = terms(FOCUS_AREAS), terms(PROJECT_STATUSES)
    counts = projects.groupby(["focus_area", "status"]).size().rename("projects").reset_index()
    counts["area"] = counts["focus_area"].map(areas)
    counts["state"] = counts["status"].map(statuses)
    listed = [status for status in statuses if status in set(counts["status"])]
    counts["order"] = counts["status"].map(listed.index)
    legend = {
        "orient": "top",
        "symbolType": "square",
        "labelLimit": 260,
        "columns": 1 if sum(len(statuses[status]) for status in listed) > LEGEND_LETTERS else 0,
    }
    colour = nominal(
        "state",
        title=None,
        legend=legend,
        scale=colour_scale({statuses[status]: colours.statuses[status] for status in listed}),
    )
    y = nominal(
        "area",
        title=None,
        sort=list(areas.values()),
        scale={"domain": list(areas.values())},
        axis=name_axis(colours, 200),
    )
    total = quantitative("projects", aggregate="sum")
    bars = marks(
        "bar",
        {"height": 16, "cornerRadius": 1},
        x={**total, "title": tr("projects"), "axis": {"tickMinStep": 1, "grid": True}},
        color=colour,
        order=quantitative("order"),
        tooltip=[
            nominal("area", title=tr("Focus area")),
            nominal("state", title=tr("Status")),
            quantitative("projects", title=tr("Projects")),
        ],
    )
    totals = marks(
        "text",
        {"align": "left", "dx": 5, "fontWeight": 600},
        x=total,
        text=total,
        color={"value": colours.text},
    )
    data = inline(counts, ["area", "state", "order", "projects"])
    return themed(layered(bars, totals, data=data, y=y), colours, height=250)


@dataclass(frozen=True)
class SizeAndGrowthStyle:
    """Columns and titles of :func:`size_and_growth`.

    Attributes
    ----------
    people, growth
        Columns of ``cities``.
    people_title, people_label, growth_title
        Title of the horizontal axis, its tooltip label, title of the vertical axis; messages.
    """

    people: str
    growth: str
    people_title: str
    people_label: str
    growth_title: str


AGGLOMERATION_SIZES = SizeAndGrowthStyle(
    "agglomeration_population_2018",
    "agglomeration_growth_2000_2018",
    mark("people in the agglomeration, 2018 (log scale)"),
    mark("People, 2018"),
    mark("growth 2000–2018, % per year"),
)
UN_CITY_SIZES = SizeAndGrowthStyle(
    "un_city_population_2025",
    "un_city_growth_2000_2025",
    mark("people in the UN city, 2025 (log scale)"),
    mark("People, 2025"),
    mark("growth 2000–2025, % per year"),
)


def size_and_growth(
    cities: pd.DataFrame, colours: Palette, style: SizeAndGrowthStyle = AGGLOMERATION_SIZES
) -> Spec:
    """Scatter plot: population (log) against mean annual growth, both from one UN revision.

    Points are marked by their ``city_id``, which a page may ask for when one is clicked.

    Parameters
    ----------
    cities
        Rows of :data:`geo.schema.core.CITIES`; those without both values are dropped.
    """
    data = pd.DataFrame(
        {
            "city_id": cities["city_id"],
            "city": cities["name"],
            "country": cities["country"],
            "people": cities[style.people].astype("Float64").astype(float),
            "growth": cities[style.growth],
            "projects": cities["projects"].astype(int),
        }
    ).dropna(subset=["people", "growth"])
    people = [float(data["people"].min()) / 1.4, float(data["people"].max()) * 1.4]
    max_projects = max(int(data["projects"].max()), 1)
    x = quantitative(
        "people",
        title=tr(style.people_title),
        scale={"type": "log", "nice": False, "domain": people},
        axis={"format": "~s", "labelExpr": _people(), "grid": False, "tickCount": 4},
    )
    legend = {
        "orient": "top",
        "symbolFillColor": colours.accent,
        "format": "d",
        "values": sorted({1, -(-max_projects // 2), max_projects}),
    }
    size = quantitative(
        "projects", title=tr("projects"), scale={"range": [40, 400], "domainMin": 0}, legend=legend
    )
    points = marks(
        "circle",
        {"opacity": 0.85, "stroke": colours.ground, "strokeWidth": 1, "color": colours.accent},
        data=inline(data),
        x=x,
        y=quantitative("growth", title=tr(style.growth_title)),
        size=size,
        tooltip=[
            nominal("city", title=tr("City")),
            nominal("country", title=tr("Country")),
            quantitative("people", title=tr(style.people_label), format=",.0f"),
            quantitative("growth", title=tr("% per year"), format="+.1f"),
            quantitative("projects", title=tr("Projects")),
        ],
    )
    labelled = data.nlargest(8, "people") if len(data) > 12 else data
    labels = marks(
        "text",
        {"align": "left", "dx": 10, "fontSize": 11, "color": colours.muted},
        data=inline(labelled, ["people", "growth", "city"]),
        x=quantitative("people"),
        y=quantitative("growth"),
        text=nominal("city"),
    )
    return themed(layered(points, labels), colours, height=290)


def _people() -> str:
    """Vega expression for axis labels of population.

    SI prefixes are ambiguous: in Indonesian, M means a thousand million.
    """
    millions = json.dumps(tr("{number} million"))
    number = "format(datum.value / 1e6, ',.3~r')"
    return (
        "datum.label == '' ? '' : datum.value < 1e6 ? format(datum.value, ',.3~r') : "
        f"replace({millions}, '{{number}}', {number})"
    )


def projects_by_city(projects: pd.DataFrame, names: dict[str, str], colours: Palette) -> Spec:
    """Stacked bars: projects of each city by focus area, on one scale, with numbers in the bars.

    Parameters
    ----------
    projects
        Columns ``city_id`` and ``focus_area``.
    names
        City id to name, in order.
    """
    areas, cities = terms(FOCUS_AREAS), list(names.values())
    compared = projects[projects["city_id"].isin(names)]
    counts = compared.groupby(["city_id", "focus_area"]).size().rename("projects").reset_index()
    counts["city"] = counts["city_id"].map(names)
    counts["area"] = counts["focus_area"].map(areas)
    counts["order"] = counts["focus_area"].map(list(areas).index)
    number = quantitative("projects", stack="zero")
    y = nominal(
        "city", title=None, sort=cities, scale={"domain": cities}, axis=name_axis(colours, 160)
    )
    bars = marks(
        "bar",
        {"height": 22, "stroke": colours.ground, "strokeWidth": 1},
        x={**number, "title": tr("projects"), "axis": {"tickMinStep": 1, "grid": False}},
        color=nominal(
            "area",
            title=None,
            scale=colour_scale({areas[area]: hue for area, hue in FOCUS_AREA_COLOURS.items()}),
            legend={"orient": "top", "columns": 2, "labelLimit": 200, "symbolType": "square"},
        ),
        tooltip=[
            nominal("city", title=tr("City")),
            nominal("area", title=tr("Focus area")),
            quantitative("projects", title=tr("Projects")),
        ],
    )
    numbers = marks(
        "text",
        {"fontWeight": 600},
        x={**number, "bandPosition": 0.5},
        detail=nominal("area"),
        text=quantitative("projects"),
        color={"value": "#000000"},
    )
    data = inline(counts, ["city", "area", "order", "projects"])
    chart = layered(bars, numbers, data=data, y=y, order=quantitative("order"))
    return themed(chart, colours, height=70 + 38 * len(names))
