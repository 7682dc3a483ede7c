"""Classes: the map's expression, the legend's labels and ``colour`` say the same."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.classification import (
    GROWTH_BREAKS,
    SHARE_BREAKS,
    Classes,
    growth_classes,
    share_classes,
    un_growth_classes,
)
from dashboard.maps.deck_expressions import evaluate
from dashboard.markup.theme import DARK, LIGHT, Palette, rgb
from geo.i18n import Language, use_language

TWO = Classes((10.0,), ("#000001", "#000002"), "%")


def every_class(palette: Palette) -> list[Classes]:
    return [make(palette) for make in (share_classes, growth_classes, un_growth_classes)]


@given(st.floats(-50, 150))
def test_map_expression_gives_the_colour_of_the_class(value):
    for palette in (LIGHT, DARK):
        for classes in every_class(palette):
            drawn = evaluate(classes.expression("x", palette.no_data), {"x": value})
            assert drawn == list(rgb(classes.colour(value)))


@pytest.mark.parametrize("properties", [{}, {"x": None}])
def test_map_expression_gives_the_colour_of_no_data_for_a_missing_value(properties):
    assert evaluate(TWO.expression("x", "#0a0b0c"), properties) == [10, 11, 12]


@pytest.mark.parametrize(
    ("value", "colour"), [(9.999, "#000001"), (10.0, "#000002"), (math.inf, "#000002")]
)
def test_a_break_belongs_to_the_class_above_it(value, colour):
    assert TWO.colour(value) == colour


@pytest.mark.parametrize("breaks", [SHARE_BREAKS, GROWTH_BREAKS])
def test_labels_name_both_ends_of_every_class(breaks):
    classes = Classes(breaks, tuple(f"#00000{n}" for n in range(len(breaks) + 1)), "%")
    bounds = [f"{at:g}" for at in breaks]
    inner = [f"{low} to {high}" for low, high in pairwise(bounds)]
    assert classes.labels() == [f"below {bounds[0]}", *inner, f"{bounds[-1]} or more"]


def test_labels_write_numbers_as_the_language_does():
    classes = Classes((2.5, 1000.0), ("#000001", "#000002", "#000003"), "%")
    with use_language(Language("id", "Bahasa Indonesia")):
        assert classes.labels() == ["below 2,5", "2,5 to 1.000", "1.000 or more"]


def test_map_expression_is_the_same_in_every_language():
    expression = TWO.expression("x", "#0a0b0c")
    with use_language(Language("id", "Bahasa Indonesia")):
        assert TWO.expression("x", "#0a0b0c") == expression


def test_no_two_classes_share_a_colour(colours):
    for classes in every_class(colours):
        assert len({*classes.colours, colours.no_data}) == len(classes.colours) + 1


def test_breaks_without_a_colour_each_are_refused():
    with pytest.raises(ValueError, match="2 breaks need 3 colours"):
        Classes((1.0, 2.0), ("#000001", "#000002"), "%")


def test_every_class_of_the_urban_share_holds_a_member_state_in_some_year(layers):
    years = layers["country_years"]
    share = years.loc[years["indicator_code"] == "SP.URB.TOTL.IN.ZS", "value"]
    assert {share_classes(LIGHT).colour(value) for value in share} == set(LIGHT.share)


def test_every_class_of_growth_holds_an_agglomeration(layers):
    growth = layers["agglomerations"]["agglomeration_growth_2000_2018"]
    assert {growth_classes(LIGHT).colour(value) for value in growth} == set(LIGHT.growth)


def test_every_class_of_growth_holds_a_un_city_and_a_shrinking_one_has_its_own_hue(layers):
    cities, classes = layers["wup2025_cities"], un_growth_classes(LIGHT)
    growth = pd.concat([cities["growth_2000_2025"], cities["growth_2025_2050"]]).dropna()
    assert {classes.colour(value) for value in growth} == set(classes.colours)
    assert classes.colour(-0.01) not in LIGHT.growth


def test_expression_with_an_opacity_has_four_numbers():
    drawn = TWO.expression("x", "#0a0b0c", 70)
    assert evaluate(drawn, {"x": 1}) == [0, 0, 1, 70]
    assert evaluate(drawn, {}) == [10, 11, 12, 70]
