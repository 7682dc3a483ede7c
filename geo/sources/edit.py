"""Read, change and write the rows of a source table as text.

Every table of ``data/sources`` is canonical: rows in the order of their key, quotation marks only
where CSV needs them, lines that end in LF. A changed row is therefore a change of its own lines
only. ``python -m geo.sources.edit`` writes all tables like this, such as after a spreadsheet saved
one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from geo.errors import SourceError
from geo.sources.read import SOURCES_DIR, present, table_schema

Cells = Mapping[str, str]
"""A row: column -> text, empty where there is no data."""

Key = tuple[str, ...]

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


class TableText:
    """The rows of a source table as text, by key.

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
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.columns, self._key = next(reader, list(columns)), list(key)
        rows = (dict(zip(self.columns, cells, strict=False)) for cells in reader if cells)
        self._rows: dict[Key, Cells] = {self.key_of(row): row for row in rows}

    @classmethod
    def read(cls, name: str, directory: Path) -> TableText:
        """Read a source table; without rows if there is no such file.

        Raises
        ------
        SourceError
            If the file is not UTF-8 or not CSV, or lacks a column of its key.
        """
        schema, path = table_schema(name), directory / f"{name}.csv"
        key = list(schema.unique)
        try:
            text = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
            return cls(text, list(schema.columns), key)
        except (UnicodeDecodeError, csv.Error, KeyError) as error:
            raise SourceError(f"{path.name} is not a table with {key}: {error}.") from None

    def key_of(self, row: Cells) -> Key:
        """The key of a row."""
        return tuple(row[column] for column in self._key)

    def rows(self) -> dict[Key, Cells]:
        """All rows by key."""
        return dict(self._rows)

    def remove(self, keys: Collection[Key]) -> None:
        """Remove rows by key."""
        self._rows = {key: row for key, row in self._rows.items() if key not in keys}

    def put(self, rows: Iterable[Cells]) -> None:
        """Update rows by key, or add new ones."""
        self._rows |= {
            self.key_of(row): {column: row.get(column, "") for column in self.columns}
            for row in rows
        }

    def encode(self) -> bytes:
        """The canonical content of the file."""
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self._rows[key] for key in sorted(self._rows, key=_order))
        return buffer.getvalue().encode()


def _order(key: Key) -> list[tuple[bool, float, str]]:
    """Sort key: numbers by value before text; ``02`` is a code, not a number."""
    return [
        (False, float(part), part) if _NUMBER.fullmatch(part) else (True, 0.0, part) for part in key
    ]


if __name__ == "__main__":
    for name in present():
        (SOURCES_DIR / f"{name}.csv").write_bytes(TableText.read(name, SOURCES_DIR).encode())
