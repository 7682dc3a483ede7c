"""Figures as words, the same on every page."""

from __future__ import annotations

from typing import Any

import pandas as pd

NO_DATA = "no data"


def missing(value: Any) -> bool:
    """Whether there is no value."""
    return value is None or bool(pd.isna(value))


def people(value: Any) -> str:
    """Three significant digits, in thousands or millions.

    >>> people(1474393), people(55027), people(None)
    ('1.47 million', '55,000', 'no data')
    """
    if missing(value):
        return NO_DATA
    number = float(f"{float(value):.3g}")
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:.3g} {name}"
    return f"{number:,.0f}"


def percent(value: Any, digits: int = 1) -> str:
    """``54.3 %``."""
    return NO_DATA if missing(value) else f"{float(value):.{digits}f} %"


def growth(value: Any) -> str:
    """Percent per year with its sign."""
    return NO_DATA if missing(value) else f"{float(value):+.1f} % per year".replace("-", "−")


def whole(value: Any, unit: str = "") -> str:
    """``15,903``, with its unit if there is one."""
    return NO_DATA if missing(value) else f"{round(float(value)):,}{' ' + unit if unit else ''}"


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 city``, ``2 cities``.

    >>> count(1, "city", "cities"), count(1200, "project")
    ('1 city', '1,200 projects')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
