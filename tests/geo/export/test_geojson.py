"""GeoJSON by RFC 7946, and read by GDAL."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import export
from geo.errors import QueryError
from geo.export import FORMATS, Record, geojson, get_format
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from geo.vocabulary import CRS
from tests.examples import examples

LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-90, 90)

# A square with a hole, both wound the wrong way round, and a missing value of each type.
RING = [(100.0, 1.0), (100.0, 2.0), (101.0, 2.0), (101.0, 1.0)]
HOLE = [(100.2, 1.2), (100.8, 1.2), (100.8, 1.8), (100.2, 1.8)]


def encoded(frame: gpd.GeoDataFrame, **options: Any) -> dict[str, Any]:
    return dict(json.loads(geojson.encode(frame, **options)))


def squares(count: int = 1) -> gpd.GeoDataFrame:
    square = shapely.Polygon(RING, [HOLE])
    return gpd.GeoDataFrame(
        {"name": ["A"] * count}, geometry=[shapely.MultiPolygon([square])] * count, crs=CRS
    )


def positions(coordinates: Any) -> list[list[Any]]:
    if not isinstance(coordinates[0], list):
        return [coordinates]
    return [position for part in coordinates for position in positions(part)]


@pytest.mark.parametrize("name", [name for name, layer in LAYERS.items() if layer.geometry])
def test_layer_is_valid_by_rfc_7946(name: str, catalogue: Catalogue, record: Record) -> None:
    frame, layer = catalogue.geo(name), LAYERS[name]
    text = export.encode(frame, layer, "geojson", record)
    found = json.loads(text.decode("utf-8"), parse_float=Decimal)
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert [float(edge) for edge in found["bbox"]] == frame.total_bounds.round(6).tolist()
    assert len(found["features"]) == len(frame)
    members = {"type", "properties", "geometry"} | ({"id"} if len(layer.key) == 1 else set())
    for feature in found["features"]:
        assert set(feature) == members
        assert feature["type"] == "Feature"
        assert list(feature["properties"]) == list(layer.columns)
        if layer.optional_geometry and feature["geometry"] is None:
            continue
        assert feature["geometry"]["type"] == layer.geometry
        for position in positions(feature["geometry"]["coordinates"]):
            assert len(position) == 2
            longitude, latitude = map(Decimal, position)
            assert 40 <= longitude <= 180
            assert -60 <= latitude <= 70
            assert all(Decimal(p).as_tuple().exponent >= -6 for p in position)


@pytest.mark.parametrize("name", ["countries", "context"])
def test_rings_of_boundaries_are_closed_and_follow_the_right_hand_rule(
    name: str, catalogue: Catalogue
) -> None:
    for feature in encoded(catalogue.geo(name))["features"]:
        for exterior, *interiors in feature["geometry"]["coordinates"]:
            assert shapely.LinearRing(exterior).is_ccw
            assert not any(shapely.LinearRing(ring).is_ccw for ring in interiors)
            assert all(r[0] == r[-1] and len(r) >= 4 for r in [exterior, *interiors])


def test_ring_wound_the_wrong_way_is_turned() -> None:
    [(exterior, interior)] = encoded(squares())["features"][0]["geometry"]["coordinates"]
    assert shapely.LinearRing(exterior).is_ccw
    assert not shapely.LinearRing(interior).is_ccw
    assert shapely.Polygon(exterior, [interior]).equals(shapely.Polygon(RING, [HOLE]))


def test_longitude_comes_first(catalogue: Catalogue) -> None:
    cities = catalogue.geo("cities")
    bangkok = encoded(cities[cities["city_id"] == "bangkok"])["features"][0]
    assert bangkok["geometry"] == {"type": "Point", "coordinates": [100.50144, 13.75398]}


def test_missing_values_are_null() -> None:
    frame = gpd.GeoDataFrame(
        {
            "whole": pd.array([None, 7], dtype="Int64"),
            "number": [np.nan, 1.5],
            "text": pd.array([None, "x"], dtype="str"),
            "truth": [False, True],
        },
        geometry=gpd.points_from_xy([1, 2], [3, 4]),
        crs=CRS,
    )
    assert [feature["properties"] for feature in encoded(frame)["features"]] == [
        {"whole": None, "number": None, "text": None, "truth": False},
        {"whole": 7, "number": 1.5, "text": "x", "truth": True},
    ]


def test_empty_selection_has_no_features_and_no_bbox(record: Record) -> None:
    found = encoded(squares().iloc[:0], record=record)
    assert found["features"] == []
    assert "bbox" not in found


def test_polygons_and_points_may_stand_in_one_file() -> None:
    shapes = [shapely.Point(1, 2), shapely.box(0, 0, 1, 1)]
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=shapes, crs=CRS)
    kinds = [feature["geometry"]["type"] for feature in encoded(frame)["features"]]
    assert kinds == ["Point", "Polygon"]


def test_geometry_decimals_and_properties_can_be_chosen(catalogue: Catalogue) -> None:
    frame = catalogue.geo("countries_low").iloc[:2].rename_geometry("shape")
    found = encoded(frame, geometry="shape", decimals=2, properties=["iso3"])
    assert [feature["properties"] for feature in found["features"]] == [
        {"iso3": "BRN"},
        {"iso3": "IDN"},
    ]
    first = positions(found["features"][0]["geometry"]["coordinates"])
    assert len(first) == shapely.get_num_coordinates(frame["shape"].iloc[0])
    assert all(round(value, 2) == value for position in first for value in position)


def test_file_states_licence_attribution_and_selection(
    catalogue: Catalogue, record: Record
) -> None:
    found = encoded(catalogue.geo("cities"), record=record)
    assert {name: found[name] for name in record.as_dict()} == record.as_dict()
    assert found["licence"] == "CC BY 4.0"
    assert found["attribution"] == "GeoNames (geonames.org)"


@pytest.mark.parametrize("name", ["cities", "places", "agglomerations"])
def test_gdal_reads_the_same_rows(name: str, catalogue: Catalogue, record: Record) -> None:
    frame = catalogue.geo(name)
    read = pyogrio.read_dataframe(export.encode(frame, LAYERS[name], "geojson", record))
    assert read.crs.to_epsg() == 4326
    assert (shapely.distance(read.geometry.array, frame.geometry.array) < 1e-6).all()
    for column in LAYERS[name].columns:
        there, here = read[column], frame[column]
        assert there.isna().tolist() == here.isna().tolist(), column
        assert there.dropna().tolist() == here.dropna().tolist(), column


@st.composite
def marks(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Points anywhere with a text and a number each, either may be missing."""
    count = draw(st.integers(1, 5))
    several = {"min_size": count, "max_size": count}
    texts = draw(st.lists(st.none() | st.text(max_size=20), **several))
    numbers = draw(st.lists(st.just(np.nan) | st.floats(-1e9, 1e9), **several))
    points = draw(st.lists(st.tuples(LONGITUDES, LATITUDES), **several))
    return gpd.GeoDataFrame(
        {"text": pd.array(texts, dtype="str"), "number": numbers},
        geometry=gpd.points_from_xy(*zip(*points, strict=True)),
        crs=CRS,
    )


