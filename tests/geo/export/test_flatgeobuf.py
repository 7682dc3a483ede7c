"""FlatGeobuf: our spatial index is identical to that of GDAL."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo import export
from geo.export import Record, flatgeobuf, ogr
from geo.export.batches import to_batches
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from geo.schema.declare import Layer

SPATIAL = [name for name, layer in LAYERS.items() if layer.geometry]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def by_gdal(
    frame: gpd.GeoDataFrame, layer: Layer, record: Record, path: Path, index: bool
) -> bytes:
    """The bytes of a FlatGeobuf written by GDAL alone."""
    shapes = np.asarray(frame.geometry.array)
    table, schema = ogr.table_and_schema(frame, layer)
    batches = (
        ogr.prepare_batch(batch, schema) for batch in to_batches(table, len(frame), shapes, 1_000)
    )
    options = {"SPATIAL_INDEX": "YES" if index else "NO"}
    ogr.write_batches(schema, batches, layer, record, path, "FlatGeobuf", options)
    return path.read_bytes()


def same_as_gdal(frame: gpd.GeoDataFrame, layer: Layer, record: Record, folder: Path) -> None:
    """Check that rows in GDAL's packing order give the same bytes as GDAL."""
    expected = by_gdal(frame, layer, record, folder / "gdal.fgb", index=True)
    [key] = layer.key
    order = pyogrio.read_dataframe(folder / "gdal.fgb", read_geometry=False)[key]
    rows = frame.set_index(key, drop=False).loc[order].reset_index(drop=True)
    first, rest, ours = (folder / name for name in ("first.fgb", "rest.fgb", "ours.fgb"))
    by_gdal(rows.iloc[:1], layer, record, first, index=True)
    by_gdal(rows, layer, record, rest, index=False)
    flatgeobuf.add_index(first, rest, shapely.bounds(rows.geometry.array), ours)
    assert ours.read_bytes() == expected


@pytest.mark.parametrize("name", SPATIAL)
def test_index_of_each_layer_is_byte_for_byte_that_of_gdal(
    name: str, catalogue: Catalogue, record: Record, tmp_path: Path
) -> None:
    same_as_gdal(catalogue.geo(name), LAYERS[name], record, tmp_path)


@pytest.mark.parametrize("rows", [1, 2, 15, 16, 17, 256, 257, 4_097])
def test_index_of_any_number_of_rows_is_byte_for_byte_that_of_gdal(
    rows: int, catalogue: Catalogue, record: Record, tmp_path: Path
) -> None:
    same_as_gdal(catalogue.geo("places").iloc[:rows], LAYERS["places"], record, tmp_path)


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
        [key] = layer.key
        assert sorted(read[key]) == sorted(expected[key])


def test_rows_without_geometry_take_the_index_away_and_keep_their_order(
    catalogue: Catalogue, record: Record
) -> None:
    cities = catalogue.geo("cities").copy()
    cities.loc[cities.index[3], cities.geometry.name] = None
    content = export.encode(cities, LAYERS["cities"], "fgb", record)
    assert not pyogrio.read_info(content)["capabilities"]["fast_spatial_filter"]
    assert pyogrio.read_dataframe(content)["city_id"].tolist() == cities["city_id"].tolist()


def test_nothing_is_left_beside_the_file(
    catalogue: Catalogue, record: Record, tmp_path: Path
) -> None:
    export.save(catalogue.geo("cities"), LAYERS["cities"], "fgb", record, tmp_path / "cities.fgb")
    assert [path.name for path in tmp_path.iterdir()] == ["cities.fgb"]
