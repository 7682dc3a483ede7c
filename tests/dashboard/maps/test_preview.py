"""The picture that stands under a map: what the deck draws, where the deck draws it."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import accumulate
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from dashboard.maps import spread
from dashboard.maps.deck import MODES, deck, with_rings
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.preview import BEYOND, preview_url, svg
from dashboard.maps.registry import MAPS, page_map
from dashboard.maps.symbols import symbol_radii
from dashboard.maps.view import web_mercator_pixels
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT
from dashboard.web.routes.map_land import fetch
from geo.vocabulary import FOCUS_AREAS, focus_area_column
from tests.dashboard.asgi import ask

SVG = "{http://www.w3.org/2000/svg}"
SIZE = (818, 470)


def preview(layers, name, query=(), colours=LIGHT, size=SIZE) -> tuple[ET.Element, object]:
    found = page_map(name, layers, dict(query), size)
    picture = svg(found.draw(found.map, colours), found.map.view, fetch)
    return ET.fromstring(picture), found.map.view


def circles(root: ET.Element) -> list[tuple[float, float, str]]:
    return [
        (float(c.attrib["cx"]), float(c.attrib["cy"]), c.attrib["fill"])
        for c in root.iter(f"{SVG}circle")
    ]


def extent(root: ET.Element) -> tuple[float, float, float, float]:
    """Least and greatest x, least and greatest y of the areas."""
    spots = []
    for path in root.iter(f"{SVG}path"):
        for ring in re.findall(r"M([^MZ]+)Z", path.attrib["d"]):
            steps = [tuple(map(float, pair.split(","))) for pair in re.split("[l ]", ring) if pair]
            spots += zip(*(accumulate(axis) for axis in zip(*steps, strict=True)), strict=True)
    x, y = zip(*spots, strict=True)
    return min(x), max(x), min(y), max(y)


@pytest.mark.parametrize("name", MAPS)
def test_picture_of_every_map_fits_its_view_into_any_place(layers, name, colours):
    root, view = preview(layers, name, colours=colours)
    box = np.array(root.attrib["viewBox"].split(), dtype=float)
    size = np.array([view.width, view.height])
    assert box == pytest.approx([*(-BEYOND * size), *((1 + 2 * BEYOND) * size)])
    assert colours.sea in {path.get("fill") for path in root.iter(f"{SVG}path")}


def test_picture_shows_the_places_that_the_filter_leaves(layers):
    for country in ("THA", "SGP"):
        root, _ = preview(layers, "explore", {"places": "1", "country": country})
        dots = sum(path.attrib["d"].count("h0") for path in root.iter(f"{SVG}path"))
        assert dots == (layers["places"]["iso3"] == country).sum()


@pytest.mark.parametrize("width", [400, 818, 1300])
def test_every_path_is_complete_so_that_none_ends_before_its_last_command(layers, width):
    root, _ = preview(layers, "overview", size=(width, 470))
    for path in root.iter(f"{SVG}path"):
        command = r"M-?[\d.e-]+,-?[\d.e-]+(l(-?[\d.e-]+,-?[\d.e-]+ ?)+|h0)Z?"
        assert re.fullmatch(f"({command})+", path.attrib["d"])


@pytest.mark.parametrize("name", MAPS)
def test_picture_fills_the_rest_of_a_wider_or_higher_place(layers, name):
    root, view = preview(layers, name)
    wide, high = BEYOND * view.width, BEYOND * view.height
    edge, middle = web_mercator_pixels([180, view.longitude], [0, 0], view.zoom)[:, 0]
    east = min(view.width + wide, view.width / 2 + edge - middle)  # no world lies beyond 180°
    expected = (-wide, east, -high, view.height + high)
    assert extent(root) == pytest.approx(expected, abs=1)


def test_every_city_stands_where_the_map_has_it_in_its_colour(layers):
    root, view = preview(layers, "explore", {"mode": "share"})
    cities = layers.geo("cities")
    middle = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0]
    places = web_mercator_pixels(cities.geometry.x, cities.geometry.y, view.zoom) - middle
    radii = symbol_radii(cities, cities, "dot")
    shifts = spread.shifts(cities.geometry.x, cities.geometry.y, radii)
    expected = places + spread.at_zoom(shifts, view.zoom)
    found = [(x - view.width / 2, y - view.height / 2, fill) for x, y, fill in circles(root)]
    assert len(found) == len(cities)
    assert {fill for _, _, fill in found} == {LIGHT.city}
    for right, down in expected.tolist():
        assert min(math.dist((right, down), spot[:2]) for spot in found) < 0.1


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode not in ("focus", "status")])
def test_picture_has_the_colours_of_the_mode(layers, mode):
    root, _ = preview(layers, "explore", {"mode": mode})
    fills = [fill for _, _, fill in circles(root)]
    assert len(set(fills)) == {"share": 1, "projects": 2, "un": 6, "growth": 5}[mode]
    if mode == "projects":
        empty = [c.attrib for c in root.iter(f"{SVG}circle") if c.attrib["fill-opacity"] == "0.00"]
        without = (layers["cities"]["projects"].fillna(0) == 0).sum()
        assert len(empty) == without > 0
        assert {circle["stroke"] for circle in empty} == {LIGHT.outline}


def test_projects_of_a_city_share_its_ring_by_focus_area(layers):
    root, _ = preview(layers, "explore", {"mode": "focus", "country": "PHL"})
    rings: dict[tuple[str, str], dict[str, float]] = {}
    for arc in (c.attrib for c in root.iter(f"{SVG}circle") if "stroke-dasharray" in c.attrib):
        drawn, rest = map(float, arc["stroke-dasharray"].split())
        rings.setdefault((arc["cx"], arc["cy"]), {})[arc["stroke"]] = drawn / (drawn + rest)
    cities = layers["cities"].query("iso3 == 'PHL' and projects > 0")
    expected = []
    for city in cities.to_dict("records"):
        counts = {area: city[focus_area_column(area)] for area in FOCUS_AREAS}
        shares = {FOCUS_AREA_COLOURS[a]: n / sum(counts.values()) for a, n in counts.items() if n}
        expected.append(pytest.approx(shares, abs=0.001))
    assert len(rings) == len(expected) > 2
    assert all(ring in expected for ring in rings.values())


def test_completed_projects_have_their_share_of_the_ring_on_the_overview(layers):
    root, _ = preview(layers, "overview")
    arcs = [c.attrib for c in root.iter(f"{SVG}circle") if "stroke-dasharray" in c.attrib]
    green = [arc for arc in arcs if arc["stroke"] == LIGHT.statuses["completed"]]
    cities = layers["cities"]
    assert len(green) == (cities["projects_completed"] > 0).sum() > 0
    whole = [sum(map(float, arc["stroke-dasharray"].split())) for arc in green]
    drawn = [float(arc["stroke-dasharray"].split()[0]) for arc in green]
    shares = (cities["projects_completed"] / cities["projects"])[cities["projects_completed"] > 0]
    found = sorted(length / around for length, around in zip(drawn, whole, strict=True))
    assert found == pytest.approx(sorted(shares.astype(float)), abs=0.001)


def test_filter_selection_and_places_are_in_the_picture(layers):
    plain, _ = preview(layers, "explore", {"country": "KHM"})
    full, _ = preview(layers, "explore", {"country": "KHM", "city": "phnom-penh", "places": "1"})
    cities = int((layers["cities"]["iso3"] == "KHM").sum())
    assert len(circles(plain)) == cities
    assert [fill for _, _, fill in circles(full)].count("none") == 1
    places = int((layers["places"]["iso3"] == "KHM").sum())
    # A few stand beyond the edge of the window.
    assert 0.95 * places < len(re.findall(r"h0", ET.tostring(full).decode())) <= places


def test_names_are_not_in_it(layers):
    found = page_map("explore", layers, {}, SIZE)
    cities = layers.geo("cities")
    one = with_rings(found.map, ["dili"], cities, cities)
    requested: list[str] = []

    def recording(path: str) -> bytes:
        requested.append(urlsplit(path).path)
        return fetch(path)

    svg(deck(one, LIGHT), one.view, recording)
    assert requested == ["/layers/ground.geojson", "/layers/cities.geojson"]


def test_address_leads_to_the_picture_for_good(layers, routes):
    shown = page_map("explore", layers, {"mode": "share", "year": "1990"}, SIZE).map
    path = preview_url("explore", {"mode": "share", "year": "1990"}, shown, "dark")
    assert dict(parse_qsl(urlsplit(path).query))["v"] == layers.version
    answer = ask(routes, path)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "immutable" in answer.headers["cache-control"]
    assert ET.fromstring(answer.content).attrib["viewBox"] == "-818 -470 2454 1410"


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/maps/pages/nothing.svg", 404, "'nothing'"),
        ("/maps/pages/overview.svg?country=IDN", 400, "'country'"),
        ("/maps/pages/overview.svg?theme=blue", 400, "'blue'"),
        ("/maps/pages/overview.svg?width=1e9", 400, "'1e9'"),
        ("/maps/pages/explore.svg?country=ATL", 400, "ATL"),
    ],
)
def test_address_of_no_picture_is_refused_in_a_sentence(routes, path, status, named):
    answer = ask(routes, path)
    assert answer.status == status
    assert named in answer.json()["detail"]


@pytest.mark.parametrize(
    ("expression", "properties", "value"),
    [
        ("@@=properties.a ? [1, 2, 3] : [4, 5, 6]", {"a": True}, [1, 2, 3]),
        ("properties.a < 3 ? 1 : properties.b == 'x' ? 2 : 3", {"a": 3, "b": "x"}, 2),
        ("properties.a < 3 ? 1 : 2", {"a": None}, 1),
        ("(properties.a == null ? 4 : properties.a)", {}, 4),
        ("properties.kind == 'border' ? 1 : 2", {"kind": "border"}, 1),
        ("properties.radius", {"radius": 7.5}, 7.5),
    ],
)
def test_expressions_are_read_as_the_browser_reads_them(expression, properties, value):
    assert evaluate(expression, properties) == value


def test_expression_of_another_kind_is_named():
    with pytest.raises(ValueError, match=r"properties\.a > 3"):
        evaluate("properties.a > 3 ? 1 : 2", {"a": 4})
