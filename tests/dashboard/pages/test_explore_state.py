"""State of the Explore page <-> URL."""

from __future__ import annotations

import pytest

from dashboard.pages.explore.state import ExploreState, explore_codec
from geo.analysis.filter import Filter
from geo.i18n import use_language
from geo.parameters import MAX_TEXT
from geo.vocabulary import REVISIONS
from tests.pseudolocale import MARK, MARKED

CITIES = ("dili", "hanoi", "jakarta", "manila", "phuket", "rayong", "yangon")
YEARS = tuple(range(1990, 2025))
CODEC = explore_codec(CITIES, YEARS)


def test_usual_state_needs_no_query():
    assert CODEC.to_query(ExploreState(year=YEARS[-1])) == {}
    assert CODEC.from_query({}) == (ExploreState(year=YEARS[-1]), ())


def test_parameters_stand_in_the_address_in_their_usual_order():
    state = ExploreState(
        city_filter=Filter(countries=("IDN",), text="flood"), selected=("dili",), mode="growth",
        revision=list(REVISIONS)[1], span="2025_2050", panel="charts", at="IDN", year=2000,
        places=True,
    )  # fmt: skip
    assert list(CODEC.to_query(state)) == [
        *("country", "q", "city", "mode", "revision", "span", "panel", "at", "year", "places")
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", "XXX"),
        ("country", "IDN,XXX"),
        ("focus", "space"),
        ("status", "lost"),
        ("joined", "2018"),
        ("joined", "2025..2018"),
        ("population", "many..few"),
        ("population", "nan.."),
        ("growth", "..inf"),
        ("q", "x" * (MAX_TEXT + 1)),
        ("near", "atlantis"),
        ("near", "dili,hanoi"),
        ("within", "0"),
        ("within", "far"),
        ("city", "atlantis"),
        ("mode", "3d"),
        ("revision", "wup-2014"),
        ("panel", "pictures"),
        ("places", "yes"),
        ("year", "1899"),
        ("year", "2020.5"),
        ("year", "last"),
        ("year", "-2020"),
        ("year", "²"),
        ("year", "9" * 5000),
    ],
    ids=lambda value: value[:20],
)
def test_wrong_value_is_one_sentence_and_the_rest_keeps_working(name, value):
    rest = {"focus": "civic-social", "mode": "growth", "places": "1"}
    rest = {key: worth for key, worth in rest.items() if key != name}
    state, problems = CODEC.from_query({**rest, name: value})
    [sentence] = problems
    assert sentence.startswith(f"Parameter {name}: ")
    assert sentence.endswith(".")
    assert len(sentence) < 400
    assert state == CODEC.from_query(rest)[0]


def test_each_of_several_wrong_values_has_its_own_sentence():
    query = {"country": "XXX", "mode": "3d", "year": "1899"}
    _, problems = CODEC.from_query(query)
    assert sorted(sentence.split(":")[0] for sentence in problems) == [
        "Parameter country",
        "Parameter mode",
        "Parameter year",
    ]


@pytest.mark.parametrize(
    ("name", "value", "quoted"),
    [
        ("country", "XXX", "XXX"),
        ("joined", "2018", "2018"),
        ("mode", "3d", "3d"),
        ("year", "1899", "1899"),
        ("contry", "KHM", "contry"),
    ],
)
def test_problems_are_told_in_the_language_and_quote_the_url(name, value, quoted):
    with use_language(MARKED):
        _, [sentence] = CODEC.from_query({name: value})
    assert sentence.startswith(MARK)
    assert f"'{quoted}'" in sentence


def test_parameter_of_an_unknown_name_is_one_sentence():
    _, problems = CODEC.from_query({"contry": "KHM"})
    assert len(problems) == 1
    assert "contry" in problems[0]


@pytest.mark.parametrize(
    ("selected", "clicked", "left"),
    [
        ((), ["dili"], ("dili",)),
        (("dili",), ["dili"], ()),
        (("dili",), ["hanoi"], ("dili", "hanoi")),
        (("dili", "hanoi"), ["dili", "manila"], ("hanoi", "manila")),
        (("dili",), [], ("dili",)),
        ((), ["dili", "dili"], ()),
    ],
)
def test_a_click_selects_a_city_and_the_next_one_lets_it_go(selected, clicked, left):
    assert ExploreState(year=2024, selected=selected).toggled(clicked).selected == left


def test_a_click_changes_nothing_but_the_selection():
    state = ExploreState(
        year=2024, city_filter=Filter(countries=("IDN",)), mode="growth", places=True
    )
    assert state.toggled(["dili"]).toggled(["dili"]) == state


def test_rows_follow_the_filter_and_the_selection_the_map_the_filter_only():
    state = ExploreState(year=2024, city_filter=Filter(countries=("IDN",)), selected=("jakarta",))
    assert state.rows == Filter(countries=("IDN",), cities=("jakarta",))
    assert state.city_filter.cities == ()
