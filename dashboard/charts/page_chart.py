"""Charts as pages draw them: the script of the component, and the specification that it fetches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.charts.registry import CHARTS, build_chart
from dashboard.charts.vega import to_json
from dashboard.markup.page_script import page_script
from dashboard.markup.theme import Palette
from geo.layers.catalogue import Catalogue

SCRIPT = page_script("/charts/component/chart-{name}.js", Path(__file__).with_name("chart.js"))

SPECIFICATION = "vl.json"
"""Extension of the URL of a specification."""

_PADDING = {"left": 0, "top": 0, "right": 0, "bottom": 12}


@dataclass(frozen=True)
class PageChart:
    """A chart of a page.

    Attributes
    ----------
    specification
        Vega-Lite specification with its data, as JSON; empty if there is nothing to draw.
    height
        Height of its plot in pixels, 0 if it follows from the data.
    title, alt, source
        See :class:`dashboard.charts.declaration.TitledChart`.
    """

    specification: bytes
    height: int
    title: str
    alt: str
    source: str


def page_chart(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    colours: Palette,
    panels: tuple[int, int],
) -> PageChart:
    """A chart of :data:`dashboard.charts.registry.CHARTS`, cached with the layers.

    Parameters
    ----------
    panels
        Number of panels per row, and the width of each in pixels.

    Raises
    ------
    NotFoundError
        If there is no such chart.
    QueryError
        If a parameter is invalid.
    """

    def make() -> PageChart:
        chart = build_chart(name, layers, query, colours, panels)
        if chart.chart is None:
            return PageChart(b"", 0, chart.title, chart.alt, chart.source)
        height = chart.chart.get("height")
        autosize = {"type": "fit" if CHARTS[name].fluid else "pad", "contains": "padding"}
        place = {"description": chart.alt, "padding": _PADDING, "autosize": autosize}
        return PageChart(
            to_json({**chart.chart, **place}).encode(),
            height if isinstance(height, int) else 0,
            chart.title,
            chart.alt,
            chart.source,
        )

    # The page that names a chart and the browser that fetches it ask for the same one.
    key = ("chart", name, tuple(sorted(query.items())), colours.name, panels)
    return layers.cached(key, make)
