"""Parse and format the values of URL query parameters."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from geo.errors import QueryError, no_such, not_known, quoted
from geo.i18n import decimal, mark, tr

Range = tuple[float | None, float | None]
"""Lowest and highest value, inclusive; ``None`` is an open end."""

ANY: Range = (None, None)

MAX_TEXT = 100
"""Maximum characters of a text search."""

MAX_WITHIN_KM = 10_000


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Query parameters by name; values of a repeated parameter are joined by commas.

    >>> joined([("country", "IDN"), ("q", "smart"), ("country", "PHL")])
    {'country': 'IDN,PHL', 'q': 'smart'}
    """
    query: dict[str, str] = {}
    for name, value in pairs:
        query[name] = f"{query[name]},{value}" if name in query else value
    return query


def codes(name: str, value: str, known: Sequence[str]) -> tuple[str, ...]:
    """Parse comma-separated codes, without duplicates; an error names an unknown one."""
    unique = dict.fromkeys(part.strip() for part in value.split(",") if part.strip())
    for part in unique:
        if part not in known:
            raise QueryError(not_known(name, part, known))
    return tuple(unique)


def code(name: str, value: str, known: Sequence[str]) -> str:
    """Parse exactly one code."""
    parsed = codes(name, value, known)
    if len(parsed) != 1:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a single id; give exactly one.",
                name=name,
                value=quoted(value),
            )
        )
    return parsed[0]


def parse_range(name: str, value: str) -> Range:
    """Parse a range ``low..high``."""
    low, dots, high = value.partition("..")
    try:
        if not dots or "_" in value:  # float() accepts 1_000
            raise ValueError
        ends = tuple(float(end) if end.strip() else None for end in (low, high))
    except ValueError:
        ends = (math.nan, None)
    if any(end is not None and not math.isfinite(end) for end in ends):
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a range; write it as low..high, such as "
                "100000..2000000. Either end may be left out.",
                name=name,
                value=quoted(value),
            )
        )
    first, last = ends
    if first is not None and last is not None and first > last:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is the wrong way round; write low..high.",
                name=name,
                value=quoted(value),
            )
        )
    return first, last


def parse_search_text(value: str, name: str = "q") -> str:
    """Check the length of a text search."""
    if len(value) > MAX_TEXT:
        raise QueryError(
            tr(
                "Parameter {name}: {number} characters; the limit is {most}.",
                name=name,
                number=decimal(len(value)),
                most=MAX_TEXT,
            )
        )
    return value


def parse_year(name: str, value: str) -> int:
    """Parse a year of four digits."""
    year = whole_number(value, 9_999)
    if year is None or year < 1_000:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a year; write it with four digits, such as 2024.",
                name=name,
                value=quoted(value),
            )
        )
    return year


def parse_distance(value: str) -> float:
    """Parse a distance in km."""
    try:
        distance = float(value)
    except ValueError:
        distance = math.nan
    if not 0 < distance <= MAX_WITHIN_KM:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a distance; give km above 0, at most {most}.",
                name="within",
                value=quoted(value),
                most=MAX_WITHIN_KM,
            )
        )
    return distance


def whole_number(value: str, maximum: int) -> int | None:
    """Parse a whole number from 0 to ``maximum`` in plain digits; ``None`` for anything else.

    >>> whole_number("12", 3_000), whole_number("9" * 5_000, 3_000), whole_number("²", 3_000)
    (12, None, None)
    """
    digits = value.isascii() and value.isdigit() and len(value.lstrip("0")) <= len(str(maximum))
    # Python refuses to parse more than 4,300 digits, including leading zeros.
    number = int(value.lstrip("0") or "0") if digits else maximum + 1
    return number if number <= maximum else None


def number_text(value: float) -> str:
    """Format a number for :func:`parse_range`."""
    return str(int(value)) if value == int(value) else repr(value)


def range_text(ends: Range) -> str:
    """Format a range for :func:`parse_range`; an unrestricted one is empty."""
    if ends == ANY:
        return ""
    return "..".join("" if end is None else number_text(end) for end in ends)


def reject_unknown_params(
    query: Query, known: Collection[str], unlisted: Collection[str] = ()
) -> None:
    """Raise QueryError for parameters that are not in ``known``, which the message lists, nor in
    ``unlisted``."""
    unknown = sorted(set(query) - set(known) - set(unlisted))
    if unknown and not known:
        raise QueryError(tr("There is no parameter {name} here.", name=quoted(unknown[0])))
    if unknown:
        message = mark("There is no parameter {name}. Available: {known}.")
        raise QueryError(no_such(message, unknown[0], known))


def one_of(name: str, query: Query, known: Mapping[str, object], usual: str) -> str:
    """The value of a parameter, checked to be one of ``known``."""
    value = query.get(name) or usual
    if value not in known:
        raise QueryError(not_known(name, value, known))
    return value


Query = Mapping[str, str]
