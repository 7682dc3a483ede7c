"""Sentences and key figures say what the layers say, and no more."""

from __future__ import annotations

import re

import pytest

from dashboard import headlines
from geo.action_plans import latest_projects
from geo.i18n import speaking
from geo.query import Filter, select
from geo.vocabulary import FOCUS_AREAS
from tests.spoken import MARK, MARKED


def selection(layers, wanted: Filter) -> str:
    kept = select(wanted, layers.geo("cities"), layers["projects"])
    return headlines.selection(kept, layers["cities"])


def test_network_counts_cities_countries_and_projects(layers):
    said = headlines.network(layers)
    assert said.startswith(
        "38 member cities in 11 countries. In 2025, 35 of them list 134 smart city "
    )


def test_network_names_the_focus_area_with_most_projects(layers):
    listed = latest_projects(layers["projects"])["focus_area"].value_counts()
    assert FOCUS_AREAS[listed.index[0]] in headlines.network(layers)


def test_network_says_most_of_them_only_of_more_than_half(layers):
    listed = latest_projects(layers["projects"])["focus_area"].value_counts()
    assert ("most of them" in headlines.network(layers)) == (listed.max() > listed.sum() / 2)


def test_since_last_report_gives_the_counts_of_the_table(layers):
    reports = layers["project_reports"]
    before, now = (
        set(reports.loc[reports["report_year"] == year, "project_id"]) for year in (2024, 2025)
    )
    said = headlines.since_last_report(layers)
    assert said.startswith("From the 2024 to the 2025 report ")
    new = re.search(r"(\d+) projects are new", said)
    assert new
    earlier = set(reports.loc[reports["report_year"] < 2025, "project_id"])
    assert int(new[1]) == len(now - earlier)
    assert len(now) - len(before) == 134 - 108


def test_key_figures_state_their_source_and_projections(layers):
    figures = headlines.key_figures(layers)
    assert [figure.value for figure in figures[:2]] == ["38", "134"]
    assert all(figure.source for figure in figures)
    assert "projection" in figures[-1].source
    assert "estimate" in figures[-2].source


def test_people_of_un_cities_are_counted_once_and_growth_where_both_ends_are_known(layers):
    size, more = headlines.key_figures(layers)[-2:]
    cities = layers["wup2025_cities"]
    own = cities[cities["city_id"].notna() & (cities["member_role"] != "inside")]
    assert len(own) == 50
    assert size.value == "150 million"
    assert round(own["population_2025"].sum() / 1e6) == 150
    assert "37 member cities" in size.label
    # Jajag, one of Banyuwangi's, has no figure of 2050.
    both = own[own["population_2050"].notna()]
    assert len(both) == 49
    expected = (both["population_2050"] - both["population_2025"]).sum() / 1e6
    assert more.value == f"+{round(expected)} million"
    assert "49 of these UN cities" in more.label


def test_report_year_is_that_of_the_latest_report(layers):
    assert headlines.report_year(layers) == 2025


def test_share_years_ascend_without_a_double(layers):
    years = headlines.share_years(layers)
    assert years == sorted(set(years))
    assert years[-1] == 2024


@pytest.mark.parametrize(
    ("wanted", "start"),
    [
        (Filter(), "All 38 member cities have "),
        (Filter(countries=("BRN", "SGP")), "2 of 38 member cities have "),
        (Filter(cities=("dili",)), "Dili, 1 of 38 member cities, has 0 projects."),
        (Filter(text="no such city"), "No member city passes this filter."),
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
def test_selection_is_a_sentence_in_the_right_number(wanted, start, layers):
    assert selection(layers, wanted).startswith(start)


def test_unfiltered_selection_counts_the_projects_that_the_network_is_said_to_run(layers):
    assert "134 projects" in selection(layers, Filter())


def test_parts_of_the_selection_add_up(layers):
    for wanted in (Filter(), Filter(countries=("MYS",)), Filter(focus_areas=("civic-social",))):
        total, *parts = re.findall(
            r"(\d+) (?:projects?|ongoing|completed|no longer)", selection(layers, wanted)
        )
        assert int(total) == sum(map(int, parts))


def test_one_city_is_no_comparison(layers):
    assert headlines.comparison(["dili"], layers).endswith("?")


def test_comparison_names_most_projects_and_fastest_growth(layers):
    said = headlines.comparison(["manila", "siem-reap", "jakarta"], layers)
    assert said.startswith("Of 3 cities, Siem Reap has most projects (8)")
    assert "the UN city of Siem Reap grew fastest from 2000 to 2025 (+5.9 % per year)" in said
    said = headlines.comparison(["manila", "siem-reap", "jakarta"], layers, "2018")
    assert "Manila grew fastest from 2000 to 2018" in said


def test_comparison_without_two_series_says_nothing_of_growth(layers):
    assert "grew" not in headlines.comparison(["siem-reap", "manila"], layers, "2018")
    assert "grew" not in headlines.comparison(["cauayan-city", "manila"], layers)


@pytest.mark.parametrize("cities", [["manila", "hanoi"], ["dili", "semarang"]])
def test_cities_with_as_many_projects_share_the_lead(cities, layers):
    rows = layers["cities"].set_index("city_id").loc[cities]
    assert rows["projects"].nunique() == 1
    assert f"{rows['name'].iloc[0]} has most projects" not in headlines.comparison(cities, layers)


def test_every_headline_is_in_the_language(layers):
    some = select(Filter(countries=("BRN", "SGP")), layers.geo("cities"), layers["projects"])
    with speaking(MARKED):
        said = [
            headlines.network(layers),
            headlines.since_last_report(layers),
            headlines.selection(some, layers["cities"]),
            headlines.comparison([], layers),
            headlines.comparison(["manila", "siem-reap", "jakarta"], layers),
        ]
        figures = headlines.key_figures(layers)
    assert all(sentence.startswith(MARK) for sentence in said)
    for figure in figures:
        assert figure.label.startswith(MARK)
        assert figure.source.startswith(MARK)
