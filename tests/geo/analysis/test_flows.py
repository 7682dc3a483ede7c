"""Flows of projects from report to report, priority projects, focus areas and support."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.analysis.flows import (
    NOT_REPORTED,
    PRIORITY_OUTCOMES,
    REPORT_STATES,
    coverage,
    outcome_counts,
    priority_outcomes,
    project_history,
    report_years,
    share_discrepancies,
    states_by_report,
    steps,
    support_by_kind,
)
from geo.errors import QueryError
from geo.layers.catalogue import Catalogue
from geo.sources.read import read
from geo.vocabulary import FOCUS_AREAS, SUPPORT_KINDS


@pytest.fixture(scope="module")
def layers() -> Catalogue:
    return Catalogue()


def listings(*rows: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["report_year", "project_id", "status"])


ONGOING, DONE = "ongoing_or_planning", "completed"


def numbers(reports: pd.DataFrame, everything: pd.DataFrame | None = None) -> dict:
    table = states_by_report(reports, everything)
    return {(row.report_year, row.state): row.projects for row in table.itertuples()}


def test_projects_of_the_first_report_are_listed_not_new():
    assert numbers(listings((2022, "a", "reported"), (2022, "b", "reported"))) == {
        (2022, "listed"): 2
    }


def test_states_of_a_report_are_seen_from_the_one_before():
    reports = listings(
        (2023, "stays", "reported"),
        (2023, "goes", "reported"),
        (2023, "ends", "reported"),
        (2024, "stays", ONGOING),
        (2024, "ends", DONE),
        (2024, "comes", ONGOING),
        (2024, "comes-done", DONE),
    )
    assert numbers(reports) == {
        (2023, "listed"): 3,
        (2024, "completed"): 2,
        (2024, "ongoing"): 1,
        (2024, "new"): 1,
        (2024, "left"): 1,
    }
    [step] = steps(reports)
    assert (step.kept, step.newly_completed, step.left) == (1, 1, 1)
    assert (step.new, step.new_completed) == (2, 1)
    assert (step.before, step.after) == (3, 4)


def test_completed_project_that_leaves_is_not_counted_as_no_longer_reported():
    reports = listings((2024, "a", DONE), (2024, "b", ONGOING), (2025, "b", ONGOING))
    [step] = steps(reports)
    assert (step.left, step.completed_left) == (0, 1)
    assert (2025, "left") not in numbers(reports)


def test_project_that_comes_back_is_returned_and_not_new():
    reports = listings(
        (2022, "a", "reported"),
        (2022, "b", "reported"),
        (2023, "b", "reported"),
        (2024, "a", ONGOING),
        (2024, "b", ONGOING),
    )
    assert [(step.left, step.new, step.returned) for step in steps(reports)] == [
        (1, 0, 0),
        (0, 0, 1),
    ]
    assert numbers(reports)[2024, "ongoing"] == 2


def test_some_projects_are_followed_through_all_reports_there_are():
    everything = listings((2022, "a", "reported"), (2023, "b", "reported"), (2024, "b", ONGOING))
    only_b = everything[everything["project_id"] == "b"]
    assert [(step.start, step.new) for step in steps(only_b, everything)] == [(2022, 1), (2023, 0)]
    assert numbers(only_b, everything) == {(2023, "new"): 1, (2024, "ongoing"): 1}


def test_no_project_gives_no_state(layers):
    reports = layers["project_reports"]
    assert states_by_report(reports.iloc[:0], reports).empty
    assert all(step.before == step.after == 0 for step in steps(reports.iloc[:0], reports))


def test_every_step_between_the_reports_adds_up_to_the_published_totals(layers):
    reports = layers["project_reports"]
    found = steps(reports)
    assert [(step.before, step.after) for step in found] == [(77, 86), (86, 108), (108, 134)]
    for step in found:
        stay = step.kept + step.still_completed + step.newly_completed
        assert stay + step.left + step.completed_left == step.before
        assert stay + step.new + step.returned == step.after


def test_states_of_each_report_add_up_to_its_projects(layers):
    table = states_by_report(layers["project_reports"])
    listed = table[table["state"] != "left"].groupby("report_year")["projects"].sum()
    assert listed.to_dict() == {2022: 77, 2023: 86, 2024: 108, 2025: 134}
    assert set(table["state"]) == set(REPORT_STATES)


def test_projects_that_left_are_those_no_longer_reported(layers):
    gone = (layers["projects"]["status"] == "no_longer_reported").sum()
    assert sum(step.left for step in steps(layers["project_reports"])) == gone


def test_only_the_reports_of_2024_and_2025_give_states(layers):
    given = {step.end: step.states_given for step in steps(layers["project_reports"])}
    assert given == {2023: False, 2024: True, 2025: True}


def test_priority_project_has_the_state_of_its_project_or_was_never_reported(layers):
    plans = layers["plan_projects"]
    table = priority_outcomes(plans, layers["projects"])
    assert len(table) == len(plans) == 53
    assert set(table["outcome"]) == set(PRIORITY_OUTCOMES)
    assert ((table["outcome"] == NOT_REPORTED) == (plans["link"] == "none")).all()


def test_outcomes_count_uncertain_links_apart():
    priorities = pd.DataFrame(
        {
            "outcome": [NOT_REPORTED, DONE, DONE, DONE],
            "link_certainty": ["uncertain", "sure", "uncertain", "sure"],
        }
    )
    assert outcome_counts(priorities).to_dict("records") == [
        {"outcome": DONE, "projects": 3, "uncertain": 1},
        {"outcome": NOT_REPORTED, "projects": 1, "uncertain": 1},
    ]


def test_outcomes_of_all_priority_projects_add_up_with_their_uncertain_links(layers):
    table = outcome_counts(priority_outcomes(layers["plan_projects"], layers["projects"]))
    assert table["projects"].sum() == 53
    assert table["uncertain"].sum() == 8
    assert (table["uncertain"] <= table["projects"]).all()


def test_focus_area_of_the_plan_without_a_project_today_is_a_gap():
    projects = pd.DataFrame(
        {
            "city_id": ["dili", "dili"],
            "focus_area": ["civic-social", "civic-social"],
            "status": [DONE, ONGOING],
        }
    )
    plan = pd.DataFrame(
        {
            "city_id": ["dili", "dili"],
            "focus_area": ["civic-social", "safety-security"],
            "focus_area_basis": ["stated", "assigned"],
        }
    )
    table = coverage(projects, projects, plan, ["dili"]).set_index("focus_area")
    assert list(table.index) == list(FOCUS_AREAS)
    assert table.loc["civic-social", ["projects", "completed", "gap"]].tolist() == [2, 1, False]
    assert table.loc["safety-security", ["projects", "completed", "gap"]].tolist() == [0, 0, True]
    assert not table.loc["quality-environment", "gap"]
    basis = table["focus_area_basis"]
    assert basis[["civic-social", "safety-security"]].tolist() == ["stated", "assigned"]
    assert basis.notna().sum() == 2


def test_a_filter_of_counted_projects_makes_no_gap():
    listed = pd.DataFrame({"city_id": ["dili"], "focus_area": ["civic-social"], "status": [DONE]})
    plan = listed.assign(focus_area_basis="stated")
    table = coverage(listed.iloc[:0], listed, plan, ["dili"])
    assert table["projects"].sum() == 0
    assert not table["gap"].any()


def test_support_counts_a_project_once_for_a_kind_however_much_it_asks():
    support = pd.DataFrame(
        {
            "city_id": ["dili", "dili", "manila"],
            "project_no": [1, 1, 1],
            "kind": ["finance", "finance", "partners"],
        }
    )
    table = support_by_kind(support).set_index("kind")
    assert set(table.index) == set(SUPPORT_KINDS)
    assert table.loc["finance"].tolist() == [1, 1, 2]
    assert table.loc["policy"].tolist() == [0, 0, 0]


def test_support_of_all_plans_is_ordered_by_projects(layers):
    table = support_by_kind(layers["plan_support"])
    assert table["projects"].is_monotonic_decreasing
    assert table["requests"].sum() == len(layers["plan_support"])


def test_history_holds_every_listing_of_its_project_and_no_other(layers):
    history = project_history("siem-reap--smart-tourism", layers, read("project_renames"))
    assert history.city["name"] == "Siem Reap"
    assert history.years == report_years(layers["project_reports"]) == (2022, 2023, 2024, 2025)
    assert history.listings["report_year"].tolist() == [2022, 2023, 2024, 2025]
    assert history.listings["name_in_report"].iloc[0] == "Smart Tourist Management System"
    assert history.details["report_year"].is_monotonic_decreasing
    assert history.renames["decision"].tolist() == ["same"]
    for table in (history.listings, history.details, history.figures, history.priorities):
        assert set(table["project_id"]) == {"siem-reap--smart-tourism"}


def test_history_of_an_unknown_project_is_an_error_that_names_it(layers):
    with pytest.raises(QueryError, match="'atlantis--canal'"):
        project_history("atlantis--canal", layers, read("project_renames"))


def test_printed_shares_that_are_the_rounded_ones_of_the_list_are_not_apart(catalogue):
    reports = catalogue["project_reports"]
    counts = reports.groupby(["report_year", "focus_area"]).size()
    share = (100 * counts / counts.groupby(level=0).transform("sum")).round()
    agreeing = share.rename("percent").reset_index()
    assert share_discrepancies(agreeing, reports).empty
    wrong = agreeing.assign(percent=agreeing["percent"].where(agreeing.index != 3, 99.0))
    [row] = share_discrepancies(wrong, reports).to_dict("records")
    assert row["points"] == 99 - row["listed_percent"]
    assert row["listed_percent"] == 100 * row["listed"] / row["projects"]
