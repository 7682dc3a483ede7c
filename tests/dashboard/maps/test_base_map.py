"""The ground of the maps: complete, in the order of drawing, with what is known of each state."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from dashboard.data.current import catalogue
from dashboard.maps.base_map import encode, share_column
from dashboard.maps.view import REACH
from geo.layers.catalogue import Catalogue
from geo.vocabulary import DETAILS, MEMBER_STATES, REVISIONS


def features(layers: Catalogue, detail: str = "low") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(encode(layers, detail))["features"]
    return found


def states(layers: Catalogue) -> dict[str, dict[str, Any]]:
    shares = (f["properties"] for f in features(layers))
    return {known["iso3"]: known for known in shares if "iso3" in known}


def of_kind(layers: Catalogue, kind: str, detail: str = "low") -> list[shapely.Geometry]:
    return [
        shape(f["geometry"])
        for f in features(layers, detail)
        if f["properties"].get("kind") == kind
    ]


def test_what_covers_something_comes_after_it(layers):
    order = list(dict.fromkeys(f["properties"].get("kind", "state") for f in features(layers)))
    assert order == ["sea", "context", "state", "graticule", "border"]


def test_states_carry_the_urban_share_of_both_releases_as_the_table_has_it(layers):
    known = states(layers)
    assert set(known) == set(MEMBER_STATES)
    table = layers["country_years"]
    share = table[table["indicator_code"] == "SP.URB.TOTL.IN.ZS"]
    assert set(share["revision"]) == set(REVISIONS)
    for row in share.itertuples():
        column = share_column(row.revision, int(row.year))
        assert known[row.iso3][column] == pytest.approx(row.value, abs=0.0501)


def test_two_releases_of_one_year_differ_for_cambodia(layers):
    cambodia = states(layers)["KHM"]
    assert cambodia[share_column("wdi-2025-07", 2018)] == pytest.approx(23.4)
    assert cambodia[share_column("wdi-2026-03", 2018)] == pytest.approx(37.6)


def test_less_detail_is_less_to_fetch(layers):
    sizes = [len(encode(layers, detail)) for detail in ("low", "medium", "full")]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 4


@pytest.mark.parametrize("detail", DETAILS)
def test_graticule_lies_on_the_sea_every_ten_degrees(layers, detail):
    [lines] = of_kind(layers, "graticule", detail)
    inland = shapely.union_all(layers.geo(f"countries{DETAILS[detail]}").geometry).buffer(-0.01)
    assert not lines.intersects(inland)
    assert lines.bounds == REACH
    for x, y in shapely.get_coordinates(lines).tolist():
        assert min(abs(x / 10 - round(x / 10)), abs(y / 10 - round(y / 10))) < 1e-9


def test_borders_are_lines_between_neighbours(layers):
    [lines] = of_kind(layers, "border")
    countries = layers.geo("countries_low").set_index("iso3").geometry
    assert shapely.dwithin(countries["THA"], lines, 1e-6)
    assert not shapely.dwithin(countries["PHL"], lines, 1e-6)


@pytest.mark.parametrize(
    ("damaged", "left"),
    [
        ("context_low", {"sea", "graticule", "border", None}),
        ("countries_low", {"sea", "context", "graticule", "border"}),
        ("country_years", {"sea", "context", "graticule", "border", None}),
    ],
)
def test_damaged_layer_costs_its_part_of_the_ground(layer_copy, damaged, left):
    path = layer_copy / f"{damaged}.parquet"
    path.write_bytes(path.read_bytes()[:500])
    found = features(catalogue())
    assert {f["properties"].get("kind") for f in found} == left
