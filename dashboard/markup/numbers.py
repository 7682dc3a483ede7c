"""Number formatting in the user's language, shared by all pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from geo import i18n
from geo.i18n import decimal, exact, tr
from geo.vocabulary import POPULATION_BASES


def no_data() -> str:
    """Text for a missing value."""
    return tr("no data")


def is_missing(value: Any) -> bool:
    """Whether a value is missing."""
    return value is None or bool(pd.isna(value))


def people(value: Any) -> str:
    """A population with three significant digits, in thousands or millions.

    >>> people(1474393), people(55027), people(None)
    ('1.47 million', '55,000', 'no data')
    """
    if is_missing(value):
        return no_data()
    number = float(f"{float(value):.3g}")
    if number >= 1e9:
        return tr("{number} billion", number=exact(number / 1e9, 3))
    if number >= 1e6:
        return tr("{number} million", number=exact(number / 1e6, 3))
    return decimal(number)


def people_count(value: Any) -> str:
    """A population with three significant digits, for a column of them.

    >>> people_count(1474393), people_count(55027)
    ('1,470,000', '55,000')
    """
    return no_data() if is_missing(value) else decimal(float(f"{float(value):.3g}"))


def year_and_basis(city: Mapping[str, Any]) -> str:
    """Year and basis of the official population, as far as known.

    >>> year_and_basis({"population_year": 2024, "population_basis": "census"})
    '2024, census'
    """
    year, basis = city["population_year"], city["population_basis"]
    parts = (
        "" if is_missing(year) else str(year),
        "" if is_missing(basis) else tr(POPULATION_BASES[basis]),
    )
    return ", ".join(part for part in parts if part)


def percent(value: Any, digits: int = 1) -> str:
    """``54.3%``."""
    return no_data() if is_missing(value) else i18n.percent(decimal(float(value), digits))


def growth(value: Any) -> str:
    """Percent per year with its sign."""
    if is_missing(value):
        return no_data()
    return tr("{percent} per year", percent=i18n.percent(signed(value)))


def signed(value: Any) -> str:
    """A number with one decimal and its sign, for a column of rates.

    >>> signed(2.61), signed(-0.4)
    ('+2.6', '−0.4')
    """
    if is_missing(value):
        return no_data()
    number = decimal(float(value), 1)
    return number if number.startswith("−") else f"+{number}"


def one_decimal(value: Any) -> str:
    """A number with one decimal, for a column of them whose unit stands in its heading."""
    return no_data() if is_missing(value) else decimal(float(value), 1)


def whole(value: Any, unit: str = "") -> str:
    """``15,903``, with its unit if there is one."""
    if is_missing(value):
        return no_data()
    return f"{decimal(round(float(value)))} {unit}".rstrip()


def format_list(items: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(items) == 1:
        return items[0]
    return tr("{others} and {last}", others=", ".join(items[:-1]), last=items[-1])


def format_ranges(numbers: Iterable[int]) -> str:
    """Years or pages as text, consecutive ones as a range.

    >>> format_ranges([1972, 1973, 1974, 1980])
    '1972–1974 and 1980'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return format_list([f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs])


def named_only() -> str:
    """Text where a plan only names a focus area."""
    return tr("named without details")


def ordinal(number: int) -> str:
    """A place in an order.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 22, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd', '112th']
    """
    if number % 100 in (11, 12, 13):
        return tr("{n}th", n=number)
    if number % 10 == 1:
        return tr("{n}st", n=number)
    if number % 10 == 2:
        return tr("{n}nd", n=number)
    return tr("{n}rd", n=number) if number % 10 == 3 else tr("{n}th", n=number)
