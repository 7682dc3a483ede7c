"""Places among those that have a figure."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.effort import effort, paired_indicators
from geo.analysis.indicators import indicators, readings
from geo.analysis.standing import (
    city_standing,
    indicator_standing,
    range_of_places,
    standing,
)
from geo.layers.catalogue import Catalogue


@pytest.fixture(scope="module")
def layers() -> Catalogue:
    return Catalogue()


def test_equal_values_share_a_place_and_the_next_counts_them_all() -> None:
    values = {"a": [9.0], "b": [5.0], "c": [5.0], "d": [1.0]}
    places = {id: standing(values, id) for id in values}
    assert [(one.first, one.ties) for one in places.values() if one] == [
        (1, 0),
        (2, 1),
        (2, 1),
        (4, 0),
    ]


def test_two_values_have_two_places_and_the_larger_one_is_the_first() -> None:
    place = standing({"a": [4.0, 6.0], "b": [5.0], "c": [1.0]}, "a")
    assert place is not None
    assert (place.first, place.last, place.ties, place.number) == (1, 2, 0, 3)
    assert place.median == 5.0


def test_who_has_no_figure_has_no_place() -> None:
    assert standing({"a": [1.0]}, "b") is None


def test_median_of_a_group_needs_a_second_member() -> None:
    groups = {"a": "X", "b": "X", "c": "Y"}
    values = {"a": [1.0], "b": [3.0], "c": [9.0]}
    assert [one.group_median for id in values if (one := standing(values, id, groups))] == [
        *(2.0, 2.0, None),
    ]
    place = standing(values, "a")
    assert place is not None
    assert place.group_median is None


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 9), min_size=1))
def test_places_are_those_of_a_sorted_list(numbers: dict[str, int]) -> None:
    values = {id: [float(number)] for id, number in numbers.items()}
    ordered = sorted(numbers.values(), reverse=True)
    for id, number in numbers.items():
        place = standing(values, id)
        assert place is not None
        assert place.first == place.last == ordered.index(number) + 1
        assert place.ties == ordered.count(number) - 1
        assert place.median == median(numbers.values())


def test_range_over_definitions_needs_two_places() -> None:
    values = {"a": [3.0], "b": [2.0], "c": [1.0]}
    places = [one for id in "ac" if (one := standing(values, id))]
    assert range_of_places(places) == (1, 3)
    assert range_of_places(places[:1] * 2) is None
    assert range_of_places([]) is None


def test_new_members_are_not_ranked_by_completed_projects(layers: Catalogue) -> None:
    cities = layers["cities"].set_index("city_id")
    new = set(cities.index[cities["joined_year"] >= 2025])
    assert len(new) == 7
    ranked = {id for id in cities.index if city_standing(layers, "projects_completed", id)}
    assert ranked == set(cities.index) - new
    listed = {id for id in cities.index if city_standing(layers, "projects", id)}
    assert set(cities.index) - listed == {"denpasar", "dili", "semarang"}


def test_figure_of_another_method_has_no_place_and_counts_for_none(layers: Catalogue) -> None:
    assert indicator_standing(layers, "public-transport-access", "singapore") is None
    place = indicator_standing(layers, "public-transport-access", "jakarta")
    assert place is not None
    assert place.number == 23
    known = readings(layers, "public-transport-access")
    middles = [one.middle for id, one in known.items() if id != "singapore"]
    assert place.median == median(middles)


def test_bands_classes_and_hospitals_have_no_place(layers: Catalogue) -> None:
    for indicator in ("hospital-within-1km", "climate-zone"):
        assert indicator_standing(layers, indicator, "jakarta") is None


def test_every_member_is_in_one_place_of_outcome_beside_effort(layers: Catalogue) -> None:
    names = sorted(layers["cities"]["name"])
    assert [one.id for one in paired_indicators(layers)] == [
        "public-transport-access",
        "hospital-within-1km",
    ]
    for indicator in paired_indicators(layers):
        found = effort(layers, indicator.id)
        everyone = [*found.rows["name"], *found.without, *found.apart, *found.too_late]
        assert sorted(everyone) == names


def test_projects_beside_an_outcome_are_those_that_the_report_lists(layers: Catalogue) -> None:
    reports = layers["project_reports"]
    latest = reports[reports["report_year"] == reports["report_year"].max()]
    for indicator in paired_indicators(layers):
        rows = effort(layers, indicator.id).rows
        listed = latest[latest["focus_area"] == indicator.focus_area].groupby("city_id").size()
        counted = rows["city_id"].map(listed).fillna(0)
        assert (counted == rows["projects"]).all()


def test_indicators_keep_their_order(layers: Catalogue) -> None:
    assert [one.id for one in indicators(layers)] == [
        "public-transport-access",
        "hospital-within-1km",
        "un-city-density",
        "climate-zone",
        "imd-smart-city-rank",
    ]
    assert next(one.id for one in indicators(layers, "country")) == "egdi"
