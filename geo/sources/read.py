"""Read and validate the source tables, ``data/sources/*.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import SourceError
from geo.layers.files import DATA, plain
from geo.schema.declare import Column, Table
from geo.schema.sources import EVERY, LISTS, OPTIONAL_TABLES, REFERENCES, TABLES
from geo.schema.validate import failure_cases

SOURCES_DIR = DATA / "sources"

__all__ = [
    "TABLES",
    "cells",
    "dangling",
    "incomplete",
    "line_number",
    "present",
    "read",
    "read_all",
    "require_known",
    "table_schema",
]

_LARGEST_WHOLE = 2**53
"""Integers above this are not exact as floating point, in which cells are parsed."""

_LINE = "line"
"""Index name of a table read from a file."""


def table_schema(name: str) -> Table:
    """Schema of a required or optional table."""
    return OPTIONAL_TABLES[name] if name in OPTIONAL_TABLES else TABLES[name]


def present(directory: Path = SOURCES_DIR) -> list[str]:
    """Required tables, and the optional ones that the directory contains."""
    optional = (name for name in OPTIONAL_TABLES if (directory / f"{name}.csv").is_file())
    return [*TABLES, *optional]


def read(name: str, directory: Path = SOURCES_DIR) -> pd.DataFrame:
    """Read a source table, typed and validated.

    Parameters
    ----------
    name
        File stem in ``directory``, one of :data:`geo.schema.sources.TABLES` or
        :data:`geo.schema.sources.OPTIONAL_TABLES`.

    Returns
    -------
    pandas.DataFrame
        Indexed by the line number where each row starts; see :func:`line_number`.

    Raises
    ------
    SourceError
        If the file is missing or not CSV, has a missing or unknown column, a duplicate key or an
        invalid value; the message names file, line, column and value.
    """
    schema, path = table_schema(name), directory / f"{name}.csv"
    raw = cells(path)
    _check_columns(raw, schema, path)
    frame = pd.DataFrame({c: _typed(raw[c], schema.columns[c], path) for c in schema.columns})
    _check_key(frame, list(schema.unique), path)
    cases = failure_cases(schema, frame)
    if len(cases):
        raise SourceError(_first_failure(cases, path))
    return frame


def cells(path: Path) -> pd.DataFrame:
    """The cells of a file as text, indexed by the line number where each row starts.

    Rows may span lines and there may be blank lines, so the CSV reader's line count is used.

    Raises
    ------
    SourceError
        If the file is missing or not CSV.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        heading = next(reader)
        lines, rows = [], []
        start = reader.line_num + 1
        for row in reader:
            if len(row) > len(heading):
                raise SourceError(
                    f"{path.name}, line {start}: {len(row)} cells, but the heading has "
                    f"{len(heading)}; put a text that holds a comma in quotation marks."
                )
            if any(cell.strip() for cell in row):
                lines.append(start)
                rows.append(row + [""] * (len(heading) - len(row)))
            start = reader.line_num + 1
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing from {path.parent}.") from None
    except StopIteration:
        raise SourceError(f"{path.name} is empty, not a UTF-8 CSV table.") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} is not a UTF-8 CSV table: {error}.") from None
    return pd.DataFrame(rows, columns=heading, index=pd.Index(lines, name=_LINE), dtype="str")


def _check_columns(raw: pd.DataFrame, schema: Table, path: Path) -> None:
    missing = [c for c in schema.columns if c not in raw.columns]
    unknown = [c for c in raw.columns if c not in schema.columns]
    twice = raw.columns[raw.columns.duplicated()].unique()
    if missing or unknown or len(twice):
        problems = [f"lacks column {', '.join(missing)}"] if missing else []
        problems += [f"has unknown column {', '.join(unknown)}"] if unknown else []
        problems += [f"has column {', '.join(twice)} twice"] if len(twice) else []
        raise SourceError(f"{path.name} {' and '.join(problems)}; see data/sources/README.md.")


