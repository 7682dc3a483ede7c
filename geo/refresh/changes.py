"""Readable differences between two versions of a source table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.errors import SourceError
from geo.schema.declare import Table
from geo.sources.edit import Cells, Key

MIN_ROW_SHARE = 0.95
"""Minimum number of rows of a newer source, relative to the current one."""

_SHOWN = 5


@dataclass(frozen=True)
class Changes:
    """Differences between two versions of a table.

    Attributes
    ----------
    added, dropped, changed
        Keys of the rows.
    largest
        Largest relative changes of numbers: key, column, before, after.
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
        """The differences as lines of text."""
        if not self:
            return [f"{self.table}: {self.after:,} rows, unchanged"]
        result = [
            f"{self.table}: {self.after:,} rows; {len(self.added):,} added, "
            f"{len(self.changed):,} changed, {len(self.dropped):,} dropped"
        ]
        result += [
            f"  {' '.join(key)}: {column} {before:,.10g} -> {after:,.10g} "
            f"({100 * _ratio(before, after):+,.1f}%)"
            for key, column, before, after in self.largest
        ]
        for what, keys in (("added", self.added), ("dropped", self.dropped)):
            if keys:
                more = f" and {len(keys) - _SHOWN:,} more" if len(keys) > _SHOWN else ""
                result.append(f"  {what}: {', '.join(' '.join(k) for k in keys[:_SHOWN])}{more}")
        return result


def changes(
    table: str, before: Mapping[Key, Cells], after: Mapping[Key, Cells], schema: Table
) -> Changes:
    """Compare two versions of a table, row by row.

    Parameters
    ----------
    table
        Its file name.
    before, after
        Rows by key.
    schema
        Determines the numeric columns.
    """
    numbers = [
        name
        for name, column in schema.columns.items()
        if column.dtype in {"float64", "Int64"} and name not in schema.unique
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


def require_enough(name: str, before: int, after: int, accept_fewer: bool) -> None:
    """Reject a source with far fewer rows than before.

    Raises
    ------
    SourceError
        If it has less than :data:`MIN_ROW_SHARE` of the rows, unless ``accept_fewer``.
    """
    if after < MIN_ROW_SHARE * before and not accept_fewer:
        raise SourceError(
            f"{name}: {after:,} rows, where there were {before:,}; fewer than "
            f"{100 * MIN_ROW_SHARE:.0f}% are not taken. If they are right, add --accept-fewer."
        )


def _ratio(before: float, after: float) -> float:
    return (after - before) / abs(before) if before else (after > 0) - (after < 0)
