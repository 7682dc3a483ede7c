"""Small maps around a city: well-formed, to scale, with names that cover nothing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod

from dashboard.maps import city_map_inset as inset
from dashboard.maps.city_map import (
    CORNERS,
    PIXELS,
    SCALE_BAR_KM,
    WIDTH_KM,
    _corner,
    _land_of_countries,
    _projected,
    alt_text,
    svg,
)
from dashboard.maps.label_placement import SIZE, Box
from dashboard.markup.theme import LIGHT
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from tests.pseudolocale import MARK, MARKED

SVG = "{http://www.w3.org/2000/svg}"
LETTER = 0.56 * SIZE


@pytest.fixture(scope="module")
def city_maps(layers: Catalogue) -> dict[str, ET.Element]:
    """The map of every member city, parsed."""
    return {city: ET.fromstring(svg(layers, city, LIGHT)) for city in layers["cities"]["city_id"]}


def names(root: ET.Element) -> list[ET.Element]:
    """Names of places; the scale bar's text comes last, the inset is a group of its own."""
    return root.findall(f"{SVG}text")[:-1]


def inset_box(root: ET.Element) -> Box:
    """What the inset covers."""
    found = root.find(f"{SVG}g")
    assert found is not None
    left, top = (float(part) for part in re.findall(r"[\d.]+", found.get("transform", "")))
    return left, top, left + inset.SIDE, top + inset.SIDE


def box(text: ET.Element) -> Box:
    """What the browser covers with a name."""
    x, y, width = float(text.get("x", 0)), float(text.get("y", 0)), len(text.text or "") * LETTER
    left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    above = {"middle": SIZE / 2, "text-after-edge": SIZE, "auto": SIZE}.get(
        text.get("dominant-baseline", "auto"), 0
    )
    return left, y - above, left + width, y - above + SIZE


