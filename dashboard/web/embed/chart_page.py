"""Embed page of a chart, without scripts: rendered at several widths, CSS shows one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

from dashboard.charts.export import renumber_ids, untitled_svg
from dashboard.charts.registry import CHARTS, build_chart
from dashboard.datasets.charts import CHART_DATA
from dashboard.datasets.files import CHART_KIND, links
from dashboard.markup.breakpoints import AXIS_WIDTH, PANEL_GAP
from dashboard.markup.html import tag
from dashboard.markup.theme import LIGHT, Palette
from dashboard.web.embed.html import document, themed
from geo.errors import QueryError
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

WIDTHS: Mapping[str, tuple[int, int]] = {"narrow": (340, 2), "wide": (660, 4)}
"""CSS class -> width in pixels at which a chart is rendered, and its number of panel columns."""


def page(name: str, layers: Catalogue, query: Mapping[str, str], theme: str) -> str:
    """The embed page of a chart.

    Raises
    ------
    NotFoundError
        If there is no such chart.
    QueryError
        If a parameter is invalid, or the query matches nothing.
    """
    chart = build_chart(name, layers, query, LIGHT)
    if chart.chart is None:
        raise QueryError(tr("There is nothing to draw for this query."))
    page_path = links(CHART_KIND, name, CHART_DATA[name], query)["page"]

    # Charts with panels have no room to shrink.
    scale = f"--least:{0.7 if CHARTS[name].fluid else 1}"

    def render_sizes(colours: Palette) -> list[Markup]:
        pictures = {
            size_class: _chart_svg(name, layers, query, colours, size_class)
            for size_class in WIDTHS
        }
        return [
            tag(
                "div",
                svg,
                class_=size_class,
                style=f"--height:{_height(svg)}px;{scale}",
            )
            for size_class, svg in pictures.items()
        ]

    figure = tag("figure", themed(theme, render_sizes), class_="chart")
    note = tr("Source: {source}", source=chart.source)
    return document(chart.title, theme, figure, (note,), page_path)


def _chart_svg(
    name: str, layers: Catalogue, query: Mapping[str, str], colours: Palette, size_class: str
) -> Markup:
    """The chart as SVG that scales to its container, with ids that are unique on the page."""
    width, columns = WIDTHS[size_class]
    panels = (
        (1, width) if CHARTS[name].fluid else (columns, (width - AXIS_WIDTH) // columns - PANEL_GAP)
    )
    chart = build_chart(name, layers, query, colours, panels)
    return inline_svg(untitled_svg(name, chart, width), f"{colours.name}-{size_class}-", chart.alt)


def inline_svg(svg: str, prefix: str, alt: str) -> Markup:
    """An SVG of our own to inline in HTML: sized by its container, labelled, ids prefixed by
    ``prefix``."""
    _, opening, rest = re.split("(<svg[^>]*)>", svg, maxsplit=1)
    opening = re.sub(r'\s(width|height|role|aria-label)="[^"]*"', "", opening)
    label = Markup(' role="img" aria-label="{}" preserveAspectRatio="xMinYMin meet">').format(alt)
    # Vega and our own maps have escaped all texts in it.
    return Markup(renumber_ids(opening + str(label) + rest, prefix))  # noqa: S704


def _height(svg: str) -> str:
    """Height of an SVG in pixels, from its ``viewBox``."""
    match = re.search(r'viewBox="\S+ \S+ \S+ ([\d.]+)"', svg)
    return match[1] if match else "0"
