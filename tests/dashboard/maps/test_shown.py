"""A filter of places reaches the browser as a bit for each, in the order of their source."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.registry import page_map
from dashboard.maps.shown import shown, shown_places, to_bits
from dashboard.maps.source_urls import source_url
from dashboard.web.routes.map_land import fetch
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows


@given(st.lists(st.booleans(), max_size=50))
def test_bits_leave_what_the_mask_leaves(mask):
    numbers = range(len(mask))
    expected = [number for number in numbers if mask[number] or not mask]
    assert shown(numbers, to_bits(np.array(mask, dtype=bool))) == expected


@pytest.mark.parametrize(
    "city_filter",
    [
        Filter(),
        Filter(countries=("THA", "LAO")),
        Filter(near="jakarta", within_km=200),
        Filter(focus_areas=("civic-social",), population=(1e6, None)),
        Filter(text="nothing is called so"),
    ],
)
def test_shown_places_are_those_that_pass_the_filter(layers, city_filter):
    places = json.loads(fetch(source_url("places", layers.version)))["features"]
    left = shown(places, shown_places(layers, city_filter))
    rows = filtered_rows("places", city_filter, layers).rows
    assert [feature["properties"]["title"] for feature in left] == rows["name"].tolist()


def test_bits_of_every_filter_are_short(layers):
    assert len(shown_places(layers, Filter(near="manila", within_km=500))) < 1_300


@pytest.mark.parametrize(("query", "bits"), [({"places": "1"}, False), ({}, False)])
def test_map_without_filter_or_without_places_has_no_bits(layers, query, bits):
    assert bool(page_map("explore", layers, query, (800, 500)).map.shown_places) is bits
    filtered = page_map("explore", layers, {**query, "country": "THA"}, (800, 500))
    assert bool(filtered.map.shown_places) is bool(query)
