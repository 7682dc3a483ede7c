"""What a benchmark tells: rows of a table, values of a plot."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Shown(NamedTuple):
    """A value in the plot.

    Attributes
    ----------
    panel
        Title of the panel, with the unit.
    name
        What the value is of: the label of its bar or, when it is a number, its place on a line.
    value
        The value.
    series
        The line that it is of.
    """

    panel: str
    name: str | float
    value: float
    series: str = ""


class Row(NamedTuple):
    """What was measured, figure, how often, what of it is plotted, and the seconds of a median that
    are told as a ratio to the machine's."""

    what: str
    figure: str
    often: str = ""
    shown: tuple[Shown, ...] = ()
    seconds: float | None = None


class Scale:
    """Whether benchmarks run in their short form, each in less than two minutes."""

    short = False

    @classmethod
    def of(cls, full: int, short: int) -> int:
        """A number of rounds, rows or seconds."""
        return short if cls.short else full


def spread(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """Median and 95th percentile in words."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"median {statistics.median(ordered):.{digits}f} {unit}, p95 {p95:.{digits}f} {unit}"


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
