"""Classes of the map's values: breaks, colours and labels, shared by map and legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.markup.theme import Palette, rgb
from geo.i18n import exact, tr

SHARE_BREAKS = (30.0, 45.0, 60.0, 75.0)
"""Urban share, %. Round numbers that part the member states into five groups of similar size
over 1990 to 2024; fixed, so that a colour means the same in every year."""

GROWTH_BREAKS = (1.0, 2.0, 3.0, 4.0)
"""Mean annual growth of an agglomeration, % per year."""

UN_GROWTH_BREAKS = (0.0, 1.0, 2.0, 3.0)
"""Mean annual growth of a UN city of 2025, % per year; a third of them shrinks from 2025 on."""


@dataclass(frozen=True)
class Classes:
    """Ascending breaks and one colour more than there are breaks.

    A value belongs to the first class whose upper break it lies below.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    unit: str

    def __post_init__(self) -> None:
        if len(self.colours) != len(self.breaks) + 1:
            raise ValueError(f"{len(self.breaks)} breaks need {len(self.breaks) + 1} colours")

    def colour(self, value: float) -> str:
        """Colour of a value."""
        return self.colours[sum(value >= at for at in self.breaks)]

    def labels(self) -> list[str]:
        """One label a class: ``below 30``, ``30 to 45``, ``75 and more``."""
        inner = [
            tr("{low} to {high}", low=exact(low), high=exact(high))
            for low, high in zip(self.breaks[:-1], self.breaks[1:], strict=True)
        ]
        return [
            tr("below {number}", number=exact(self.breaks[0])),
            *inner,
            tr("{number} and more", number=exact(self.breaks[-1])),
        ]

    def expression(self, property: str, missing: str, opacity: int | None = None) -> str:
        """The map expression that gives each feature its colour as ``[r, g, b]``, with an opacity
        of 255 as a fourth number where one is given."""
        value, more = f"properties.{property}", [] if opacity is None else [opacity]
        choice = str([*rgb(self.colours[-1]), *more])
        pairs: Sequence[tuple[float, str]] = list(zip(self.breaks, self.colours, strict=False))
        for at, colour in reversed(pairs):
            choice = f"{value} < {at:g} ? {[*rgb(colour), *more]} : {choice}"
        return f"{value} == null ? {[*rgb(missing), *more]} : {choice}"


def share_classes(colours: Palette) -> Classes:
    """Classes of a country's urban share."""
    return Classes(SHARE_BREAKS, colours.share, tr("% of total population"))


def growth_classes(colours: Palette) -> Classes:
    """Classes of an agglomeration's growth."""
    return Classes(GROWTH_BREAKS, colours.growth, tr("% per year"))


def un_growth_classes(colours: Palette) -> Classes:
    """Classes of a UN city's growth; one that shrinks has a hue of its own."""
    return Classes(UN_GROWTH_BREAKS, (colours.share[3], *colours.growth[1:]), tr("% per year"))
