"""GeoParquet 1.1 exports."""

from __future__ import annotations

import io
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS

from geo import export
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.export import Record
from geo.layers.catalogue import Catalogue
from geo.layers.files import ROW_GROUP_ROWS
from geo.schema import LAYERS

SPATIAL = [name for name, layer in LAYERS.items() if layer.geometry]
PLAIN = [name for name, layer in LAYERS.items() if not layer.geometry]


def encoded(frame: pd.DataFrame, name: str, record: Record) -> io.BytesIO:
    return io.BytesIO(export.encode(frame, LAYERS[name], "parquet", record))


def metadata(file: io.BytesIO, key: bytes) -> dict[str, Any]:
    return dict(json.loads(pq.read_schema(file).metadata[key]))


@pytest.mark.parametrize("name", SPATIAL)
def test_geopandas_reads_the_same_rows(name: str, catalogue: Catalogue, record: Record) -> None:
    frame = catalogue.geo(name).iloc[::5]
    read = gpd.read_parquet(encoded(frame, name, record))
    assert list(read.columns) == list(frame.columns)
    assert read.crs == "OGC:CRS84"
    pd.testing.assert_frame_equal(
        pd.DataFrame(read[[*LAYERS[name].columns]]),
        pd.DataFrame(frame[[*LAYERS[name].columns]]).reset_index(drop=True),
    )
    assert read.geometry.isna().tolist() == frame.geometry.isna().tolist()
    here, there = read.geometry.dropna(), frame.geometry.dropna()
    assert shapely.equals_exact(here.array, there.array).all()


@pytest.mark.parametrize("name", PLAIN)
def test_pandas_reads_the_same_rows(name: str, catalogue: Catalogue, record: Record) -> None:
    frame = catalogue[name].iloc[::5]
    file = encoded(frame, name, record)
    pd.testing.assert_frame_equal(pd.read_parquet(file), frame.reset_index(drop=True))
    assert b"geo" not in pq.read_schema(file).metadata


@pytest.mark.parametrize("name", SPATIAL)
def test_metadata_is_geoparquet_1_1_in_crs84(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    frame = catalogue.geo(name)
    geo = metadata(encoded(frame, name, record), b"geo")
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    assert list(geo["columns"]) == ["geometry"]
    for column in geo["columns"].values():
        assert column["encoding"] == "WKB"
        assert column["geometry_types"] == [LAYERS[name].geometry]
        assert CRS.from_json_dict(column["crs"]) == CRS("OGC:CRS84")
    assert geo["columns"]["geometry"]["bbox"] == frame.total_bounds.tolist()


@pytest.mark.parametrize("name", SPATIAL)
def test_every_row_has_the_bounding_box_of_its_geometry(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    frame = catalogue.geo(name)
    file = encoded(frame, name, record)
    covering = metadata(file, b"geo")["columns"]["geometry"]["covering"]["bbox"]
    edges = ("xmin", "ymin", "xmax", "ymax")
    assert covering == {edge: ["bbox", edge] for edge in edges}
    boxes = pd.DataFrame(pq.read_table(file, columns=["bbox"])["bbox"].to_pylist())
    assert set(boxes.columns) == set(edges)
    missing = frame.geometry.isna().to_numpy()
    assert boxes[missing].isna().to_numpy().all()
    around = (boxes[[*edges]].to_numpy() - frame.bounds.to_numpy())[~missing]
    # Rounded outwards to single precision: at most two metres wide of the geometry.
    assert (around[:, :2] <= 0).all()
    assert (around[:, 2:] >= 0).all()
    assert np.abs(around).max() < 2e-5


def test_reader_skips_rows_outside_its_bounding_box(catalogue: Catalogue, record: Record) -> None:
    places = catalogue.geo("places")
    file = encoded(places, "places", record)
    window = (103.0, 1.0, 105.0, 2.0)
    read = gpd.read_parquet(file, bbox=window)
    assert set(read["geonameid"]) == set(
        places[places.intersects(shapely.box(*window))]["geonameid"]
    )
    assert 0 < len(read) < len(places)


@pytest.mark.parametrize("name", LAYERS)
def test_every_column_is_zstd_in_small_row_groups(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    found = pq.ParquetFile(encoded(catalogue[name], name, record)).metadata
    groups = [found.row_group(i) for i in range(found.num_row_groups)]
    assert max(group.num_rows for group in groups) <= ROW_GROUP_ROWS
    columns = {group.column(i).compression for group in groups for i in range(group.num_columns)}
    assert columns == {"ZSTD"}


@pytest.mark.parametrize("name", ["cities", "projects"])
def test_file_states_licence_attribution_and_selection(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    stated = metadata(encoded(catalogue[name], name, record), b"layer")
    assert stated.items() >= record.as_dict().items()
    assert stated["licence"] == "CC BY 4.0"
    assert stated["version"] == record.version


def test_record_of_a_layer_has_its_licence_attribution_and_version(catalogue: Catalogue) -> None:
    info = catalogue.info("places")
    record = Record.from_layer(LAYERS["places"], info, "Cambodia")
    assert record.licence.startswith("CC BY 4.0; Public domain; CC0 1.0")
    assert record.attribution.split("; ")[:3] == [
        *("GeoNames (geonames.org)", "Made with Natural Earth", "Data from Who's On First"),
    ]
    assert (record.version, record.selection) == (info["content_hash"], "Cambodia")
    assert "selection" not in Record.from_layer(LAYERS["places"], info).as_dict()


def test_equal_rows_give_equal_bytes(catalogue: Catalogue, record: Record) -> None:
    rows = filtered_rows("places", Filter(near="dili", within_km=100), catalogue).rows
    first, again = (encoded(rows, "places", record).getvalue() for _ in range(2))
    assert len(rows) > 0
    assert first == again


@pytest.mark.parametrize("name", ["cities", "projects"])
def test_empty_selection_keeps_its_columns(name: str, catalogue: Catalogue, record: Record) -> None:
    file = encoded(catalogue[name].iloc[:0], name, record)
    read = gpd.read_parquet(file) if LAYERS[name].geometry else pd.read_parquet(file)
    assert len(read) == 0
    assert set(LAYERS[name].columns) <= set(read.columns)
