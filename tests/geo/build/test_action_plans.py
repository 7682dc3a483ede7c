"""Projects across the reports: states, counts, changes, errors in the tables."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.analysis.projects import changes, counts_by_city, latest_projects
from geo.build.action_plans import build_project_reports, build_projects
from geo.errors import SourceError

DONE, GOING, LISTED = "completed", "ongoing_or_planning", "reported"
CITIES = pd.DataFrame({"city_id": ["alpha", "beta", "gamma"], "iso3": ["IDN", "IDN", "VNM"]})
PROJECTS = pd.DataFrame(
    [
        ("a1", "alpha", "Bus"),
        ("a2", "alpha", "Clinic"),
        ("a3", "alpha", "Grid"),
        ("b1", "beta", "Flood"),
        ("b2", "beta", "Port"),
    ],
    columns=["project_id", "city_id", "name"],
).assign(note=None)

# a1 goes on; a2 is completed and leaves; a3 leaves without; b1 is new; b2 ends in the latest.
LISTINGS = [
    (2023, "a1", "alpha", "Civic & Social", LISTED),
    (2023, "a2", "alpha", "Civic & Social", LISTED),
    (2023, "a3", "alpha", "Civic & Social", LISTED),
    (2024, "a1", "alpha", "Civic & Social", GOING),
    (2024, "a2", "alpha", "Civic & Social", DONE),
    (2024, "a3", "alpha", "Built Infrastructure", GOING),
    (2024, "b2", "beta", "Civic & Social", GOING),
    (2025, "a1", "alpha", "Quality Environment", GOING),
    (2025, "b1", "beta", "Quality Environment", GOING),
    (2025, "b2", "beta", "Civic & Social", DONE),
]
COLUMNS = ["report_year", "project_id", "city_id", "focus_area", "status"]


def listings(rows: list[tuple[int, str, str, str, str]] = LISTINGS) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"report_year": "Int64"})
    return frame.assign(name_in_report=frame["project_id"], document="d", page=1)


def reports(**totals: dict[int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "report_year": [2023, 2024, 2025],
            "as_of": ["2023-08-14", "2024-09-25", "2025-09-30"],
            "projects": [3, 4, 3],
            "ongoing": [2, 2, 1],
            "planning": [1, 1, 1],
            "completed": [0, 1, 1],
        }
    ).set_index("report_year")
    for column, values in totals.items():
        for at, value in values.items():
            frame.loc[at, column] = value
    return frame.reset_index().astype({"report_year": "Int64"})


@pytest.fixture
def project_reports() -> pd.DataFrame:
    return build_project_reports(listings(), PROJECTS, reports())


@pytest.fixture
def projects(project_reports: pd.DataFrame) -> pd.DataFrame:
    return build_projects(PROJECTS, project_reports, CITIES)


def test_reports_carry_their_date_and_slugs_of_focus_areas(project_reports: pd.DataFrame) -> None:
    assert len(project_reports) == len(LISTINGS)
    last = project_reports.iloc[-1]
    assert (last["as_of"], last["project_id"]) == ("2025-09-30", "b2")
    assert last["focus_area"] == "civic-social"


@pytest.mark.parametrize(
    ("project_id", "status", "first", "last", "count"),
    [
        ("a1", GOING, 2023, 2025, 3),
        ("a2", DONE, 2023, 2024, 2),
        ("a3", "no_longer_reported", 2023, 2024, 2),
        ("b1", GOING, 2025, 2025, 1),
        ("b2", DONE, 2024, 2025, 2),
    ],
)
def test_state_as_of_the_latest_report(
    project_id: str, status: str, first: int, last: int, count: int, projects: pd.DataFrame
) -> None:
    row = projects.set_index("project_id").loc[project_id]
    assert row["status"] == status
    assert (row["first_report"], row["last_report"], row["reports"]) == (first, last, count)


def test_focus_area_is_that_of_the_newest_listing(projects: pd.DataFrame) -> None:
    areas = projects.set_index("project_id")["focus_area"]
    assert areas["a1"] == "quality-environment"
    assert areas["a3"] == "built-infrastructure"
    assert projects["iso3"].tolist() == ["IDN"] * 5


def test_latest_projects_are_those_of_the_last_report(projects: pd.DataFrame) -> None:
    assert latest_projects(projects)["project_id"].tolist() == ["a1", "b1", "b2"]


def test_counts_by_city_state_and_focus_area(projects: pd.DataFrame) -> None:
    counts = counts_by_city(projects, CITIES["city_id"])
    assert counts["projects"].tolist() == [1, 2, 0]
    assert counts["projects_ongoing_or_planning"].tolist() == [1, 1, 0]
    assert counts["projects_completed"].tolist() == [0, 1, 0]
    assert counts["projects_no_longer_reported"].tolist() == [1, 0, 0]
    assert counts["projects_quality_environment"].tolist() == [1, 1, 0]
    assert counts["projects_built_infrastructure"].tolist() == [0, 0, 0]


def test_no_focus_area_leads_when_two_share_the_lead_or_there_is_none(
    projects: pd.DataFrame,
) -> None:
    lead = counts_by_city(projects, CITIES["city_id"])["dominant_focus_area"]
    assert lead["alpha"] == "quality-environment"
    assert pd.isna(lead["beta"])
    assert pd.isna(lead["gamma"])


def test_changes_between_the_two_newest_reports(project_reports: pd.DataFrame) -> None:
    found = changes(project_reports)
    assert (found.previous, found.latest) == (2024, 2025)
    assert (found.added, found.newly_completed, found.no_longer_reported) == (1, 1, 1)
    assert found.new_cities == ()
    first = project_reports[project_reports["report_year"] <= 2024]
    assert changes(first).new_cities == ("beta",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((2025, "x9", "alpha", "Civic & Social", GOING), "line 12, column project_id: 'x9'"),
        ((2021, "a1", "alpha", "Civic & Social", GOING), "line 12, column report_year"),
        ((2025, "a3", "beta", "Civic & Social", GOING), "line 12, column city_id: 'beta' is not"),
        ((2025, "a3", "alpha", "Civic & Social", GOING), "4 rows of 2025 counted as projects"),
    ],
    ids=["unknown project", "unknown report", "other city", "one row more than published"],
)
def test_wrong_row_of_a_report_is_named(row: tuple[int, str, str, str, str], message: str) -> None:
    with pytest.raises(SourceError, match=rf"project_reports\.csv.*{message}"):
        build_project_reports(listings([*LISTINGS, row]), PROJECTS, reports())


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        (
            {"completed": {2024: 0}, "planning": {2024: 2}},
            r"3 rows of 2024 counted as ongoing or in planning.*publishes 4 .reports.csv, line 3",
        ),
        (
            {"projects": {2024: 5}, "completed": {2024: 2}},
            "4 rows of 2024 counted as projects.*publishes 5",
        ),
    ],
    ids=["states", "projects"],
)
def test_published_total_that_the_rows_do_not_reach_is_named(
    totals: dict[str, dict[int, int]], message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        build_project_reports(listings(), PROJECTS, reports(**totals))


def test_totals_by_state_that_do_not_add_up_are_named_with_their_line() -> None:
    with pytest.raises(SourceError) as caught:
        build_project_reports(listings(), PROJECTS, reports(planning={2023: 2}))
    assert str(caught.value) == (
        "reports.csv, line 2: ongoing, planning and completed add up to 4, not to the 3 projects "
        "of 2023."
    )


def test_list_without_states_is_only_compared_in_its_number_of_projects() -> None:
    other = reports(ongoing={2023: 0}, completed={2023: 2})
    assert len(build_project_reports(listings(), PROJECTS, other)) == len(LISTINGS)


def test_project_of_an_unknown_city_is_named(project_reports: pd.DataFrame) -> None:
    with pytest.raises(SourceError, match=r"projects\.csv, line 2, column city_id: 'alpha'"):
        build_projects(PROJECTS, project_reports, CITIES.tail(2))


def test_project_in_no_report_is_named(project_reports: pd.DataFrame) -> None:
    more = pd.concat([PROJECTS, PROJECTS.head(1).assign(project_id="z1")], ignore_index=True)
    with pytest.raises(SourceError, match=r"projects\.csv, line 7, column project_id: 'z1' stands"):
        build_projects(more, project_reports, CITIES)


def test_project_that_stands_twice_is_named(project_reports: pd.DataFrame) -> None:
    twice = pd.concat([PROJECTS, PROJECTS.tail(1)], ignore_index=True)
    with pytest.raises(SourceError, match=r"projects\.csv: the joins doubled 'b2'"):
        build_projects(twice, project_reports, CITIES)


def test_report_that_stands_twice_is_named() -> None:
    twice = pd.concat([reports(), reports().tail(1)], ignore_index=True)
    with pytest.raises(SourceError, match=r"reports\.csv, column report_year: '2025' stands more"):
        build_project_reports(listings(), PROJECTS, twice)
