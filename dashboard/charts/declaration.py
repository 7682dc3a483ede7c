"""How a chart is declared: what draws it, and which parameters it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.charts.base import Chart
from dashboard.markup.theme import Palette
from geo.analysis.filter import Filter
from geo.errors import QueryError, no_such, not_known, shown
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue

Query = Mapping[str, str]

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


def refuse_others(query: Query, known: Sequence[str]) -> None:
    """Refuse parameters that are not among ``known``."""
    unknown = sorted(set(query) - set(known))
    if unknown and not known:
        raise QueryError(tr("There is no parameter {name} here.", name=shown(unknown[0])))
    if unknown:
        message = mark("There is no parameter {name}; there are {known}.")
        raise QueryError(no_such(message, unknown[0], known))


def filter_of(layers: Catalogue, query: Query) -> Filter:
    """The filter of cities that a query asks for."""
    return Filter.from_query(query, layers["cities"]["city_id"])


def one_of(name: str, query: Query, known: Mapping[str, object], usual: str) -> str:
    """The value of a parameter that has to be one of ``known``."""
    value = query.get(name) or usual
    if value not in known:
        raise QueryError(not_known(name, value, known))
    return value
