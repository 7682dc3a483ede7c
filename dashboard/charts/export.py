"""Charts as self-contained image files, with title, source and background."""

from __future__ import annotations

import re
import textwrap

from dashboard.charts.declaration import TitledChart
from dashboard.charts.registry import CHARTS
from dashboard.charts.renderer import renderer
from dashboard.charts.vega import Spec, to_json
from dashboard.markup.theme import Palette
from dashboard.quota.shares import charge_wall_time
from geo.i18n import tr

WIDTH = 640
"""Width in CSS pixels of a fluid chart."""

LINE_LENGTH = 96
"""Maximum number of characters in a line of the source below the title."""


def specification(name: str, titled_chart: TitledChart, colours: Palette) -> Spec:
    """The Vega-Lite specification of a chart with its title and source.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    """
    source_line = tr("Source: {source}", source=titled_chart.source)
    title = {
        "text": titled_chart.title,
        "subtitle": textwrap.wrap(source_line, LINE_LENGTH),
        "anchor": "start",
        "color": colours.text,
        "subtitleColor": colours.muted,
        "fontSize": 17,
        "subtitleFontSize": 11,
        "offset": 14,
    }
    width = {"width": WIDTH} if CHARTS[name].fluid else {}
    image = {"title": title, "background": colours.ground, "padding": 16, **width}
    return {**_drawn(titled_chart), **image}


def _drawn(titled_chart: TitledChart) -> Spec:
    if titled_chart.chart is None:
        raise ValueError("there is nothing to draw")
    return titled_chart.chart


def untitled_svg(name: str, titled_chart: TitledChart, width: int) -> str:
    """The chart alone as SVG, ``width`` pixels wide with its axes, on a transparent ground."""
    chart = _drawn(titled_chart)
    if CHARTS[name].fluid:
        # Fitting leaves room for labels next to the axes; on pages the padding provides it.
        fitting = {"type": "fit-x", "contains": "padding"}
        chart = {**chart, "width": width, "autosize": fitting, "padding": 4}
    with charge_wall_time():
        return renderer.draw(to_json(chart), "svg").decode()


def renumber_ids(svg: str, prefix: str = "clip") -> str:
    """An SVG with its ids numbered from 1, because Vega continues counting from image to image.

    Parameters
    ----------
    prefix
        Prefix of each id, so that ids are unique on a page with several charts.
    """
    ids = dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))
    new_ids = {old: f"{prefix}{number}" for number, old in enumerate(ids, 1)}
    renumbered = re.sub(r'\bid="([^"]+)"', lambda match: f'id="{new_ids[match[1]]}"', svg)
    return re.sub(r"url\(#([^)]+)\)", lambda match: f"url(#{new_ids[match[1]]})", renumbered)


def svg(name: str, titled_chart: TitledChart, colours: Palette) -> bytes:
    """The chart as SVG, with text as text elements."""
    spec = to_json(specification(name, titled_chart, colours))
    with charge_wall_time():
        text = renderer.draw(spec, "svg").decode()
    return renumber_ids(text).encode()


def png(name: str, titled_chart: TitledChart, colours: Palette) -> bytes:
    """The chart as PNG, with two device pixels per CSS pixel."""
    spec = to_json(specification(name, titled_chart, colours))
    with charge_wall_time():
        return renderer.draw(spec, "png")


FORMATS = {"png": (png, "image/png"), "svg": (svg, "image/svg+xml")}
