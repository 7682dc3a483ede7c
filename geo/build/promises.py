"""Dated promises of plans and reports, and what the reports tell of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.errors import SourceError
from geo.schema.promises import DUE_FORMS, PROMISES
from geo.sources.read import line_number

Tables = Mapping[str, pd.DataFrame]


def build_promises(
    tables: Tables, projects: pd.DataFrame, project_reports: pd.DataFrame
) -> pd.DataFrame:
    """The ``promises`` layer: dated targets, dated aims and stated dates of projects.

    A promise is due if it names the year of the latest report or an earlier one; the state is that
    of knowledge, not of the city:

    - ``done``: a report says so, or lists the project that it is as completed;
    - ``not_due``: it names a later year;
    - ``ongoing``: the latest report says that it is under way, or lists the project that it is as
      ongoing or in planning;
    - ``never_reported``: a plan makes it, and no report lists a project that it belongs to;
    - ``no_longer_reported``: its project left the reports without being listed as completed;
    - ``without_word``: no report says what became of it.

    Parameters
    ----------
    tables
        Source tables.
    projects, project_reports
        Layers of these names.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.promises.PROMISES`, ordered by ``promise_id``.

    Raises
    ------
    SourceError
        If a link or word names no promise, a project is one of another city, a date lacks one of
        project and scope, or an expected completion of ``project_details.csv`` has no date.
    """
    _check_details(tables)
    promises = pd.concat([_targets(tables), _aims(tables), _dates(tables)], ignore_index=True)
    for name in ("promise_links", "promise_words"):
        _check_known(tables[name], promises["promise_id"], name)
    linked = promises.merge(
        tables["promise_links"], on="promise_id", how="left", suffixes=("", "_linked")
    )
    for column in ("project_id", "scope"):
        promises[column] = linked[column].fillna(linked[f"{column}_linked"])
    promises["link_certainty"] = linked["link_certainty"]
    promises["link_reason"] = linked["link_reason"]
    stated = (promises["kind"] == "completion") & promises["project_id"].notna()
    promises.loc[stated, "link_certainty"] = "sure"
    reports = tables["reports"].sort_values("report_year")
    _complete(promises, tables, projects, reports)
    known = _knowledge(promises, tables, projects, project_reports)
    built = pd.concat([promises, known], axis=1).astype({"word_page": "Int64"})
    return built[list(PROMISES.columns)].sort_values("promise_id", ignore_index=True)


def _targets(tables: Tables) -> pd.DataFrame:
    """Strategic targets with a year."""
    rows = tables["plan_targets"].dropna(subset=["target_year"])
    return pd.DataFrame(
        {
            "promise_id": rows["city_id"] + "--target-" + rows["target_no"].astype(str),
            "kind": "target",
            "what": rows["target"],
            "due": rows["target_year"].astype(str),
            **{name: rows[name] for name in ("city_id", "figure", "unit", *_PAGES)},
        }
    )


def _aims(tables: Tables) -> pd.DataFrame:
    """Points under a focus area that name a year after that of the plan."""
    rows = tables["plan_statements"]
    rows = rows[(rows["year"] > _plan_year(tables)).fillna(False).astype(bool)]
    return pd.DataFrame(
        {
            "promise_id": rows["city_id"] + "--aim-" + rows["statement_no"].astype(str),
            "kind": "aim",
            "what": rows["statement"],
            "due": rows["year"].astype(str),
            **{n: rows[n] for n in ("city_id", "figure", "unit", "focus_area", *_PAGES[:2])},
        }
    )


def _dates(tables: Tables) -> pd.DataFrame:
    """Dates stated for projects."""
    rows = tables["stated_dates"]
    half = (rows["project_id"].isna() != rows["scope"].isna()).to_numpy()
    if half.any():
        line = line_number(rows, int(half.argmax()))
        raise SourceError(f"stated_dates.csv, line {line}: give both project_id and scope or none.")
    names = ("city_id", "project_id", "scope", "what", "due", *_PAGES)
    return pd.DataFrame(
        {
            "promise_id": rows["city_id"] + "--date-" + rows["date_no"].astype(str),
            "kind": "completion",
            **{name: rows[name] for name in names},
        }
    )


_PAGES = ("document", "page", "page_to")


def _plan_year(tables: Tables) -> int:
    """Year of the action plans."""
    documents = tables["documents"]
    [adopted] = documents.loc[documents["kind"] == "action_plans", "adopted_on"]
    return int(str(adopted)[:4])


def _complete(
    promises: pd.DataFrame, tables: Tables, projects: pd.DataFrame, reports: pd.DataFrame
) -> None:
    """Add country, focus area, years and precision to the promises."""
    by_id = projects.set_index("project_id")
    city = promises["project_id"].map(by_id["city_id"])
    foreign = (promises["project_id"].notna() & (city != promises["city_id"])).to_numpy()
    if foreign.any():
        row = promises.iloc[int(foreign.argmax())]
        raise SourceError(
            f"Promise {row['promise_id']!r} names project {row['project_id']!r}, which is none of "
            "its city; see stated_dates.csv and promise_links.csv."
        )
    cities = tables["cities"].set_index("city_id")
    promises["iso3"] = promises["city_id"].map(cities["iso3"])
    promises["focus_area"] = promises["focus_area"].fillna(
        promises["project_id"].map(by_id["focus_area"])
    )
    years = reports.set_index("document")["report_year"]
    promises["promised_year"] = (
        promises["document"].map(years).fillna(_plan_year(tables)).astype("Int64")
    )
    promises["due_precision"] = promises["due"].map(precision)
    promises["due_year"] = promises["due"].map(due_year).astype("Int64")
    promises["as_of"] = reports["as_of"].iloc[-1]


def precision(due: str) -> str:
    """How precisely a date is stated.

    >>> precision("2025"), precision("2025-03"), precision("2024-Q4"), precision("2030/2031")
    ('year', 'month', 'quarter', 'span')
    """
    return next(name for name, form in DUE_FORMS.items() if re.fullmatch(form, due))


def due_year(due: str) -> int:
    """Year in which something falls due; the last year of a span.

    >>> due_year("2025-03"), due_year("2030/2031")
    (2025, 2031)
    """
    return int(due.partition("/")[2] or due[:4])


def _knowledge(
    promises: pd.DataFrame,
    tables: Tables,
    projects: pd.DataFrame,
    project_reports: pd.DataFrame,
) -> pd.DataFrame:
    """What the reports tell of each promise: state, since when, latest word with its page."""
    as_of = dict(zip(tables["reports"]["report_year"], tables["reports"]["as_of"], strict=True))
    words = _by_key(tables["promise_words"], "promise_id")
    listings = _by_key(project_reports, "project_id")
    statuses = projects.set_index("project_id")["status"].to_dict()
    return pd.DataFrame(
        [
            _known(
                promise,
                words.get(promise["promise_id"], []),
                listings.get(promise["project_id"], []),
                str(statuses.get(promise["project_id"], "")),
                as_of,
            )
            for promise in promises.to_dict("records")
        ],
        index=promises.index,
    ).astype({"state_since": "Int64", "word_report": "Int64"})


def _by_key(rows: pd.DataFrame, key: str) -> dict[Any, list[dict[Any, Any]]]:
    """Rows by a column, oldest report first."""
    ordered = rows.sort_values("report_year", kind="stable")
    return {key: group.to_dict("records") for key, group in ordered.groupby(key)}


def _known(
    promise: Mapping[Any, Any],
    words: list[dict[Any, Any]],
    listings: list[dict[Any, Any]],
    status: str,
    as_of: Mapping[int, str],
) -> dict[str, Any]:
    latest = max(as_of)
    done = next((word for word in words if word["says"] == "done"), None)
    if done is None and promise["scope"] == "whole":
        done = next((row for row in listings if row["status"] == "completed"), None)
    due = int(promise["due_year"])
    now = [word["says"] for word in words if word["report_year"] == latest]
    since: int | None = due
    if done is not None:
        state, since = "done", int(done["report_year"])
    elif due > latest:
        state, since = "not_due", None
    elif "under_way" in now or (promise["scope"] == "whole" and status == "ongoing_or_planning"):
        state = "ongoing"
    elif not listings and promise["promised_year"] not in as_of:
        state = "never_reported"
    elif status == "no_longer_reported":
        state, since = "no_longer_reported", max(due, int(listings[-1]["report_year"]) + 1)
    else:
        state = "without_word"
    # Where no report speaks of it, the newest page that lists its project is the last trace.
    last = done or next(reversed(words or listings), {})
    return {
        "state": state,
        "state_since": since,
        "restated_due": next((w["restated_due"] for w in reversed(words)), None),
        "done_on": done.get("done_on") if done else None,
        "done_timing": done_timing(promise, done, listings, as_of) if done else None,
        "word": last.get("word"),
        "word_report": last.get("report_year"),
        "word_document": last.get("document"),
        "word_page": last.get("page"),
    }


def done_timing(
    promise: Mapping[Any, Any],
    done: Mapping[Any, Any],
    listings: list[dict[Any, Any]],
    as_of: Mapping[int, str],
) -> str:
    """Whether what is reported as done was done by its date: one of
    :data:`geo.vocabulary.DONE_TIMINGS`.

    It was if a report tells of it by then; it was not if the report gives a later date, or if a
    later report still lists the project that it is as ongoing or in planning.

    Parameters
    ----------
    promise
        With ``due`` and ``scope``.
    done
        The words or the listing of the first report that says that it is done.
    listings
        Rows of ``project_reports`` of its project.
    as_of
        Date of the data of each report, by year.
    """
    limit = _months(promise["due"])[1]

    def month_of(report: Mapping[Any, Any]) -> int:
        return _months(as_of[report["report_year"]][:7])[0]

    if isinstance(done.get("done_on"), str):
        first, last = _months(done["done_on"])
    else:
        whole = listings if promise["scope"] == "whole" else []
        begun = [month_of(row) for row in whole if row["status"] == "ongoing_or_planning"]
        first, last = max(begun, default=limit), month_of(done)
    if last <= limit:
        return "by_date"
    return "after_date" if first > limit else "unknown"


def _months(date: str) -> tuple[int, int]:
    """First and last month of a date, counted through the years.

    >>> [(first % 12, last - first) for first, last in map(_months, ("2025-03", "2024-Q4", "2020"))]
    [(3, 0), (10, 2), (1, 11)]
    """
    kind, year = precision(date), 12 * due_year(date)
    if kind == "month":
        return year + int(date[5:]), year + int(date[5:])
    if kind == "quarter":
        return year + 3 * int(date[-1]) - 2, year + 3 * int(date[-1])
    return 12 * int(date[:4]) + 1, year + 12


def _check_known(rows: pd.DataFrame, known: pd.Series, name: str) -> None:
    unknown = ~rows["promise_id"].isin(set(known)).to_numpy()
    if unknown.any():
        row = int(unknown.argmax())
        raise SourceError(
            f"{name}.csv, line {line_number(rows, row)}, column promise_id: "
            f"{rows['promise_id'].iloc[row]!r} is no dated target, aim or stated date."
        )


def _check_details(tables: Tables) -> None:
    """Check that each expected completion told with a project's progress has its stated date."""
    details = tables["project_details"]
    expected = details[details["expected_completion"].notna() & (details["stage"] != "completed")]
    dates = tables["stated_dates"]
    stated = {
        (row["project_id"], row["document"], due_year(row["due"]))
        for row in dates.to_dict("records")
    }
    for row in expected.to_dict("records"):
        key = (row["project_id"], row["document"], due_year(row["expected_completion"]))
        if key not in stated:
            raise SourceError(
                f"stated_dates.csv has no row for the completion of {row['project_id']} that "
                f"project_details.csv expects in {row['expected_completion']} by {row['document']}."
            )
