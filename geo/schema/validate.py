"""Validate tables against their declarations, with pandera."""

from __future__ import annotations

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from geo.schema.declare import Check, Column, Table

_DAY = "a day of the calendar"


def failure_cases(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """What of a frame does not fit the declaration of its table.

    Returns
    -------
    pandas.DataFrame
        Columns ``column``, ``check``, ``failure_case`` and ``index``, the label of the row, missing
        for what concerns no row; no rows if all fits.
    """
    try:
        _schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases: pd.DataFrame = error.failure_cases
        return cases
    return pd.DataFrame(columns=["column", "check", "failure_case", "index"])


def _schema(table: Table) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {name: _column(declared) for name, declared in table.columns.items()},
        strict=True,
        ordered=table.ordered,
        unique=list(table.unique),
        name=table.name,
    )


def _column(declared: Column) -> pa.Column:
    return pa.Column(
        declared.dtype,
        checks=[_check(check) for check in declared.checks],
        nullable=declared.nullable,
        unique=declared.unique,
    )


def _check(check: Check) -> pa.Check:
    if check.kind == "day":
        return pa.Check(
            lambda days: ~pd.isna(pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")),
            error=_DAY,
        )
    check_of_kind: pa.Check = getattr(pa.Check, check.kind)(**check.statistics)
    return check_of_kind
