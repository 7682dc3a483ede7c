"""Filtered rows of every layer."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows, names, selected
from geo.analysis.promises import OVERDUE_STATES
from geo.errors import QueryError
from geo.layers.catalogue import Catalogue
from geo.parameters import Range
from geo.schema import LAYERS
from geo.vocabulary import MEMBER_STATES

KHMER = Filter(countries=("KHM",))


def test_unknown_layer_is_named_with_those_there_are(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match=r"no layer 'roads'\. Available: countries, context, land"):
        filtered_rows("roads", Filter(), catalogue)


@pytest.mark.parametrize("name", LAYERS)
def test_empty_filter_keeps_the_whole_layer(name: str, catalogue: Catalogue) -> None:
    selected = filtered_rows(name, Filter(), catalogue)
    assert selected.rows is catalogue[name]
    assert selected.filter_text == ""


@pytest.mark.parametrize(
    "name",
    [
        *("countries", "cities", "places", "agglomerations", "country_years", "city_years"),
        *("projects", "wup2025_cities", "wup2025_city_years"),
    ],
)
def test_country_keeps_its_own_rows_of_every_layer(name: str, catalogue: Catalogue) -> None:
    selected = filtered_rows(name, KHMER, catalogue)
    assert set(selected.rows["iso3"]) == {"KHM"}
    assert selected.filter_text == "Cambodia"
    assert len(selected.rows) < len(catalogue[name])


@pytest.mark.parametrize("name", ["countries", "cities", "places", "projects", "project_reports"])
def test_all_countries_keep_every_row(name: str, catalogue: Catalogue) -> None:
    selected = filtered_rows(name, Filter(countries=MEMBER_STATES), catalogue).rows
    assert len(selected) == len(catalogue[name])


def test_neighbours_stay_whatever_the_filter(catalogue: Catalogue) -> None:
    assert len(filtered_rows("context", KHMER, catalogue).rows) == len(catalogue["context"])


def test_places_of_a_country_lie_in_it_wherever_their_nearest_member_city_is(
    catalogue: Catalogue,
) -> None:
    selected = filtered_rows("places", KHMER, catalogue).rows
    assert len(selected) == (catalogue["places"]["iso3"] == "KHM").sum()
    cities = catalogue["cities"].set_index("city_id")["iso3"]
    assert (selected["city_id"].map(cities) != "KHM").any()


def test_places_near_a_city_are_measured_themselves(catalogue: Catalogue) -> None:
    selected = filtered_rows("places", Filter(near="johor-bahru", within_km=60), catalogue).rows
    assert {"johor-bahru", "singapore"} <= set(selected["city_id"])
    own = selected[selected["city_id"] == "johor-bahru"]
    all_own = catalogue["places"][catalogue["places"]["city_id"] == "johor-bahru"]
    assert set(own.index) == set(all_own.index[all_own["distance_km"] <= 60])


def test_places_follow_other_fields_through_their_nearest_member_city(
    catalogue: Catalogue,
) -> None:
    selected = filtered_rows("places", Filter(joined=(2026, None)), catalogue).rows
    assert set(selected["city_id"]) == {"dili"}
    assert len(selected) > 1


def test_places_pass_country_and_distance_together(catalogue: Catalogue) -> None:
    near = Filter(near="johor-bahru", within_km=60, countries=("MYS",))
    selected = filtered_rows("places", near, catalogue).rows
    assert set(selected["iso3"]) == {"MYS"}
    assert "singapore" in set(selected["city_id"])


def test_reports_follow_the_projects_kept(catalogue: Catalogue) -> None:
    city_filter = Filter(statuses=("no_longer_reported",))
    selected = filtered_rows("project_reports", city_filter, catalogue).rows
    projects = filtered_rows("projects", city_filter, catalogue).rows
    assert set(selected["project_id"]) == set(projects["project_id"])
    assert len(projects) == 6


def test_search_keeps_the_projects_that_it_names_and_what_belongs_to_them(
    catalogue: Catalogue,
) -> None:
    city_filter = Filter(text="flood")
    projects = filtered_rows("projects", city_filter, catalogue).rows
    assert len(projects) == 7
    for name in ("project_reports", "project_details", "project_figures"):
        selected = filtered_rows(name, city_filter, catalogue).rows
        assert len(selected) > 0
        assert set(selected["project_id"]) <= set(projects["project_id"])
    cities = set(filtered_rows("cities", city_filter, catalogue).rows["city_id"])
    only_in_plan = {"ho-chi-minh-city"}
    assert cities == set(projects["city_id"]) | only_in_plan


def test_series_follow_the_cities_kept(catalogue: Catalogue) -> None:
    selected = filtered_rows("city_years", Filter(cities=("hanoi",)), catalogue).rows
    assert set(selected["city_id"]) == {"hanoi"}
    assert selected["year"].is_unique


def test_un_cities_near_a_city_are_measured_themselves(catalogue: Catalogue) -> None:
    near = Filter(near="johor-bahru", within_km=30)
    selected = filtered_rows("wup2025_cities", near, catalogue).rows
    assert set(selected["name"]) == {"Johor Bahru", "Sembawang", "Singapore", "Kulai"}
    malaysian = filtered_rows(
        "wup2025_cities", Filter(near="johor-bahru", countries=("MYS",)), catalogue
    )
    assert set(malaysian.rows["iso3"]) == {"MYS"}
    years = filtered_rows("wup2025_city_years", near, catalogue).rows
    assert set(years["un_city_code"]) == set(selected["un_city_code"])


def test_un_cities_follow_other_fields_through_their_member_city(catalogue: Catalogue) -> None:
    selected = filtered_rows(
        "wup2025_cities", Filter(cities=("singapore", "jakarta")), catalogue
    ).rows
    assert set(selected["name"]) == {"Jakarta", "Singapore", "Sembawang"}
    assert filtered_rows("wup2025_cities", Filter(cities=("cauayan-city",)), catalogue).rows.empty
    years = filtered_rows("wup2025_city_years", Filter(joined=(2026, None)), catalogue).rows
    assert set(years["un_city_code"]) == {"172"}


def test_agglomerations_of_a_country_are_all_of_its_own(catalogue: Catalogue) -> None:
    city_filter = Filter(countries=("THA",))
    every = catalogue["agglomerations"]
    assert (
        len(filtered_rows("agglomerations", city_filter, catalogue).rows)
        == (every["iso3"] == "THA").sum()
    )
    of_cities = filtered_rows(
        "agglomerations", Filter(countries=("THA",), text="phuket"), catalogue
    ).rows
    assert of_cities["city_id"].tolist() == ["phuket"]


def test_projects_counted_in_rows_of_cities_are_those_that_pass(catalogue: Catalogue) -> None:
    whole = filtered_rows("cities", Filter(), catalogue).rows.set_index("city_id")
    flood = filtered_rows("cities", Filter(text="flood"), catalogue)
    rows = flood.rows.set_index("city_id")
    assert rows["projects"].to_dict() == {
        **dict.fromkeys(
            ("kuching", "luang-prabang", "mandalay", "manila", "seberang-perai", "vientiane"), 1
        ),
        # The plan of one says it, and a project of the other that is no longer reported.
        **dict.fromkeys(("ho-chi-minh-city", "siem-reap"), 0),
    }
    assert (whole.loc[rows.index, "projects"] > 1).all()
    assert flood.filter_text.endswith("projects counted are those that pass")
    country = filtered_rows("cities", Filter(countries=("MYS",)), catalogue)
    assert country.rows["projects"].sum() == whole.loc[whole["iso3"] == "MYS", "projects"].sum()
    assert "counted" not in country.filter_text


def test_names_are_ordered_for_readers(catalogue: Catalogue) -> None:
    cities = names(catalogue, "cities")
    assert len(cities) == 38
    assert list(cities.values()) == sorted(cities.values())
    assert cities["da-nang"] == "Da Nang"
    assert names(catalogue, "countries")["KHM"] == "Cambodia"


def test_large_cities_without_a_flood_or_water_project(catalogue: Catalogue) -> None:
    """All but three, read project by project: Da Nang manages water, Davao City stormwater,
    Mandalay wastewater and pumping stations."""
    million: Range = (1_000_000, None)
    every = filtered_rows("cities", Filter(population=million), catalogue).rows["city_id"]
    asked = Filter(population=million, without_text="flood, water")
    without = filtered_rows("cities", asked, catalogue)
    assert set(every) - set(without.rows["city_id"]) == {"da-nang", "davao-city", "mandalay"}
    assert len(without.rows) == 14
    assert {"yangon", "manila", "semarang"} <= set(without.rows["city_id"])
    assert without.filter_text.startswith("without a project about “flood, water”; population from")


def test_partnerships_follow_the_projects_if_the_filter_needs_any(catalogue: Catalogue) -> None:
    partners = catalogue["partners"]
    for asked in (
        Filter(completed_since=2024),
        Filter(overdue=True),
        Filter(statuses=("completed",), text="smart"),
    ):
        projects = set(filtered_rows("projects", asked, catalogue).rows["project_id"])
        rows = filtered_rows("partners", asked, catalogue).rows
        assert 0 < len(rows) < len(partners)
        expected = partners[partners["project_id"].isin(projects)]
        pd.testing.assert_frame_equal(rows, expected)
    city_id = partners.loc[partners["project_id"].isna(), "city_id"].dropna().iloc[0]
    of_city = filtered_rows("partners", Filter(cities=(city_id,)), catalogue).rows
    assert of_city["project_id"].isna().any()


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (Filter(due_before=2024), lambda rows: rows["due_year"] < 2024),
        (Filter(overdue=True), lambda rows: rows["state"].isin(OVERDUE_STATES)),
        (
            Filter(due_before=2024, overdue=True, countries=("KHM",)),
            lambda rows: (
                (rows["due_year"] < 2024)
                & rows["state"].isin(OVERDUE_STATES)
                & (rows["iso3"] == "KHM")
            ),
        ),
    ],
)
def test_dates_narrow_promises_by_themselves_and_projects_by_what_dates_them(
    asked: Filter, due: Callable[[pd.DataFrame], pd.Series], catalogue: Catalogue
) -> None:
    promises = catalogue["promises"]
    passing = promises[due(promises)]
    rows = filtered_rows("promises", asked, catalogue).rows
    assert rows["promise_id"].tolist() == passing["promise_id"].tolist()
    dating = passing[(passing["kind"] == "completion") | (passing["scope"] == "whole")]
    if asked.overdue:
        status = catalogue["projects"].set_index("project_id")["status"]
        dating = dating[dating["project_id"].map(status) != "completed"]
    projects = filtered_rows("projects", asked, catalogue).rows
    assert set(projects["project_id"]) == set(dating["project_id"].dropna())
    cities = filtered_rows("cities", asked, catalogue).rows
    assert set(cities["city_id"]) == set(projects["city_id"])
    assert len(cities) > 0


def test_layer_that_follows_the_cities_of_projects_says_so(catalogue: Catalogue) -> None:
    asked = Filter(completed_since=2024)
    targets = filtered_rows("plan_targets", asked, catalogue).filter_text
    assert targets == "all rows of the member cities that pass: projects completed since 2024"
    for layer in ("projects", "project_details", "partners", "promises"):
        said = filtered_rows(layer, asked, catalogue).filter_text
        assert said == "projects completed since 2024"


def test_cities_without_a_project_about_several_words(catalogue: Catalogue) -> None:
    everything = set(catalogue["cities"]["city_id"])
    flood, water, either = (
        set(filtered_rows("cities", Filter(without_text=text), catalogue).rows["city_id"])
        for text in ("flood", "water", "flood, water")
    )
    assert either == flood & water
    assert "kuching" in everything - flood  # Integrated Flood Management and Response System
    projects = catalogue["projects"]
    named = projects[projects["name"].str.contains("flood", case=False)]
    listed = named[named["last_report"] == projects["last_report"].max()]
    assert not set(listed["city_id"]) & flood
    assert selected(Filter(without_text="flood"), catalogue).cities["city_id"].isin(flood).all()
