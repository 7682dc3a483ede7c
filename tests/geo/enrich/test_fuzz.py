"""Fuzzing: random bytes and corrupted files give rows or one message, in bounded time."""

from __future__ import annotations

import io
import time
import warnings
from functools import cache

import geopandas as gpd
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.enrich import PlaceJoiner, UserFile, enrich
from geo.errors import InputError
from geo.layers.catalogue import Catalogue
from tests.examples import examples
from tests.geo.hostile import read_in_worker

SECONDS = 5
"""Of the processor: a busy machine may take longer."""

CATALOGUE = Catalogue()


@cache
def network() -> PlaceJoiner:
    return PlaceJoiner.from_catalogue(CATALOGUE)


def points() -> gpd.GeoDataFrame:
    geometry = gpd.points_from_xy([106.827, 106.698, 121.0], [-6.175, 10.772, 14.6], crs=4326)
    return gpd.GeoDataFrame({"name": ["a", "ก", "c"], "n": [1, 2, 3]}, geometry=geometry)


@cache
def whole(kind: str) -> bytes:
    """A small valid file."""
    frame = points()
    buffer = io.BytesIO()
    if kind == "csv":
        table = frame.drop(columns="geometry").assign(lon=frame.geometry.x, lat=frame.geometry.y)
        return table.to_csv(index=False).encode()
    if kind == "wkt":
        return (
            frame.drop(columns="geometry").assign(wkt=frame.to_wkt()["geometry"]).to_csv().encode()
        )
    if kind == "geojson":
        boxes = [shapely.box(x, 12, x + 0.1, 12.1) for x in (105, 106, 107)]
        return frame.set_geometry(boxes).to_json().encode()
    if kind == "lines":
        features = orjson.loads(frame.to_json())["features"]
        return b"\n".join(orjson.dumps(feature) for feature in features)
    if kind == "parquet":
        frame.to_parquet(buffer)
    elif kind == "plain":
        pq.write_table(pa.table({"lon": [100.5], "lat": [13.7], "t": ["x"]}), buffer)
    else:
        pyogrio.write_dataframe(frame, buffer, driver="GPKG", layer="mine")
    return buffer.getvalue()


def outcome(content: bytes) -> None:
    """Rows or one of our errors, within the time limit."""
    started = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = enrich(UserFile("mine", content), CATALOGUE, network())
        assert found.rows.geometry.is_valid.all()
        assert found.rows["ascn_city_id"].notna().all()
        assert found.faults.frame() is not None
    except InputError as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message
    assert time.process_time() - started < SECONDS


MAGIC = [b"", b"{", b"lon,lat\n", b'{"type":"FeatureCollection",']


@settings(max_examples=examples(80), suppress_health_check=list(HealthCheck))
@given(st.sampled_from(MAGIC), st.binary(max_size=300))
def test_random_bytes_are_rows_or_one_sentence(start, content):
    outcome(start + content)


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(st.sampled_from([b"PAR1", b"SQLite format 3\0"]), st.binary(max_size=300))
def test_random_bytes_of_a_binary_format_are_one_sentence(pool, start, content):
    assert isinstance(read_in_worker(pool, network(), CATALOGUE, start + content), InputError)


@st.composite
def spoiled(draw: st.DrawFn, kind: str) -> bytes:
    """A file with some bytes changed."""
    content = bytearray(whole(kind))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content) - 1))
        piece = draw(st.binary(min_size=1, max_size=6))
        length = draw(st.sampled_from([0, 1, len(piece), 40]))
        content[at : at + length] = piece
    if kind in ("parquet", "plain") and draw(st.booleans()):
        content += whole(kind)[-8:]
    return bytes(content)


@pytest.mark.parametrize("kind", ["csv", "wkt", "geojson", "lines"])
@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_spoiled_text_is_rows_or_one_sentence(kind, data):
    outcome(data.draw(spoiled(kind)))


@pytest.mark.parametrize("kind", ["parquet", "plain", "geopackage"])
@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_spoiled_binary_file_is_rows_or_one_sentence(kind, pool, data):
    found = read_in_worker(pool, network(), CATALOGUE, data.draw(spoiled(kind)))
    assert isinstance(found, InputError) or found.rows.geometry.is_valid.all()


CELL = st.one_of(
    st.floats().map(str), st.text(max_size=12), st.sampled_from(["106,8", "6°12'S", "NaN", "", "0"])
)


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.sampled_from(";\t|,"))
def test_any_cells_are_rows_or_faults(rows, separator):
    text = separator.join(["name", "lon", "lat"]) + "\n"
    text += "".join(separator.join(row) + "\n" for row in rows)
    outcome(text.encode("utf-8", "replace"))


NUMBER = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-200, 200))
POSITION = st.lists(NUMBER, max_size=4)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, st.text(max_size=5), POSITION),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
KIND = st.sampled_from(
    ["Point", "MultiPoint", "Polygon", "MultiPolygon", "LineString", "GeometryCollection", "x"]
)
GEOMETRY = st.one_of(
    JSON,
    st.fixed_dictionaries({"type": KIND, "coordinates": JSON}),
    st.fixed_dictionaries(
        {"type": KIND, "coordinates": st.lists(st.lists(POSITION, max_size=6), max_size=3)}
    ),
)


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(GEOMETRY, JSON), max_size=5))
def test_any_json_is_rows_or_faults(parts):
    features = [{"type": "Feature", "geometry": g, "properties": p} for g, p in parts]
    try:
        content = orjson.dumps({"type": "FeatureCollection", "features": features})
    except TypeError:  # a whole number beyond 64 bits
        return
    outcome(content)
