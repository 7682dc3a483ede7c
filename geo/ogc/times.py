"""Times as OGC API - Features writes them (RFC 3339), each as exact as it is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np

from geo.errors import QueryError, quoted
from geo.i18n import tr

Span = tuple[np.datetime64, np.datetime64]
"""First second of a time, and the first second after it, in UTC."""

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")

ALWAYS: Span = (np.datetime64("0000", "s"), np.datetime64("9999-12-31T23:59:59", "s"))


def span(text: str) -> Span:
    """The seconds of a year, month, day or second.

    Examples
    --------
    >>> [str(edge) for edge in span("2024-02")]
    ['2024-02-01T00:00:00', '2024-03-01T00:00:00']

    Raises
    ------
    ValueError
        If it is none.
    """
    if _DATE.fullmatch(text):
        time = np.datetime64(text)
    elif _TIME.fullmatch(text):
        given = datetime.fromisoformat(text.upper())
        utc = given.astimezone(UTC) if given.tzinfo else given
        time = np.datetime64(utc.replace(tzinfo=None, microsecond=0), "s")
    else:
        raise ValueError(text)
    return time.astype("datetime64[s]"), (time + 1).astype("datetime64[s]")


def interval(text: str) -> Span:
    """The seconds that a ``datetime`` parameter asks for: one time, or two with a slash between,
    either of which may be ``..`` or empty for no end.

    Raises
    ------
    QueryError
        If it is neither, or ends before it starts.
    """
    start, slash, end = text.partition("/")
    try:
        if not slash:
            return span(start)
        first = ALWAYS[0] if start in {"", ".."} else span(start)[0]
        after = ALWAYS[1] if end in {"", ".."} else span(end)[1]
        if first < after:
            return first, after
    except (ValueError, OverflowError):
        pass
    raise QueryError(
        tr(
            "datetime is {value}; it can be a time such as 2024, 2024-02-12 or "
            "2024-02-12T23:20:50Z, or two with a slash between, the earlier first, .. for an open "
            "end.",
            value=quoted(text),
        )
    )
