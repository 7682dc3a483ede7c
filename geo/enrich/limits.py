"""How much of a reader's file is read, and what reading it may cost."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_048_576

MAX_TEXT = 131_072
"""Characters of one value; Python's own CSV reader gives up at the same length."""

MAX_COLUMNS = 300
"""Columns of a table; more are a matrix, not a list of places."""

CHUNK_ROWS = 50_000
"""Rows that are in memory at once. Twice as many cost 60 MB more and save 3 % of the time."""


@dataclass(frozen=True)
class Limits:
    """Sizes and costs beyond which a file is refused.

    The process that reads the file is held to the last four from outside, whatever the file is;
    see :mod:`geo.enrich.worker`.

    Attributes
    ----------
    bytes
        Of the file as it is given.
    rows
        Of the whole file, those that are set aside and empty lines among them.
    memory
        MB that reading and joining may take beside the program itself.
    seconds
        Of one core.
    clock
        Seconds until the answer is whole.
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
"""For a file that a visitor sends."""

FILE = Limits(
    bytes=200_000_000_000,
    rows=1_000_000_000,
    memory=2_000,
    seconds=3_600,
    clock=float("inf"),
    result=float("inf"),
)
"""For a command that the owner of the machine runs."""
