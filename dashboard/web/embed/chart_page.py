"""A chart as a bare page without a script: drawn for several widths, the style sheet shows one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from dashboard.charts.export import numbered, untitled_svg
from dashboard.charts.registry import CHARTS, drawn
from dashboard.datasets.charts import CHART_DATA
from dashboard.datasets.files import CHART_KIND, links
from dashboard.markup.breakpoints import AXIS, GAP
from dashboard.markup.theme import LIGHT, Palette
from dashboard.web.embed.html import document, themed
from geo.errors import QueryError
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

WIDTHS: Mapping[str, tuple[int, int]] = {"narrow": (340, 2), "wide": (660, 4)}
"""Class of the style sheet -> width in pixels that a chart is drawn at, and small charts in a
row."""


def page(name: str, layers: Catalogue, query: Mapping[str, str], theme: str) -> str:
    """The bare page of a chart.

    Raises
    ------
    NotFoundError
        If there is no such chart.
    QueryError
        If the query asks for something unknown, or leaves nothing to draw.
    """
    found = drawn(name, layers, query, LIGHT)
    if found.chart is None:
        raise QueryError(tr("This query leaves nothing to draw."))
    there = links(CHART_KIND, name, CHART_DATA[name], query)["page"]

    # Small charts have no room to be drawn smaller.
    least = 0.7 if CHARTS[name].fluid else 1

    def pictures(colours: Palette) -> str:
        return "".join(
            f'<div class="{kind}" style="--height:{_height(svg)}px;--least:{least}">{svg}</div>'
            for kind in WIDTHS
            for svg in [_picture(name, layers, query, colours, kind)]
        )

    figure = f'<figure class="chart">{themed(theme, pictures)}</figure>'
    note = tr("Source: {source}", source=found.source)
    return document(found.title, theme, figure, (note,), there)


def _picture(
    name: str, layers: Catalogue, query: Mapping[str, str], colours: Palette, kind: str
) -> str:
    """The chart as SVG that fits its place, with ids of its own on a page of several."""
    width, columns = WIDTHS[kind]
    panels = (1, width) if CHARTS[name].fluid else (columns, (width - AXIS) // columns - GAP)
    found = drawn(name, layers, query, colours, panels)
    return inline(untitled_svg(name, found, width), f"{colours.name}-{kind}-", found.alt)


def inline(svg: str, prefix: str, alt: str) -> str:
    """An SVG to stand in HTML: sized by its place, named, with ids that begin with ``prefix``."""
    start = svg.index("<svg")
    opening, _, rest = svg[start:].partition(">")
    opening = re.sub(r'\s(width|height|role|aria-label)="[^"]*"', "", opening)
    named = f'{opening} role="img" aria-label="{escape(alt)}" preserveAspectRatio="xMinYMin meet">'
    return numbered(named + rest, prefix)


def _height(svg: str) -> str:
    """Height of an SVG in pixels, from its ``viewBox``."""
    found = re.search(r'viewBox="\S+ \S+ \S+ ([\d.]+)"', svg)
    return found[1] if found else "0"
