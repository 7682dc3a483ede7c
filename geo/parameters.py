"""The values of a URL's parameters: read with a sentence for each fault, and written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from geo.errors import QueryError, no_such, not_known, quoted
from geo.i18n import decimal, mark, tr

Range = tuple[float | None, float | None]
"""Lowest and highest value, both included; ``None`` leaves an end open."""

ANY: Range = (None, None)

MAX_TEXT = 100
"""Characters of a text search; more is refused."""

MAX_WITHIN_KM = 10_000


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A URL's query by name; the values of a parameter that is repeated are joined by commas.

    >>> joined([("country", "IDN"), ("q", "smart"), ("country", "PHL")])
    {'country': 'IDN,PHL', 'q': 'smart'}
    """
    query: dict[str, str] = {}
    for name, value in pairs:
        query[name] = f"{query[name]},{value}" if name in query else value
    return query


def codes(name: str, value: str, known: Sequence[str]) -> tuple[str, ...]:
    """Codes with commas between them, each once; an error names the one that is not known."""
    wanted = dict.fromkeys(part.strip() for part in value.split(",") if part.strip())
    for part in wanted:
        if part not in known:
            raise QueryError(not_known(name, part, known))
    return tuple(wanted)


def code(name: str, value: str, known: Sequence[str]) -> str:
    """Exactly one code."""
    found = codes(name, value, known)
    if len(found) != 1:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not one id; give exactly one.",
                name=name,
                value=quoted(value),
            )
        )
    return found[0]


def parse_range(name: str, value: str) -> Range:
    """A range that is written as ``low..high``."""
    low, dots, high = value.partition("..")
    try:
        if not dots or "_" in value:  # float() takes 1_000, a reader of the address would not
            raise ValueError
        ends = tuple(float(end) if end.strip() else None for end in (low, high))
    except ValueError:
        ends = (math.nan, None)
    if any(end is not None and not math.isfinite(end) for end in ends):
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a range; write it as low..high, such as "
                "100000..2000000, either end may be left out.",
                name=name,
                value=quoted(value),
            )
        )
    first, last = ends
    if first is not None and last is not None and first > last:
        raise QueryError(
            tr(
                "Parameter {name}: {value} runs backwards; write low..high.",
                name=name,
                value=quoted(value),
            )
        )
    return first, last


def parse_search_text(value: str) -> str:
    """The text of a search."""
    if len(value) > MAX_TEXT:
        raise QueryError(
            tr(
                "Parameter {name}: {number} characters; {most} at the most.",
                name="q",
                number=decimal(len(value)),
                most=MAX_TEXT,
            )
        )
    return value


def parse_distance(value: str) -> float:
    """A distance in km."""
    try:
        distance = float(value)
    except ValueError:
        distance = math.nan
    if not 0 < distance <= MAX_WITHIN_KM:
        raise QueryError(
            tr(
                "Parameter {name}: {value} is not a distance; give km above 0, {most} at the most.",
                name="within",
                value=quoted(value),
                most=MAX_WITHIN_KM,
            )
        )
    return distance


def whole_number(value: str, most: int) -> int | None:
    """A whole number from 0 to ``most`` in plain digits; ``None`` for anything else, of any length.

    >>> whole_number("12", 3_000), whole_number("9" * 5_000, 3_000), whole_number("²", 3_000)
    (12, None, None)
    """
    digits = value.isascii() and value.isdigit() and len(value.lstrip("0")) <= len(str(most))
    # Python refuses to read more than 4,300 digits, zeros too.
    number = int(value.lstrip("0") or "0") if digits else most + 1
    return number if number <= most else None


def number_text(value: float) -> str:
    """A number as :func:`parse_range` reads it."""
    return str(int(value)) if value == int(value) else repr(value)


def range_text(ends: Range) -> str:
    """A range as :func:`parse_range` reads it; an open one is empty."""
    if ends == ANY:
        return ""
    return "..".join("" if end is None else number_text(end) for end in ends)


def reject_unknown_params(query: Query, known: Sequence[str]) -> None:
    """Refuse parameters that are not among ``known``."""
    unknown = sorted(set(query) - set(known))
    if unknown and not known:
        raise QueryError(tr("There is no parameter {name} here.", name=quoted(unknown[0])))
    if unknown:
        message = mark("There is no parameter {name}; there are {known}.")
        raise QueryError(no_such(message, unknown[0], known))


def one_of(name: str, query: Query, known: Mapping[str, object], usual: str) -> str:
    """The value of a parameter that has to be one of ``known``."""
    value = query.get(name) or usual
    if value not in known:
        raise QueryError(not_known(name, value, known))
    return value


Query = Mapping[str, str]
