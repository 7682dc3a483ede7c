"""Maps of the pages City and Country, and the places of projects beside the former."""

from __future__ import annotations

import json

import pytest

from dashboard.maps.registry import page_map
from dashboard.markup.theme import LIGHT
from dashboard.pages.city import map_text
from geo.analysis.city_profile import city_profile
from tests.dashboard.asgi import ask
from tests.dashboard.conftest import page_html


def test_city_page_lists_places_of_projects_with_precision_and_source(open_page):
    app = open_page("city", city="singapore")
    assert not app.exception
    html = page_html(app)
    assert "name locations for 2 of 6 projects; 2 of them are on the map." in html
    assert "<strong>Punggol Digital District</strong>" in html
    assert "Its neighbourhood: Punggol<small>GeoNames (geonames.org)</small>" in html
    assert "named in M&amp;E Report 2025, page 25" in html


def test_city_page_says_that_no_project_has_a_place(open_page):
    html = page_html(open_page("city", city="jakarta"))
    assert "The plan and reports name no location for any of the 6 projects." in html
    assert "Point on the map" not in html


def test_city_page_says_that_its_boundary_is_inexact(open_page):
    html = page_html(open_page("city", city="yangon"))
    assert "The dashed line is not the boundary of Yangon. A part of the city: two of" in html


def test_place_that_no_source_locates_is_listed_without_a_point(layers):
    html = map_text.project_places(city_profile(layers, "manila"))
    assert "Manila City Hall" in html
    assert "No location found in our sources" in html


def test_every_city_counts_its_projects_with_a_place(layers):
    places = layers["project_places"]
    for city_id in layers["cities"]["city_id"]:
        profile = city_profile(layers, city_id)
        sentence = map_text.coverage_sentence(profile)
        named = places.loc[places["city_id"] == city_id, "project_id"].nunique()
        assert bool(sentence) == bool(len(profile.projects))
        assert ("name no location" in sentence) == (bool(sentence) and not named)
        assert not named or f" {named} of {len(profile.projects)} " in sentence


def test_table_of_places_can_be_downloaded(routes):
    answer = ask(routes, "/tables/project-places.csv?city=bangkok")
    rows = answer.body.decode().splitlines()
    assert len(rows) == 4
    assert "Bang Sue Area" in answer.body.decode()
    assert "neighbourhood" in answer.body.decode()


@pytest.mark.parametrize(
    ("wup", "title", "symbols"),
    [
        ("2025", "UN cities of 2025: Indonesia", {"un-cities", "cities"}),
        ("2018", "Agglomerations of 2018: Indonesia", {"cities"}),
    ],
)
def test_country_has_a_map_of_its_cities_in_both_revisions(wup, title, symbols, layers):
    found = page_map("country", layers, {"country": "IDN", "wup": wup}, (900, 470))
    deck = json.loads(found.draw(found.map, LIGHT).to_json())["layers"]
    assert found.title == title
    assert {layer["id"] for layer in deck} - {"ground", "land", "areas", "labels"} == symbols
    assert all("country=IDN" in layer["data"] for layer in deck[2:])


@pytest.mark.parametrize("wup", ["2025", "2018"])
def test_country_page_shows_its_map_before_its_charts(wup, open_page):
    app = open_page("country", country="VNM", wup=wup)
    assert not app.exception
    html = page_html(app)
    heading = "UN cities of 2025</h2>" if wup == "2025" else "Urban agglomerations</h2>"
    assert 0 < html.index(heading) < html.index("Urban share</h2>")