def _typed(values: pd.Series, declared: Column, path: Path) -> pd.Series:
    """Convert text cells to the column's type; empty cells are missing."""
    stripped = values.str.strip()
    empty = stripped == ""
    dtype = str(declared.dtype)
    if dtype.startswith("str"):
        return stripped.mask(empty)
    numbers = pd.to_numeric(stripped.mask(empty), errors="coerce")
    whole = dtype == "Int64"
    inexact = (numbers % 1 != 0) | (numbers.abs() > _LARGEST_WHOLE)
    wrong = ~empty & (numbers.isna() | (whole & inexact))
    if wrong.any():
        row: Any = wrong.idxmax()
        kind = "a whole number" if whole else "a number"
        raise SourceError(
            f"{path.name}, line {row}, column {values.name}: {values[row]!r} is not {kind}."
        )
    return numbers.astype("Int64") if whole else numbers.astype(float)


def _check_key(frame: pd.DataFrame, key: list[str], path: Path) -> None:
    repeated = frame.duplicated(key, keep="first")
    if repeated.any():
        row: Any = repeated.idxmax()
        value = ", ".join(str(v) for v in frame.loc[row, key])
        first = frame[key].eq(frame.loc[row, key]).all(axis=1).idxmax()
        raise SourceError(
            f"{path.name}, line {row}, column {', '.join(key)}: {value!r} stands already "
            f"in line {first}; each may stand once."
        )


def _first_failure(cases: pd.DataFrame, path: Path) -> str:
    case = cases.iloc[0]
    others = len(cases) - 1
    more = f" ({others} more rows are wrong)" if others else ""
    line = "" if pd.isna(case["index"]) else f", line {int(case['index'])}"
    check = str(case["check"])
    if check == "not_nullable":
        return f"{path.name}{line}, column {case['column']}: empty, but a value is needed{more}."
    return (
        f"{path.name}{line}, column {case['column']}: {plain(case['failure_case'])!r} is not "
        f"{check}{more}."
    )


def line_number(frame: pd.DataFrame, row: int) -> int:
    """Line number in the file of row ``row`` (from 0) of a source table.

    For a frame that was not read from a file, rows are counted from the header.
    """
    return int(frame.index[row]) if frame.index.name == _LINE else row + 2


def dangling(tables: Mapping[str, pd.DataFrame]) -> Iterator[SourceError]:
    """One error for each dangling reference between tables.

    Parameters
    ----------
    tables
        Source tables by name; references to or from missing tables are not checked.
    """
    for name, column, other, key in REFERENCES:
        if name in tables and other in tables:
            try:
                frame = tables[name]
                if (name, column) in LISTS:
                    frame = frame.assign(**{column: frame[column].str.split(";")}).explode(column)
                require_known(frame, column, tables[other][key], f"{name}.csv", f"{other}.csv")
            except SourceError as error:
                yield error


def incomplete(tables: Mapping[str, pd.DataFrame]) -> Iterator[SourceError]:
    """One error for each table without a row that another one requires.

    Parameters
    ----------
    tables
        Source tables by name; checks that need a missing table are skipped.
    """
    for name, column, other, key in EVERY:
        if name in tables and other in tables:
            missing = tables[other][key][~tables[other][key].isin(set(tables[name][column]))]
            if len(missing):
                yield SourceError(
                    f"{name}.csv has no row for {', '.join(map(str, missing))}; every {key} in "
                    f"{other}.csv needs one."
                )


def read_all(directory: Path = SOURCES_DIR) -> dict[str, pd.DataFrame]:
    """Read all source tables and check them individually and against each other.

    Raises
    ------
    SourceError
        See :func:`read`, :func:`require_known` and :func:`incomplete`.
    """
    tables = {name: read(name, directory) for name in present(directory)}
    for error in (*dangling(tables), *incomplete(tables)):
        raise error
    return tables


def require_known(
    frame: pd.DataFrame, column: str, known: pd.Series, path_name: str, known_in: str
) -> None:
    """Check that all values of ``frame[column]`` are in ``known``.

    Raises
    ------
    SourceError
        Naming file, line, column and value of the first unknown one.
    """
    unknown = frame[column].notna() & ~frame[column].isin(set(known))
    if unknown.any():
        row = int(unknown.to_numpy().argmax())
        raise SourceError(
            f"{path_name}, line {line_number(frame, row)}, column {column}: "
            f"{frame[column].iloc[row]!r} is not in {known_in}."
        )
