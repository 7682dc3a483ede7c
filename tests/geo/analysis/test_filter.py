"""Filters: parsing, formatting and selection."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.analysis.filter import PARAMETERS, PARTNER_OPTIONS, Filter, describe, parse, restricting
from geo.analysis.layer_rows import found_by, selected
from geo.analysis.search import NOTHING, Layers, NetworkIndex
from geo.analysis.selection import (
    Selection,
    distance_from,
    is_near,
    recounted,
    select,
)
from geo.errors import QueryError
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from geo.parameters import MAX_TEXT, MAX_WITHIN_KM, Range
from geo.sources import read as sources
from geo.vocabulary import FOCUS_AREAS, MEMBER_STATES, PROJECT_STATUSES
from tests.pseudolocale import MARK, MARKED

CITY_IDS = sources.read("cities")["city_id"].tolist()


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=4).map(tuple)


def ranges(low: float | None = None, high: float | None = None) -> st.SearchStrategy[Range]:
    end = st.none() | st.floats(low, high, allow_nan=False, allow_infinity=False)
    return st.tuples(end, end).map(
        lambda ends: ends if None in ends else (min(ends), max(ends))  # type: ignore[type-var]
    )


def filters(plausible: bool = False) -> st.SearchStrategy[Filter]:
    """Any filter a URL can carry; or one whose ranges and text often match a city."""
    words = st.sampled_from(["", "", "a", "Ha", "smart", "kota", "phố"])
    return st.builds(
        Filter,
        countries=some(list(MEMBER_STATES)),
        focus_areas=some(list(FOCUS_AREAS)),
        statuses=some(list(PROJECT_STATUSES)),
        without=some(list(FOCUS_AREAS)),
        completed_since=st.none() | st.integers(2022, 2026),
        due_before=st.none() | st.integers(2018, 2032),
        overdue=st.booleans(),
        partners=some(list(PARTNER_OPTIONS)),
        joined=ranges(2016, 2028) if plausible else ranges(),
        population=ranges(0, 12e6) if plausible else ranges(),
        un_population=ranges(0, 5e7) if plausible else ranges(),
        un_growth=ranges(-1, 9) if plausible else ranges(),
        growth=ranges(-1, 9) if plausible else ranges(),
        text=words if plausible else st.text(max_size=MAX_TEXT).map(str.strip),
        near=st.sampled_from(["", *CITY_IDS]),
        within_km=st.floats(0, MAX_WITHIN_KM, exclude_min=True),
        cities=st.just(()) if plausible else some(CITY_IDS),
    ).map(lambda f: f if f.near else replace(f, within_km=Filter.within_km))


def small_layers(cities: gpd.GeoDataFrame, projects: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"cities": cities, "projects": projects}


def passing(city_filter: Filter, layers: Layers) -> Selection:
    """What passes a filter, searched in these layers."""
    found = NetworkIndex(layers).find(city_filter.text) if city_filter.text else NOTHING
    return select(city_filter, layers, found, ())


def ids(frame: pd.DataFrame) -> list[str]:
    return list(frame["city_id"])


# To and from a URL


@given(filters())
def test_filter_survives_the_url(city_filter: Filter) -> None:
    url = urlencode(city_filter.to_query())
    assert Filter.from_query(dict(parse_qsl(url)), CITY_IDS) == city_filter


@given(filters())
def test_filter_is_true_when_it_differs_from_the_empty_one(city_filter: Filter) -> None:
    assert bool(city_filter) == (city_filter != Filter()) == bool(restricting(city_filter))


def test_empty_filter_has_an_empty_query() -> None:
    assert Filter().to_query() == {}
    assert Filter.from_query({}, CITY_IDS) == Filter()


def test_query_is_short_and_readable() -> None:
    city_filter = Filter(countries=("IDN", "PHL"), population=(500_000, None), near="bangkok")
    assert urlencode(city_filter.to_query(), safe=",") == (
        "country=IDN,PHL&population=500000..&near=bangkok&within=300"
    )
    assert set(city_filter.to_query()) <= set(PARAMETERS)


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("country", "XXX", "Available: BRN, IDN"),
        ("country", "idn", "Available: BRN, IDN"),
        ("focus", "roads", "built-infrastructure"),
        ("status", "done", "completed"),
        ("city", "atlantis", "bangkok"),
        ("near", "atlantis", "bangkok"),
        ("near", "bangkok,hanoi", "exactly one"),
        ("joined", "2018", "low..high"),
        ("joined", "2018..2020..2022", "low..high"),
        ("population", "many..", "low..high"),
        ("population", "2..1", "low..high"),
        ("growth", "nan..", "low..high"),
        ("growth", "..inf", "low..high"),
        ("growth", "1e999..", "low..high"),
        ("within", "far", "km above 0"),
        ("within", "nan", "km above 0"),
        ("within", "0", "km above 0"),
        ("within", "-5", "km above 0"),
        ("within", "10001", "at most 10000."),
    ],
)
def test_wrong_value_is_named_with_its_parameter_and_what_is_right(
    name: str, value: str, right: str
) -> None:
    with pytest.raises(QueryError) as caught:
        Filter.from_query({name: value}, CITY_IDS)
    message = str(caught.value)
    assert message.startswith(f"Parameter {name}: {value!r} ")
    assert message.endswith(".")
    assert right in message
    assert message.count("Parameter") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", "XXX"),
        ("near", "bangkok,hanoi"),
        ("joined", "2018"),
        ("population", "2..1"),
        ("q", "x" * (MAX_TEXT + 1)),
        ("within", "far"),
    ],
)
def test_what_is_wrong_is_told_in_the_language(name: str, value: str) -> None:
    with use_language(MARKED), pytest.raises(QueryError) as caught:
        Filter.from_query({name: value}, CITY_IDS)
    assert str(caught.value).startswith(f"{MARK}Parameter {name}: ")


@pytest.mark.parametrize("name", PARAMETERS)
def test_huge_value_gives_a_short_message(name: str) -> None:
    with pytest.raises(QueryError, match=f"Parameter {name}") as caught:
        Filter.from_query({name: "x" * 100_000}, CITY_IDS)
    assert len(str(caught.value)) < 1_000


def test_text_may_have_as_many_characters_as_allowed_and_no_more() -> None:
    assert Filter.from_query({"q": "é" * MAX_TEXT}, CITY_IDS).text == "é" * MAX_TEXT
    with pytest.raises(QueryError, match=r"Parameter q: 101 characters; the limit is 100\."):
        Filter.from_query({"q": "é" * (MAX_TEXT + 1)}, CITY_IDS)


def test_what_is_understood_stays_and_each_wrong_parameter_is_named() -> None:
    found = parse({"country": "IDN", "population": "x", "focus": "y"}, CITY_IDS)
    assert found.filter == Filter(countries=("IDN",))
    assert [problem.split(":")[0] for problem in found.problems] == [
        "Parameter focus",
        "Parameter population",
    ]


def test_spaces_and_repeated_codes_do_not_matter() -> None:
    read = Filter.from_query({"country": " IDN, KHM ,,IDN", "q": "  bus "}, CITY_IDS)
    assert read == Filter(countries=("IDN", "KHM"), text="bus")


def test_distance_without_a_city_and_other_parameters_are_left_aside() -> None:
    assert Filter.from_query({"within": "50", "view": "map"}, CITY_IDS) == Filter()


# What a filter keeps


@pytest.mark.parametrize(
    ("city_filter", "selection"),
    [
        (Filter(), ["alpha", "beta", "gamma", "delta"]),
        (Filter(countries=("VNM", "IDN")), ["alpha", "beta", "delta"]),
        (Filter(cities=("delta", "alpha")), ["alpha", "delta"]),
        (Filter(joined=(2018, 2018)), ["alpha", "gamma"]),
        (Filter(joined=(2023, None)), ["beta", "delta"]),
        (Filter(population=(1_000_000, 2_000_000)), ["alpha", "beta"]),
        (Filter(population=(0, None)), ["alpha", "beta", "delta"]),
        (Filter(population=(None, 1e12)), ["alpha", "beta", "delta"]),
        (Filter(un_population=(100_000, None)), ["alpha", "delta"]),
        (Filter(un_growth=(None, 0)), ["delta"]),
        (Filter(un_growth=(0, 2), growth=(2, None)), ["alpha"]),
        (Filter(growth=(2, None)), ["alpha", "gamma"]),
        (Filter(growth=(None, 99)), ["alpha", "gamma", "delta"]),
        (Filter(focus_areas=("built-infrastructure",)), ["alpha", "beta"]),
        (Filter(statuses=("completed",)), ["alpha"]),
        (Filter(statuses=("no_longer_reported",)), ["delta"]),
        (Filter(statuses=("completed", "no_longer_reported")), ["alpha", "delta"]),
        (Filter(focus_areas=("health-well-being",), statuses=("completed",)), []),
        (Filter(countries=("IDN",), joined=(None, 2020)), ["alpha"]),
        (Filter(text="alpha"), ["alpha"]),
        (Filter(text="ÁLPHA"), ["alpha"]),
        (Filter(text=" thanh pho "), ["delta"]),
        (Filter(text="ក្រុង"), ["gamma"]),
        (Filter(text="cambodia"), ["gamma"]),
        (Filter(text="aceh"), ["beta"]),
        (Filter(text="cafe"), ["delta"]),
        (Filter(text=".*"), []),
    ],
    ids=lambda value: str(value.to_query()) if isinstance(value, Filter) else "",
)
def test_each_field_keeps_what_it_says(
    city_filter: Filter,
    selection: list[str],
    small_cities: gpd.GeoDataFrame,
    small_projects: pd.DataFrame,
) -> None:
    assert ids(passing(city_filter, small_layers(small_cities, small_projects)).cities) == selection


def test_letter_d_with_stroke_is_found_without_it(catalogue: Catalogue) -> None:
    city_filter = Filter(text="thanh pho da nang")
    found = passing(city_filter, catalogue)
    assert ids(found.cities) == ["da-nang"]


def test_distance_is_geodesic_and_includes_its_end(
    small_cities: gpd.GeoDataFrame, small_projects: pd.DataFrame
) -> None:
    # A degree at the equator: 110.574 km northward and 111.319 km eastward on the ellipsoid,
    # 111.195 km both ways on a sphere.
    _, _, metres = Geod(ellps="WGS84").inv(100, 0, 100, 1)
    north = metres / 1000
    for within, selection in (
        (north, ["alpha", "gamma"]),
        (np.nextafter(north, 0), ["alpha"]),
        (111.3, ["alpha", "gamma"]),
        (111.4, ["alpha", "beta", "gamma"]),
    ):
        city_filter = Filter(near="alpha", within_km=float(within))
        assert (
            ids(passing(city_filter, small_layers(small_cities, small_projects)).cities)
            == selection
        )
    assert distance_from("alpha", small_cities, small_cities).round(3).tolist()[:3] == [
        0.0,
        111.319,
        110.574,
    ]


def test_projects_follow_focus_state_and_the_cities_kept(
    small_cities: gpd.GeoDataFrame, small_projects: pd.DataFrame
) -> None:
    area = Filter(focus_areas=("built-infrastructure",))
    for city_filter, selection in (
        (area, ["a1", "b1"]),
        (replace(area, cities=("alpha",)), ["a1"]),
        (Filter(statuses=("no_longer_reported",)), ["d1"]),
        (Filter(text="smart bus"), ["a1"]),
        (Filter(text="smart"), ["a1", "b1"]),
        (Filter(text="smart", statuses=("completed",)), ["a1"]),
        (Filter(text="clinic", focus_areas=("built-infrastructure",)), []),
    ):
        projects = passing(city_filter, small_layers(small_cities, small_projects)).projects
        assert projects["project_id"].tolist() == selection


@pytest.mark.parametrize("text", ["alpha", "kota alpha", "bali"])
def test_city_found_by_its_own_names_keeps_all_its_projects(
    text: str, small_cities: gpd.GeoDataFrame, small_projects: pd.DataFrame
) -> None:
    selection = passing(Filter(text=text), small_layers(small_cities, small_projects))
    assert ids(selection.cities) == ["alpha"]
    assert selection.projects["project_id"].tolist() == ["a1", "a2"]


def test_city_found_by_name_needs_no_project_unless_one_is_asked_for(
    small_cities: gpd.GeoDataFrame, small_projects: pd.DataFrame
) -> None:
    assert ids(
        passing(Filter(text="gamma"), small_layers(small_cities, small_projects)).cities
    ) == ["gamma"]
    narrow = Filter(text="gamma", statuses=("completed",))
    assert ids(passing(narrow, small_layers(small_cities, small_projects)).cities) == []


def test_search_for_flood_keeps_the_projects_whose_texts_have_it(catalogue: Catalogue) -> None:
    city_filter = Filter(text="flood")
    selection = selected(city_filter, catalogue)
    named = selection.projects["name"].str.contains("flood", case=False)
    assert (named.sum(), len(named)) == (2, 7)
    counted = recounted(city_filter, selection, catalogue["projects"]).set_index("city_id")
    assert counted["projects"].sum() == 6
    assert counted["projects_no_longer_reported"].sum() == 1
    kept = counted[["projects", "projects_no_longer_reported"]].sum(axis=1)
    assert kept.index[kept == 0].tolist() == ["ho-chi-minh-city"]  # for its plan


@pytest.mark.parametrize(
    ("city_filter", "cities", "projects"),
    [
        (Filter(without=("built-infrastructure",)), ["gamma", "delta"], ["d1"]),
        # What has left the reports is no project of today.
        (Filter(without=("quality-environment",), cities=("delta",)), ["delta"], ["d1"]),
        (Filter(completed_since=2024), ["alpha"], ["a1"]),
        (Filter(completed_since=2025), [], []),
        (Filter(partners=("fund",)), ["beta"], ["b1"]),
        (Filter(partners=("any",)), ["alpha", "beta"], ["a2", "b1"]),
        (Filter(partners=("company",)), [], []),
    ],
    ids=lambda value: str(value.to_query()) if isinstance(value, Filter) else "",
)
def test_projects_by_completion_and_partner_and_cities_without_any(
    city_filter: Filter,
    cities: list[str],
    projects: list[str],
    small_cities: gpd.GeoDataFrame,
    small_projects: pd.DataFrame,
) -> None:
    layers = {
        **small_layers(small_cities, small_projects),
        "project_reports": pd.DataFrame(
            {
                "project_id": ["a1", "a1", "a1", "a2"],
                "report_year": [2023, 2024, 2025, 2025],
                "status": ["ongoing_or_planning", "completed", "completed", "ongoing_or_planning"],
            }
        ),
        "partners": pd.DataFrame({"project_id": ["b1", None], "kind": ["fund", "company"]}),
        "project_details": pd.DataFrame(
            {"project_id": ["a1", "a2"], "partners": [None, "A ministry"]}
        ),
    }
    selection = passing(city_filter, layers)
    assert ids(selection.cities) == cities
    assert selection.projects["project_id"].tolist() == projects


def test_cities_are_counted_anew_only_when_some_of_their_projects_may_be_left_out(
    catalogue: Catalogue,
) -> None:
    projects = catalogue["projects"]
    for city_filter in (Filter(countries=("IDN",)), Filter(text="jakarta")):
        selection = passing(city_filter, catalogue)
        pd.testing.assert_frame_equal(recounted(city_filter, selection, projects), selection.cities)


def test_project_that_left_the_reports_is_counted_in_none_of_the_latest(
    catalogue: Catalogue,
) -> None:
    city_filter = Filter(statuses=("no_longer_reported",))
    projects = catalogue["projects"]
    counted = recounted(
        city_filter,
        passing(city_filter, {"cities": catalogue["cities"], "projects": projects}),
        projects,
    )
    assert counted["projects"].sum() == 0
    assert counted["projects_no_longer_reported"].sum() == 6


@given(filters(plausible=True))
def test_filtering_twice_equals_once(catalogue: Catalogue, city_filter: Filter) -> None:
    found = found_by(city_filter.text, catalogue)
    once = select(city_filter, catalogue, found, ())
    centre = (
        city_filter.near if city_filter.near in ids(once.cities) else ""
    )  # else nothing to measure from
    kept = {**{name: catalogue[name] for name in catalogue.layers}, "cities": once.cities}
    twice = select(replace(city_filter, near=centre), kept, found, ())
    pd.testing.assert_frame_equal(twice.cities, once.cities)
    pd.testing.assert_frame_equal(twice.projects, once.projects)


@given(filters(plausible=True))
def test_adding_a_field_never_adds_rows(catalogue: Catalogue, city_filter: Filter) -> None:
    narrow = selected(city_filter, catalogue)
    for name in restricting(city_filter):
        wide = selected(replace(city_filter, **{name: getattr(Filter(), name)}), catalogue)
        assert set(ids(narrow.cities)) <= set(ids(wide.cities)), name
        assert set(narrow.projects["project_id"]) <= set(wide.projects["project_id"]), name


# In words


@pytest.mark.parametrize(
    ("city_filter", "words"),
    [
        (Filter(), ""),
        (Filter(countries=("IDN", "VNM")), "Indonesia or Viet Nam"),
        (Filter(focus_areas=("civic-social",)), "focus area Civic & Social"),
        (Filter(statuses=("no_longer_reported",)), "projects no longer reported"),
        (Filter(joined=(2018, 2023)), "joined 2018 to 2023"),
        (Filter(population=(1_500_000, None)), "population from 1,500,000 people"),
        (Filter(un_population=(1e6, None)), "UN city 2025 from 1,000,000 people"),
        (Filter(un_growth=(-1, 0.5)), "UN city growth 2000–2025 -1 to 0.5% per year"),
        (Filter(growth=(None, 2.5)), "growth 2000–2018 up to 2.5% per year"),
        (Filter(text="bus"), "mentioning “bus”"),
        (Filter(near="hanoi", within_km=150), "within 150 km of Hanoi"),
        (Filter(cities=("jakarta",), joined=(None, 2018)), "joined up to 2018; Jakarta"),
    ],
    ids=lambda value: str(value.to_query()) if isinstance(value, Filter) else "",
)
def test_filter_in_words(city_filter: Filter, words: str, catalogue: Catalogue) -> None:
    assert describe(city_filter, catalogue["cities"], catalogue["countries"]) == words


@given(
    city_id=st.sampled_from(CITY_IDS),
    within=st.one_of(st.floats(0, 900), st.floats(0, 20_100)),
    seed=st.integers(0, 1_000),
)
def test_near_are_all_within_the_geodesic_distance_anywhere_on_earth(
    city_id: str, within: float, seed: int, catalogue: Catalogue
):
    at = np.random.default_rng(seed)
    around = np.r_[at.uniform(-180, 180, 200), at.uniform(90, 145, 200)]
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(around, at.uniform(-90, 90, 400)), crs="OGC:CRS84"
    )
    cities = catalogue.geo("cities")
    city_filter = Filter(near=city_id, within_km=within)
    measured = distance_from(city_id, cities, points) <= within
    assert is_near(city_filter, cities, points).tolist() == measured.tolist()
