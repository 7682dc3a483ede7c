"""Search in names of cities and in texts of projects and plans."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filter_for, filtered_rows, found_by, selected
from geo.analysis.search import NetworkIndex
from geo.analysis.text_search import WordIndex
from geo.layers.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("danang", "da-nang"),
        ("Đà Nẵng", "da-nang"),
        ("Saigon", "ho-chi-minh-city"),
        ("HCMC", "ho-chi-minh-city"),
        ("Krung Thep", "bangkok"),
        ("กรุงเทพ", "bangkok"),
        ("KL", "kuala-lumpur"),
        ("Penang", "seberang-perai"),
        ("BSB", "bandar-seri-begawan"),
        ("khonkaen", "khon-kaen"),
        ("sihanouk ville", "sihanoukville"),
        ("makasar", "makassar"),
        ("jakatra", "jakarta"),
    ],
)
def test_city_is_found_by_all_its_names(text: str, city: str, catalogue: Catalogue) -> None:
    assert found_by(text, catalogue).cities == {city}


def test_typing_error_finds_what_the_word_would(catalogue: Catalogue) -> None:
    found, right = found_by("flod", catalogue), found_by("flood", catalogue)
    assert found.projects == right.projects
    assert found.rows == right.rows
    assert (found.corrections, right.corrections) == ({"flod": "flood"}, {})


def test_each_match_says_where_the_words_stand(catalogue: Catalogue) -> None:
    found = found_by("flood", catalogue)
    where = {passage.where for passage in found.projects["manila--command-center-upgrade"]}
    assert "name" not in where
    assert found.where(found.projects) == {
        "name": 2,
        "objective": 4,
        "progress": 4,
        "partner": 1,
        "plan": 3,
        "promise": 1,
    }


def test_words_may_stand_in_different_texts_of_a_project_and_in_names_of_its_city(
    catalogue: Catalogue,
) -> None:
    assert list(found_by("flood pump", catalogue).projects) == [
        "seberang-perai--integrated-flood-and-pump-house-system"
    ]
    projects = selected(Filter(text="Sarawak flood"), catalogue).projects
    assert projects["city_id"].unique().tolist() == ["kuching"]


@pytest.mark.parametrize("text", ["", "  ", ".*", "…", "zzzzqq", '"', "flood zzzzqq"])
def test_nothing_is_found_by_what_no_text_has(text: str, catalogue: Catalogue) -> None:
    assert not found_by(text, catalogue)


def test_layers_that_are_missing_are_not_searched(
    small_cities: pd.DataFrame, small_projects: pd.DataFrame
) -> None:
    index = NetworkIndex({"cities": small_cities, "projects": small_projects})
    assert list(index.find("cafe").projects) == ["d1"]


def test_short_words_are_whole_words_and_longer_ones_beginnings() -> None:
    index = WordIndex([["bus"], ["buses"], ["business"], ["kl"], ["klang"], ["floodplain"]])

    def found(text: str) -> set[int]:
        return set(index.texts(index.word(text)))

    assert found("bus") == {0, 1}
    assert found("busi") == {2}
    assert found("kl") == {3}
    assert found("flood") == {5}


def test_compound_is_found_by_its_end_if_its_beginning_is_a_word_and_it_is_no_name() -> None:
    words = ["waste", "wastewater", "stormwater", "support", "transport", "thai", "thailand"]
    index = WordIndex([[word] for word in words], names={"thailand"})
    found = {word: index.word(word).forms for word in ("water", "watr", "port", "land")}
    assert found == {
        "water": ("stormwater", "wastewater"),
        "watr": (),
        "port": (),
        "land": (),
    }
    assert WordIndex([[word] for word in words]).word("water").forms == ()


def test_water_finds_stormwater_and_land_does_not_find_thailand(catalogue: Catalogue) -> None:
    assert "davao-city--stormwater-management-system" in found_by("water", catalogue).projects
    texts = [one.text for many in found_by("land", catalogue).projects.values() for one in many]
    assert texts
    assert all("land" in text.lower().replace("thailand", "") for text in texts)


@pytest.mark.parametrize(
    ("text", "project", "is_about"),
    [
        ("water", "davao-city--stormwater-management-system", True),
        ("water", "mandalay--solid-waste-and-wastewater-treatment", True),
        ("flood", "kuching--integrated-flood-management", True),
        # A layer of the map shows bodies of water; the command centre watches for floods.
        ("water", "yangon--one-map-yangon", False),
        ("flood", "manila--command-center-upgrade", False),
        ("flood pump", "seberang-perai--integrated-flood-and-pump-house-system", True),
    ],
)
def test_project_is_about_what_its_name_objective_plan_or_promise_says(
    text: str, project: str, is_about: bool, catalogue: Catalogue
) -> None:
    found = found_by(text, catalogue)
    assert project in found.projects
    assert (project in found.about) == is_about


def test_similar_word_with_most_letters_in_common_is_taken() -> None:
    index = WordIndex([["flood"], ["food"], ["fold"]])
    assert index.word("flod").corrected == "flood"
    assert index.word("fod").corrected == ""  # too short to be an error


# What a search keeps of each layer


def test_search_keeps_the_rows_of_plans_that_have_its_words(catalogue: Catalogue) -> None:
    rows = filtered_rows("plan_targets", Filter(text="flood"), catalogue).rows
    assert len(rows) == 3
    assert rows["target"].str.contains("flood", case=False).all()


def test_search_that_names_a_city_keeps_its_whole_plan(catalogue: Catalogue) -> None:
    for layer in ("plan_targets", "plan_statements", "plan_support", "plan_projects"):
        rows = filtered_rows(layer, Filter(text="Saigon"), catalogue).rows
        whole = catalogue[layer]
        expected = whole[whole["city_id"] == "ho-chi-minh-city"]
        pd.testing.assert_frame_equal(rows, expected)


@pytest.mark.parametrize("layer", ["project_details", "project_reports", "project_figures"])
def test_search_keeps_what_reports_say_of_its_projects(layer: str, catalogue: Catalogue) -> None:
    projects = set(selected(Filter(text="flood"), catalogue).projects["project_id"])
    rows = filtered_rows(layer, Filter(text="flood"), catalogue).rows
    assert set(rows["project_id"]) <= projects
    assert len(rows) == catalogue[layer]["project_id"].isin(projects).sum()


def test_layer_without_cities_takes_no_filter_and_says_so(catalogue: Catalogue) -> None:
    city_filter = Filter(countries=("IDN",), text="flood")
    for layer in ("documents", "report_recommendations", "context"):
        assert not filter_for(layer, city_filter, catalogue)
        filtered = filtered_rows(layer, city_filter, catalogue)
        assert len(filtered.rows) == len(catalogue[layer])
        assert filtered.filter_text == ""


def test_layer_of_countries_names_the_cities_that_it_follows(catalogue: Catalogue) -> None:
    text = filtered_rows("countries", Filter(text="flood"), catalogue).filter_text
    assert text == "countries of the member cities that pass: mentioning “flood”"
