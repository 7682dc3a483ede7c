"""Figures as words."""

from __future__ import annotations

import math
from dataclasses import replace
from gettext import NullTranslations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup import numbers as words
from geo.i18n import Language, use_language

INDONESIAN = Language("id", "Bahasa Indonesia")


class Translated(NullTranslations):
    """A few messages in Indonesian."""

    def gettext(self, message):
        return {
            "no data": "tidak ada data",
            "{number} million": "{number} juta",
            "{percent} per year": "{percent} per tahun",
            "{others} and {last}": "{others} dan {last}",
        }.get(message, message)


@pytest.mark.parametrize("value", [None, math.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("say", [words.people, words.percent, words.growth, words.whole])
def test_a_missing_figure_is_no_data_and_never_zero(value, say):
    assert say(value) == "no data"


@pytest.mark.parametrize("say", [words.people, words.percent, words.growth, words.whole])
def test_zero_is_a_figure(say):
    assert "0" in say(0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_474_393, "1.47 million"),
        (55_027, "55,000"),
        (999_499, "999,000"),
        (999_999, "1 million"),
        (10_156_316, "10.2 million"),
        (695_000_000, "695 million"),
        (999_999_999, "1 billion"),
        (8, "8"),
    ],
)
def test_people_have_three_significant_digits(value, text):
    assert words.people(value) == text


@given(st.integers(0, 8_000_000_000))
def test_people_are_never_in_scientific_notation(value):
    assert "e" not in words.people(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.25, "+1.2% per year"), (-0.66, "−0.7% per year"), (0.0, "+0.0% per year")],
)
def test_growth_always_has_its_sign(value, text):
    assert words.growth(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(54.34, 1, "54.3%"), (13.4, 0, "13%"), (100, 0, "100%")]
)
def test_percent_has_the_digits_asked_for(value, digits, text):
    assert words.percent(value, digits) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(15_903, "", "15,903"), (15_903, "km²", "15,903 km²"), (15_903.9, "", "15,904")],
)
def test_whole_number_is_rounded_and_grouped(value, unit, text):
    assert words.whole(value, unit) == text


def test_what_stands_for_a_missing_figure_is_said_in_words():
    assert words.no_data() == "no data"


@pytest.mark.parametrize(
    ("names", "text"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed_joins_with_commas_and_one_and(names, text):
    assert words.format_list(names) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (lambda: words.people(1_474_393), "1,47 million"),
        (lambda: words.people(2_500_000_000), "2,5 billion"),
        (lambda: words.people(55_027), "55.000"),
        (lambda: words.percent(54.34), "54,3%"),
        (lambda: words.growth(1.25), "+1,2% per year"),
        (lambda: words.growth(-0.66), "−0,7% per year"),
        (lambda: words.whole(15_903, "km²"), "15.903 km²"),
    ],
    ids=["million", "billion", "people", "percent", "growth", "shrinking", "whole"],
)
def test_numbers_are_written_as_the_language_does(expression, text):
    with use_language(INDONESIAN):
        assert expression() == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (lambda: words.people(1_474_393), "1,47 juta"),
        (lambda: words.growth(1.25), "+1,2% per tahun"),
        (lambda: words.people(None), "tidak ada data"),
        (lambda: words.format_list(["a", "b", "c"]), "a, b dan c"),
    ],
    ids=["people", "growth", "missing", "listed"],
)
def test_words_are_those_of_the_language(expression, text):
    with use_language(replace(INDONESIAN, translations=Translated())):
        assert expression() == text


@pytest.mark.parametrize(
    ("year", "basis", "text"),
    [(2024, "census", "2024, census"), (2024, None, "2024"), (None, None, "")],
)
def test_year_and_basis_are_told_as_far_as_they_are_known(year, basis, text):
    city = {"population_year": year, "population_basis": basis}
    assert words.year_and_basis(city) == text
