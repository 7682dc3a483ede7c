"""How a chart is declared: what draws it, and which parameters it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.charts.base import Chart
from dashboard.markup.theme import Palette
from geo.analysis.filter import Filter
from geo.layers.catalogue import Catalogue
from geo.parameters import Query

COLUMNS, PANEL = 4, 170
"""Small charts in a row, and the width of each in pixels, where no window decides."""


@dataclass(frozen=True)
class Drawn:
    """A chart with what is said around it.

    Attributes
    ----------
    chart
        ``None`` when the query leaves nothing to draw.
    title, alt, source
        Heading of the picture file, text for those who do not see it, and where the figures are
        from.
    """

    chart: Chart | None
    title: str
    alt: str
    source: str


@dataclass(frozen=True)
class Drawing:
    """How a chart is asked for.

    Attributes
    ----------
    draw
        Called with the layers, the query, the colours and the size of small multiples (columns
        and width in pixels).
    parameters
        Names that its query may have.
    fluid
        Whether its width is that of its place; small multiples have a width of their own.
    """

    draw: Callable[[Catalogue, Query, Palette, tuple[int, int]], Drawn]
    parameters: tuple[str, ...] = ()
    fluid: bool = True


def filter_of(layers: Catalogue, query: Query) -> Filter:
    """The filter of cities that a query asks for."""
    return Filter.from_query(query, layers["cities"]["city_id"])
