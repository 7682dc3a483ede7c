"""Edit rows of a source table and leave every other line of the file unchanged.

Changes of ``data/sources`` are reviewed as line diffs, so an unchanged row keeps its position and
its exact text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path

from geo.errors import SourceError

Cells = Mapping[str, str]
"""A row: column -> text, empty where there is no data."""

Key = tuple[str, ...]

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


@dataclass(frozen=True)
class _Record:
    cells: Cells
    text: str


class TableText:
    """The text of a source table, record by record.

    Parameters
    ----------
    text
        Content of the file; empty for a new table.
    columns
        Names in order, for a table without a header.
    key
        Columns that together identify a row.
    """

    def __init__(self, text: str, columns: Sequence[str], key: Sequence[str]) -> None:
        self.columns, self._key = list(columns), list(key)
        records = list(_records(text))
        if records:
            self.columns = records[0][0]
        self._records = {}
        for cells, raw in records[1:]:
            row = dict(zip(self.columns, cells, strict=False))
            self._records[self.key_of(row)] = _Record(row, raw)

    @classmethod
    def read(cls, path: Path, columns: Sequence[str], key: Sequence[str]) -> TableText:
        """Read the table from a file; without rows if there is no such file.

        Raises
        ------
        SourceError
            If the file is not UTF-8 or not CSV.
        """
        try:
            text = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
            return cls(text, columns, key)
        except (UnicodeDecodeError, csv.Error, KeyError) as error:
            raise SourceError(f"{path.name} is not a table with {key}: {error}.") from None

    def __len__(self) -> int:
        return len(self._records)

    def key_of(self, row: Cells) -> Key:
        """The key of a row."""
        return tuple(row[column] for column in self._key)

    def rows(self) -> dict[Key, Cells]:
        """All rows by key, in file order."""
        return {key: record.cells for key, record in self._records.items()}

    def remove(self, keys: Collection[Key]) -> None:
        """Remove rows by key."""
        self._records = {key: row for key, row in self._records.items() if key not in keys}

    def put(self, rows: Iterable[Cells]) -> None:
        """Update rows by key, or insert new ones in sort order.

        In an unsorted table a new row follows the one whose key has the longest common prefix.
        """
        ordered = all(a <= b for a, b in pairwise(map(_order, self._records)))
        added: dict[Key, _Record] = {}
        for row in rows:
            cells = {column: row.get(column, "") for column in self.columns}
            key = self.key_of(cells)
            old = self._records.get(key)
            if old is None:
                added[key] = _Record(cells, _line(cells.values()))
            elif not _same(old.cells, cells):
                self._records[key] = _Record(cells, _line(cells.values()))
        if ordered:
            merged = self._records | added
            self._records = {key: merged[key] for key in sorted(merged, key=_order)}
        else:
            for key in sorted(added, key=_order):
                self._insert(key, added[key])

    def _insert(self, key: Key, record: _Record) -> None:
        items = list(self._records.items())
        shared_prefixes = [_common(" ".join(key), " ".join(old)) for old, _ in items]
        position = (
            len(shared_prefixes) - shared_prefixes[::-1].index(max(shared_prefixes))
            if any(shared_prefixes)
            else len(items)
        )
        self._records = dict([*items[:position], (key, record), *items[position:]])

    def encode(self) -> bytes:
        """The content of the file."""
        return "".join(
            [_line(self.columns), *(record.text for record in self._records.values())]
        ).encode()


def _records(text: str) -> Iterable[tuple[list[str], str]]:
    """Cells and raw text of each record, which may span lines; blank lines are skipped."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, strict=True)
    start = 0
    for cells in reader:
        raw = "".join(lines[start : reader.line_num])
        start = reader.line_num
        if cells:
            yield cells, raw if raw.endswith("\n") else f"{raw}\n"


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _number(text: str) -> float | None:
    """Parse a plain number; ``02`` is a code, not a number."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _common(left: str, right: str) -> int:
    """Length of the common prefix of two texts."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    )


def _order(key: Key) -> tuple[tuple[bool, float, str], ...]:
    """Sort key: numbers by value before text."""
    numbers = [_number(part) for part in key]
    return tuple(
        (number is None, number or 0.0, part) for number, part in zip(numbers, key, strict=True)
    )


def _same(old: Cells, new: Cells) -> bool:
    """Whether two rows are equal, comparing ``2.50`` and ``2.5`` as numbers."""
    return all(
        old.get(column, "") == value
        or (_number(value) is not None and _number(old.get(column, "")) == _number(value))
        for column, value in new.items()
    )
