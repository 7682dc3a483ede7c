"""Charts as picture files that stand alone: with title, source and ground."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from dashboard.charts.declaration import Drawn
from dashboard.charts.registry import CHARTS
from dashboard.markup.theme import Palette
from dashboard.quota.shares import elsewhere
from geo.i18n import tr

WIDTH = 640
"""Width in CSS pixels of a chart that has none of its own."""

LETTERS = 96
"""Letters of a line of source under the title."""

PNG_SCALE = 2.0

vl_convert.register_font_directory(str(Path(__file__).parents[1] / "fonts"))


def specification(name: str, drawn: Drawn, colours: Palette) -> dict[str, Any]:
    """The Vega-Lite specification of a chart with its title and source.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    """
    if drawn.chart is None:
        raise ValueError("there is nothing to draw")
    said = tr("Source: {source}", source=drawn.source)
    chart: Any = drawn.chart.properties(
        title=alt.Title(
            drawn.title,
            subtitle=textwrap.wrap(said, LETTERS),
            anchor="start",
            color=colours.text,
            subtitleColor=colours.muted,
            fontSize=17,
            subtitleFontSize=11,
            offset=14,
        )
    )
    if CHARTS[name].fluid:
        chart = chart.properties(width=WIDTH)
    chart = chart.properties(background=colours.ground, padding=16)
    found: dict[str, Any] = chart.to_dict()
    return found


def untitled_svg(name: str, drawn: Drawn, width: int) -> str:
    """The chart alone as SVG, ``width`` pixels wide with its axes, on a transparent ground."""
    if drawn.chart is None:
        raise ValueError("there is nothing to draw")
    chart: Any = drawn.chart
    if CHARTS[name].fluid:
        # Fitting makes room for names beside the axes, for which a page's chart has padding.
        fitting = alt.AutoSizeParams(type="fit-x", contains="padding")
        chart = chart.properties(width=width, autosize=fitting, padding=4)
    with elsewhere():
        text: str = vl_convert.vegalite_to_svg(json.dumps(chart.to_dict()))
    return text


def numbered(svg: str, prefix: str = "clip") -> str:
    """An SVG with its ids counted from 1: Vega counts on from picture to picture.

    Parameters
    ----------
    prefix
        Begins each id, so that several pictures can stand on one page.
    """
    ids = dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))
    new = {old: f"{prefix}{number}" for number, old in enumerate(ids, 1)}
    named = re.sub(r'\bid="([^"]+)"', lambda found: f'id="{new[found[1]]}"', svg)
    return re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{new[found[1]]})", named)


def svg(name: str, drawn: Drawn, colours: Palette) -> bytes:
    """The chart as SVG; its letters stay text."""
    with elsewhere():
        text: str = vl_convert.vegalite_to_svg(json.dumps(specification(name, drawn, colours)))
    return numbered(text).encode()


def png(name: str, drawn: Drawn, colours: Palette) -> bytes:
    """The chart as PNG, two device pixels a CSS pixel."""
    spec = json.dumps(specification(name, drawn, colours))
    with elsewhere():
        content: bytes = vl_convert.vegalite_to_png(spec, scale=PNG_SCALE)
    return content


FORMATS = {"png": (png, "image/png"), "svg": (svg, "image/svg+xml")}
