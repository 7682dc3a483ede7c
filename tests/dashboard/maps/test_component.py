"""The script that draws maps, and what the server sends to it."""

from __future__ import annotations

import json

import pytest

from dashboard.i18n import languages
from dashboard.maps.component import SCRIPT, SCRIPT_URL, map_data, source_digest
from dashboard.maps.registry import page_map
from dashboard.markup.theme import DARK, LIGHT
from geo.i18n import use_language
from tests.dashboard.asgi import ask

BOUNDS = (80.0, -25.0, 165.0, 40.0)


def data(layers, name="explore", query=None, colours=LIGHT):
    return map_data(page_map(name, layers, query or {}, (900, 560)), BOUNDS, colours)


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
    assert sent["bounds"] == list(BOUNDS)
    assert sent["title"] == "Member cities: Projects"
    assert "of 38 member cities" in sent["summary"]
    assert sent["legend"].count('class="legend"') == 1


def test_sources_of_a_map_stay_addresses(layers):
    for layer in json.loads(data(layers)["deck"])["layers"]:
        assert isinstance(layer["data"], str), layer["id"]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_those_of_the_theme(colours, layers):
    assert data(layers, colours=colours)["colours"]["sea"] == colours.sea


def test_links_keep_the_language(layers):
    assert data(layers)["cityUrl"] == "/city?city="
    with use_language(languages()["id"]):
        sent = data(layers)
    assert sent["cityUrl"] == "/city?lang=id&city="
    assert sent["texts"]["zoomIn"] == "Perbesar"
