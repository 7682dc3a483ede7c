"""Dated promises: by filter, state, year, country, city and focus area."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from geo.analysis.filter import Filter
from geo.vocabulary import PROMISE_STATES

NOT_DUE = "not_due"
OVERDUE_STATES = tuple(state for state in PROMISE_STATES if state not in ("done", NOT_DUE))
"""States of what fell due without a report that says that it is done."""

GROUPS = ("iso3", "city_id", "focus_area")
"""Columns by which promises are counted."""


def by_date(promises: pd.DataFrame, city_filter: Filter) -> pd.DataFrame:
    """Promises that pass the fields of a filter that are about dates.

    Parameters
    ----------
    promises
        See :data:`geo.schema.promises.PROMISES`.
    """
    rows = promises
    if city_filter.due_before:
        rows = rows[rows["due_year"] < city_filter.due_before]
    if city_filter.overdue:
        rows = rows[rows["state"].isin(OVERDUE_STATES)]
    return rows


def narrowed(
    promises: pd.DataFrame, states: Collection[str], years: Collection[str]
) -> pd.DataFrame:
    """Promises in one of the states and due in one of the years; none named is all."""
    rows = promises[promises["state"].isin(states)] if states else promises
    return rows[rows["due_year"].astype(str).isin(years)] if years else rows


def report_year(promises: pd.DataFrame) -> int:
    """Year of the latest report, against which promises are due; at least one row."""
    return int(str(promises["as_of"].iloc[0])[:4])


@dataclass(frozen=True)
class Counts:
    """Numbers of promises.

    Attributes
    ----------
    promises, due
        All, and those that name the year of the latest report or an earlier one.
    due_in_report_year
        Of these, those that name the year of the latest report itself.
    done_after
        Of these, those that a report tells of as done after their date.
    states
        Number by state, of those that are due.
    """

    promises: int
    due: int
    due_in_report_year: int
    done_after: int
    states: dict[str, int]


def count(promises: pd.DataFrame) -> Counts:
    """Numbers of promises, at least one."""
    latest = report_year(promises)
    due = promises[promises["due_year"] <= latest]
    states = due["state"].value_counts()
    return Counts(
        promises=len(promises),
        due=len(due),
        due_in_report_year=int((due["due_year"] == latest).sum()),
        done_after=int((due["done_timing"] == "after_date").sum()),
        states={state: int(states[state]) for state in PROMISE_STATES if state in states},
    )


def by_year(promises: pd.DataFrame) -> pd.DataFrame:
    """Number of promises by year and state.

    Returns
    -------
    pandas.DataFrame
        ``due_year``, ``state``, ``promises``, in the order of years and of the vocabulary.
    """
    counts = promises.groupby(["due_year", "state"]).size().rename("promises").reset_index()
    order = counts["state"].map(list(PROMISE_STATES).index)
    return counts.assign(order=order).sort_values(["due_year", "order"], ignore_index=True)[
        ["due_year", "state", "promises"]
    ]


def by_state(promises: pd.DataFrame) -> pd.DataFrame:
    """Number of promises by state.

    Returns
    -------
    pandas.DataFrame
        ``state`` and ``promises``, in the order of the vocabulary, without states that none has.
    """
    counts = promises["state"].value_counts()
    states = [state for state in PROMISE_STATES if state in counts]
    return pd.DataFrame({"state": states, "promises": [int(counts[state]) for state in states]})


def by_group(promises: pd.DataFrame, column: str) -> pd.DataFrame:
    """Number of promises by country, city or focus area, those with most due first; what has none
    last.

    Parameters
    ----------
    column
        One of :data:`GROUPS`. Promises without a focus area are one group, of a missing value.

    Returns
    -------
    pandas.DataFrame
        ``column``, ``promises``, ``due`` and one column per state of
        :data:`geo.vocabulary.PROMISE_STATES`.
    """
    groups = promises[column].rename("group")
    table = pd.DataFrame({"promises": groups.groupby(groups, dropna=False).size()})
    due = promises["due_year"] <= promises["as_of"].str[:4].astype(int)
    table["due"] = due.groupby(groups, dropna=False).sum()
    for state in PROMISE_STATES:
        table[state] = (promises["state"] == state).groupby(groups, dropna=False).sum()
    table = table.astype("Int64").rename_axis(column).reset_index()
    table = table.assign(missing=table[column].isna()).sort_values(
        ["missing", "due", "promises", column],
        ascending=[True, False, False, True],
        ignore_index=True,
    )
    return table.drop(columns="missing")


def of_projects(promises: pd.DataFrame) -> pd.DataFrame:
    """Promises that date a reported project or a part of it: its expected completions, and targets
    and aims that are the project itself; by project, what is open and earliest first."""
    dated = promises["project_id"].notna() & (
        (promises["kind"] == "completion") | (promises["scope"] == "whole")
    )
    order = {state: index for index, state in enumerate((*OVERDUE_STATES, NOT_DUE, "done"))}
    rows = promises[dated]
    return (
        rows.assign(order=rows["state"].map(order))
        .sort_values(["project_id", "order", "due_year", "promise_id"], ignore_index=True)
        .drop(columns="order")
    )
