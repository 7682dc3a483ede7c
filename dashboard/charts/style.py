"""The style of all charts: colours, fonts, number and date formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
from babel import Locale
from babel.dates import get_day_names, get_month_names, get_period_names
from babel.numbers import get_decimal_symbol, get_group_symbol

from dashboard.charts.vega import SCHEMA, Spec, inline, marks, nominal
from dashboard.markup.theme import Palette
from geo.i18n import ENGLISH, language

FONT = "Source Sans, Source Sans Pro, sans-serif"


def colour_scale(hues: Mapping[str, str]) -> Spec:
    """Scale that gives each name its colour, in the order of the legend."""
    return {"domain": list(hues), "range": list(hues.values())}


def name_axis(colours: Palette, limit: int) -> Spec:
    """Axis of names of up to ``limit`` pixels, without lines."""
    return {"ticks": False, "domain": False, "labelColor": colours.text, "labelLimit": limit}


def placed_labels(
    data: pd.DataFrame, columns: Sequence[str], colours: Palette, **channels: Spec
) -> list[Spec]:
    """Labels where :func:`dashboard.maps.label_placement.place_labels` has room for them.

    Parameters
    ----------
    data
        Columns of ``place_labels`` and ``columns``, the position.
    channels
        Encodings of the position, if the chart has none.
    """
    aligned = {"start": "left", "end": "right", "middle": "center"}
    layers = []
    for (anchor, baseline), group in data.groupby(["label_anchor", "label_baseline"]):
        right, down = group["label_offset"].iloc[0]
        style = {
            "fontSize": 11,
            "color": colours.muted,
            "align": aligned[str(anchor)],
            "baseline": "middle" if baseline == "center" else baseline,
            "dx": right,
            "dy": down,
        }
        names = inline(group, [*columns, "label"])
        layers.append(marks("text", style, data=names, **channels, text=nominal("label")))
    return layers


def themed(chart: Spec, colours: Palette, **properties: Any) -> Spec:
    """The chart in the dashboard's style, on a transparent background, with number and date formats
    of the user's language, and further properties of a whole chart."""
    code = language().code
    locale = {} if code == ENGLISH else {"locale": vega_locale(code)}
    return {"$schema": SCHEMA, "config": {**_style(colours), **locale}, **properties, **chart}


def _style(colours: Palette) -> Spec:
    """Configuration of all charts."""
    sizes = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **sizes,
            "labelColor": colours.muted,
            "titleColor": colours.muted,
            "gridColor": colours.rule,
            "domainColor": colours.rule,
            "tickColor": colours.rule,
        },
        "header": {
            "labelColor": colours.text,
            "labelFontSize": 13,
            "labelFontWeight": 600,
            "title": None,
        },
        "legend": {
            **sizes,
            "labelColor": colours.text,
            "titleColor": colours.muted,
            "symbolStrokeWidth": 0,
        },
        "text": {"color": colours.text, "fontSize": 12},
    }


@cache
def vega_locale(code: str) -> Spec:
    """Vega's number and date formats of a language.

    >>> vega_locale("id")["number"]["decimal"], vega_locale("id")["number"]["thousands"]
    (',', '.')
    """
    locale = Locale.parse(code)
    primary, _ = locale.decimal_formats[None].grouping
    periods = get_period_names(locale=locale)
    days = get_day_names("wide", locale=locale)
    short_days = get_day_names("abbreviated", locale=locale)
    return {
        "number": {
            "decimal": get_decimal_symbol(locale),
            "thousands": get_group_symbol(locale),
            "grouping": [primary],
            "currency": ["", ""],
        },
        "time": {
            # No chart shows complete dates or times; these define %c, %x and %X.
            "dateTime": "%Y-%m-%d %H:%M:%S",
            "date": "%Y-%m-%d",
            "time": "%H:%M:%S",
            "periods": [periods.get("am", "AM"), periods.get("pm", "PM")],
            "days": [days[day] for day in _SUNDAY_FIRST],
            "shortDays": [short_days[day] for day in _SUNDAY_FIRST],
            "months": list(get_month_names("wide", locale=locale).values()),
            "shortMonths": list(get_month_names("abbreviated", locale=locale).values()),
        },
    }


_SUNDAY_FIRST = (6, 0, 1, 2, 3, 4, 5)
"""Babel's weekday numbers in Vega's order."""
