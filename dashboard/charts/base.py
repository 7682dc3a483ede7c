"""Charts as pure functions from tables to Altair charts."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
from altair.utils import schemapi
from babel import Locale
from babel.dates import get_day_names, get_month_names, get_period_names
from babel.numbers import get_decimal_symbol, get_group_symbol

from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette
from geo.i18n import ENGLISH, language, mark, terms, tr
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

# Each part of a chart would be validated when it is made, a quarter of the time of making it; tests
# validate whole charts.
schemapi.disable_debug_mode()

FONT = "Source Sans, Source Sans Pro, sans-serif"


LEGEND_LETTERS = 28
"""Maximum total length of the labels of a one-line legend, at the narrowest width."""

ALTAIR = threading.Lock()
"""To be held while a chart becomes a specification. How Altair writes data then is a state of the
whole process: an image would be without points if a page changed it meanwhile."""

Chart = alt.Chart | alt.LayerChart
"""A single or layered chart."""


def vega_locale(code: str) -> alt.Locale:
    """Vega's number and date formats of a language.

    >>> vega_locale("id").number.decimal, vega_locale("id").number.thousands
    (',', '.')
    """
    locale = Locale.parse(code)
    primary, _ = locale.decimal_formats[None].grouping
    periods = get_period_names(locale=locale)
    days = get_day_names("wide", locale=locale)
    short_days = get_day_names("abbreviated", locale=locale)
    return alt.Locale(
        number=alt.NumberLocale(
            decimal=get_decimal_symbol(locale),
            thousands=get_group_symbol(locale),
            grouping=[primary],
            currency=["", ""],
        ),
        time=alt.TimeLocale(
            # No chart shows complete dates or times; these define %c, %x and %X.
            dateTime="%Y-%m-%d %H:%M:%S",
            date="%Y-%m-%d",
            time="%H:%M:%S",
            periods=[periods.get("am", "AM"), periods.get("pm", "PM")],
            days=[days[day] for day in _SUNDAY_FIRST],
            shortDays=[short_days[day] for day in _SUNDAY_FIRST],
            months=list(get_month_names("wide", locale=locale).values()),
            shortMonths=list(get_month_names("abbreviated", locale=locale).values()),
        ),
    )


_SUNDAY_FIRST = (6, 0, 1, 2, 3, 4, 5)
"""Babel's weekday numbers in Vega's order."""


def themed(chart: Any, colours: Palette) -> Chart:
    """The chart in the dashboard's style, on a transparent background, with number and date formats
    of the user's language."""
    code = language().code
    locale = alt.Undefined if code == ENGLISH else vega_locale(code)
    configured: Chart = chart.configure(  # each call copies the whole chart
        background="transparent",
        font=FONT,
        padding=4,
        locale=locale,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=colours.muted,
            titleColor=colours.muted,
            titleFontWeight="normal",
            labelFontSize=12,
            titleFontSize=12,
            gridColor=colours.rule,
            domainColor=colours.rule,
            tickColor=colours.rule,
        ),
        header=alt.HeaderConfig(
            labelColor=colours.text, labelFontSize=13, labelFontWeight=600, title=None
        ),
        legend=alt.LegendConfig(
            labelColor=colours.text,
            titleColor=colours.muted,
            titleFontWeight="normal",
            labelFontSize=12,
            titleFontSize=12,
            symbolStrokeWidth=0,
        ),
        text=alt.MarkConfig(color=colours.text, fontSize=12),
    )
    return configured


