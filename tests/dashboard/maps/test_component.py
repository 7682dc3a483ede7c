"""The script that draws maps, and what the server sends to it."""

from __future__ import annotations

import json
import re

import pytest

from dashboard.i18n import languages
from dashboard.maps.component import SCRIPT, SCRIPT_URL, map_data, source_digest
from dashboard.maps.registry import MAPS, page_map
from dashboard.maps.source_urls import Drawing
from dashboard.maps.sources import SOURCES
from dashboard.maps.view import REACH
from dashboard.markup.theme import DARK, LIGHT
from geo.analysis.filter import Filter
from geo.i18n import use_language
from tests.dashboard.asgi import ask


def data(layers, name="explore", query=None, colours=LIGHT):
    return map_data(page_map(name, layers, query or {}, (900, 560)), colours)


def first_properties(layers, source):
    features = json.loads(SOURCES[source](layers, Filter(), Drawing()))["features"]
    return features[0]["properties"]


def test_script_fits_its_sources():
    assert SCRIPT.name == f"map-{source_digest()}.js", "run scripts/build-map"


def test_there_is_one_script():
    assert list(SCRIPT.parent.iterdir()) == [SCRIPT]


def test_lock_file_names_no_registry():
    lock = json.loads((SCRIPT.parents[1] / "package-lock.json").read_text())
    assert lock["packages"]
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_route_serves_the_script_for_ever(routes):
    response = ask(routes, SCRIPT_URL)
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert response.body == SCRIPT.read_bytes()


def test_another_version_of_the_script_is_not_found(routes):
    response = ask(routes, "/maps/component/map-000000000000.js")
    assert response.status == 404
    assert SCRIPT.name in response.json()["detail"]


def test_data_are_json_with_title_and_summary(layers):
    sent = json.loads(json.dumps(data(layers, query={"country": "VNM"})))
    assert sent["bounds"] == list(REACH)
    assert sent["title"] == "Member cities: Projects"
    assert "of 38 member cities" in sent["summary"]
    assert sent["legend"].count('class="legend"') == 1


def test_maps_reach_as_far_as_the_land_of_the_neighbours(layers):
    west, south, east, north = layers.geo("context").total_bounds
    assert (west, east, north) == pytest.approx((REACH[0], *REACH[2:]), abs=1e-6)
    assert REACH[1] <= south < -50  # no land lies between there and the south


def test_sources_of_a_map_stay_addresses(layers):
    sent = data(layers)
    assert all(layer["data"].startswith("/") for layer in json.loads(sent["deck"])["layers"])
    assert sent["inline"] == {}


def test_data_without_an_address_stand_apart_from_the_deck(layers):
    sent = data(layers, query={"city": "dili,manila"})
    inline = [layer["id"] for layer in json.loads(sent["deck"])["layers"] if not layer["data"]]
    assert inline == list(sent["inline"]) == ["selected"]
    points = [f["geometry"]["coordinates"] for f in sent["inline"]["selected"]["features"]]
    cities = layers.geo("cities").set_index("city_id").geometry
    expected = [[cities[city].x, cities[city].y] for city in ("dili", "manila")]
    assert sorted(points) == sorted(expected)


def test_layers_that_the_script_points_at_are_those_with_titles(layers):
    script = (SCRIPT.parents[1] / "src" / "map.ts").read_text()
    pointed_at = re.search(r"LAYERS_TO_POINT_AT = (\[.*?\])", script)
    titled = [name for name in SOURCES if "title" in first_properties(layers, name)]
    assert pointed_at
    assert sorted(json.loads(pointed_at[1])) == sorted(["own", *titled])


@pytest.mark.parametrize(
    ("name", "query"), [("urbanisation", {"wup": "2018"}), ("network", {}), ("urbanisation", {})]
)
def test_every_year_that_a_map_plays_is_what_the_map_of_that_year_is(name, query, layers, routes):
    timeline = data(layers, name, query)["timeline"]
    answer = ask(routes, timeline["url"])
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    years, frames = timeline["years"], answer.json()
    assert len(frames) == len(years) > 3
    for year in (years[0], years[-1]):
        alone = data(layers, name, {**query, "year": str(year)})
        assert alone["timeline"] == {**timeline, "year": year}
        assert frames[years.index(year)] == {key: alone[key] for key in frames[0]}
        assert str(year) in alone["panel"]


def test_other_maps_play_no_years(layers):
    playing = {name for name in MAPS if "timeline" in data(layers, name)}
    assert playing == {"urbanisation", "network"}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_those_of_the_theme(colours, layers):
    assert data(layers, colours=colours)["colours"]["sea"] == colours.sea


def test_links_keep_the_language(layers):
    assert data(layers)["cityUrl"] == "/city?city="
    with use_language(languages()["id"]):
        sent = data(layers)
    assert sent["cityUrl"] == "/city?lang=id&city="
    assert sent["texts"]["zoomIn"] == "Perbesar"
