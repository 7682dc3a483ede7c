"""Sentences and key figures of the Overview, Explore and Compare pages match the layers."""

from __future__ import annotations

import re

import pytest

from dashboard.pages.overview import text as overview_text
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import selected
from geo.analysis.projects import latest_projects
from geo.i18n import use_language
from geo.vocabulary import FOCUS_AREAS
from tests.pseudolocale import MARK, MARKED


def selection(layers, city_filter: Filter) -> str:
    passing = selected(city_filter, layers)
    return overview_text.selection_summary(passing, layers, city_filter)


def test_network_counts_cities_countries_and_projects(layers):
    text = overview_text.network_summary(layers)
    assert text.startswith(
        "38 member cities in 11 countries. In 2025, 35 of them reported 134 smart city projects: "
        "108 ongoing, 8 in planning and 18 completed. "
    )


def test_network_names_the_focus_area_with_most_projects(layers):
    listed = latest_projects(layers["projects"])["focus_area"].value_counts()
    assert FOCUS_AREAS[listed.index[0]] in overview_text.network_summary(layers)


def test_answer_counts_what_was_promised_what_is_done_and_what_changed(layers):
    promises, reports = layers["promises"], layers["project_reports"]
    due = promises[promises["due_year"] <= 2025]
    before, now = (
        reports[(reports["report_year"] == year) & (reports["status"] == "completed")]
        for year in (2024, 2025)
    )
    earlier = set(reports.loc[reports["report_year"] < 2025, "project_id"])
    listed = set(reports.loc[reports["report_year"] == 2025, "project_id"])
    assert overview_text.answer(layers) == (
        f"Of {len(promises)} dated promises, {len(due)} fell due by 2025: "
        f"{(due['state'] == 'done').sum()} are reported as done and "
        f"{(due['state'] == 'ongoing').sum()} are ongoing; the 2025 report adds "
        f"{len(listed - earlier)} projects and marks "
        f"{len(set(now['project_id']) - set(before['project_id']))} more as completed."
    )


def test_since_last_report_gives_the_counts_of_the_table(layers):
    reports = layers["project_reports"]
    before, now = (
        set(reports.loc[reports["report_year"] == year, "project_id"]) for year in (2024, 2025)
    )
    text = overview_text.since_last_report(layers)
    counted = re.match(
        r"The 2025 report adds (\d+) projects and marks (\d+) more as completed; (\d+) were "
        "dropped without being marked complete; ",
        text,
    )
    assert counted
    new, completed, dropped = map(int, counted.groups())
    assert (completed, dropped) == (7, 2)
    assert overview_text.changes_title(layers) == "What changed since the 2024 report"
    earlier = set(reports.loc[reports["report_year"] < 2025, "project_id"])
    assert new == len(now - earlier)
    assert len(now) - len(before) == 134 - 108


def test_key_figures_state_their_source_and_projections(layers):
    figures = overview_text.key_figures(layers)
    assert [figure.value for figure in figures[:2]] == ["38", "134"]
    assert all(figure.source for figure in figures)
    assert figures[1].label == "projects listed in 2025 in 35 cities: 108 ongoing and 8 in planning"
    assert figures[2].label == "completed, 13% of the 134 listed"
    assert "projection" in figures[-1].source
    assert "estimate" in figures[-2].source


def test_people_of_un_cities_are_counted_once_and_growth_where_both_ends_are_known(layers):
    size, more = overview_text.key_figures(layers)[-2:]
    cities = layers["wup2025_cities"]
    counted = cities[cities["city_id"].notna() & (cities["member_role"] != "inside")]
    assert len(counted) == 50
    assert size.value == "150 million"
    assert round(counted["population_2025"].sum() / 1e6) == 150
    assert "37 member cities" in size.label
    # Jajag, one of Banyuwangi's UN cities, has no figure for 2050.
    both = counted[counted["population_2050"].notna()]
    assert len(both) == 49
    expected = (both["population_2050"] - both["population_2025"]).sum() / 1e6
    assert more.value == f"+{round(expected)} million"
    assert "49 of these UN cities" in more.label


def test_report_year_is_that_of_the_latest_report(layers):
    assert overview_text.report_year(layers) == 2025


