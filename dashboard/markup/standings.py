"""Where one stands among those that have a figure: words, and a strip with all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import tag
from geo.analysis.standing import Standing
from geo.i18n import decimal, ntr, tr

Format = Callable[[float], str]
"""Writes a value with its unit."""

LOGARITHMIC_FROM = 30
"""Ratio of the largest to the smallest value from which a strip has a logarithmic scale."""


def place(standing: Standing) -> str:
    """Place among all that have a figure, such as ``12th of 36``; two places where the figure
    itself has two values."""
    values = {
        "place": numbers.ordinal(standing.first),
        "last": numbers.ordinal(standing.last),
        "number": decimal(standing.number),
    }
    if standing.first != standing.last:
        return tr("{place} to {last} of {number}", **values)
    if standing.ties:
        return ntr(
            "{place} of {number}, tied with {n} other",
            "{place} of {number}, tied with {n} others",
            standing.ties,
            **values,
        )
    return tr("{place} of {number}", **values)


def places(first_and_last: tuple[int, int]) -> str:
    """Range of places over several definitions."""
    first, last = first_and_last
    return tr(
        "{first} to {last}, depending on the definition",
        first=numbers.ordinal(first),
        last=numbers.ordinal(last),
    )


def strip(standing: Standing, name: str, group: str, text: Format) -> Markup:
    """All figures on a line, with that of one and the medians marked.

    Drawn with borders, which are printed too; screen readers get a sentence.

    Parameters
    ----------
    name
        Of the city or country.
    group
        Whose median is marked too, such as the country of the city.
    """
    everyone = (*standing.values, *standing.others)
    at = _scale(everyone)

    def drawn(kind: str, value: float) -> Markup:
        return tag("i", class_=kind, style=f"left:{at(value):.1f}%")

    marks = [drawn("each", value) for value in standing.others]
    marks.append(drawn("median", standing.median))
    if standing.group_median is not None:
        marks.append(drawn("group", standing.group_median))
    marks += [drawn("own", value) for value in standing.values]
    says = tr(
        "{name}: {place}; highest {highest}, lowest {lowest}; overall median {median}.",
        name=name,
        place=place(standing),
        highest=text(max(everyone)),
        lowest=text(min(everyone)),
        median=text(standing.median),
    )
    if standing.group_median is not None:
        value = text(standing.group_median)
        says = f"{says} {tr('Median of {group}: {value}.', group=group, value=value)}"
    return tag("div", marks, class_="strip", role="img", aria_label=says)


def _scale(values: Sequence[float]) -> Callable[[float], float]:
    """Position of a value on a strip in percent of its width."""
    low, high = min(values), max(values)
    if low == high:
        return lambda _: 50.0
    if low > 0 and high / low >= LOGARITHMIC_FROM:
        return lambda value: 100 * math.log(value / low) / math.log(high / low)
    return lambda value: 100 * (value - low) / (high - low)


def key(own: str, group: str = "") -> Markup:
    """What the marks of the strips stand for.

    Parameters
    ----------
    own, group
        Labels of the one that is marked, and of the group with a median of its own, if any.
    """
    entries = (
        ("own", own),
        ("each", tr("others with a figure")),
        ("median", tr("overall median")),
        ("group", group),
    )
    lines = [
        tag("span", tag("span", tag("i", class_=kind), class_="strip"), label)
        for kind, label in entries
        if label
    ]
    return tag("p", lines, class_="strip-key")


def key_note() -> str:
    """Note on the order and scale of places and strips."""
    return tr(
        "Ranks run from the highest figure down; equal figures share a rank. Strips run from "
        "the lowest to the highest figure, on a logarithmic scale where the highest is at "
        "least {ratio} times the lowest.",
        ratio=LOGARITHMIC_FROM,
    )
