"""Projections of both UN revisions, and how far the older one has been off."""

from __future__ import annotations

import pytest

from geo.analysis.projections import Projections, projections
from geo.layers.catalogue import Catalogue


def test_older_projection_is_measured_where_both_estimate_about_the_same() -> None:
    found = Projections({2000: 100, 2025: 220, 2035: 300}, {2000: 105, 2025: 200}, True)
    assert found.count_the_same is True
    assert found.off_percent == pytest.approx(10)


@pytest.mark.parametrize(
    ("older", "newer", "itself", "same"),
    [
        ({2000: 100, 2025: 220}, {2000: 150, 2025: 200}, True, False),
        ({1975: 50, 2000: 100, 2025: 220}, {1975: 10, 2000: 100, 2025: 200}, True, False),
        ({2000: 100, 2025: 220}, {2000: 100, 2025: 200}, False, False),
        ({2025: 220}, {2025: 200}, True, None),
        ({}, {2000: 100, 2025: 200}, True, None),
    ],
    ids=["other number", "other number earlier", "larger city", "no common year", "one revision"],
)
def test_it_cannot_be_told_where_they_count_otherwise(
    older: dict[int, int], newer: dict[int, int], itself: bool, same: bool | None
) -> None:
    found = Projections(older, newer, itself)
    assert found.count_the_same is same
    assert found.off_percent is None


def test_common_years_are_those_that_both_estimate() -> None:
    found = Projections({2000: 1, 2025: 3}, {2000: 2, 2025: 4, 2050: 9}, True)
    assert found.both_estimate == {2000: (1, 2)}


def test_it_can_be_told_for_singapore_and_yangon_alone(catalogue: Catalogue) -> None:
    off = {
        city_id: projections(catalogue, city_id).off_percent
        for city_id in catalogue["cities"]["city_id"]
    }
    assert {id: round(value) for id, value in off.items() if value is not None} == {
        "singapore": 5,
        "yangon": 1,
    }
