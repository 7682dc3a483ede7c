"""Pictures of maps: complete, to scale, readable, the same from every address."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qsl, quote

import pytest
from markupsafe import Markup
from PIL import Image
from pyproj import Geod

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps.legends import Entry, Legend, source_text
from dashboard.maps.notes import BOUNDARY_NOTE
from dashboard.maps.picture import LAYOUTS, PNG_SCALE, Picture, picture
from dashboard.maps.picture_content import Content, DrawnMap, map_content
from dashboard.maps.picture_files import FORMATS, pdf, picture_url
from dashboard.maps.registry import MAPS, page_map
from dashboard.maps.scale_bar import SAME_SCALE, ScaleBar, scale_bar
from dashboard.maps.view import View
from dashboard.markup.svg_text import text_width
from dashboard.markup.theme import LIGHT, palette
from dashboard.web.routes.map_land import fetch
from geo.i18n import use_language
from tests.dashboard.asgi import ask

SVG = "{http://www.w3.org/2000/svg}"
CIRCLE = f"{SVG}circle"
QUERIES = {"city": "city=jakarta", "country": "country=VNM", "network": "year=2025"}
CROWDED = "mode=un&places=1&span=2025_2050"
SHOWN = [*((name, QUERIES.get(name, "")) for name in MAPS), ("explore", CROWDED)]

every_picture = pytest.mark.parametrize(
    ("name", "query", "size"),
    [(name, query, size) for name, query in SHOWN for size in LAYOUTS],
)


@cache
def content(name: str, query: str, theme: str = "light", language: str = "en") -> Content:
    with use_language(i18n.languages()[language]):
        options = dict(parse_qsl(query))
        return map_content(name, catalogue(), options, palette(theme), fetch)


@cache
def made(
    name: str, query: str, size: str, theme: str = "light", language: str = "en"
) -> tuple[Picture, ET.Element]:
    """A picture, and its parsed SVG."""
    shown = content(name, query, theme, language)
    with use_language(i18n.languages()[language]):
        found = picture(shown, LAYOUTS[size], catalogue().version, palette(theme))
    return found, ET.fromstring(found.svg)


@dataclass(frozen=True)
class Text:
    """A line of text where a picture has it, in pixels; ``y`` is that of its base line."""

    text: str
    x: float
    y: float
    size: float
    bold: bool

    @property
    def width(self) -> float:
        """Width in Source Sans, which is narrower than what lines are broken for."""
        return text_width(self.text, self.size, self.bold) / 1.08

    def overlaps(self, other: Text) -> bool:
        """Whether the letters of two lines overlap."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and abs(self.y - other.y) < 0.8 * min(self.size, other.size)


def walk(
    node: ET.Element, scale: float = 1, x: float = 0, y: float = 0
) -> Iterator[tuple[ET.Element, float, float, float]]:
    """The elements outside the map, with the scale and the origin of their coordinates."""
    for child in node:
        if child.get("clip-path"):
            continue
        moved = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", child.get("transform", ""))
        scaled = re.search(r"scale\(([\d.]+)\)", child.get("transform", ""))
        right, down = (float(part) for part in moved.groups()) if moved else (0.0, 0.0)
        inner = scale * (float(scaled[1]) if scaled else 1)
        yield child, inner, x + scale * right, y + scale * down
        yield from walk(child, inner, x + scale * right, y + scale * down)


def texts(root: ET.Element) -> list[Text]:
    return [
        Text(
            node.text or "",
            x + scale * float(node.get("x", 0)),
            y + scale * float(node.get("y", 0)),
            scale * float(node.get("font-size", 0)),
            node.get("font-weight") == "600",
        )
        for node, scale, x, y in walk(root)
        if node.tag == f"{SVG}text"
    ]


