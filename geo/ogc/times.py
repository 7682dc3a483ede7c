"""Times in OGC API - Features (RFC 3339), with their own precision."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np

from geo.errors import QueryError, quoted
from geo.i18n import tr

Interval = tuple[np.datetime64, np.datetime64]
"""Start (inclusive) and end (exclusive) in UTC, to the second."""

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")

ALWAYS: Interval = (np.datetime64("0000", "s"), np.datetime64("9999-12-31T23:59:59", "s"))


def parse_time(text: str) -> Interval:
    """Parse a year, month, day or second to an interval.

    Examples
    --------
    >>> [str(edge) for edge in parse_time("2024-02")]
    ['2024-02-01T00:00:00', '2024-03-01T00:00:00']

    Raises
    ------
    ValueError
        If it is not a time.
    """
    if _DATE.fullmatch(text):
        time = np.datetime64(text)
    elif _TIME.fullmatch(text):
        parsed = datetime.fromisoformat(text.upper())
        utc = parsed.astimezone(UTC) if parsed.tzinfo else parsed
        time = np.datetime64(utc.replace(tzinfo=None, microsecond=0), "s")
    else:
        raise ValueError(text)
    return time.astype("datetime64[s]"), (time + 1).astype("datetime64[s]")


def parse_interval(text: str) -> Interval:
    """Parse a ``datetime`` parameter: one time, or two separated by a slash, either of which may
    be ``..`` or empty for an open end.

    Raises
    ------
    QueryError
        If it is invalid, or ends before it starts.
    """
    start, slash, end = text.partition("/")
    try:
        if not slash:
            return parse_time(start)
        first = ALWAYS[0] if start in {"", ".."} else parse_time(start)[0]
        after = ALWAYS[1] if end in {"", ".."} else parse_time(end)[1]
        if first < after:
            return first, after
    except (ValueError, OverflowError):
        pass
    raise QueryError(
        tr(
            "datetime is {value}; it must be a time such as 2024, 2024-02-12 or "
            "2024-02-12T23:20:50Z, or two times separated by a slash, the earlier first, with "
            ".. for an open end.",
            value=quoted(text),
        )
    )
