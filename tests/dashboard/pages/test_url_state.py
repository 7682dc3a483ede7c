"""Every page: its state survives the way through the URL, and what is wrong there is told."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data import un_revision
from dashboard.maps.deck import MODES
from dashboard.pages import url_state
from dashboard.pages.city.state import CityState, city_codec
from dashboard.pages.compare.state import MAX_COMPARED, CompareState, compare_codec
from dashboard.pages.country.state import CountryState, country_codec
from dashboard.pages.data.state import DATA_CODEC, DataState
from dashboard.pages.explore.state import PANELS, SELECTION, ExploreState, explore_codec
from dashboard.pages.network.state import PARTS, NetworkState, network_codec
from dashboard.pages.plans.state import KINDS, TABLES, PlansState, plans_codec
from dashboard.pages.urbanisation.pressure import spans_of
from dashboard.pages.urbanisation.state import (
    UrbanisationCodec,
    UrbanisationState,
    YearsByRevision,
)
from geo.analysis.filter import Filter
from geo.analysis.partners import WHOLE_NETWORK
from geo.errors import QueryError
from geo.parameters import ANY, MAX_TEXT
from geo.schema import DECLARED
from geo.vocabulary import (
    AREA_EDITIONS,
    FOCUS_AREAS,
    MEMBER_STATES,
    PARTNER_KINDS,
    PROJECT_STATUSES,
    REVISION_NAMES,
)

CITIES = ("dili", "hanoi", "jakarta", "manila", "phuket", "rayong", "yangon")
YEARS = tuple(range(1990, 2025))
BY_REVISION = YearsByRevision(YEARS, (1975, 2000, 2025, 2050), (1950, *YEARS))
PROJECTS = ("dili--a", "hanoi--b")


def one(known):
    return st.sampled_from(list(known))


def some(known, most=3):
    return st.lists(one(known), unique=True, max_size=most).map(tuple)


def ranges(numbers):
    return st.one_of(
        st.just(ANY),
        st.tuples(numbers, st.none()),
        st.tuples(st.none(), numbers),
        st.tuples(numbers, numbers).map(lambda ends: tuple(sorted(ends))),
    )


of_cities = {
    "countries": some(MEMBER_STATES),
    "focus_areas": some(FOCUS_AREAS),
    "statuses": some(PROJECT_STATUSES),
    "text": st.text(max_size=MAX_TEXT).map(str.strip),
}
filters = st.builds(
    Filter,
    **of_cities,
    joined=ranges(st.integers(2018, 2030).map(float)),
    population=ranges(st.floats(0, 1e9)),
    growth=ranges(st.floats(-20, 30)),
) | st.builds(Filter, near=one(CITIES), within_km=st.floats(0, 10_000, exclude_min=True))

revisions, wups, spans = one(REVISION_NAMES), one(un_revision.UN_REVISIONS), one(un_revision.SPANS)

STATES = {
    "explore": (
        explore_codec(CITIES, YEARS),
        st.builds(
            ExploreState, city_filter=filters, selected=some(CITIES), mode=one(MODES),
            revision=revisions, span=spans, panel=one(PANELS),
            at=one(("", SELECTION, *MEMBER_STATES)), year=one(YEARS), places=st.booleans(),
        ),
    ),
    "compare": (
        compare_codec(CITIES),
        some(CITIES, MAX_COMPARED).flatmap(
            lambda cities: st.builds(
                CompareState, st.just(cities), wups, one(AREA_EDITIONS),
                one([(), *permutations(cities, 2)]),
            )
        ),
    ),
    "plans": (
        plans_codec(CITIES, PROJECTS),
        st.builds(
            PlansState, st.builds(Filter, **of_cities, cities=some(CITIES)),
            one(("", *PROJECTS)), one(KINDS), one(TABLES),
        ),
    ),
    "city": (city_codec(CITIES), st.builds(CityState, one(CITIES), wups)),
    "country": (
        country_codec(MEMBER_STATES),
        st.builds(CountryState, one(MEMBER_STATES), revisions, wups, spans),
    ),
    "urbanisation": (
        UrbanisationCodec(BY_REVISION),
        wups.flatmap(
            lambda wup: st.builds(
                UrbanisationState, one(BY_REVISION.for_revision(wup)), revisions,
                one(spans_of(wup)), st.just(wup),
            )
        ),
    ),
    "network": (
        network_codec(YEARS, CITIES),
        st.builds(
            NetworkState, one(YEARS), one(PARTS), some((WHOLE_NETWORK, *CITIES)),
            some(PARTNER_KINDS),
        ),
    ),
    "data": (DATA_CODEC, st.builds(DataState, one(DECLARED))),
}  # fmt: skip


@pytest.mark.parametrize("page", STATES)
@given(data=st.data())
def test_state_survives_the_way_through_the_url(page, data):
    codec, states = STATES[page]
    state = data.draw(states)
    query = codec.to_query(state)
    assert codec.from_query(query) == (state, ())
    assert url_state.strict_state(codec, query) == state
    assert set(query) <= set(codec.parameters)


@pytest.mark.parametrize("page", STATES)
def test_empty_value_is_as_none(page):
    codec, _ = STATES[page]
    assert codec.from_query(dict.fromkeys(codec.parameters, "")) == codec.from_query({})


@pytest.mark.parametrize("page", STATES)
def test_unknown_parameter_and_value_are_a_sentence_each_and_the_rest_is_the_default(page):
    codec, _ = STATES[page]
    name = codec.parameters[-1]
    state, problems = codec.from_query({name: "#", "colour": "red"})
    assert state == codec.from_query({})[0]
    unknown_name, unknown_value = problems
    assert "'colour'" in unknown_name
    assert "'#'" in unknown_value
    with pytest.raises(QueryError, match="'colour'"):
        url_state.strict_state(codec, {"colour": "red"})


@dataclass(frozen=True)
class Example:
    """A field of each kind."""

    subject: str = url_state.subject("subject", "{} asked for.".format)
    year: int = url_state.year()
    codes: tuple[str, ...] = url_state.code_list("codes", 2, "{} are too many.".format)
    each: tuple[str, ...] = url_state.each_code("each", ("new", "other"), {"old": ("new",)})
    kind: str = url_state.choice("kind", ("a", "b"), "a")
    on: bool = url_state.flag("on")


@pytest.mark.parametrize(
    ("query", "changed", "problems"),
    [
        ({}, {}, 0),
        ({"subject": "y"}, {"subject": "y"}, 0),
        ({"subject": "y,x"}, {"subject": "y"}, 1),
        ({"subject": "z"}, {"subject": ""}, 1),
        ({"year": "2001"}, {"year": 2001}, 0),
        ({"year": "1999"}, {}, 1),
        ({"codes": "q, p,q"}, {"codes": ("q", "p")}, 0),
        ({"codes": "r,q,p"}, {"codes": ("r", "q")}, 1),
        ({"codes": "p,z"}, {}, 1),
        ({"each": "old,other,z,y"}, {"each": ("new", "other")}, 2),
        ({"kind": "b"}, {"kind": "b"}, 0),
        ({"kind": "c"}, {}, 1),
        ({"on": "1"}, {"on": True}, 0),
        ({"on": "0"}, {}, 0),
        ({"on": "yes"}, {}, 1),
    ],
)
def test_each_kind_of_field_reads_what_is_valid_and_tells_the_rest(query, changed, problems):
    known = {"subject": ("x", "y"), "year": (2000, 2001, 2002), "codes": ("p", "q", "r")}
    codec = url_state.QueryCodec(Example, known, {"year": 2002})
    default = {"subject": "x", "year": 2002}
    state, sentences = codec.from_query(query)
    assert state == Example(**{**default, **changed})
    assert len(sentences) == problems
