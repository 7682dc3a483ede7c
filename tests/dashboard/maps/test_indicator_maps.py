"""Map modes of indicators: classes, legends, cities without data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.maps import registry, sources
from dashboard.maps.classification import indicator_classes
from dashboard.maps.deck import deck
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.indicators import map_indicators, modes
from dashboard.maps.source_urls import Drawing
from dashboard.markup.theme import rgb
from geo.analysis.filter import Filter
from geo.analysis.indicators import readings
from geo.errors import QueryError

SIZE = (900, 600)
INDICATORS = ("public-transport-access", "hospital-within-1km", "un-city-density")


def features(layers, indicator: str) -> dict[str, dict[str, Any]]:
    encoded = sources.cities(layers, Filter(), Drawing(size="class", indicator=indicator))
    return {
        feature["properties"]["city_id"]: feature["properties"]
        for feature in json.loads(encoded)["features"]
    }


def explore(layers, mode: str) -> registry.PageMap:
    return registry.page_map("explore", layers, {"mode": mode}, SIZE)


def test_indicators_with_breaks_are_modes_after_the_others(layers):
    assert tuple(map_indicators(layers)) == INDICATORS
    assert tuple(modes(layers))[-3:] == INDICATORS


@pytest.mark.parametrize(
    ("indicator", "title", "labels"),
    [
        (
            "public-transport-access",
            "Access to public transport, 2020",
            [
                *("under 20%", "20 to 40%", "40 to 60%", "60% and over"),
                "no data, or data from another method",
            ],
        ),
        (
            "hospital-within-1km",
            "Hospital within 1 km, 2024",
            ["under 20%", "20 to 40%", "40% and over", "no data"],
        ),
        (
            "un-city-density",
            "Density of the UN city, 2025",
            [
                *("under 2,000", "2,000 to 4,000", "4,000 to 6,000"),
                *("6,000 to 8,000", "8,000 and over", "no data"),
            ],
        ),
    ],
)
def test_legend_has_year_unit_source_and_no_data(layers, colours, indicator, title, labels):
    legend = explore(layers, indicator).legends(colours)[0]
    assert legend.title == title
    assert [entry.label for entry in legend.entries] == labels
    assert legend.unit.startswith(map_indicators(layers)[indicator].unit)
    assert map_indicators(layers)[indicator].limits in legend.source
    assert legend.entries[-1].empty


@pytest.mark.parametrize("indicator", INDICATORS)
def test_city_has_the_colour_of_its_legend_entry_or_is_hollow(layers, colours, indicator):
    page_map = explore(layers, indicator)
    drawn = json.loads(deck(page_map.map, colours).to_json())["layers"]
    [cities] = [layer for layer in drawn if layer["id"] == "cities"]
    entries = page_map.legends(colours)[0].entries
    edges = map_indicators(layers)[indicator].edges
    known = readings(layers, indicator)
    for city_id, properties in features(layers, indicator).items():
        fill = evaluate(cities["getFillColor"], properties)
        if city_id not in known or not known[city_id].compared:
            assert fill == [0, 0, 0, 0]
            assert properties["has_value"] is False
            continue
        reading = known[city_id]
        value = reading.band[0] if reading.band else reading.middle
        entry = entries[sum(edge <= value for edge in edges)]
        assert fill[:3] == list(rgb(entry.colour))
        assert properties["has_value"] is True


def test_tooltip_tells_figure_year_and_quality_or_no_data(layers):
    found = features(layers, "public-transport-access")
    assert found["jakarta"]["facts"].startswith("Access to public transport: 54% (2020, estimate)")
    assert found["rayong"]["facts"].startswith("Access to public transport: no data")
    density = features(layers, "un-city-density")["jakarta"]["facts"]
    assert density.startswith("Density of the UN city: 8,584 people per km² (2025, estimate)")


def test_unknown_indicator_is_refused_with_those_there_are(layers):
    with pytest.raises(QueryError, match="hospital-within-1km"):
        features(layers, "beds")
    with pytest.raises(QueryError, match="hospital-within-1km"):
        explore(layers, "beds")


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_colours_of_classes_go_from_light_to_dark_or_back(colours, number):
    chosen = indicator_classes(number, colours).colours
    assert len(set(chosen)) == number
    assert [colours.growth.index(colour) for colour in chosen] == sorted(
        colours.growth.index(colour) for colour in chosen
    )
