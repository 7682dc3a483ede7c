"""Maps and charts of briefings, on paper's ground and without the titles of their image files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from dashboard.briefing.document import Picture
from dashboard.charts import export
from dashboard.charts.registry import build_chart
from dashboard.maps import city_map
from dashboard.maps.picture import Layout, untitled
from dashboard.maps.picture_content import map_content
from dashboard.maps.preview import Fetch
from dashboard.markup.theme import LIGHT
from geo.i18n import mark
from geo.layers.catalogue import Catalogue

HALF, WIDE = (400, 200), (760, 250)
"""Width of a chart in pixels and height of its plot: for half the width of a page, where its texts
have 7 to 8 points, and for the whole width of a slide."""

_LAYOUT = Layout(mark("Page"), 640, None, 0, 0, 17, 0, 1.3)
"""Map of a briefing, whose legend has 8 points at a width of 105 mm."""


def map_of(name: str, layers: Catalogue, query: Mapping[str, str], fetch: Fetch) -> Picture:
    """The map of a page, with its legends below.

    Parameters
    ----------
    name, query
        See :func:`dashboard.maps.registry.page_map`.
    """
    content = map_content(name, layers, query, LIGHT, fetch)
    drawn = untitled(content, _LAYOUT, LIGHT)
    alt = f"{content.title}. {content.summary}"
    return Picture(str(drawn.svg), drawn.width, drawn.height, alt)


def locator_map(layers: Catalogue, city_id: str, alt: str, caption: str = "") -> Picture:
    """The small map around a city."""
    svg = str(city_map.svg(layers, city_id, LIGHT))
    return Picture(svg, city_map.PIXELS, city_map.PIXELS, alt, caption)


def chart_of(
    name: str, layers: Catalogue, query: Mapping[str, str], size: tuple[int, int] = HALF
) -> tuple[Picture | None, str]:
    """A chart of the pages, and its source; no picture if there is nothing to draw.

    Parameters
    ----------
    name, query
        See :func:`dashboard.charts.registry.build_chart`.
    size
        :data:`HALF` or :data:`WIDE`.
    """
    titled = build_chart(name, layers, query, LIGHT)
    if titled.chart is None:
        return None, titled.source
    lower = replace(titled, chart={**titled.chart, "height": size[1]})
    svg = export.renumber_ids(export.untitled_svg(name, lower, size[0]))
    drawn = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert drawn
    picture = Picture(svg, float(drawn[1]), float(drawn[2]), titled.alt, titled.title)
    return picture, titled.source


def drawn_chart(
    name: str, layers: Catalogue, query: Mapping[str, str], size: tuple[int, int] = HALF
) -> tuple[Picture, str]:
    """A chart that always has something to draw; see :func:`chart_of`."""
    picture, source = chart_of(name, layers, query, size)
    assert picture is not None
    return picture, source
