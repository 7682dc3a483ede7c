"""Dated promises: counted from the source tables another way, three followed to their pages."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pandas as pd
import pytest

from geo.build.promises import build_promises, done_timing
from geo.errors import SourceError
from geo.layers.catalogue import Catalogue
from geo.sources.read import SOURCES_DIR, read_all

LATEST = 2025


def rows_of(table: str) -> list[dict[str, str]]:
    """Rows of a source table as they stand in its file."""
    with (SOURCES_DIR / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def promises(catalogue: Catalogue) -> pd.DataFrame:
    return catalogue["promises"].set_index("promise_id")


def test_every_dated_target_is_a_promise_and_no_other(promises):
    targets = rows_of("plan_targets")
    dated = {
        f"{row['city_id']}--target-{row['target_no']}" for row in targets if row["target_year"]
    }
    assert (len(targets), len(dated)) == (121, 58)
    assert {name for name in promises.index if "--target-" in name} == dated
    assert sum(int(row["target_year"] or 9999) <= LATEST for row in targets) == 37
    is_target = promises["kind"] == "target"
    assert int((is_target & (promises["due_year"] <= LATEST)).sum()) == 37


def test_points_that_name_a_year_and_stated_dates_make_up_the_rest(promises):
    points = [row for row in rows_of("plan_statements") if row["year"]]
    dates = rows_of("stated_dates")
    assert Counter(promises["kind"]) == {
        "target": 58,
        "aim": len(points),
        "completion": len(dates),
    }
    assert (len(points), len(dates)) == (7, 20)


def test_due_year_is_the_last_that_the_statement_names(promises):
    named = promises["due"].map(lambda due: max(map(int, re.findall(r"20\d\d", due))))
    assert (named == promises["due_year"]).all()


def test_states_count_what_links_words_and_lists_say(promises, catalogue):
    """Counted from the files by sets, without the order of the rules."""
    words = rows_of("promise_words")
    says = {(row["promise_id"], row["says"]) for row in words}
    now = {(row["promise_id"], row["says"]) for row in words if row["report_year"] == "2025"}
    scopes = {row["promise_id"]: row["scope"] for row in rows_of("promise_links")} | {
        f"{row['city_id']}--date-{row['date_no']}": row["scope"] for row in rows_of("stated_dates")
    }
    status = catalogue["projects"].set_index("project_id")["status"]
    for name, row in promises.iterrows():
        project = row["project_id"]
        whole = scopes.get(name) == "whole"
        listed = "" if pd.isna(project) else status[project]
        done = (name, "done") in says or (whole and listed == "completed")
        assert (row["state"] == "done") == done, name
        if done:
            continue
        assert (row["state"] == "not_due") == (row["due_year"] > LATEST), name
        if row["state"] == "not_due":
            continue
        ongoing = (name, "under_way") in now or (whole and listed == "ongoing_or_planning")
        assert (row["state"] == "ongoing") == ongoing, name
        if not ongoing:
            of_a_plan = row["document"] == "ascn-consolidated-scaps"
            never = pd.isna(project) and of_a_plan
            assert (row["state"] == "never_reported") == never, name
            assert (row["state"] == "no_longer_reported") == (listed == "no_longer_reported"), name


def test_numbers_of_the_headline(promises):
    due = promises[promises["due_year"] <= LATEST]
    assert (len(promises), len(due), int((due["due_year"] == LATEST).sum())) == (85, 59, 26)
    assert Counter(due["state"]) == {
        "done": 4,
        "ongoing": 16,
        "without_word": 27,
        "no_longer_reported": 1,
        "never_reported": 11,
    }


@pytest.mark.parametrize(
    ("name", "promised", "state", "since", "word"),
    [
        # Plan, page 38: start by 2021; report of 2025, list on page 30: ongoing.
        ("cebu-city--target-3", ("ascn-consolidated-scaps", 38), "ongoing", 2021, (2025, 30)),
        # Report of 2023, page 17: fourth quarter of 2023; report of 2024, page 21: commissioned.
        ("chonburi--date-1", ("ascn-me-2023", 17), "done", 2024, (2024, 21)),
        # Plan, page 11: sensors by 2021; its project was listed last in 2023, on page 21.
        (
            "siem-reap--target-4",
            ("ascn-consolidated-scaps", 11),
            "no_longer_reported",
            2024,
            (2023, 21),
        ),
    ],
)
def test_promise_followed_to_its_pages(name, promised, state, since, word, promises):
    row = promises.loc[name]
    assert (row["document"], row["page"]) == promised
    assert (row["state"], row["state_since"]) == (state, since)
    assert (row["word_report"], row["word_page"]) == word


def test_due_is_judged_by_the_latest_report_not_by_the_clock(promises, catalogue):
    assert set(promises["as_of"]) == {
        catalogue["reports"].sort_values("report_year")["as_of"].iloc[-1]
    }


def test_later_date_of_a_report_stands_beside_the_first(promises):
    row = promises.loc["bangkok--date-2"]
    assert (row["due"], row["restated_due"], row["state"]) == ("2028", "2030/2031", "not_due")


def test_what_is_done_says_whether_it_was_by_its_date(promises):
    done = promises[promises["state"] == "done"]
    assert done[["done_on", "done_timing"]].fillna("").agg(tuple, axis=1).to_dict() == {
        # Due in the fourth quarter of 2024; opened on 12 March 2025 (report of 2025, page 23).
        "bandar-seri-begawan--date-1": ("2025-03", "after_date"),
        # Due in the fourth quarter of 2023; "completed in the first quarter of 2024" (page 21).
        "chonburi--date-1": ("2024-Q1", "after_date"),
        # Due in 2021; the report of September 2024 lists it as ongoing or in planning.
        "siem-reap--target-2": ("", "after_date"),
        # Due in 2020; the lists of 2022 and 2023 give no status, that of 2024 has it completed.
        "singapore--date-1": ("", "unknown"),
    }
    assert promises.loc[promises["state"] != "done", "done_timing"].isna().all()


@pytest.mark.parametrize(
    ("due", "done_on", "begun", "told", "timing"),
    [
        ("2024-Q1", "2024-03", (), 2024, "by_date"),
        ("2024-02", "2024-Q1", (), 2024, "unknown"),
        ("2024-02", "2024-03", (), 2024, "after_date"),
        ("2025", None, (), 2024, "by_date"),
        ("2022/2023", None, (2022, 2023), 2024, "unknown"),
        ("2022/2023", None, (2024,), 2025, "after_date"),
    ],
)
def test_timing_is_told_only_as_far_as_dates_allow(due, done_on, begun, told, timing):
    as_of = {year: f"{year}-09-30" for year in range(2022, 2026)}
    listings = [{"report_year": year, "status": "ongoing_or_planning"} for year in begun]
    done = {"report_year": told, "done_on": done_on}
    assert done_timing({"due": due, "scope": "whole"}, done, listings, as_of) == timing


def test_what_a_report_announces_without_a_project_is_no_target_that_none_reports(promises):
    """The report of 2024 announces the parking system for that year; that of 2025 is silent."""
    parking = promises.loc["kota-kinabalu--date-2"]
    assert (parking["document"], parking["page"]) == ("ascn-me-2024", 20)
    assert (parking["state"], parking["state_since"]) == ("without_word", 2024)


def test_link_that_is_our_judgement_says_why(promises):
    linked = promises[promises["project_id"].notna() & (promises["kind"] != "completion")]
    assert linked[["link_certainty", "link_reason", "scope"]].notna().all().all()
    assert promises.loc[promises["project_id"].isna(), "link_reason"].isna().all()


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        (
            "promise_words",
            {"promise_id": "cebu-city--target-1"},
            "promise_words.csv, line 2, column",
        ),
        (
            "promise_links",
            {"project_id": "hanoi--intelligent-operation-centre"},
            "none of its city",
        ),
        ("stated_dates", {"scope": None}, "stated_dates.csv, line 2: give both"),
        ("stated_dates", {"due": "2023"}, "that project_details.csv expects in 2024"),
    ],
)
def test_fault_of_a_table_is_named(table, change, message, catalogue):
    tables = read_all()
    rows = tables[table].copy()
    for column, value in change.items():
        rows.loc[rows.index[0], column] = value
    with pytest.raises(SourceError, match=re.escape(message)):
        build_promises({**tables, table: rows}, catalogue["projects"], catalogue["project_reports"])