def test_share_years_ascend_without_a_double(layers):
    years = overview_text.share_years(layers)
    assert years == sorted(set(years))
    assert years[-1] == 2024


@pytest.mark.parametrize(
    ("city_filter", "start"),
    [
        (Filter(), "All 38 member cities have "),
        (Filter(countries=("BRN", "SGP")), "2 of 38 member cities have "),
        (Filter(cities=("dili",)), "Dili, 1 of 38 member cities, has no project listed in 2025."),
        (Filter(text="no such city"), "No member city matches this filter."),
        (
            Filter(statuses=("no_longer_reported",), countries=("THA",)),
            "2 of 38 member cities have 2 projects that are no longer reported.",
        ),
        (
            Filter(statuses=("no_longer_reported",), cities=("chonburi",)),
            "Chonburi, 1 of 38 member cities, has 1 project that is no longer reported.",
        ),
    ],
    ids=["all", "some", "one", "none", "gone", "one gone"],
)
def test_selection_is_a_sentence_in_the_right_number(city_filter, start, layers):
    assert selection(layers, city_filter).startswith(start)


def test_unfiltered_selection_counts_the_projects_that_the_network_is_said_to_run(layers):
    text = selection(layers, Filter())
    assert "134 projects listed in 2025: 108 ongoing, 8 in planning and 18 completed" in text
    assert "ongoing or in planning" not in text


def test_filtered_selection_keeps_what_the_lists_do_not_tell_apart(layers):
    text = selection(layers, Filter(countries=("MYS",)))
    assert "ongoing or in planning" in text
    assert "8 in planning" not in text


def test_parts_of_the_selection_add_up(layers):
    for city_filter in (
        Filter(),
        Filter(countries=("MYS",)),
        Filter(focus_areas=("civic-social",)),
    ):
        total, *parts = re.findall(
            r"(\d+) (?:projects?|ongoing|in planning|completed|no longer)",
            selection(layers, city_filter),
        )
        assert int(total) == sum(map(int, parts))


def test_one_city_is_no_comparison(layers):
    assert overview_text.comparison_summary(["dili"], layers) == (
        "Compare member cities by size, growth and projects, and see which are most similar."
    )


def test_comparison_names_most_projects_and_fastest_growth(layers):
    text = overview_text.comparison_summary(["manila", "siem-reap", "jakarta"], layers)
    assert text.startswith("Of these 3 cities, Siem Reap has the most projects (8)")
    assert "the UN city of Siem Reap grew fastest from 2000 to 2025 (+5.9% per year)" in text
    text = overview_text.comparison_summary(["manila", "siem-reap", "jakarta"], layers, "2018")
    assert "Manila grew fastest from 2000 to 2018" in text


def test_comparison_without_two_series_says_nothing_of_growth(layers):
    assert "grew" not in overview_text.comparison_summary(["siem-reap", "manila"], layers, "2018")
    assert "grew" not in overview_text.comparison_summary(["cauayan-city", "manila"], layers)


@pytest.mark.parametrize("cities", [["manila", "hanoi"], ["dili", "semarang"]])
def test_cities_with_as_many_projects_share_the_lead(cities, layers):
    rows = layers["cities"].set_index("city_id").loc[cities]
    assert rows["projects"].nunique() == 1
    assert f"{rows['name'].iloc[0]} has most projects" not in overview_text.comparison_summary(
        cities, layers
    )


def test_every_headline_is_in_the_language(layers):
    city_filter = Filter(countries=("BRN", "SGP"))
    some = selected(city_filter, layers)
    with use_language(MARKED):
        text = [
            overview_text.network_summary(layers),
            overview_text.answer(layers),
            overview_text.since_last_report(layers),
            overview_text.selection_summary(some, layers, city_filter),
            overview_text.comparison_summary([], layers),
            overview_text.comparison_summary(["manila", "siem-reap", "jakarta"], layers),
        ]
        figures = overview_text.key_figures(layers)
    assert all(sentence.startswith(MARK) for sentence in text)
    for figure in figures:
        assert figure.label.startswith(MARK)
        assert figure.source.startswith(MARK)
