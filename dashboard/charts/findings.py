"""What a chart shows, in a sentence: its main finding, for those who do not see it.

Pure functions from the rows of a chart. Each returns a sentence, empty where there are no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.markup import numbers
from geo.i18n import decimal, ntr, tr

Format = Callable[[float], str]


def count(value: float) -> str:
    """A whole number."""
    return decimal(int(value))


def share(value: float) -> str:
    """Percent with one decimal."""
    return numbers.percent(value, 1)


def largest(values: pd.Series, text: Format, limit: int = 3) -> str:
    """The largest values with their names.

    Parameters
    ----------
    values
        Indexed by name; missing ones are left out.
    text
        Writes a value.

    Examples
    --------
    >>> largest(pd.Series({"Dili": 2, "Hue": 7, "Bago": 1}), count, limit=2)
    'Largest: Hue (7) and Dili (2).'
    """
    rows = values.dropna().sort_values(ascending=False, kind="stable").head(limit)
    if rows.empty:
        return ""
    return tr("Largest: {named}.", named=numbers.format_list(_named(rows, text)))


def extremes(values: pd.Series, text: Format) -> str:
    """The highest and the lowest value with their names; see :func:`largest`.

    >>> extremes(pd.Series({"Singapore": 100.0, "Timor-Leste": 28.66}), share)
    'Highest in Singapore (100.0%), lowest in Timor-Leste (28.7%).'
    """
    rows = values.dropna()
    if rows.empty:
        return ""
    high, low = str(rows.idxmax()), str(rows.idxmin())
    if high == low:
        return f"{high} ({text(rows[high])})."
    return tr(
        "Highest in {high} ({most}), lowest in {low} ({least}).",
        high=high,
        most=text(rows.max()),
        low=low,
        least=text(rows.min()),
    )


def courses(
    rows: pd.DataFrame, names: Mapping[str, str], key: str, value: str, text: Format
) -> str:
    """First and last value of each series.

    Parameters
    ----------
    rows
        Columns ``key``, ``year`` and ``value``.
    names
        Key -> name, in the order of the sentence; those without a row are left out.

    Examples
    --------
    >>> data = pd.DataFrame({"id": ["a", "a"], "year": [1975, 2050], "people": [900e3, 2.1e6]})
    >>> courses(data, {"a": "Dili"}, "id", "people", numbers.people)
    'Dili: from 900,000 in 1975 to 2.1 million in 2050.'
    """
    sentences = []
    for code, name in names.items():
        own = rows[(rows[key] == code) & rows[value].notna()].sort_values("year")
        if len(own):
            first, last = own.iloc[0], own.iloc[-1]
            sentences.append(
                tr(
                    "{name}: from {before} in {start} to {after} in {end}.",
                    name=name,
                    before=text(first[value]),
                    start=int(first["year"]),
                    after=text(last[value]),
                    end=int(last["year"]),
                )
            )
    return " ".join(sentences)


def size_and_growth(cities: pd.DataFrame, people: str, growth: str) -> str:
    """The largest and the fastest growing of the cities that have both figures.

    Parameters
    ----------
    cities
        Column ``name``, and those named by ``people`` and ``growth`` (% per year).
    """
    rows = cities.dropna(subset=[people, growth]).set_index("name")
    if rows.empty:
        return ""
    size, rate = rows[people].astype(float), rows[growth].astype(float)
    return tr(
        "Largest: {city} ({people}); fastest growing: {fastest} ({growth}).",
        city=size.idxmax(),
        people=numbers.people(size.max()),
        fastest=rate.idxmax(),
        growth=numbers.growth(rate.max()),
    )


def quadrants(rows: pd.DataFrame) -> str:
    """Number of cities in each quadrant of :func:`geo.analysis.pressure.pressure`."""
    counts = rows["quadrant"].value_counts()
    listed = [
        tr("{quadrant}: {n}", quadrant=tr(str(name)), n=decimal(int(n)))
        for name, n in counts.items()
    ]
    return tr("Number of cities: {listed}.", listed="; ".join(listed)) if listed else ""


def reports(counts: pd.DataFrame) -> str:
    """Number of projects in the first and the latest report.

    Parameters
    ----------
    counts
        See :func:`geo.analysis.flows.states_by_report`.
    """
    listed = counts[counts["state"] != "left"]
    totals = listed.groupby("report_year")["projects"].sum()
    if totals.empty:
        return ""
    years = totals.index
    completed = listed[(listed["report_year"] == years[-1]) & (listed["state"] == "completed")]
    done = int(completed["projects"].sum())
    return tr(
        "{before} in {start}, {after} in {end}, {done}.",
        before=ntr("{n} project", "{n} projects", int(totals.iloc[0])),
        start=int(years[0]),
        after=decimal(int(totals.iloc[-1])),
        end=int(years[-1]),
        done=ntr("{n} of them completed", "{n} of them completed", done),
    )


def _named(rows: pd.Series, text: Format) -> list[str]:
    return [f"{name} ({text(value)})" for name, value in rows.items()]