def frame(root: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the map."""
    [(node, _, x, y)] = [one for one in walk(root) if one[0].tag == f"{SVG}clipPath"]
    box = node[0].attrib
    return x, y, x + float(box["width"]), y + float(box["height"])


def map_texts(root: ET.Element) -> list[ET.Element]:
    [drawn] = [node for node in root.iter() if node.get("clip-path")]
    return list(drawn.iter(f"{SVG}text"))


@every_picture
def test_picture_has_title_every_class_sources_and_boundary_note(name, query, size):
    shown = content(name, query)
    found, root = made(name, query, size)
    written = " ".join(line.text for line in texts(root))
    assert root[0].text == found.title == shown.title
    assert root[1].text == shown.summary
    for legend in shown.legends:
        for text in (legend.title, legend.unit, *(entry.label for entry in legend.entries)):
            assert text in written
    assert f"Source: {source_text(shown.legends)} {BOUNDARY_NOTE}" in written
    assert f"Data version {catalogue().version.partition('-')[0]}" in written


@every_picture
def test_every_entry_has_its_swatch_in_the_colour_and_size_of_the_map(name, query, size):
    layout = LAYOUTS[size]
    root = made(name, query, size)[1]
    swatches = [
        (node.get("fill"), node.get("stroke"), round(scale * float(node.get("r", 0)), 1))
        for node, scale, _, _ in walk(root)
        if node.tag in (f"{SVG}rect", f"{SVG}circle")
    ]
    entries = [entry for legend in content(name, query).legends for entry in legend.entries]
    assert entries
    for entry in entries:
        radius = (entry.size or 0) / 2 * layout.symbol_scale
        [*found] = [one for one in swatches if abs(one[2] - radius) < 0.1]
        assert any(entry.colour in (fill, stroke) for fill, stroke, _ in found), entry


@every_picture
@pytest.mark.parametrize("language", i18n.languages())
def test_no_text_leaves_the_picture_or_covers_another_or_the_map(name, query, size, language):
    found, root = made(name, query, size, language=language)
    lines, (left, top, right, bottom) = texts(root), frame(root)
    margin = LAYOUTS[size].margin
    for index, line in enumerate(lines):
        assert margin <= line.x, line
        assert line.x + line.width <= found.width - margin, line
        assert margin < line.y < found.height - margin + 1, line
        assert not (left <= line.x < right and top < line.y < bottom + 4), line
        assert not any(line.overlaps(other) for other in lines[:index]), line


@every_picture
def test_names_on_the_map_are_not_cut_off(name, query, size):
    root = made(name, query, size)[1]
    left, top, right, bottom = frame(root)
    names = map_texts(root)
    assert names
    if name == "city":  # in coordinates of its own
        return
    for node in names:
        font, x = float(node.get("font-size", 0)), float(node.get("x", 0))
        width = text_width(node.text or "", font) / 1.08
        x -= {"start": 0, "middle": width / 2, "end": width}[node.get("text-anchor", "start")]
        assert x >= 0, node.text
        assert x + width <= right - left, node.text
        assert 0.7 * font <= float(node.get("y", 0)) <= bottom - top, node.text


@pytest.mark.parametrize(("name", "query"), SHOWN)
@pytest.mark.parametrize("language", i18n.languages())
def test_text_on_a_slide_is_large_enough_for_a_room(name, query, language):
    found, root = made(name, query, "slide", language=language)
    assert (found.width, found.height) == (1600, 900)
    right = frame(root)[2]
    legend = [line.size for line in texts(root) if line.x > right]
    assert min(legend) >= 22
    assert max(line.size for line in texts(root)) >= 40
    if name != "city":
        assert min(float(node.get("font-size", 0)) for node in map_texts(root)) >= 18


def test_slide_without_room_for_the_summary_leaves_it_out():
    lines = " ".join(line.text for line in texts(made("explore", CROWDED, "slide")[1]))
    shown = content("explore", CROWDED)
    assert shown.summary not in lines
    assert shown.summary in " ".join(
        line.text for line in texts(made("explore", CROWDED, "page")[1])
    )
    assert content("overview", "").summary in " ".join(
        line.text for line in texts(made("overview", "", "slide")[1])
    )


def test_legends_too_long_for_a_slide_shrink_and_the_scale_bar_does_not(layers):
    entries = [Entry(f"class {number}", "#123456") for number in range(60)]
    shown = replace(content("overview", ""), legends=[Legend("Title", "unit", entries, "Source")])
    found = picture(shown, LAYOUTS["slide"], layers.version, LIGHT)
    root = ET.fromstring(found.svg)
    assert max(line.y for line in texts(root) if line.text.startswith("class")) < frame(root)[3]
    [bar] = bars(root)
    [whole] = bars(made("overview", "", "slide")[1])
    assert bar[1] == whole[1] == 1


def bars(root: ET.Element) -> list[tuple[float, float]]:
    """Lengths of scale bars in their own pixels, and the scale of these."""
    return [
        (float(found[1]), scale)
        for node, scale, _, _ in walk(root)
        if (found := re.fullmatch(r"M[\d.]+,[\d.]+v[\d.]+h([\d.]+)v-[\d.]+", node.get("d", "")))
    ]


@pytest.mark.parametrize(
    "view",
    [
        View(116.6, 9.257, 3.6, 1008, 665),
        View(113.9, -0.4, 3.5, 1008, 665),
        View(117.3, -2.6, 4.1, 936, 655),
        View(106.8, -6.2, 7, 1008, 665),
        View(114.7, 4.5, 9.5, 1008, 665),
        View(103.8, 1.3, 12, 1008, 665),
    ],
)
@pytest.mark.parametrize("language", i18n.languages())
def test_scale_bar_is_as_long_as_the_distance_it_names(view, language):
    with use_language(i18n.languages()[language]):
        bar = scale_bar(view, 250)
    assert 80 < bar.pixels <= 250
    degrees = bar.pixels * 360 / (512 * 2**view.zoom)
    named = re.match(r"([\d.,]+) km(?: \S+ (\d+)° (\w+))?", bar.label)
    assert named
    assert int(re.sub(r"\D", "", named[1])) == bar.km
    latitude = view.latitude
    if named[2]:
        latitude = int(named[2]) * (-1 if named[3] in ("S", "LS") else 1)
    elif bar.label.endswith(("equator", "khatulistiwa")):
        latitude = 0
    else:
        south, north = view.window(4)[1::2]
        assert north - south < 40
    metres = Geod(ellps="WGS84").line_length([0, degrees], [latitude] * 2, radians=False)
    # Along the parallel, not the geodesic, which differs by less than 0.2% here.
    assert metres / 1000 == pytest.approx(bar.km, rel=0.01)


def test_latitude_of_the_bar_is_named_only_where_the_scale_changes_on_the_map():
    assert scale_bar(View(116.6, 9.257, 3.6, 1008, 665), 250).label == "1,000 km at 9° N"
    assert scale_bar(View(113.9, -0.4, 3.5, 1008, 665), 250).label == "1,000 km at the equator"
    assert scale_bar(View(106.8, -6.2, 7, 1008, 665), 250).label == "100 km"
    assert 0 < SAME_SCALE < 0.05


@pytest.mark.parametrize("name", MAPS)
def test_bar_of_a_picture_is_that_of_its_map(name):
    [(length, scale)] = bars(made(name, QUERIES.get(name, ""), "slide")[1])
    root = made(name, QUERIES.get(name, ""), "slide")[1]
    left, top, right, bottom = frame(root)
    options = dict(parse_qsl(QUERIES.get(name, "")))
    smallest = page_map(name, catalogue(), options, (round(right - left), round(bottom - top)))
    view = smallest.map.view
    # A picture fills its frame up to a part of a step of the zoom of pages.
    low, high = (
        scale_bar(replace(view, zoom=view.zoom + more), 0.24 * (right - left)) for more in (0, 0.25)
    )
    assert scale == 1
    assert low.pixels - 0.1 <= length * low.km / _km(root) <= high.pixels * low.km / high.km + 0.1


def _km(root: ET.Element) -> int:
    [label] = [line.text for line in texts(root) if re.match(r"[\d,]+ km", line.text)]
    return int(label.partition(" km")[0].replace(",", ""))


def test_view_of_the_query_is_the_view_of_the_picture():
    root = made("explore", "view=106.8,-6.2,7&mode=projects", "slide")[1]
    assert {"Jakarta", "Sumedang"} == {node.text for node in map_texts(root)}
    [(length, _)] = bars(root)
    left, top, right, bottom = frame(root)
    view = View(106.8, -6.2, 7, int(right - left), int(bottom - top))
    assert length == pytest.approx(scale_bar(view, 0.24 * view.width).pixels, abs=0.01)


@pytest.mark.parametrize(
    "query",
    [
        "mode=projects&city=singapore,johor-bahru,kuala-lumpur,putrajaya",
        "mode=projects&view=115,5,3",
    ],
)
@pytest.mark.parametrize("size", LAYOUTS)
def test_name_stands_beside_the_symbol_or_ring_of_its_city(query, size):
    root = made("explore", query, size)[1]
    scale = LAYOUTS[size].symbol_scale
    circles = [[float(c.get(name, 0)) for name in ("cx", "cy", "r")] for c in root.iter(CIRCLE)]
    names = {node.text: node for node in map_texts(root)}
    for name in ("Jakarta", "Putrajaya"):
        x, y, font = (float(names[name].get(key, 0)) for key in ("x", "y", "font-size"))
        side = {"start": 1, "end": -1}[names[name].get("text-anchor", "")]
        gaps = [side * (x - cx) - r for cx, cy, r in circles if abs(y - 0.33 * font - cy) < 0.2]
        assert any(3.9 * scale < gap < 5.1 * scale for gap in gaps), name


def test_texts_are_escaped(layers):
    hostile = '<script>alert("&")</script>'
    shown = Content(
        hostile,
        hostile * 40,
        [Legend(hostile, hostile, [Entry(hostile, "#123456"), Entry(hostile, "#1", 9)], hostile)],
        lambda width, height, _: DrawnMap(Markup("<g/>"), width, height, ScaleBar("1 km", 1, 10)),
    )
    for layout in LAYOUTS.values():
        found = picture(shown, layout, layers.version, LIGHT)
        root = ET.fromstring(found.svg)
        assert root[0].text == hostile
        assert "<script" not in found.svg
        assert pdf(found).startswith(b"%PDF-")


def test_both_themes_and_languages_are_four_pictures():
    four = {
        made("urbanisation", "", "slide", theme, language)[0].svg
        for theme in ("light", "dark")
        for language in i18n.languages()
    }
    assert len(four) == 4
    dark = made("urbanisation", "", "slide", "dark")[1]
    assert dark[2].get("fill") == palette("dark").ground


@pytest.mark.parametrize("size", LAYOUTS)
def test_files_are_of_their_type_and_size(routes, size):
    answers = {
        extension: ask(routes, picture_url("network", extension, {"year": "2025"}, size, "dark"))
        for extension in FORMATS
    }
    for extension, answer in answers.items():
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == FORMATS[extension][1]
        named = f'attachment; filename="asean-smart-cities_map_network_2025.{extension}"'
        assert answer.headers["content-disposition"] == named
    found = made("network", "year=2025", size, "dark")[0]
    assert answers["svg"].content == found.svg.encode()
    image = Image.open(io.BytesIO(answers["png"].body)).convert("RGB")
    assert image.size == (PNG_SCALE * found.width, PNG_SCALE * found.height)
    assert image.getpixel((5, 5)) == (13, 20, 27)
    document = answers["pdf"].body
    assert len(re.findall(rb"/Type\s*/Page\b", document)) == 1
    box = re.search(rb"/MediaBox\s*\[([^\]]+)\]", document)
    assert box
    sides = [float(side) for side in box[1].split()]
    assert sides == pytest.approx([0, 0, 0.75 * found.width, 0.75 * found.height], abs=0.1)
    assert b"/Subtype/Image" not in document.replace(b" ", b"")
    assert b"SourceSansPro" in document


def test_pdf_has_title_language_and_the_same_bytes_each_time():
    found = made("overview", "", "page")[0]
    with use_language(i18n.languages()["id"]):
        document = pdf(found)
        assert pdf(found) == document
    assert b"/Lang(id)" in document.replace(b" ", b"")
    assert b"CreationDate" not in document
    assert (
        found.title.encode() in document or found.title.encode("utf-16-be").hex() in document.hex()
    )


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/maps/nothing.png", 404, "'nothing'. Available: overview, explore"),
        ("/maps/nothing.svg", 404, "'nothing'"),
        ("/maps/jakarta.png", 404, "'jakarta'"),
        ("/maps/overview.gif", 400, "'gif'"),
        ("/maps/overview.png?country=IDN", 400, "'country'"),
        ("/maps/overview.svg?theme=auto", 400, "'auto'"),
        ("/maps/overview.svg?size=poster", 400, "'poster'"),
        ("/maps/explore.pdf?view=1", 400, "'1'"),
        ("/maps/explore.pdf?country=ATL", 400, "ATL"),
        ("/maps/urbanisation.svg?year=1800", 400, "'1800'"),
        ("/maps/city.svg?city=atlantis", 400, "'atlantis'"),
    ],
)
def test_wrong_question_is_answered_in_one_sentence(routes, path, status, named):
    answer = ask(routes, path)
    assert answer.status == status
    detail = answer.json()["detail"]
    assert named in detail
    assert detail.endswith(".")
    assert "\n" not in detail


def test_picture_is_kept_by_its_validator_and_for_good_with_the_version(routes, layers):
    path = "/maps/network.svg?year=2025"
    first = ask(routes, path)
    assert first.headers["cache-control"] == "public, max-age=60"
    assert ask(routes, path, if_none_match=first.headers["etag"]).status == 304
    versioned = ask(routes, f"{path}&v={layers.version}")
    assert "immutable" in versioned.headers["cache-control"]
    assert versioned.headers["etag"] == first.headers["etag"]
    others = ("&theme=dark", "&size=page", "&lang=id")
    tags = {ask(routes, path + other).headers["etag"] for other in others}
    assert len(tags | {first.headers["etag"]}) == 4


def test_no_city_has_the_name_of_a_map(layers):
    assert not set(MAPS) & set(layers["cities"]["city_id"])


def test_search_in_another_script_is_a_picture(routes):
    answer = ask(routes, f"/maps/explore.png?q={quote('ขอนแก่น' * 14)}&size=page")
    assert answer.status == 200
    assert answer.body.startswith(b"\x89PNG")
