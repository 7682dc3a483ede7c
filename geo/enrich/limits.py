"""Limits on the size of a user's file and on the cost of reading it."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_048_576

MAX_TEXT = 131_072
"""Maximum characters of a value; Python's CSV reader has the same limit."""

MAX_COLUMNS = 300
"""Maximum columns of a table; more are a matrix, not a list of places."""

CHUNK_ROWS = 50_000
"""Rows in memory at a time. Twice as many take 60 MB more and save 3% of the time."""


@dataclass(frozen=True)
class Limits:
    """Limits beyond which a file is rejected.

    The last four are enforced on the process that reads the file from outside; see
    :mod:`geo.enrich.worker`.

    Attributes
    ----------
    bytes
        Size of the file.
    rows
        Rows of the file, including invalid rows and empty lines.
    memory
        MB for reading and joining, in addition to the program itself.
    seconds
        CPU time.
    clock
        Seconds until the response is complete.
    result
        MB of joined rows.
    """

    bytes: int
    rows: int
    memory: int
    seconds: int
    clock: float
    result: float


PAGE = Limits(bytes=25 * MEGABYTE, rows=200_000, memory=500, seconds=10, clock=20.0, result=150.0)
"""For files uploaded by a user of the dashboard."""

FILE = Limits(
    bytes=200_000_000_000,
    rows=1_000_000_000,
    memory=2_000,
    seconds=3_600,
    clock=float("inf"),
    result=float("inf"),
)
"""For the command line."""
