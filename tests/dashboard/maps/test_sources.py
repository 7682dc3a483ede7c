"""Map layers: what the browser fetches to draw a map."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps import sources
from dashboard.maps.source_urls import Drawing, source_url
from dashboard.maps.symbols import LARGEST_RADIUS, SIZES, SMALLEST_RADIUS, radius
from geo.analysis.filter import Filter
from geo.errors import QueryError
from geo.i18n import Language, use_language
from geo.layers.catalogue import Catalogue
from geo.vocabulary import DETAILS, MEMBER_STATES
from tests.pseudolocale import MARK, MARKED

degrees = st.integers(-1800, 1800).map(lambda tenths: tenths / 10)
parallels = st.integers(-850, 850).map(lambda tenths: tenths / 10)
windows = st.tuples(degrees, parallels, degrees, parallels).filter(
    lambda edges: edges[0] < edges[2] and edges[1] < edges[3]
)
drawings = st.builds(
    Drawing,
    detail=st.sampled_from(list(DETAILS)),
    size=st.sampled_from(list(SIZES)),
    zoom=st.integers(0, 80).map(lambda quarters: quarters / 4),
    window=st.just(()) | windows,
)


def source_json(
    name: str, layers: Catalogue, city_filter: Filter | None = None, drawing: Drawing | None = None
) -> dict[str, Any]:
    content = sources.SOURCES[name](layers, city_filter or Filter(), drawing or Drawing())
    collection: dict[str, Any] = json.loads(content)
    return collection


def properties(collection: dict[str, Any], key: str) -> dict[str, dict[str, Any]]:
    return {f["properties"][key]: f["properties"] for f in collection["features"]}


@given(drawings)
def test_drawing_survives_the_way_through_a_query(drawing):
    assert Drawing.from_query(drawing.to_query()) == drawing


def test_cities_have_a_radius_for_each_year_whose_area_follows_the_people(layers):
    rows = properties(source_json("cities", layers, drawing=Drawing(size="years")), "city_id")
    series = layers["city_years"].set_index(["city_id", "year"])["population"]
    largest = float(layers["cities"]["agglomeration_population_2035"].max())
    manila = rows["manila"]
    for year in (1950, 2018, 2035):
        share = float(series["manila", year]) / largest
        assert manila[f"radius_{year}"] == pytest.approx(18 * math.sqrt(share), abs=0.06)
    assert rows["dili"].get("radius_2018") is None
    assert manila["radius"] == manila["radius_2035"]


def test_usual_drawing_needs_no_query():
    assert Drawing().to_query() == {}


@pytest.mark.parametrize(
    ("name", "value", "instead"),
    [
        ("detail", "huge", "full, medium, low"),
        ("detail", "", "full, medium, low"),
        ("size", "area", "dot, projects, statuses"),
        ("zoom", "3.1", "0 to 20"),
        ("zoom", "-1", "0 to 20"),
        ("zoom", "20.25", "0 to 20"),
        ("zoom", "near", "0 to 20"),
        ("zoom", "nan", "0 to 20"),
        ("zoom", "", "0 to 20"),
        ("window", "1,2,3", "west,south,east,north"),
        ("window", "1,2,3,x", "west,south,east,north"),
        ("window", "10,0,5,20", "west,south,east,north"),
        ("window", "5,20,10,0", "west,south,east,north"),
        ("window", "5,-86,10,0", "west,south,east,north"),
        ("window", "nan,nan,nan,nan", "west,south,east,north"),
        ("window", "-inf,0,inf,20", "west,south,east,north"),
    ],
)
def test_wrong_value_is_one_sentence_with_parameter_value_and_what_is_right(name, value, instead):
    with pytest.raises(QueryError) as caught:
        Drawing.from_query({name: value})
    sentence = str(caught.value)
    assert sentence.startswith(f"Parameter {name}: {value!r} is not ")
    assert instead in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("name", ["detail", "size", "zoom", "window"])
def test_long_wrong_value_is_cut_in_the_sentence(name):
    with pytest.raises(QueryError) as caught:
        Drawing.from_query({name: "x" * 10_000})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("name", sources.SOURCES)
@pytest.mark.parametrize("detail", DETAILS)
def test_layer_is_geojson_of_valid_features(name, detail, layers):
    collection = source_json(name, layers, drawing=Drawing(detail=detail))
    assert collection["type"] == "FeatureCollection"
    assert collection["features"]
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] in (
            "Point",
            "Polygon",
            "MultiPolygon",
            "MultiLineString",
        )
    west, south, east, north = collection["bbox"]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90


@pytest.mark.parametrize("name", ["cities", "places"])
def test_points_carry_radius_title_and_facts(name, layers):
    for feature in source_json(name, layers)["features"]:
        shown = feature["properties"]
        assert 0 < shown["radius"] <= LARGEST_RADIUS
        assert shown["title"]
        assert shown["facts"]


@pytest.mark.parametrize(
    ("source", "layer"),
    [("cities", "cities"), ("places", "places"), ("un-cities", "wup2025_cities")],
)
def test_name_is_text_that_the_map_shows_as_it_is(source, layer):
    layers = Catalogue()
    name = "@@=<img src=x onerror=alert(1)> & {facts}"
    layers._frames[layer] = layers.geo(layer).assign(name=name)
    titles = {one["properties"]["title"] for one in source_json(source, layers)["features"]}
    assert {title[: len(name)] for title in titles} == {name}


def test_filter_of_focus_areas_counts_the_projects_that_pass_it(layers):
    city_filter = Filter(focus_areas=("safety-security",))
    rows = properties(
        source_json("cities", layers, city_filter, Drawing(size="projects")), "city_id"
    )
    projects = layers["projects"]
    passing = projects[
        (projects["focus_area"] == "safety-security") & (projects["city_id"] == "manila")
    ]
    assert f"Projects: {len(passing)}, 0 completed" in rows["manila"]["facts"]


@pytest.mark.parametrize("name", ["cities", "places"])
def test_filter_that_keeps_nothing_gives_an_empty_collection(name, layers):
    collection = source_json(name, layers, Filter(text="no such city anywhere"))
    assert collection == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("size", SIZES)
def test_filter_does_not_change_the_size_of_symbols(size, layers):
    drawing = Drawing(size=size)
    everywhere = properties(source_json("cities", layers, drawing=drawing), "city_id")
    for iso3 in MEMBER_STATES:
        filtered = properties(
            source_json("cities", layers, Filter(countries=(iso3,)), drawing), "city_id"
        )
        assert filtered
        for city_id, shown in filtered.items():
            assert shown["radius"] == everywhere[city_id]["radius"]


@pytest.mark.parametrize(
    ("size", "column"), [(size, column) for size, column in SIZES.items() if column]
)
def test_city_without_a_value_has_none_and_the_smallest_symbol(size, column, layers):
    values = layers["cities"].set_index("city_id")[column]
    without = set(values.index[values.isna() | (values == 0)])
    shown = properties(source_json("cities", layers, drawing=Drawing(size=size)), "city_id")
    assert {city_id for city_id in shown if not shown[city_id]["has_value"]} == without
    assert without
    assert {shown[city_id]["radius"] for city_id in without} == {SMALLEST_RADIUS}


def test_eleven_cities_have_no_agglomeration_to_show(layers):
    shown = properties(
        source_json("cities", layers, drawing=Drawing(size="agglomeration")), "city_id"
    )
    lost = [city_id for city_id in shown if not shown[city_id]["has_value"]]
    assert len(lost) == 11
    assert all("Agglomeration: no data" in shown[city_id]["facts"] for city_id in lost)


def test_card_of_a_city_says_its_figures(layers):
    cards = properties(source_json("cities", layers), "city_id")
    jakarta, dili = (cards[city]["facts"].split("\n") for city in ("jakarta", "dili"))
    assert jakarta[0] == "Population: 11 million (2025, registered residents)"
    assert jakarta[1] == (
        "UN city: 41.9 million in 2025, +2.0% per year since 2000 (includes this city)"
    )
    assert cards["cauayan-city"]["facts"].split("\n")[1] == "UN city of 2025: none"
    assert cards["phuket"]["facts"].split("\n")[1] == "UN city: 561,000 in 2025"
    assert re.fullmatch(r"Projects: \d+, \d+ completed", jakarta[2])
    assert jakarta[3].startswith("Most projects in: ")
    assert dili[2:] == ["Projects: none in the latest report", "Most projects in: none"]


@pytest.mark.parametrize("size", ["agglomeration", "years"])
def test_card_tells_the_agglomeration_where_the_map_shows_it(size, layers):
    cards = properties(source_json("cities", layers, drawing=Drawing(size=size)), "city_id")
    assert re.fullmatch(
        r"Agglomeration: [\d.]+ million in 2018, \+[\d.]+% per year since 2000",
        cards["jakarta"]["facts"].split("\n")[1],
    )
    assert cards["dili"]["facts"].split("\n")[1] == "Agglomeration: no data"


def test_un_cities_are_those_that_are_not_drawn_as_a_member(layers):
    everything = source_json("un-cities", layers)["features"]
    assert len(everything) == 881 - 50
    titles = {feature["properties"]["title"] for feature in everything}
    assert {"Bandung, Indonesia", "Sóc Sơn, Viet Nam"} <= titles
    assert not titles & {"Jakarta, Indonesia", "Sembawang, Singapore"}
    khmer = source_json("un-cities", layers, Filter(countries=("KHM",)))["features"]
    assert len(khmer) == 10 - 4
    near = source_json("un-cities", layers, Filter(near="johor-bahru", within_km=30))["features"]
    assert [feature["properties"]["title"] for feature in near] == ["Kulai, Malaysia"]


@pytest.mark.parametrize(
    ("size", "year", "growth"), [("un_2025", 2025, 1.3743), ("un_2050", 2050, 0.36015)]
)
def test_un_city_is_as_large_as_its_people_of_the_year_shown(size, year, growth, layers):
    drawing = Drawing(size=size)
    bandung = properties(source_json("un-cities", layers, drawing=drawing), "title")[
        "Bandung, Indonesia"
    ]
    cities = layers["wup2025_cities"].set_index("name")
    largest = float(cities["population_2050"].max())
    people = float(cities[f"population_{year}"]["Bandung"])
    assert bandung["radius"] == pytest.approx(18 * math.sqrt(people / largest), abs=0.06)
    assert bandung["growth"] == growth
    # Members are drawn on the same scale, so that 2025 and 2050 can be compared.
    jakarta = properties(source_json("cities", layers, drawing=drawing), "city_id")["jakarta"]
    own = float(cities[f"population_{year}"]["Jakarta"])
    assert jakarta["radius"] == pytest.approx(18 * math.sqrt(own / largest), abs=0.06)


def test_un_city_that_is_none_in_2050_says_so(layers):
    cards = properties(source_json("un-cities", layers, drawing=Drawing(size="un_2050")), "title")
    gone = cards["Nong Khai, Thailand"]
    assert gone["has_value"] is False
    assert gone["growth"] is None
    assert "2050: fewer than 50,000 people" in gone["facts"]


@pytest.mark.parametrize("name", ["cities", "places", "un-cities"])
def test_every_line_of_a_card_is_in_the_language(name, layers):
    with use_language(MARKED):
        features = source_json(name, layers)["features"]
    for feature in features:
        assert all(line.startswith(MARK) for line in feature["properties"]["facts"].split("\n"))


def test_numbers_of_a_card_are_written_as_the_language_does(layers):
    with use_language(Language("id", "Bahasa Indonesia")):
        jakarta = properties(source_json("cities", layers), "city_id")["jakarta"]["facts"]
    assert "UN city: 41,9 million in 2025, +2,0% per year since 2000" in jakarta


def test_address_of_layers_with_words_names_the_language():
    with use_language(Language("id", "Bahasa Indonesia")):
        assert source_url("cities", "v1") == "/layers/cities.geojson?lang=id&v=v1"
        assert source_url("places", "v1") == "/layers/places.geojson?lang=id&v=v1"
        assert source_url("ground", "v1") == "/layers/ground.geojson?v=v1"
    assert source_url("cities", "v1") == "/layers/cities.geojson?v=v1"


def test_large_symbols_are_drawn_below_small_ones(layers):
    collection = source_json("cities", layers, drawing=Drawing(size="projects"))
    radii = [feature["properties"]["radius"] for feature in collection["features"]]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] > radii[-1]


def test_area_of_a_symbol_is_proportional_to_its_value():
    radii = radius(pd.Series([100, 25, 1, None], dtype="Int64"), 100.0)
    assert radii[:3].tolist() == [18.0, 9.0, 4.0]
    assert math.isnan(radii[3])


def test_places_follow_the_filter(layers):
    collection = source_json("places", layers, Filter(countries=("BRN",)))
    assert 0 < len(collection["features"]) == int((layers["places"]["iso3"] == "BRN").sum())


def test_address_carries_filter_drawing_and_version():
    city_filter = Filter(countries=("IDN", "PHL"))
    window = (95.0, -10.0, 140.0, 25.0)
    drawing = replace(Drawing(), size="projects", window=window)
    assert source_url("cities", "v1", city_filter, drawing) == (
        "/layers/cities.geojson?country=IDN,PHL&size=projects&window=95,-10,140,25&v=v1"
    )


def test_address_escapes_what_is_searched_for():
    assert source_url("cities", "v1", Filter(text="a&b=c #1")) == (
        "/layers/cities.geojson?q=a%26b%3Dc%20%231&v=v1"
    )
