"""What a newer source changes in a table, in rows that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandera.pandas as pa

from geo.errors import SourceError
from geo.sources.edit import Cells, Key

FEWEST = 0.95
"""Share of its rows that a newer source has to hold."""

_SHOWN = 5


@dataclass(frozen=True)
class Changes:
    """Difference of two states of a table.

    Attributes
    ----------
    added, dropped, changed
        Keys of the rows.
    largest
        Numbers that changed most in proportion: key, column, before, after.
    """

    table: str
    before: int
    after: int
    added: Sequence[Key]
    dropped: Sequence[Key]
    changed: Sequence[Key]
    largest: Sequence[tuple[Key, str, float, float]]

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.changed)

    def lines(self) -> list[str]:
        """The difference in words, one line each."""
        if not self:
            return [f"{self.table}: {self.after:,} rows, unchanged"]
        said = [
            f"{self.table}: {self.after:,} rows; {len(self.added):,} added, "
            f"{len(self.changed):,} changed, {len(self.dropped):,} dropped"
        ]
        said += [
            f"  {' '.join(key)}: {column} {before:,.10g} -> {after:,.10g} "
            f"({100 * _ratio(before, after):+,.1f} %)"
            for key, column, before, after in self.largest
        ]
        for what, keys in (("added", self.added), ("dropped", self.dropped)):
            if keys:
                more = f" and {len(keys) - _SHOWN:,} more" if len(keys) > _SHOWN else ""
                said.append(f"  {what}: {', '.join(' '.join(k) for k in keys[:_SHOWN])}{more}")
        return said


def changes(
    table: str, before: Mapping[Key, Cells], after: Mapping[Key, Cells], schema: pa.DataFrameSchema
) -> Changes:
    """Compare two states of a table, row by row.

    Parameters
    ----------
    table
        Its file name.
    before, after
        Rows by key.
    schema
        Tells which columns hold numbers.
    """
    numbers = [
        name
        for name, column in schema.columns.items()
        if str(column.dtype) in {"float64", "Int64"} and name not in (schema.unique or ())
    ]
    changed = [key for key, row in after.items() if key in before and before[key] != row]
    moved = [
        (key, name, float(before[key][name]), float(after[key][name]))
        for key in changed
        for name in numbers
        if before[key].get(name) and after[key][name] and before[key][name] != after[key][name]
    ]
    moved.sort(key=lambda move: -abs(_ratio(move[2], move[3])))
    return Changes(
        table,
        len(before),
        len(after),
        [key for key in after if key not in before],
        [key for key in before if key not in after],
        changed,
        moved[:_SHOWN],
    )


def require_enough(what: str, before: int, after: int, accept_fewer: bool) -> None:
    """Refuse a source that holds much less than the one before.

    Raises
    ------
    SourceError
        If it holds less than :data:`FEWEST` of the rows, unless fewer are accepted.
    """
    if after < FEWEST * before and not accept_fewer:
        raise SourceError(
            f"{what}: {after:,} rows, where there were {before:,}; fewer than "
            f"{100 * FEWEST:.0f} % are not taken. If they are right, add --accept-fewer."
        )


def _ratio(before: float, after: float) -> float:
    return (after - before) / abs(before) if before else (after > 0) - (after < 0)
