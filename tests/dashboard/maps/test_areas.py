"""Areas of member cities on maps: which are drawn, how, and what they say."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import geopandas as gpd
import pytest

from dashboard.maps import sources
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.legends import source_text
from dashboard.maps.registry import MAPS, page_map
from dashboard.maps.source_urls import AREAS_MIN_ZOOM, Drawing, surroundings
from dashboard.markup.theme import LIGHT, rgb
from geo.analysis.boundaries import areas_km2
from geo.analysis.filter import Filter, parse
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from geo.vocabulary import EXACT
from tests.dashboard.asgi import ask
from tests.pseudolocale import MARK, MARKED

CITY = Drawing(size="city")


def features(
    layers: Catalogue, city_filter: Filter | None = None, drawing: Drawing | None = None
) -> list[dict[str, Any]]:
    content = sources.areas(layers, city_filter or Filter(), drawing or Drawing())
    collection: dict[str, Any] = json.loads(content)
    return list(collection["features"])


def facts(layers: Catalogue, city_id: str) -> list[str]:
    [area] = features(layers, Filter(cities=(city_id,)))
    return str(area["properties"]["facts"]).split("\n")


def areas_layer(layers: Catalogue, name: str, query: dict[str, str]) -> dict[str, Any]:
    found = page_map(name, layers, query, (900, 470))
    drawn = json.loads(found.draw(found.map, LIGHT).to_json())["layers"]
    [layer] = [layer for layer in drawn if layer["id"] == "areas"]
    return dict(layer)


def test_every_member_city_has_one_area_as_the_network_counts_it(layers):
    drawn = [feature["properties"]["city_id"] for feature in features(layers)]
    assert sorted(drawn) == sorted(layers["cities"]["city_id"])
    assert not any(feature["properties"]["later"] for feature in features(layers))


def test_areas_follow_the_filter(layers):
    drawn = {f["properties"]["city_id"] for f in features(layers, Filter(countries=("KHM",)))}
    cities = layers["cities"]
    assert drawn == set(cities.loc[cities["iso3"] == "KHM", "city_id"])


def test_simplified_area_is_nearly_as_large_as_the_exact_one(layers):
    areas = layers.geo("city_areas").set_index(["city_id", "edition"])
    drawn = gpd.GeoDataFrame.from_features(features(layers), crs=4326)
    for city_id, km2 in zip(drawn["city_id"], areas_km2(drawn.geometry), strict=True):
        whole = areas_km2(areas.geometry.loc[[(city_id, "network")]])[0]
        assert km2 == pytest.approx(whole, rel=0.01), city_id


def test_exact_area_gives_its_size_with_source_and_year(layers):
    assert facts(layers, "bangkok") == [
        "Territory: Bangkok Metropolis (special administrative area)",
        "1,572 km² within this boundary, including inland water",
        "Boundary: Royal Thai Survey Department, OCHA (COD-AB Thailand) (2019)",
    ]


def test_inexact_area_says_so_and_gives_no_figure(layers):
    areas = layers["city_areas"]
    inexact = areas.loc[areas["fit"] != EXACT, "city_id"]
    assert len(inexact) == 9
    for city_id in inexact:
        lines = facts(layers, city_id)
        assert lines[1].startswith("Inexact: ")
        assert lines[1].endswith("No figures are derived from it.")
        assert not any("km²" in line for line in lines)


def test_map_of_one_city_also_has_the_larger_area_since_the_merger(layers):
    def editions(city_id: str) -> list[bool]:
        drawn = features(layers, surroundings(city_id), CITY)
        return [f["properties"]["later"] for f in drawn if f["properties"]["city_id"] == city_id]

    assert editions("da-nang") == editions("ho-chi-minh-city") == [False, True]
    assert editions("hanoi") == [False]  # whose outer boundary did not change
    assert editions("jakarta") == [False]


@pytest.mark.parametrize("name", MAPS)
def test_areas_lie_below_every_symbol_from_one_zoom_on(name, layers):
    found = page_map(name, layers, {}, (900, 470))
    drawn = json.loads(found.draw(found.map, LIGHT).to_json())["layers"]
    ids = [layer["id"] for layer in drawn]
    assert ids[:3] == ["ground", "land", "areas"]
    assert areas_layer(layers, name, {})["visibleMinZoom"] == AREAS_MIN_ZOOM


def test_only_inexact_boundaries_are_dashed(layers):
    layer = areas_layer(layers, "explore", {})
    assert layer["extensions"] == [
        {"@@type": "PathStyleExtension", "dash": True, "highPrecisionDash": True}
    ]
    assert evaluate(layer["getDashArray"], {"fit": "exact"}) == [0, 0]
    for fit in ("wider", "partial", "approximate"):
        assert all(evaluate(layer["getDashArray"], {"fit": fit}))


def test_city_that_the_map_is_about_has_its_own_colour_and_a_later_edition_no_fill(layers):
    layer = areas_layer(layers, "city", {"city": "da-nang"})
    own, other = ({"city_id": city, "later": False} for city in ("da-nang", "hanoi"))
    assert evaluate(layer["getLineColor"], own) == list(rgb(LIGHT.city))
    assert evaluate(layer["getLineColor"], other) != list(rgb(LIGHT.city))
    assert evaluate(layer["getFillColor"], own)[3] > 0
    assert evaluate(layer["getFillColor"], {**own, "later": True}) == [0, 0, 0, 0]


@pytest.mark.parametrize("name", [name for name in MAPS if name != "city"])
def test_legend_of_areas_is_for_the_zooms_that_have_them(name, layers):
    found = page_map(name, layers, {}, (900, 470))
    [legend] = [one for one in found.legends(LIGHT) if one.of_areas]
    assert 'class="legend of-areas"' in legend.html()
    assert legend.html().count("dashed") == 1
    assert "Who&#39;s On First" in legend.html()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        *((name, {}) for name in MAPS),
        ("city", {"city": "ipoh"}),
        ("city", {"city": "da-nang"}),
    ],
)
def test_legends_name_the_sources_of_the_areas_that_are_drawn(name, query, layers):
    found = page_map(name, layers, query, (900, 470))
    url_query = dict(parse_qsl(urlsplit(areas_layer(layers, name, query)["data"]).query))
    parsed = parse(url_query, layers["cities"]["city_id"])
    areas = features(layers, parsed.filter, CITY if "size" in url_query else None)
    named = source_text(found.legends(LIGHT))
    assert areas
    for area in areas:
        [boundary] = re.findall(r"Boundary: (.*) \(", area["properties"]["facts"])
        assert boundary in named


def test_words_of_an_area_are_in_the_language(layers):
    with use_language(MARKED):
        drawn = features(layers)
    for feature in drawn:
        assert all(line.startswith(MARK) for line in feature["properties"]["facts"].split("\n"))


def test_route_serves_areas_of_a_filter(routes):
    answer = ask(routes, "/layers/areas.geojson?country=BRN,SGP")
    assert answer.status == 200
    titles = [feature["properties"]["title"] for feature in answer.json()["features"]]
    assert titles == ["Bandar Seri Begawan, Brunei Darussalam", "Singapore, Singapore"]


def test_preview_dashes_an_inexact_boundary_and_leaves_areas_out_of_the_region(routes):
    def paths(query: str) -> str:
        return ask(routes, f"/maps/pages/{query}").body.decode()

    assert "stroke-dasharray" in paths("city.svg?city=kuching&width=400&height=400")
    assert "stroke-dasharray" not in paths("city.svg?city=dili&width=400&height=400")
    region = page_map("overview", Catalogue(), {}, (400, 400))
    assert region.map.view.zoom < AREAS_MIN_ZOOM
    assert "areas" in [layer.id for layer in region.draw(region.map, LIGHT).layers]
    assert 'fill-opacity="0.12"' not in paths("overview.svg?width=400&height=400")