def overlap(one: Box, other: Box, by: float = 1.0) -> bool:
    """Whether two boxes share more than ``by`` pixels each way."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > by and min(one[3], other[3]) - max(one[1], other[1]) > by


def test_every_map_is_svg_with_a_title(city_maps, layers):
    title = layers["cities"].set_index("city_id")["name"]
    for city, root in city_maps.items():
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title") == f"{title[city]} and its surroundings, 80 km across"


def test_every_map_shows_land_and_the_city_in_its_middle(city_maps):
    for root in city_maps.values():
        assert any(path.get("fill") == LIGHT.land for path in root.iter(f"{SVG}path"))
        city = [c for c in root.findall(f"{SVG}circle") if c.get("fill") == LIGHT.city]
        assert [(c.get("cx"), c.get("cy")) for c in city] == [(f"{PIXELS / 2}", f"{PIXELS / 2}")]


def test_maps_fetch_nothing(city_maps):
    forbidden = {"image", "script", "use", "style", "foreignObject", "a"}
    for root in city_maps.values():
        assert not {element.tag.removeprefix(SVG) for element in root.iter()} & forbidden


def test_names_do_not_cover_each_other(city_maps):
    for city, root in city_maps.items():
        boxes = [box(text) for text in names(root)]
        pairs = [(a, b) for at, a in enumerate(boxes) for b in boxes[at + 1 :]]
        assert not any(overlap(a, b) for a, b in pairs), city


def test_names_do_not_cover_the_city_itself(city_maps):
    middle = PIXELS / 2
    symbol = (middle - 6, middle - 6, middle + 6, middle + 6)
    covered = {
        (city, text.text)
        for city, root in city_maps.items()
        for text in names(root)
        if overlap(box(text), symbol)
    }
    assert covered == set()


def test_names_above_and_below_a_place_do_not_cover_its_dot(city_maps):
    # The middle of a name stands 14 pixels from the middle of its dot of up to 4 pixels.
    covered = set()
    for city, root in city_maps.items():
        circles = root.findall(f"{SVG}circle")
        dots = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in circles]
        for text in names(root):
            if text.get("text-anchor") != "middle":
                continue
            x, y = float(text.get("x", 0)), float(text.get("y", 0))
            own = min(dots, key=lambda dot: abs(dot[0] - x) + abs(abs(dot[1] - y) - 14))
            dot = (own[0] - 3, own[1] - 3, own[0] + 3, own[1] + 3)
            if overlap(box(text), dot):
                covered.add((city, text.text))
    assert covered == set()


def test_names_stay_inside_the_picture(city_maps):
    for root in city_maps.values():
        for text in names(root):
            left, top, right, bottom = box(text)
            assert min(left, top) >= 0
            assert max(right, bottom) <= PIXELS


def test_inset_covers_neither_city_nor_scale_nor_name_nor_the_dot_of_a_place(city_maps):
    for city, root in city_maps.items():
        covered = inset_box(root)
        assert min(covered) >= 0
        assert max(covered) <= PIXELS
        scale = (0, PIXELS - 30, PIXELS / 2, PIXELS)
        middle = (PIXELS / 2 - 7, PIXELS / 2 - 7, PIXELS / 2 + 7, PIXELS / 2 + 7)
        shown = [scale, middle, *(box(text) for text in names(root))]
        for dot in root.findall(f"{SVG}circle"):
            x, y, r = (float(dot.get(name, 0)) for name in ("cx", "cy", "r"))
            shown.append((x - r, y - r, x + r, y + r))
        assert not any(overlap(covered, other, by=0) for other in shown), city


def test_inset_stands_in_the_corner_where_it_covers_the_fewest_people():
    places = gpd.GeoDataFrame(
        {"population": [900, 500, 700]},
        geometry=[shapely.Point(left + 50, top + 50) for left, top in CORNERS],
    )
    assert _corner(places) == CORNERS[1]
    assert _corner(places.iloc[:0]) == CORNERS[0]


def test_text_for_those_who_do_not_see_the_map_tells_of_the_inset(layers):
    cities = layers["cities"].set_index("city_id", drop=False)
    assert alt_text(layers, cities.loc["hanoi"].to_dict()) == (
        "Map of the 40 km around Hanoi with its area, and an inset showing its location in Viet Nam"
    )
    assert "an inset showing its location in Southeast Asia" in alt_text(
        layers, cities.loc["dili"].to_dict()
    )


@pytest.mark.parametrize("latitude", [-8.5, 0.0, 21.9])
def test_all_maps_are_at_one_scale(latitude):
    # Points 30 km from the centre, on the ellipsoid; 1% of 120 pixels is allowed.
    lon, lat, _ = Geod(ellps="WGS84").fwd([100] * 4, [latitude] * 4, [0, 90, 180, 270], [30e3] * 4)
    points = _projected(gpd.GeoSeries(gpd.points_from_xy(lon, lat)), 100.0, latitude)
    reach = points.distance(shapely.Point(PIXELS / 2, PIXELS / 2))
    assert reach.tolist() == pytest.approx([30 / WIDTH_KM * PIXELS] * 4, rel=0.01)


def test_scale_bar_is_as_long_as_it_says(city_maps):
    root = next(iter(city_maps.values()))
    assert list(root.iter(f"{SVG}text"))[-1].text == f"{SCALE_BAR_KM} km"
    bar: Any = root.findall(f"{SVG}path")[-1].get("d")
    start, end = bar.split("M")[1].split(",")[0], bar.split("H")[1].split("V")[0]
    assert float(end) - float(start) == SCALE_BAR_KM / WIDTH_KM * PIXELS


def test_title_and_scale_are_in_the_language(layers):
    with use_language(MARKED):
        root = ET.fromstring(svg(layers, "hanoi", LIGHT))
    assert root.findtext(f"{SVG}title") == f"{MARK}Hanoi and its surroundings, 80 km across"
    assert list(root.iter(f"{SVG}text"))[-1].text == f"{MARK}{SCALE_BAR_KM} km"


def test_unknown_city_is_a_key_error(layers):
    with pytest.raises(KeyError):
        svg(layers, "atlantis", LIGHT)


def test_coasts_and_lakes_are_those_of_the_city_scale_and_of_the_countries_without_it(layers):
    laguna = shapely.Point(121.15, 14.4)  # the lake near Manila
    box = (120.5, 13.9, 121.5, 15.1)
    land = _land_of_countries(layers, box)
    assert set(land) == {"PHL"}
    assert not land["PHL"].intersects(laguna)
    files = {path.stem: path.read_bytes() for path in LAYERS_DIR.glob("*.parquet")}
    coarse = _land_of_countries(Catalogue({**files, "land": b"PAR1"}), box)
    assert set(coarse) == {"PHL"}
    vertices = [shapely.get_num_coordinates(each["PHL"]) for each in (land, coarse)]
    assert vertices[0] > 5 * vertices[1]
