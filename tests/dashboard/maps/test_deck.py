"""Decks: small, with addresses instead of features, and nothing of another host."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data.un_revision import DEFAULT_SPAN
from dashboard.maps import spread
from dashboard.maps.base_map import share_column
from dashboard.maps.deck import MODES, deck, fit, fit_cities, fit_countries, with_rings
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.deck_layers import PROJECTED_OPACITY, SYMBOL_OPACITY
from dashboard.maps.source_urls import ZOOM_STEP, Drawing
from dashboard.maps.sources import city_features
from dashboard.maps.symbols import symbol_size
from dashboard.maps.view import REGION, Map, Ring, web_mercator_pixels
from dashboard.markup.theme import LIGHT, rgb
from geo.analysis.filter import Filter, parse

CITY_FILTER = Filter(countries=("IDN", "PHL"), focus_areas=("civic-social",), joined=(2018, 2025))
PLAIN = Map(
    mode="projects",
    view=fit(REGION, 900, 560),
    version="0123456789ab",
    revision="wdi-2026-03",
    year=2020,
)
SHIFTS = [[3, -2]] * len(spread.ZOOMS)
FULL = replace(
    PLAIN,
    city_filter=CITY_FILTER,
    selected=(Ring(106.8, -6.2, 12.0, None), Ring(121.0, 14.6, 9.0, SHIFTS)),
    places=True,
)

sizes = st.integers(300, 1500)


def spec(map_spec: Map, colours=LIGHT) -> dict[str, Any]:
    deck_json: dict[str, Any] = json.loads(deck(map_spec, colours).to_json())
    return deck_json


def layer(map_spec: Map, id: str, colours=LIGHT) -> dict[str, Any]:
    return next(layer for layer in spec(map_spec, colours)["layers"] if layer["id"] == id)


def ids(map_spec: Map) -> list[str]:
    return [layer["id"] for layer in spec(map_spec)["layers"]]


@pytest.mark.parametrize("mode", MODES)
def test_deck_stays_below_8_kb_with_every_layer_on(mode, colours):
    assert len(deck(replace(FULL, mode=mode), colours).to_json().encode()) < 8_000


@pytest.mark.parametrize("mode", MODES)
def test_every_layer_of_our_data_is_an_address_of_this_server(mode):
    addresses = {
        layer["id"]: layer["data"]
        for layer in spec(replace(FULL, mode=mode))["layers"]
        if layer["id"] != "selected"
    }
    features = ["ground", "areas", "places", *(["un-cities"] if mode == "un" else []), "cities"]
    assert {id: urlsplit(url).path for id, url in addresses.items()} == {
        **{name: f"/layers/{name}.geojson" for name in features},
        "labels": "/labels/{z}/{x}/{y}.geojson",
        "land": "/land/{z}/{x}/{y}.geojson",
    }
    for url in addresses.values():
        assert urlsplit(url).netloc == ""
        assert parse_qs(urlsplit(url).query)["v"] == [FULL.version]


@pytest.mark.parametrize("mode", ["share", "projects", "years"])
def test_land_at_city_scale_lies_on_the_base_map_in_its_colours_from_zoom_7_on(mode):
    map_spec = replace(FULL, mode=mode)
    assert ids(map_spec)[:2] == ["ground", "land"]
    land = layer(map_spec, "land")
    ground = layer(map_spec, "ground")["getFillColor"]
    assert land["getFillColor"] == ground
    assert land["minZoom"] == 7
    # deck.gl shows the tiles of zoom round(zoom + log2(512 / tileSize)).
    shown = [round(zoom + math.log2(512 / land["tileSize"])) for zoom in (6.99, 7.01, 7.99, 8.01)]
    assert shown == [6, 7, 7, 8]
    assert "extent" not in land  # with it, deck.gl would ask for all tiles at smaller zooms


@pytest.mark.parametrize("mode", MODES)
def test_deck_is_layers_only_and_asks_no_other_host(mode, colours):
    content = deck(replace(FULL, mode=mode), colours).to_json()
    assert list(json.loads(content)) == ["layers"]
    assert "//" not in content


@given(
    st.floats(95, 140),
    st.floats(-11, 27),
    st.floats(0.01, 45),
    st.floats(0.01, 30),
    sizes,
    st.integers(380, 700),
)
def test_fit_shows_the_bounds_whole_in_steps_of_a_quarter_zoom(
    west, south, wide, high, width, height
):
    bounds = (west, south, west + wide, min(south + high, 60))
    view = fit(bounds, width, height)
    assert view.zoom % ZOOM_STEP == 0
    centre = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0]
    left, top = web_mercator_pixels([bounds[0]], [bounds[3]], view.zoom)[0] - centre
    right, bottom = web_mercator_pixels([bounds[2]], [bounds[1]], view.zoom)[0] - centre
    # The centre is rounded to 0.001 degrees, a third of a pixel at the highest zoom.
    assert min(left, -right) >= -width / 2 - 0.5
    assert min(top, -bottom) >= -height / 2 - 0.5


@given(st.floats(95, 130), st.floats(-11, 20), st.floats(0.5, 40), sizes)
def test_fit_goes_as_near_as_the_bounds_allow(west, south, span, size):
    view = fit((west, south, west + span, south + span / 2), size, size)
    nearer = view.zoom + ZOOM_STEP
    edges = web_mercator_pixels([west, west + span], [south + span / 2, south], nearer)
    assert view.zoom == 8.0 or max(edges[1] - edges[0]) > size - 1e-6


def test_fit_of_a_single_point_is_the_highest_zoom():
    view = fit((106.8, -6.2, 106.8, -6.2), 900, 560)
    assert (view.longitude, view.latitude, view.zoom) == (106.8, -6.2, 8.0)


def test_fit_of_no_cities_is_the_region(layers):
    assert fit_cities(layers.geo("cities").head(0), 900, 560) == fit(REGION, 900, 560)


@pytest.mark.parametrize("size", [(350, 400), (540, 560), (730, 560), (1000, 560)])
def test_every_member_city_is_inside_the_window_of_the_region(size, layers):
    west, south, east, north = fit(REGION, *size).window()
    points = layers.geo("cities").geometry
    assert points.x.between(west, east).all()
    assert points.y.between(south, north).all()


@given(st.floats(95, 140), st.floats(-11, 27), st.floats(0.01, 30), sizes)
def test_the_window_of_a_view_is_one_that_the_layer_route_takes(west, south, span, size):
    view = fit((west, south, west + span, min(south + span, 60)), size, size)
    drawing = Drawing(zoom=view.zoom, window=view.window())
    assert Drawing.from_query(drawing.to_query()) == drawing


def test_selected_cities_get_rings_and_no_others():
    ring = layer(FULL, "selected")
    points = [f["geometry"]["coordinates"] for f in ring["data"]["features"]]
    assert points == [[ring.longitude, ring.latitude] for ring in FULL.selected]
    properties = [f["properties"] for f in ring["data"]["features"]]
    assert properties == [{"radius": 12.0, "shifts": None}, {"radius": 9.0, "shifts": SHIFTS}]
    assert ring["filled"] is False
    assert ring["getLineColor"] == list(rgb(LIGHT.selected))
    assert "selected" not in ids(PLAIN)


def test_selection_changes_nothing_else_of_the_deck():
    without = spec(replace(FULL, selected=()))["layers"]
    assert [layer for layer in spec(FULL)["layers"] if layer["id"] != "selected"] == without


@pytest.mark.parametrize("mode", MODES)
def test_no_layer_is_picked_by_the_graphics_card(mode):
    assert not [one for one in spec(replace(FULL, mode=mode))["layers"] if one.get("pickable")]


def test_places_are_drawn_only_when_asked_for():
    assert "places" in ids(FULL)
    assert "places" not in ids(PLAIN)


def test_places_have_one_address_and_bits_of_those_that_the_filter_leaves():
    url = layer(FULL, "places")["data"]
    assert url == layer(replace(FULL, city_filter=Filter()), "places")["data"]
    assert "shown" not in layer(FULL, "places")
    assert layer(replace(FULL, shown_places="YA=="), "places")["shown"] == "YA=="


@pytest.mark.parametrize("id", ["areas", "cities", "labels"])
def test_addresses_of_cities_carry_the_filter(id, layers):
    query = dict(pair.split("=") for pair in urlsplit(layer(FULL, id)["data"]).query.split("&"))
    assert parse(query, layers["cities"]["city_id"]).filter == CITY_FILTER


@pytest.mark.parametrize("mode", MODES)
def test_address_of_cities_carries_their_size_and_that_of_names_zoom_and_window_too(mode):
    map_spec = replace(PLAIN, mode=mode)
    options = Drawing(size=symbol_size(mode, DEFAULT_SPAN))
    for id, drawing in (
        ("cities", options),
        ("labels", replace(options, zoom=map_spec.view.zoom, window=map_spec.view.window())),
    ):
        url = urlsplit(layer(map_spec, id)["data"])
        query = {name: value for name, [value] in parse_qs(url.query).items()}
        assert Drawing.from_query(query) == drawing


@pytest.mark.parametrize("revision", ["wdi-2026-03", "wdi-2025-07"])
@pytest.mark.parametrize("year", [1990, 2024])
def test_fill_of_countries_reads_the_year_and_release_that_are_shown(revision, year):
    map_spec = replace(PLAIN, mode="share", revision=revision, year=year)
    fill = layer(map_spec, "ground")["getFillColor"]
    assert set(re.findall(r"properties\.(\w+)", fill)) == {"kind", share_column(revision, year)}


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "share"])
def test_countries_are_plain_land_where_the_map_shows_something_else(mode, colours):
    colour = layer(replace(PLAIN, mode=mode), "ground", colours)["getFillColor"]
    assert evaluate(colour, {"iso3": "KHM"}) == list(rgb(colours.land))
    assert evaluate(colour, {"kind": "context"}) == list(rgb(colours.context))
    assert evaluate(colour, {"kind": "sea"}) == list(rgb(colours.sea))


@pytest.mark.parametrize(
    ("zoom", "detail"), [(3.25, "low"), (3.5, "medium"), (6.0, "medium"), (6.25, "full")]
)
def test_boundaries_are_as_detailed_as_the_zoom_shows(zoom, detail):
    map_spec = replace(PLAIN, view=replace(PLAIN.view, zoom=zoom))
    query = parse_qs(urlsplit(layer(map_spec, "ground")["data"]).query)
    assert query.get("detail", ["low"]) == [detail]


@pytest.mark.parametrize(
    ("id", "accessor", "before", "after"),
    [
        ("ground", "getFillColor", {"mode": "years"}, {"year": 1970}),
        ("ground", "getFillColor", {"mode": "share"}, {"revision": "wdi-2025-07"}),
        ("cities", "getPointRadius", {"mode": "years"}, {"people_year": 1970}),
        ("cities", "getFillColor", {"mode": "projects"}, {"mode": "growth"}),
        ("cities", "getLineColor", {"mode": "projects"}, {"mode": "focus"}),
    ],
)
def test_expression_tells_what_it_depends_on(id, accessor, before, after):
    map_spec = replace(PLAIN, **before)
    first = layer(map_spec, id)[accessor]
    then = layer(replace(map_spec, **after), id)[accessor]
    # The script draws again what has another expression.
    assert then.startswith("@@=")
    assert first != then
    assert layer(map_spec, id)[accessor] == first


@pytest.mark.parametrize("year", [1950, 2018, 2035])
def test_years_size_each_agglomeration_by_its_year_and_draw_projections_faint(year):
    cities = layer(replace(PLAIN, mode="years", people_year=year), "cities")
    assert f"properties.radius_{year}" in cities["getPointRadius"]
    fill = cities["getFillColor"]
    faint = year > 2018
    opacity = PROJECTED_OPACITY if faint else SYMBOL_OPACITY
    assert evaluate(fill, {"has_value": True}) == [*rgb(LIGHT.city), opacity]


@pytest.mark.parametrize(("width", "radius"), [(900, 4), (350, 2.6)])
def test_city_without_a_value_of_the_year_is_as_small_as_the_smallest_with_one(width, radius):
    map_spec = replace(PLAIN, mode="years", people_year=1990, view=fit(REGION, width, 400))
    assert map_spec.small == (width < 900)
    assert evaluate(layer(map_spec, "cities")["getPointRadius"], {}) == radius


@pytest.mark.parametrize("mode", MODES)
def test_ring_of_a_city_lies_outside_its_symbol(mode, layers):
    cities = layers.geo("cities")
    chosen = ["manila", "dili", "singapore"]  # the last one is moved away from Johor Bahru
    rings = with_rings(replace(PLAIN, mode=mode), chosen, cities, cities).selected
    drawing = Drawing(size=symbol_size(mode, DEFAULT_SPAN))
    features = city_features(cities, cities, drawing).sort_index()
    drawn = features[features["city_id"].isin(chosen)]
    assert len(rings) == len(drawn) == 3
    for ring, city in zip(rings, drawn.itertuples(), strict=True):
        assert (ring.longitude, ring.latitude) == (city.geometry.x, city.geometry.y)
        assert ring.radius > city.radius
        assert ring.shifts == city.shifts
    assert any(ring.shifts for ring in rings)


def test_fit_of_a_small_state_is_near_and_of_a_large_one_far(layers):
    countries = layers.geo("countries")
    zooms = {
        code: fit_countries(countries[countries["iso3"] == code], 800, 500).zoom
        for code in ("SGP", "BRN", "IDN")
    }
    assert zooms["SGP"] > zooms["BRN"] > zooms["IDN"] >= 3
