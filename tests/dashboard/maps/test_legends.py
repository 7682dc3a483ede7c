"""Legends: what the map draws, in text, with unit and source."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pydeck as pdk
import pytest

from dashboard.data.un_revision import DEFAULT_SPAN
from dashboard.maps.classification import growth_classes, share_classes, un_growth_classes
from dashboard.maps.deck import MODES, deck, fit
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.deck_layers import SYMBOL_OPACITY, TRANSPARENT
from dashboard.maps.legends import Entry, Legend, for_mode, source_text
from dashboard.maps.source_urls import Drawing
from dashboard.maps.sources import city_features
from dashboard.maps.symbols import SYMBOL_SIZES, symbol_size
from dashboard.maps.view import Map
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT, Palette, rgb
from geo.i18n import use_language
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, REPORT_STATUSES, REVISIONS
from tests.pseudolocale import MARK, MARKED

REVISION = "wdi-2026-03"


def legends(mode: str, layers: Catalogue, colours: Palette = LIGHT) -> list[Legend]:
    return for_mode(mode, 2020, REVISION, layers, colours)


def entries(mode: str, layers: Catalogue, colours: Palette) -> dict[str, str]:
    return {e.label: e.colour for legend in legends(mode, layers, colours) for e in legend.entries}


def drawn(mode: str, colours: Palette) -> dict[str, pdk.Layer]:
    """Layers of a map."""
    map_spec = Map(mode, fit((95, -10, 140, 25), 900, 500), "v1", REVISION, 2020)
    return {layer.id: layer for layer in deck(map_spec, colours).layers}


def fills(mode: str, colours: Palette) -> dict[str, object]:
    """Fill of the land and of symbols, constant or expression."""
    layers = drawn(mode, colours)
    return {
        id: layers[id].get_fill_color for id in ("ground", "cities", "un-cities") if id in layers
    }


@pytest.mark.parametrize("mode", MODES)
def test_every_legend_states_its_source(mode, layers):
    assert all(legend.source for legend in legends(mode, layers))


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "share"])
def test_every_legend_of_values_states_its_unit(mode, layers):
    assert all(legend.unit for legend in legends(mode, layers))


def test_the_legend_of_the_urban_share_states_unit_year_and_release(layers):
    share = legends("share", layers)[0]
    assert share.unit == "% of total population"
    assert "2020" in share.title
    assert share.source == REVISIONS[REVISION].format(release="March 2026")


def test_labels_and_colours_of_the_share_legend_are_those_of_the_map(layers, colours):
    fill = fills("share", colours)["ground"]
    column = f"share_{REVISION.replace('-', '_')}_2020"
    listed = entries("share", layers, colours)
    for value, label in zip((10, 30, 50, 74.9, 100), share_classes(colours).labels(), strict=True):
        assert evaluate(fill, {column: value}) == list(rgb(listed[label]))
    assert evaluate(fill, {column: None}) == list(rgb(listed["no data"]))


def test_labels_and_colours_of_the_growth_legend_are_those_of_the_map(layers, colours):
    fill = fills("growth", colours)["cities"]
    listed = entries("growth", layers, colours)
    for value, label in zip((-1, 1, 2.5, 3.99, 9), growth_classes(colours).labels(), strict=True):
        assert evaluate(fill, {"growth": value}) == [*rgb(listed[label]), SYMBOL_OPACITY]
    none = [*rgb(listed["no UN series"]), SYMBOL_OPACITY]
    assert evaluate(fill, {"growth": None}) == none


def test_labels_and_colours_of_the_un_legend_are_those_of_the_map(layers, colours):
    listed = entries("un", layers, colours)
    labels = un_growth_classes(colours).labels()
    for layer in ("cities", "un-cities"):
        fill = fills("un", colours)[layer]
        for value, label in zip((-1, 0, 1.5, 2.99, 9), labels, strict=True):
            assert evaluate(fill, {"growth": value})[:3] == list(rgb(listed[label]))
        none = listed["no figure: fewer than 50,000 people, or no UN city"]
        assert evaluate(fill, {"growth": None})[:3] == list(rgb(none))


def test_projections_of_un_cities_are_named_and_hollow(layers):
    growth, size = for_mode("un", 2024, REVISION, layers, LIGHT, span="2025_2050")
    assert growth.title == "Growth of UN cities, 2025–2050 (projection)"
    assert size.title == "Size of UN cities, 2050 (projection)"
    assert all(entry.hollow for entry in size.entries)
    growth, size = for_mode("un", 2024, REVISION, layers, LIGHT)
    assert size.title == "Size of UN cities, 2025 (estimate)"
    assert not any(entry.hollow for entry in size.entries)


def test_labels_and_colours_of_the_focus_legend_are_those_of_the_rings(layers, colours):
    listed = entries("focus", layers, colours)
    assert {name: listed[name] for name in FOCUS_AREAS.values()} == {
        name: FOCUS_AREA_COLOURS[area] for area, name in FOCUS_AREAS.items()
    }
    assert drawn("focus", colours)["cities"].ring_colours == {
        area: list(rgb(listed[name])) for area, name in FOCUS_AREAS.items()
    }


def test_labels_and_colours_of_the_status_legend_are_those_of_the_rings(layers, colours):
    listed = entries("status", layers, colours)
    rings = drawn("status", colours)["cities"].ring_colours
    assert list(rings) == ["ongoing_or_planning", "completed"]
    assert rings == {status: list(rgb(listed[REPORT_STATUSES[status]])) for status in rings}


@pytest.mark.parametrize("mode", ["focus", "status", "projects"])
def test_city_without_a_project_is_an_outline_on_map_and_legend(mode, layers, colours):
    [legend] = [one for one in legends(mode, layers, colours) if not one.of_areas]
    none = legend.entries[-1]
    assert none.label in ("no project", "none in this report")
    assert none.empty
    assert f"border:1.5px solid {none.colour}" in legend.html()
    cities = drawn(mode, colours)["cities"]
    fill = cities.get_fill_color
    without = {"has_value": False}
    assert (fill if isinstance(fill, list) else evaluate(fill, without)) == TRANSPARENT
    assert evaluate(cities.get_line_color, without) == list(rgb(none.colour))


def test_labels_and_colours_of_the_projects_legend_are_those_of_the_map(layers, colours):
    fill = evaluate(fills("projects", colours)["cities"], {"has_value": True})
    assert fill == [*rgb(entries("projects", layers, colours)["1"]), SYMBOL_OPACITY]


def javascript(expression: str, properties: dict[str, object]) -> object:
    """Value of an expression of comparisons, as the browser has it."""
    python = expression.replace("&&", "and").replace("||", "or").replace("null", "None")
    python = re.sub(r"!(?!=)", "not ", python)
    return eval(python, {"properties": SimpleNamespace(**properties)})


@pytest.mark.parametrize("mode", MODES)
def test_entries_that_narrow_the_map_divide_its_cities(mode, layers):
    cities = layers.geo("cities")
    features = city_features(cities, cities, Drawing(size=symbol_size(mode, DEFAULT_SPAN)))
    features = features.astype(object).where(features.notna(), None)
    narrowing = [e.only for one in legends(mode, layers) for e in one.entries if e.only]
    assert len(narrowing) >= {"projects": 1}.get(mode, 3)
    for feature in features.to_dict("records"):
        passed = [only for only in narrowing if javascript(only, feature)]
        if mode in ("focus", "status"):
            assert len(passed) == max(1, sum(count > 0 for count in feature["parts"].values()))
        elif mode == "projects":
            assert bool(passed) is not feature["has_value"]
        elif mode == "growth":
            assert len(passed) == int(feature["growth"] is not None)
        else:
            assert len(passed) == 1


def test_circles_of_the_projects_legend_are_as_large_as_on_the_map(layers):
    cities = layers.geo("cities")
    drawn = city_features(cities, cities, Drawing(size=SYMBOL_SIZES["projects"]))
    radius = dict(zip(cities["projects"].loc[drawn.index], drawn["radius"], strict=True))
    sizes = {e.label: e.size for e in legends("projects", layers)[0].entries}
    for label, diameter in sizes.items():
        if label.isdigit() and int(label) in radius:
            assert diameter == pytest.approx(2 * radius[int(label)], abs=0.1)
    assert str(cities["projects"].max()) in sizes


@pytest.mark.parametrize("mode", MODES)
def test_legends_are_well_formed_with_one_line_an_entry(mode, layers):
    for legend in legends(mode, layers):
        root = ET.fromstring(legend.html())
        lines = ["".join(item.itertext()) for item in root.iter("li")]
        assert lines == [entry.label for entry in legend.entries]


@pytest.mark.parametrize("mode", MODES)
def test_every_word_of_a_legend_is_in_the_language(mode, layers):
    with use_language(MARKED):
        shown = legends(mode, layers)
    for legend in shown:
        assert legend.title.startswith(MARK)
        assert legend.source.startswith(MARK)
        assert not legend.unit or legend.unit.startswith(MARK)
        for entry in legend.entries:
            assert entry.label.startswith(MARK) or re.fullmatch(r"[\d.]+", entry.label)


def test_a_legend_escapes_its_words():
    hostile = "<script>alert(1)</script>"
    legend = Legend(hostile, hostile, [Entry(hostile, "#000000")], hostile)
    root = ET.fromstring(legend.html())
    assert "<script" not in legend.html()
    assert "".join(root.itertext()).count(hostile) == 4


def test_source_text_legends_are_told_once_each():
    sources = ("GeoNames.", "Natural Earth", "", "GeoNames")
    assert source_text([Legend("Cities", "", [], source) for source in sources]) == (
        "GeoNames. Natural Earth."
    )


def test_circles_of_sizes_are_drawn_inside_each_other_on_one_ground(layers):
    [legend] = legends("projects", layers)
    nested = [entry for entry in legend.entries if entry.nested]
    drawn = ET.fromstring(legend.html()).find("div")
    circles = [circle.get("style") for circle in drawn.iter("i") if circle.get("class") == "circle"]
    tops = [float(re.search(r"top:([\d.]+)px", style)[1]) for style in circles]
    heights = [float(re.search(r"height:([\d.]+)px", style)[1]) for style in circles]
    assert sorted(heights) == pytest.approx(sorted(entry.size for entry in nested), abs=0.01)
    grounds = [top + height for top, height in zip(tops, heights, strict=True)]
    assert grounds == pytest.approx([grounds[0]] * len(nested), abs=0.01)
    assert [label.text for label in drawn.iter("b")] == [
        entry.label for entry in sorted(nested, key=lambda entry: -entry.size)
    ]


def test_places_have_a_legend_of_their_own_when_shown(layers):
    without = for_mode("projects", 2020, REVISION, layers, LIGHT)
    shown = for_mode("projects", 2020, REVISION, layers, LIGHT, places=True)
    assert [legend.title for legend in shown[len(without) :]] == [
        "Places with a population in GeoNames"
    ]
