"""The little map that shows where in its country a city lies."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import geopandas as gpd
import pytest
import shapely

from dashboard.maps import city_map_inset as inset
from geo.i18n import use_language
from geo.vocabulary import MEMBER_STATES
from tests.pseudolocale import MARK, MARKED

SMALL = {"BRN", "SGP", "TLS"}


def drawn(layers, city_id, colours) -> ET.Element:
    city = layers.geo("cities").set_index("city_id").loc[city_id]
    return ET.fromstring(inset.svg_group(layers, city["iso3"], city.geometry, (0, 0), colours))


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_only_countries_that_few_would_know_by_their_shape_are_shown_in_the_region(iso3, layers):
    assert inset.shown_in_region(layers, iso3) == (iso3 in SMALL)


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_whole_country_is_in_the_window_and_as_large_as_it_can_be(iso3, layers):
    shown = inset.window(layers, iso3)
    countries = layers.geo("countries").set_index("iso3").geometry
    what = countries if iso3 in SMALL else countries[[iso3]]
    west, south, east, north = what.total_bounds
    left, bottom, right, top = shown.bounds
    assert left < west < east < right
    assert bottom < south < north < top
    across = math.cos(math.radians(shown.latitude))
    room = (
        (right - left - east + west) * across * shown.scale,
        (top - bottom - north + south) * shown.scale,
    )
    assert min(room) == pytest.approx(2 * 6)


@pytest.mark.parametrize("city_id", ["hanoi", "jakarta", "dili", "singapore", "kota-kinabalu"])
def test_dot_of_the_city_lies_on_the_land_of_its_country(city_id, layers, colours):
    root = drawn(layers, city_id, colours)
    [dot] = root.iter("circle")
    at = shapely.Point(float(dot.get("cx", 0)), float(dot.get("cy", 0)))
    [own] = [
        path.get("d", "") for path in root.iter("path") if path.get("fill") == colours.share[2]
    ]
    rings = [
        shapely.Polygon([tuple(map(float, pair.split(","))) for pair in ring.split()])
        for ring in re.findall(r"M([^Z]+)Z", own)
        if len(ring.split()) > 3
    ]
    assert min(ring.distance(at) for ring in rings) < 1.5


def test_country_is_told_by_colour_and_name_and_the_land_around_it_by_another(layers, colours):
    root = drawn(layers, "siem-reap", colours)
    *around, own = [path.get("fill") for path in root.iter("path")]
    assert set(around) == {colours.no_data}
    assert own == colours.share[2]
    assert root.findtext("text") == "Cambodia"


def test_small_state_is_shown_in_the_region_by_its_name(layers, colours):
    assert drawn(layers, "dili", colours).findtext("text") == "Southeast Asia"


@pytest.mark.parametrize("iso3", MEMBER_STATES)
def test_name_fits_into_the_inset(iso3, layers):
    assert len(inset.area_name(layers, iso3)) * 0.56 * inset.FONT_SIZE < inset.SIDE - 8


def test_land_stays_inside_the_frame(layers, colours):
    for city_id in layers["cities"]["city_id"]:
        for path in drawn(layers, city_id, colours).iter("path"):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d", ""))]
            assert min(numbers) >= -0.05
            assert max(numbers) <= inset.SIDE + 0.05


def test_polygons_become_rings_and_other_shapes_nothing():
    square = shapely.box(0, 0, 1, 1)
    assert inset.path([shapely.Point(0, 0)]) == ""
    assert inset.path(gpd.GeoSeries([square])).count("Z") == 1
    assert inset.path([shapely.MultiPolygon([square, shapely.box(2, 2, 3, 3)])]).count("M") == 2


def test_name_is_in_the_language(layers):
    with use_language(MARKED):
        assert inset.area_name(layers, "SGP") == f"{MARK}Southeast Asia"
