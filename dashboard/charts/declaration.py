"""Declaration of charts: the function that draws it, and its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.charts.vega import Spec
from dashboard.markup.theme import Palette
from geo.analysis.filter import Filter
from geo.layers.catalogue import Catalogue
from geo.parameters import Query

PANEL_COLUMNS, PANEL_WIDTH = 4, 170
"""Default number of panels per row, and the width of each in pixels."""


@dataclass(frozen=True)
class TitledChart:
    """A chart with its title, alternative text and source.

    Attributes
    ----------
    chart
        Vega-Lite specification; ``None`` if the query matches nothing.
    title, alt, source
        Title in image files, alternative text, and source of the data.
    """

    chart: Spec | None
    title: str
    alt: str
    source: str


@dataclass(frozen=True)
class ChartDeclaration:
    """How to draw a chart.

    Attributes
    ----------
    draw
        Called with the layers, the query, the colours and the size of small multiples (columns
        and width in pixels).
    parameters
        Allowed query parameters.
    fluid
        Whether it fills the width of its container; small multiples have a fixed width.
    """

    draw: Callable[[Catalogue, Query, Palette, tuple[int, int]], TitledChart]
    parameters: tuple[str, ...] = ()
    fluid: bool = True


def said(*sentences: str) -> str:
    """The alternative text of a chart: what it is of, and what it shows, without empty parts."""
    return " ".join(sentence for sentence in sentences if sentence)


def filter_from_query(layers: Catalogue, query: Query) -> Filter:
    """The city filter of a query."""
    return Filter.from_query(query, layers["cities"]["city_id"])
