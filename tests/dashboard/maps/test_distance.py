"""A filter by distance is drawn as the line within which it keeps cities."""

from __future__ import annotations

import json

import numpy as np

from dashboard.maps.preview import svg
from dashboard.maps.registry import page_map
from dashboard.markup.theme import LIGHT
from dashboard.web.routes.map_land import fetch
from geo.analysis.geodesy import distances_km

NEAR = {"near": "bangkok", "within": "200"}
SIZE = (900, 560)


def circles(described):
    deck = json.loads(described.draw(described.map, LIGHT).to_json())
    return [layer for layer in deck["layers"] if layer["id"] == "circle"]


def test_circle_holds_every_city_of_the_filter_and_no_other(layers):
    described = page_map("explore", layers, NEAR, SIZE)
    [circle] = circles(described)
    line = np.array(circle["data"]["features"][0]["geometry"]["coordinates"])
    cities = layers.geo("cities")
    bangkok = cities.geometry[cities["city_id"] == "bangkok"].iloc[0]
    km = distances_km(bangkok.x, bangkok.y, cities.geometry.x, cities.geometry.y)
    assert set(described.cities["city_id"]) == set(cities.loc[km <= 200, "city_id"])
    assert distances_km(bangkok.x, bangkok.y, *line.T).round(1).tolist() == [200.0] * len(line)


def test_legend_says_what_the_circle_is_and_the_preview_has_it(layers):
    described = page_map("explore", layers, NEAR, SIZE)
    assert any("within 200 km of Bangkok" in str(one.html()) for one in described.legends(LIGHT))
    drawn = svg(described.draw(described.map, LIGHT), described.map.view, fetch)
    assert LIGHT.accent in str(drawn)


def test_map_without_the_filter_has_no_circle(layers):
    described = page_map("explore", layers, {"country": "THA"}, SIZE)
    assert not circles(described)
    assert all("km of" not in str(legend.html()) for legend in described.legends(LIGHT))
