"""How much of a reader's file is read."""

from __future__ import annotations

from dataclasses import dataclass

MAX_TEXT = 131_072
"""Characters of one value; Python's own CSV reader gives up at the same length."""

MAX_COLUMNS = 300
"""Columns of a table; more are a matrix, not a list of places."""

CHUNK_ROWS = 50_000
"""Rows that are in memory at once. Twice as many cost 60 MB more and save 3 % of the time."""


@dataclass(frozen=True)
class Limits:
    """Sizes beyond which a file is refused.

    Attributes
    ----------
    bytes
        Of the file as it is given.
    decoded_bytes
        Of the table once it is unpacked, as a Parquet file can be far smaller than its content.
    rows, vertices
        Of the whole file; for a polygon its vertices, for a point one.
    collection_bytes
        Of a GeoJSON document, which has to be read whole; text sequences are read line by line.
    """

    bytes: int
    decoded_bytes: int
    rows: int
    vertices: int
    collection_bytes: int = 64_000_000


PAGE = Limits(bytes=25 * 1024 * 1024, decoded_bytes=256_000_000, rows=200_000, vertices=2_000_000)
"""For a file that a visitor sends: a few seconds of one core, below 1 GB of memory."""

FILE = Limits(
    bytes=200_000_000_000,
    decoded_bytes=1_000_000_000_000,
    rows=1_000_000_000,
    vertices=100_000_000_000,
)
"""For a command that the owner of the machine runs: only what could never be meant."""