@given(marks())
def test_any_point_text_and_number_comes_back(frame: gpd.GeoDataFrame) -> None:
    found = encoded(frame)
    for feature, row in zip(found["features"], frame.itertuples(), strict=True):
        assert feature["properties"] == {
            "text": None if pd.isna(row.text) else row.text,
            "number": None if np.isnan(row.number) else row.number,
        }
        spot = feature["geometry"]["coordinates"]
        assert spot == pytest.approx([row.geometry.x, row.geometry.y], abs=5.1e-7)
        west, south, east, north = found["bbox"]
        assert west <= spot[0] <= east
        assert south <= spot[1] <= north


@settings(max_examples=examples(25))
@given(marks())
def test_gdal_reads_any_text_and_number(frame: gpd.GeoDataFrame) -> None:
    frame["text"] = frame["text"].str.replace("\0", "")  # a C string ends there
    frame.loc[len(frame)] = ["text", 0.5, shapely.Point(0, 0)]  # settles the columns' types
    read = pyogrio.read_dataframe(geojson.encode(frame))
    for column in ("text", "number"):
        assert read[column].isna().tolist() == frame[column].isna().tolist()
        assert read[column].dropna().tolist() == frame[column].dropna().tolist()


@pytest.mark.parametrize(
    ("name", "extension", "formats"),
    [
        ("projects", "geojson", "csv, xlsx, parquet, gpkg"),
        ("cities", "shp", "geojson, csv, xlsx, parquet"),
        ("cities", "", "geojson, csv"),
    ],
)
def test_format_that_cannot_hold_the_layer_is_named_with_those_that_can(
    name: str, extension: str, formats: str
) -> None:
    with pytest.raises(
        QueryError, match=rf"no format '{extension}' for {name}\. Available: {formats}"
    ):
        get_format(extension, LAYERS[name])


def test_each_format_has_its_own_extension_and_media_type() -> None:
    assert [format.media_type for format in FORMATS.values()] == [
        "application/geo+json",
        "text/csv; charset=utf-8",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.apache.parquet",
        "application/geopackage+sqlite3",
        "application/flatgeobuf",
        "application/geo+json-seq",
    ]
    assert all(extension == format.extension for extension, format in FORMATS.items())
