"""FlatGeobuf: a spatial index, unless a row has no geometry."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo import export
from geo.export import Record
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS

SPATIAL = [name for name, layer in LAYERS.items() if layer.geometry and not layer.optional_geometry]
"""Layers in which every row has a geometry, as an index needs."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.mark.parametrize("name", SPATIAL)
def test_gdal_finds_by_the_index_what_lies_in_a_bounding_box(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    layer, frame = LAYERS[name], catalogue.geo(name)
    content = export.encode(frame, layer, "fgb", record)
    assert pyogrio.read_info(content)["capabilities"]["fast_spatial_filter"]
    at = np.random.default_rng(1)
    for west, south in zip(at.uniform(92, 140, 20), at.uniform(-11, 27, 20), strict=True):
        box = (west, south, west + 6, south + 3)
        read = pyogrio.read_dataframe(content, bbox=box)
        expected = frame[shapely.intersects(frame.geometry.array, shapely.box(*box))]
        key = list(layer.key)
        assert sorted(read[key].to_numpy().tolist()) == sorted(expected[key].to_numpy().tolist())


def test_rows_without_geometry_take_the_index_away_and_keep_their_order(
    catalogue: Catalogue, record: Record
) -> None:
    cities = catalogue.geo("cities").copy()
    cities.loc[cities.index[3], cities.geometry.name] = None
    content = export.encode(cities, LAYERS["cities"], "fgb", record)
    assert not pyogrio.read_info(content)["capabilities"]["fast_spatial_filter"]
    assert pyogrio.read_dataframe(content)["city_id"].tolist() == cities["city_id"].tolist()


@pytest.mark.parametrize("name", SPATIAL)
def test_equal_rows_give_equal_bytes(name: str, catalogue: Catalogue, record: Record) -> None:
    first, again = (
        export.encode(catalogue.geo(name), LAYERS[name], "fgb", record) for _ in range(2)
    )
    assert first == again


def test_nothing_is_left_beside_the_file(
    catalogue: Catalogue, record: Record, tmp_path: Path
) -> None:
    export.save(catalogue.geo("cities"), LAYERS["cities"], "fgb", record, tmp_path / "cities.fgb")
    assert [path.name for path in tmp_path.iterdir()] == ["cities.fgb"]