def projects_by_focus_area(projects: pd.DataFrame, colours: Palette) -> Chart:
    """Stacked bars: projects of each focus area by status, with totals at the ends of the bars.

    Parameters
    ----------
    projects
        Columns ``focus_area`` and ``status``; see :data:`geo.schema.core.PROJECTS`.
    """
    areas, statuses = terms(FOCUS_AREAS), terms(PROJECT_STATUSES)
    counts = (
        projects.groupby(["focus_area", "status"])
        .size()
        .rename("projects")
        .reset_index()
        .assign(
            area=lambda table: table["focus_area"].map(areas),
            state=lambda table: table["status"].map(statuses),
        )
    )
    listed_statuses = [status for status in PROJECT_STATUSES if status in set(projects["status"])]
    state_names = [statuses[status] for status in listed_statuses]
    scale = alt.Scale(
        domain=state_names, range=[colours.statuses[status] for status in listed_statuses]
    )
    order = list(areas.values())
    base = alt.Chart(counts)
    bars = (
        base.mark_bar(height=16, cornerRadius=1)
        .encode(
            x=alt.X(
                "sum(projects):Q",
                title=tr("projects"),
                axis=alt.Axis(tickMinStep=1, grid=True),
            ),
            y=alt.Y(
                "area:N",
                sort=order,
                title=None,
                scale=alt.Scale(domain=order),
                axis=alt.Axis(labelLimit=200, ticks=False, domain=False, labelColor=colours.text),
            ),
            color=alt.Color(
                "state:N",
                scale=scale,
                title=None,
                legend=alt.Legend(
                    orient="top",
                    symbolType="square",
                    labelLimit=260,
                    columns=1 if sum(map(len, state_names)) > LEGEND_LETTERS else 0,
                ),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("area:N", title=tr("Focus area")),
                alt.Tooltip("state:N", title=tr("Status")),
                alt.Tooltip("projects:Q", title=tr("Projects")),
            ],
        )
        .transform_calculate(order=f"indexof({json.dumps(state_names)}, datum.state)")
    )
    totals = base.mark_text(align="left", dx=5, fontWeight=600).encode(
        x="sum(projects):Q",
        y=alt.Y("area:N", sort=order),
        text="sum(projects):Q",
        color=alt.value(colours.text),
    )
    return themed((bars + totals).properties(height=250), colours)


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
) -> Chart:
    """Scatter plot: population (log) against mean annual growth, both from one UN revision.

    Parameters
    ----------
    cities
        Rows of :data:`geo.schema.core.CITIES`; those without both values are dropped.
    """
    data = pd.DataFrame(
        {
            "city": cities["name"],
            "country": cities["country"],
            "people": cities[style.people].astype("Float64").astype(float),
            "growth": cities[style.growth],
            "projects": cities["projects"].astype(int),
        }
    ).dropna(subset=["people", "growth"])
    max_projects = max(int(data["projects"].max()), 1)
    points = (
        alt.Chart(data)
        .mark_circle(opacity=0.85, stroke=colours.ground, strokeWidth=1, color=colours.accent)
        .encode(
            x=alt.X(
                "people:Q",
                scale=alt.Scale(
                    type="log",
                    nice=False,
                    domain=[data["people"].min() / 1.4, data["people"].max() * 1.4],
                ),
                title=tr(style.people_title),
                axis=alt.Axis(format="~s", labelExpr=_people(), grid=False, tickCount=4),
            ),
            y=alt.Y("growth:Q", title=tr(style.growth_title)),
            size=alt.Size(
                "projects:Q",
                scale=alt.Scale(range=[40, 400], domainMin=0),
                title=tr("projects"),
                legend=alt.Legend(
                    orient="top",
                    symbolFillColor=colours.accent,
                    format="d",
                    values=sorted({1, -(-max_projects // 2), max_projects}),
                ),
            ),
            tooltip=[
                alt.Tooltip("city:N", title=tr("City")),
                alt.Tooltip("country:N", title=tr("Country")),
                alt.Tooltip("people:Q", title=tr(style.people_label), format=",.0f"),
                alt.Tooltip("growth:Q", title=tr("% per year"), format="+.1f"),
                alt.Tooltip("projects:Q", title=tr("Projects")),
            ],
        )
    )
    labelled = data.nlargest(8, "people") if len(data) > 12 else data
    labels = (
        alt.Chart(labelled)
        .mark_text(align="left", dx=10, fontSize=11, color=colours.muted)
        .encode(x="people:Q", y="growth:Q", text="city:N")
    )
    return themed((points + labels).properties(height=290), colours)


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


def projects_by_city(projects: pd.DataFrame, names: dict[str, str], colours: Palette) -> Chart:
    """Stacked bars: projects of each city by focus area, on one scale, with numbers in the bars.

    Parameters
    ----------
    projects
        Columns ``city_id`` and ``focus_area``.
    names
        City id to name, in order.
    """
    areas, slugs = terms(FOCUS_AREAS), list(FOCUS_AREAS)
    counts = (
        projects[projects["city_id"].isin(names)]
        .groupby(["city_id", "focus_area"])
        .size()
        .rename("projects")
        .reset_index()
        .assign(
            city=lambda table: table["city_id"].map(names),
            area=lambda table: table["focus_area"].map(areas),
            order=lambda table: table["focus_area"].map(slugs.index),
        )
    )
    x = alt.X(
        "projects:Q",
        stack="zero",
        title=tr("projects"),
        axis=alt.Axis(tickMinStep=1, grid=False),
    )
    y = alt.Y(
        "city:N",
        sort=list(names.values()),
        title=None,
        scale=alt.Scale(domain=list(names.values())),
        axis=alt.Axis(labelLimit=160, ticks=False, domain=False, labelColor=colours.text),
    )
    base = alt.Chart(counts)
    bars = base.mark_bar(height=22, stroke=colours.ground, strokeWidth=1).encode(
        x=x,
        y=y,
        order="order:Q",
        color=alt.Color(
            "area:N",
            scale=alt.Scale(domain=list(areas.values()), range=list(FOCUS_AREA_COLOURS.values())),
            title=None,
            legend=alt.Legend(orient="top", columns=2, labelLimit=200, symbolType="square"),
        ),
        tooltip=[
            alt.Tooltip("city:N", title=tr("City")),
            alt.Tooltip("area:N", title=tr("Focus area")),
            alt.Tooltip("projects:Q", title=tr("Projects")),
        ],
    )
    middles = alt.X("projects:Q", stack="zero", bandPosition=0.5)
    numbers = base.mark_text(fontWeight=600).encode(
        x=middles,
        y=y,
        order="order:Q",
        detail="area:N",
        text="projects:Q",
        color=alt.value("#000000"),
    )
    return themed((bars + numbers).properties(height=70 + 38 * len(names)), colours)
