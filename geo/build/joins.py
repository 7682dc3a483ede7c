"""Joins that must neither drop nor duplicate rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pandas as pd

from geo.errors import SourceError

Frame = TypeVar("Frame", bound=pd.DataFrame)


def join(left: Frame, right: pd.DataFrame, key: str, path_name: str) -> Frame:
    """Left join of ``right``, which must have unique values of ``key``.

    Parameters
    ----------
    left
        Any number of rows per value of ``key``; all are kept in order, with a new index.
    right
        At most one row per value of ``key``. Its columns are missing for other values.
    key
        Column of both.
    path_name
        Source table of ``right``, for the message.

    Raises
    ------
    SourceError
        If ``right`` has duplicate keys; the message names file, column and values.
    """
    try:
        return left.merge(right, on=key, how="left", validate="many_to_one")
    except pd.errors.MergeError:
        twice = right.loc[right[key].duplicated(), key].unique()
        raise SourceError(
            f"{path_name}, column {key}: {_listed(twice)} stands more than once; each may stand "
            "once."
        ) from None


def join_sources(rows: Frame, sources: pd.DataFrame) -> Frame:
    """Join what source table ``sources`` says of each row's ``source_id``: its attribution, as
    ``source``, and its ``licence``."""
    named = sources.rename(columns={"attribution": "source"})
    return join(rows, named[["source_id", "source", "licence"]], "source_id", "sources.csv")


def check_rows(actual: pd.Series, expected: pd.Series, path_name: str) -> None:
    """Check that ``actual`` contains each value of ``expected`` exactly once and nothing else.

    Parameters
    ----------
    actual, expected
        Keys after the joins, and keys of the source table.
    path_name
        The source table, for the message.

    Raises
    ------
    SourceError
        Naming the lost, duplicated or added values.
    """
    missing = expected[~expected.isin(set(actual))].unique()
    doubled = actual[actual.duplicated() & actual.isin(set(expected))].unique()
    added = actual[~actual.isin(set(expected))].unique()
    problems = [
        f"{what} {_listed(values)}"
        for what, values in (("lost", missing), ("doubled", doubled), ("added", added))
        if len(values)
    ]
    if problems:
        raise SourceError(
            f"{path_name}: the joins {' and '.join(problems)}; check the keys they join on."
        )


def _listed(values: Iterable[object]) -> str:
    return ", ".join(repr(str(value)) for value in values)
