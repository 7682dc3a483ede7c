"""Classification of map values: breaks, colours and labels, shared by maps and legends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.markup.theme import Palette, rgb
from geo.i18n import exact, tr

SHARE_BREAKS = (30.0, 45.0, 60.0, 75.0)
"""Urban share, %. Round numbers that divide the member states into five groups of similar size
over 1990 to 2024; fixed, so that a colour means the same in every year."""

GROWTH_BREAKS = (1.0, 2.0, 3.0, 4.0)
"""Mean annual growth of an agglomeration, % per year."""

UN_GROWTH_BREAKS = (0.0, 1.0, 2.0, 3.0)
"""Mean annual growth of a UN city of 2025, % per year; a third of them shrink after 2025."""


@dataclass(frozen=True)
class Classes:
    """Ascending breaks, and one more colour than breaks.

    A value belongs to the first class whose upper break is greater than the value.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    unit: str

    def __post_init__(self) -> None:
        if len(self.colours) != len(self.breaks) + 1:
            raise ValueError(f"{len(self.breaks)} breaks need {len(self.breaks) + 1} colours")

    def colour(self, value: float) -> str:
        """Colour of a value."""
        return self.colours[sum(value >= lower for lower in self.breaks)]

    def labels(self) -> list[str]:
        """One label per class: ``below 30``, ``30 to 45``, ``75 and more``."""
        inner = [
            tr("{low} to {high}", low=exact(low), high=exact(high))
            for low, high in zip(self.breaks[:-1], self.breaks[1:], strict=True)
        ]
        return [
            tr("below {number}", number=exact(self.breaks[0])),
            *inner,
            tr("{number} or more", number=exact(self.breaks[-1])),
        ]

    def expression(self, property: str, missing: str | None, opacity: int | None = None) -> str:
        """deck.gl expression for the colour of a feature: ``[r, g, b]``, or ``[r, g, b, a]`` with
        an ``opacity`` from 0 to 255; transparent without a value if ``missing`` is ``None``."""
        value, alpha = f"properties.{property}", [] if opacity is None else [opacity]
        choice = str([*rgb(self.colours[-1]), *alpha])
        pairs: Sequence[tuple[float, str]] = list(zip(self.breaks, self.colours, strict=False))
        for upper, colour in reversed(pairs):
            choice = f"{value} < {upper:g} ? {[*rgb(colour), *alpha]} : {choice}"
        empty = [*rgb(missing), *alpha] if missing else [0, 0, 0, 0]
        return f"{value} == null ? {empty} : {choice}"


def share_classes(colours: Palette) -> Classes:
    """Classes of a country's urban share."""
    return Classes(SHARE_BREAKS, colours.share, tr("% of total population"))


def growth_classes(colours: Palette) -> Classes:
    """Classes of an agglomeration's growth."""
    return Classes(GROWTH_BREAKS, colours.growth, tr("% per year"))


_OF_FIVE = {2: (1, 3), 3: (1, 2, 4), 4: (1, 2, 3, 4), 5: (0, 1, 2, 3, 4)}
"""Number of classes -> positions in a ramp of five colours; the first is close to that of land."""

MAX_CLASSES = max(_OF_FIVE)


def indicator_classes(number: int, colours: Palette) -> Classes:
    """Colours of so many classes of an indicator, by the position of a class."""
    breaks = tuple(position + 0.5 for position in range(number - 1))
    return Classes(breaks, tuple(colours.growth[i] for i in _OF_FIVE[number]), "")


def un_growth_classes(colours: Palette) -> Classes:
    """Classes of a UN city's growth; shrinking cities have a different hue."""
    return Classes(UN_GROWTH_BREAKS, (colours.share[3], *colours.growth[1:]), tr("% per year"))
