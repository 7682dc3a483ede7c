"""State of the Explore page <-> URL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.deck import MODES
from dashboard.pages.explore.state import (
    MAX_COMPARED,
    PANELS,
    CompareState,
    ExploreState,
    read_compare,
    read_explore,
)
from geo.analysis.filter import Filter
from geo.i18n import use_language
from geo.parameters import ANY, MAX_TEXT
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PROJECT_STATUSES, REVISIONS
from tests.pseudolocale import MARK, MARKED

CITIES = ("dili", "hanoi", "jakarta", "manila", "phuket", "rayong", "yangon")
YEARS = tuple(range(1990, 2025))


def some(known):
    return st.lists(st.sampled_from(list(known)), unique=True, max_size=3).map(tuple)


def ranges(numbers):
    return st.one_of(
        st.just(ANY),
        st.tuples(numbers, st.none()),
        st.tuples(st.none(), numbers),
        st.tuples(numbers, numbers).map(lambda ends: tuple(sorted(ends))),
    )


filters = st.builds(
    Filter,
    countries=some(MEMBER_STATES),
    focus_areas=some(FOCUS_AREAS),
    statuses=some(PROJECT_STATUSES),
    joined=ranges(st.integers(2018, 2030).map(float)),
    population=ranges(st.floats(0, 1e9)),
    growth=ranges(st.floats(-20, 30)),
    text=st.text(max_size=MAX_TEXT).map(str.strip),
)
near = st.builds(
    Filter, near=st.sampled_from(CITIES), within_km=st.floats(0, 10_000, exclude_min=True)
)
states = st.builds(
    ExploreState,
    year=st.sampled_from(YEARS),
    city_filter=filters | near,
    selected=some(CITIES),
    mode=st.sampled_from(list(MODES)),
    revision=st.sampled_from(list(REVISIONS)),
    places=st.booleans(),
    panel=st.sampled_from(list(PANELS)),
)


@given(states)
def test_state_survives_the_way_through_the_url(state):
    assert read_explore(state.to_query(YEARS[-1]), CITIES, YEARS) == (state, ())


def test_usual_state_needs_no_query():
    assert ExploreState(YEARS[-1]).to_query(YEARS[-1]) == {}
    assert read_explore({}, CITIES, YEARS) == (ExploreState(YEARS[-1]), ())


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
    state, problems = read_explore({**rest, name: value}, CITIES, YEARS)
    [sentence] = problems
    assert sentence.startswith(f"Parameter {name}: ")
    assert sentence.endswith(".")
    assert len(sentence) < 400
    assert state == read_explore(rest, CITIES, YEARS)[0]


def test_each_of_several_wrong_values_has_its_own_sentence():
    query = {"country": "XXX", "mode": "3d", "year": "1899"}
    _, problems = read_explore(query, CITIES, YEARS)
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
        _, [sentence] = read_explore({name: value}, CITIES, YEARS)
    assert sentence.startswith(MARK)
    assert f"'{quoted}'" in sentence


def test_parameter_of_an_unknown_name_is_one_sentence():
    _, problems = read_explore({"contry": "KHM"}, CITIES, YEARS)
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
    assert ExploreState(2024, selected=selected).toggled(clicked).selected == left


def test_a_click_changes_nothing_but_the_selection():
    state = ExploreState(2024, Filter(countries=("IDN",)), mode="growth", places=True)
    assert state.toggled(["dili"]).toggled(["dili"]) == state


def test_rows_follow_the_filter_and_the_selection_the_map_the_filter_only():
    state = ExploreState(2024, Filter(countries=("IDN",)), selected=("jakarta",))
    assert state.rows == Filter(countries=("IDN",), cities=("jakarta",))
    assert state.city_filter.cities == ()


def test_compared_cities_come_in_the_order_of_the_url_each_once():
    query = {"city": "manila,dili,manila"}
    assert read_compare(query, CITIES) == (CompareState(("manila", "dili")), ())
    earlier = CompareState(("manila", "dili"), "2018")
    assert read_compare(earlier.to_query(), CITIES) == (earlier, ())
    assert earlier.to_query() == {"city": "manila,dili", "wup": "2018"}


def test_a_seventh_city_is_left_out_and_said_so():
    compared, problems = read_compare({"city": ",".join(CITIES)}, CITIES)
    assert compared.cities == CITIES[:MAX_COMPARED]
    assert problems == ("7 cities asked for; the first 6 are compared.",)


def test_unknown_compared_city_is_one_sentence():
    _, [sentence] = read_compare({"city": "dili,atlantis"}, CITIES)
    assert sentence.startswith("Parameter city: 'atlantis' is not known")


def test_comparison_takes_cities_only_and_names_any_other_parameter():
    compared, problems = read_compare({"country": "KHM", "city": "dili"}, CITIES)
    assert compared.cities == ("dili",)
    assert len(problems) == 1
    assert "'country'" in problems[0]
