"""Joins of tables that may neither lose nor double a row; what would is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pandas as pd

from geo.errors import SourceError

Frame = TypeVar("Frame", bound=pd.DataFrame)


def joined(left: Frame, right: pd.DataFrame, key: str, path_name: str) -> Frame:
    """``left`` with the columns of ``right``, which has one row for each value of ``key``.

    Parameters
    ----------
    left
        Any number of rows for a value of ``key``; all stay, in their order, with a new index.
    right
        At most one row for a value of ``key``. Where it has none its columns are missing.
    key
        Column of both.
    path_name
        The source table that ``right`` is from, for the message.

    Raises
    ------
    SourceError
        If ``right`` has several rows for a value; the message names file, column and values.
    """
    try:
        return left.merge(right, on=key, how="left", validate="many_to_one")
    except pd.errors.MergeError:
        twice = right.loc[right[key].duplicated(), key].unique()
        raise SourceError(
            f"{path_name}, column {key}: {_listed(twice)} stands more than once; each may stand "
            "once."
        ) from None


def check_rows(found: pd.Series, wanted: pd.Series, path_name: str) -> None:
    """Check that ``found`` holds every value of ``wanted`` once and nothing else.

    Parameters
    ----------
    found, wanted
        Keys after the joins, and those of the source table.
    path_name
        The source table, for the message.

    Raises
    ------
    SourceError
        Naming the values that were lost, doubled or added.
    """
    lost = wanted[~wanted.isin(set(found))].unique()
    doubled = found[found.duplicated() & found.isin(set(wanted))].unique()
    added = found[~found.isin(set(wanted))].unique()
    said = [
        f"{what} {_listed(values)}"
        for what, values in (("lost", lost), ("doubled", doubled), ("added", added))
        if len(values)
    ]
    if said:
        raise SourceError(
            f"{path_name}: the joins {' and '.join(said)}; check the keys they join on."
        )


def _listed(values: Iterable[object]) -> str:
    return ", ".join(repr(str(value)) for value in values)
