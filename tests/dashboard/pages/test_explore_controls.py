"""Pure functions of the filter widgets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup import numbers
from dashboard.pages.explore import controls as explore_controls
from dashboard.pages.explore.controls import (
    HIGHEST,
    LOWEST,
    range_from_slider,
    slider_position,
    slider_stops,
)
from geo.i18n import use_language
from tests.pseudolocale import MARK, MARKED

end = st.none() | st.floats(-1e6, 1e6)


@given(end, end)
def test_range_survives_the_way_through_a_slider(low, high):
    assert range_from_slider(slider_position((low, high))) == (low, high)


@given(st.lists(st.floats(-100, 100)), end, end)
def test_both_handles_of_a_slider_have_a_stop(fixed, low, high):
    offered = slider_stops(fixed, (low, high))
    assert set(slider_position((low, high))) <= set(offered)
    assert offered == sorted(set(offered))
    assert (offered[0], offered[-1]) == (LOWEST, HIGHEST)


def test_open_ends_restrict_nothing():
    assert range_from_slider((LOWEST, HIGHEST)) == (None, None)


@pytest.mark.parametrize(
    ("words_of", "fixed"),
    [
        (numbers.people, explore_controls.POPULATION_STOPS),
        (explore_controls._growth_label, explore_controls.GROWTH_STOPS),
        (explore_controls._year_label, (2018.0, 2023.0)),
        (explore_controls._distance_label, explore_controls.DISTANCE_STOPS),
    ],
)
def test_every_stop_of_a_slider_has_a_label_of_its_own(words_of, fixed):
    labels = [words_of(stop) for stop in fixed]
    assert len(set(labels)) == len(labels)


def test_year_is_shown_without_a_decimal_point():
    assert explore_controls._year_label(2018.0) == "2018"


def test_stops_are_labelled_in_the_language():
    with use_language(MARKED):
        assert numbers.people(2.5e6) == f"{MARK}2,5 million"
        assert explore_controls._growth_label(1.5) == "1,5%"
        assert explore_controls._distance_label(1000.0) == f"{MARK}1.000 km"
        assert explore_controls._year_label(2018.0) == "2018"
