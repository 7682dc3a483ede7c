"""Names by tile: none covers another at any zoom, and each is in one tile."""

from __future__ import annotations

import json
from urllib.parse import quote

import numpy as np
import pytest
import shapely

from dashboard.maps import label_tiles
from dashboard.maps.deck import fit
from dashboard.maps.label_placement import COUNTRY_SIZE, SIZE
from dashboard.maps.label_tiles import NEARER, placed_labels, placing_zoom, tile_zoom_for
from dashboard.maps.source_urls import MAX_ZOOM, MIN_ZOOM, Drawing
from dashboard.maps.view import REGION, WORLD_PIXELS, web_mercator_pixels
from geo.analysis.filter import Filter
from tests.dashboard.asgi import ask

OPENING = fit(REGION, 800, 470)
DRAWING = Drawing(size="projects", zoom=OPENING.zoom, window=OPENING.window())
ZOOMS = range(MIN_ZOOM, MAX_ZOOM + 1)


def boxes(names, zoom: float) -> np.ndarray:
    """Left, top, right and bottom of what each name covers at a zoom."""
    points = web_mercator_pixels(names.geometry.x, names.geometry.y, zoom)
    covered = []
    for (x, y), name in zip(points, names.to_dict("records"), strict=True):
        size = COUNTRY_SIZE if name["country"] else SIZE
        width = len(name["label"]) * size * (0.72 if name["country"] else 0.56)
        x, y = x + name["label_offset"][0], y + name["label_offset"][1]
        left = {"start": x, "end": x - width, "middle": x - width / 2}[name["label_anchor"]]
        top = {"center": y - size / 2, "bottom": y - size, "top": y}[name["label_baseline"]]
        covered.append((left, top, left + width, top + size))
    return np.array(covered)


@pytest.mark.parametrize("tile_zoom", ZOOMS)
def test_no_name_covers_another_from_the_farthest_zoom_of_its_tiles_on(layers, tile_zoom):
    names = placed_labels(layers, Filter(), DRAWING, tile_zoom)
    for zoom in (placing_zoom(tile_zoom, DRAWING), tile_zoom + NEARER + 0.5):
        left, top, right, bottom = boxes(names, zoom).T
        disjoint = (
            (right[:, None] <= left)
            | (right <= left[:, None])
            | (bottom[:, None] <= top)
            | (bottom <= top[:, None])
        )
        np.fill_diagonal(disjoint, True)
        assert disjoint.all()


@pytest.mark.parametrize("size", ["dot", "projects", "un_2025", "agglomeration"])
@pytest.mark.parametrize(("width", "height"), [(350, 330), (600, 300), (818, 470), (1300, 600)])
def test_no_country_has_its_name_on_the_land_of_another(layers, width, height, size):
    view = fit(REGION, width, height)
    drawing = Drawing(size=size, zoom=view.zoom, window=view.window())
    names = placed_labels(layers, Filter(), drawing, tile_zoom_for(view.zoom))
    names = names[names["country"]]
    assert len(names)
    world = WORLD_PIXELS * 2**view.zoom
    centres = web_mercator_pixels(names.geometry.x, names.geometry.y, view.zoom)
    x, y = (centres + np.array(names["label_offset"].tolist())).T / world
    points = shapely.points(x * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y)))))
    states = layers.geo("countries_low")
    for label, point in zip(names["label"], points, strict=True):
        below = set(states.loc[states.contains(point), "iso3"])
        [own] = layers["countries"].loc[layers["countries"]["name"].str.upper() == label, "iso3"]
        assert below <= {own}, label
        assert not layers.geo("context_low").contains(point).any(), label


def test_the_region_opens_with_two_tiles_of_names(layers):
    tiles = [
        (x, y)
        for x in range(2)
        for y in range(2)
        if json.loads(label_tiles.tile(Filter(), DRAWING, (1, x, y)))["features"]
    ]
    assert tile_zoom_for(OPENING.zoom) == 1
    assert tiles == [(1, 0), (1, 1)]


def test_every_city_is_named_when_the_map_is_near_enough(layers):
    names = placed_labels(layers, Filter(), DRAWING, MAX_ZOOM)
    assert set(names.loc[~names["country"], "label"]) == set(layers["cities"]["name"])


def test_the_first_view_names_countries_in_capitals_inside_its_window(layers):
    names = placed_labels(layers, Filter(), DRAWING, tile_zoom_for(OPENING.zoom))
    countries = names.loc[names["country"], "label"]
    assert {"INDONESIA", "MYANMAR"} <= set(countries)
    assert "SINGAPORE" not in set(countries)
    west, south, east, north = OPENING.window()
    assert names.geometry.x.between(west, east).all()
    assert names.geometry.y.between(south, north).all()


def test_every_name_lies_in_exactly_one_tile(layers):
    city_filter, tile_zoom = Filter(countries=("IDN",)), 3
    names = placed_labels(layers, city_filter, DRAWING, tile_zoom)
    covered = [
        feature["properties"]["label"]
        for x in range(2**tile_zoom)
        for y in range(2**tile_zoom)
        for feature in json.loads(label_tiles.tile(city_filter, DRAWING, (tile_zoom, x, y)))[
            "features"
        ]
    ]
    assert sorted(covered) == sorted(names["label"])


@pytest.mark.parametrize(
    ("tile", "message"),
    [
        ("11/0/0", "0 to 10"),
        ("-1/0/0", "0 to 10"),
        ("9" * 5_000 + "/0/0", "0 to 10"),
        ("3/8/0", "0 to 7"),
        ("3/0/8", "0 to 7"),
        ("3/0/-1", "0 to 7"),
        ("3/0/" + "9" * 5_000, "0 to 7"),
        ("3/\u0663/0", "0 to 7"),
    ],
)
def test_tile_that_does_not_exist_is_404_in_one_sentence(tile, message, routes):
    answer = ask(routes, f"/labels/{quote(tile)}.geojson")
    assert (answer.status, message in answer.json()["detail"]) == (404, True)


@pytest.mark.parametrize("size", ["dot", "un_2025"])
def test_filter_that_keeps_no_city_leaves_the_countries(size, routes):
    answer = ask(routes, f"/labels/1/1/0.geojson?q=zzzz&size={size}")
    assert answer.status == 200
    features = answer.json()["features"]
    assert features
    assert size != "dot" or all(each["properties"]["country"] for each in features)


def test_tile_of_an_unknown_filter_is_one_sentence(routes):
    for path, message in (
        ("/labels/3/0/0.geojson?country=XXX", "'XXX'"),
        ("/labels/3/0/0.geojson?window=1", "'1'"),
        ("/labels/3/0/0.geojson?foo=1", "'foo'"),
    ):
        answer = ask(routes, path)
        assert answer.status == 400
        assert message in json.loads(answer.body)["detail"]


def test_tile_far_away_is_empty_and_kept_for_good_with_the_version(routes, layers):
    answer = ask(routes, "/labels/3/0/0.geojson")
    assert answer.status == 200
    assert json.loads(answer.body)["features"] == []
