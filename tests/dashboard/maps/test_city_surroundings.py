"""The map of one city: what it shows around the city, with labels, legends and words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.maps import sources
from dashboard.maps.city_legends import city_legends
from dashboard.maps.component import map_data
from dashboard.maps.label_placement import SIZE, place_labels
from dashboard.maps.label_tiles import placed_labels, placing_zoom
from dashboard.maps.registry import page_map
from dashboard.maps.source_urls import SURROUNDINGS_KM, Drawing, surroundings
from dashboard.maps.view import View, web_mercator_pixels
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT
from geo.analysis.city_areas import area_of
from geo.analysis.filter import Filter
from geo.analysis.geodesy import distances_km
from geo.errors import QueryError
from geo.layers.catalogue import Catalogue
from tests.dashboard.asgi import ask

CITY = Drawing(size="city")
SIZE_OF_MAP = (900, 470)


def features(
    name: str, layers: Catalogue, city_filter: Filter, drawing: Drawing = CITY
) -> list[dict[str, Any]]:
    collection = json.loads(sources.SOURCES[name](layers, city_filter, drawing))
    return [feature["properties"] for feature in collection["features"]]


def is_in_view(view: View, longitude: float, latitude: float) -> bool:
    middle = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0]
    x, y = (web_mercator_pixels([longitude], [latitude], view.zoom)[0] - middle).tolist()
    return bool(abs(x) <= view.width / 2 and abs(y) <= view.height / 2)


def test_every_city_lies_in_the_first_view_and_fills_it(layers):
    cities = layers.geo("cities")
    areas = layers.geo("city_areas")
    for city in cities.itertuples():
        view = page_map("city", layers, {"city": city.city_id}, SIZE_OF_MAP).map.view
        assert is_in_view(view, city.geometry.x, city.geometry.y), city.city_id
        west, south, east, north = area_of(city.city_id, areas)["geometry"].bounds
        corners = web_mercator_pixels([west, east], [north, south], view.zoom)
        across, down = np.abs(corners[1] - corners[0])
        assert max(across, down) > 0.35 * view.height, city.city_id


def test_islands_far_out_at_sea_do_not_make_jakarta_small(layers):
    view = page_map("city", layers, {"city": "jakarta"}, SIZE_OF_MAP).map.view
    assert not is_in_view(view, 106.55, -5.35)  # Thousand Islands
    assert view.zoom >= 9.5


@pytest.mark.parametrize("name", ["places", "un-cities"])
def test_surroundings_lie_within_their_radius(name, layers):
    collection = json.loads(sources.SOURCES[name](layers, surroundings("singapore"), CITY))
    points = np.array([f["geometry"]["coordinates"] for f in collection["features"]])
    assert len(points)
    city = layers.geo("cities").set_index("city_id").geometry["singapore"]
    km = distances_km(city.x, city.y, points[:, 0], points[:, 1])
    assert km.max() <= SURROUNDINGS_KM + 0.1


def test_un_city_that_holds_the_city_is_marked_and_says_so(layers):
    un_cities = features("un-cities", layers, surroundings("jakarta"))
    [own] = [one for one in un_cities if one["own"]]
    assert own["title"] == "UN city: Jakarta, Indonesia"
    assert own["facts"].endswith("Contains the member city: Jakarta")
    assert own["facts"].startswith("41.9 million people in 2025 (UN estimate)")
    assert own["radius"] == max(one["radius"] for one in un_cities)


@pytest.mark.parametrize(("city_id", "number"), [("nay-pyi-taw", 5), ("cauayan-city", 0)])
def test_un_cities_that_are_added_up_are_all_marked(city_id, number, layers):
    un_cities = features("un-cities", layers, surroundings(city_id))
    assert sum(one["own"] for one in un_cities) == number


def test_projects_with_one_point_share_a_symbol(layers):
    [place] = features("project-places", layers, Filter(cities=("bangkok",)))
    assert place["title"] == "Bang Sue Grand Station and Bang Sue Smart City"
    assert place["facts"].split("\n") == [
        "Bang Sue Area",
        "Its neighbourhood: Bang Sue (GeoNames (geonames.org))",
        "Action plans 2018, page 46",
        "M&E Report 2025, page 20",
    ]


def test_every_located_place_of_a_project_is_drawn_in_the_colour_of_a_focus_area(layers):
    places = layers["project_places"]
    located = places[places["precision"].notna()]
    drawn = features("project-places", layers, Filter(), Drawing())
    assert len(drawn) == len(located.drop_duplicates(["source", "source_record"]))
    assert {place["focus"] for place in drawn} <= set(FOCUS_AREA_COLOURS)


def test_city_without_a_located_place_draws_none_and_needs_no_legend(layers):
    assert features("project-places", layers, Filter(cities=("jakarta",))) == []
    titles = [legend.title for legend in city_legends(layers, "jakarta", LIGHT)]
    places = "Places with a population in GeoNames"
    assert titles == ["Area of the city", "UN cities of 2025", places]


def test_legend_names_edition_fit_and_source_of_the_area(layers):
    da_nang, kuching, hanoi = (
        city_legends(layers, city_id, LIGHT)[0] for city_id in ("da-nang", "kuching", "hanoi")
    )
    labels = [entry.label for entry in da_nang.entries]
    assert labels[:2] == ["the city's own boundary", "after the merger of 1 July 2025"]
    assert "sapnhap.bando.com.vn (2025)" in da_nang.source
    assert kuching.entries[0].border == "dashed"
    assert kuching.unit.endswith("no figures are derived from it")
    assert "after the merger" not in hanoi.html()
    assert "sapnhap" not in hanoi.source


def test_legend_shows_circles_up_to_the_largest_un_city_around(layers):
    def circles(city_id: str) -> list[str]:
        legends = city_legends(layers, city_id, LIGHT)
        [legend] = [one for one in legends if one.title == "UN cities of 2025"]
        return [entry.label for entry in legend.entries if entry.nested]

    assert circles("jakarta") == ["1 million", "10 million", "40 million"]
    assert circles("luang-prabang") == []


def test_labels_put_the_city_first_and_repeat_no_name_of_a_city(layers):
    labels = placed_labels(layers, surroundings("jakarta"), CITY, 8)
    names = labels["label"].tolist()
    assert names[0] == "Jakarta"
    assert "Jakarta (UN city)" in names
    assert names.count("Jakarta") == 1
    assert labels.loc[labels["label"] == "Bekasi", "minor"].all()


def test_places_of_projects_are_labelled_as_the_documents_name_them(layers):
    labels = placed_labels(layers, surroundings("singapore"), CITY, 9)
    assert {"Punggol Digital District", "Woodlands North Coast"} <= set(labels["label"])


def test_far_from_the_city_only_member_cities_have_labels(layers):
    labels = placed_labels(layers, surroundings("jakarta"), CITY, 3)
    cities = labels.loc[~labels["country"], "label"]
    assert set(cities) <= set(layers["cities"]["name"])


@pytest.mark.parametrize("tile_zoom", [5, 7, 9])
def test_labels_of_a_dense_region_do_not_cover_each_other(tile_zoom, layers):
    labels = placed_labels(layers, surroundings("manila"), CITY, tile_zoom)
    labels = labels[~labels["country"]]
    points = web_mercator_pixels(
        labels.geometry.x, labels.geometry.y, placing_zoom(tile_zoom, CITY)
    )
    middle = points + np.array(labels["label_offset"].tolist())
    width = labels["label"].str.len().to_numpy() * 0.56 * SIZE
    anchor = labels["label_anchor"].map({"start": 0.0, "middle": 0.5, "end": 1.0}).to_numpy()
    raised = labels["label_baseline"].map({"top": 0.0, "center": 0.5, "bottom": 1.0}).to_numpy()
    left, top = middle[:, 0] - anchor * width, middle[:, 1] - raised * SIZE
    across = np.minimum.outer(left + width, left + width) - np.maximum.outer(left, left)
    down = np.minimum.outer(top + SIZE, top + SIZE) - np.maximum.outer(top, top)
    covers = (across > 1e-6) & (down > 1e-6)
    np.fill_diagonal(covers, False)
    assert not covers.any()


def test_label_may_cover_a_less_important_symbol_which_then_has_none():
    names = pd.Series(["Capital", "Village"])
    points, radii = np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([5.0, 2.0])
    labels = place_labels(names, points, radii, levels=np.array([0, 1]))
    assert labels["label"].tolist() == ["Capital", ""]
    assert labels["label_anchor"][0] == "start"
    equal = place_labels(names, points, radii)
    assert equal["label"].tolist() == ["Capital", "Village"]
    assert equal["label_anchor"][0] != "start"


def test_summary_tells_boundary_and_how_many_projects_have_a_place(layers):
    chiang_mai = page_map("city", layers, {"city": "chiang-mai"}, SIZE_OF_MAP).summary
    assert "The dashed line is not the boundary of Chiang Mai." in chiang_mai
    assert chiang_mai.endswith(
        "name locations for 3 of 4 projects; none of them could be located from our sources."
    )
    singapore = page_map("city", layers, {"city": "singapore"}, SIZE_OF_MAP).summary
    assert "dashed" not in singapore
    assert singapore.endswith("name locations for 2 of 6 projects; 2 of them are on the map.")


def test_component_gets_what_it_needs_for_the_map_of_a_city(layers):
    data = map_data(page_map("city", layers, {"city": "singapore"}, SIZE_OF_MAP), LIGHT)
    ids = [layer["id"] for layer in json.loads(data["deck"])["layers"]]
    assert ids == [
        *("ground", "land", "areas", "un-cities", "places"),
        *("cities", "project-places", "labels"),
    ]
    assert data["title"] == "Singapore and its surroundings"


def test_map_of_no_member_city_is_refused(layers):
    with pytest.raises(QueryError, match="atlantis"):
        page_map("city", layers, {"city": "atlantis"}, SIZE_OF_MAP)


def test_bare_page_of_a_city_is_drawn_by_the_component(routes):
    page = ask(routes, "/embed/maps/city?city=kuching").body.decode()
    assert 'data-map="city.json?city=kuching' in page
    assert "The dashed line is not the boundary of Kuching." in page
    assert 'href="../../city?city=kuching"' in page
