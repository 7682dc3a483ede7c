"""GeoJSON by RFC 7946: longitude first, right-hand rule, bbox, no ``crs`` member."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pyarrow as pa
import shapely

from geo.export.batches import (
    TEXT,
    Batch,
    Either,
    Piece,
    arrow,
    byte_mask,
    contains_any,
    escape_chars,
    interleave,
    is_text,
    map_in_threads,
    number_text,
    replace_matches,
    to_batches,
    valid_mask,
)
from geo.export.geometry import extent, point_coordinates
from geo.export.record import Record
from geo.schema.declare import Layer

DECIMALS = 6
"""About 11 cm at the equator: finer than any source here."""

_UNSAFE = byte_mask(bytes(range(32)) + b'"\\')
_CONTROL = re.compile("[\x00-\x1f]")

_SHAPE = "\x00geometry"
"""A geometry column name that cannot clash with a layer's columns."""

Coordinates = list[list[float]]


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Rows of a layer with geometry as a FeatureCollection; see :func:`chunks`."""
    assert isinstance(frame, gpd.GeoDataFrame)
    return chunks(frame, record, id=feature_id(layer))


def feature_id(layer: Layer) -> str | None:
    """The column whose value is the id of a feature; ``None`` if the key has several."""
    return layer.key[0] if len(layer.key) == 1 else None


def encode(frame: gpd.GeoDataFrame, record: Record | None = None, **options: Any) -> bytes:
    """A whole FeatureCollection; options as for :func:`chunks`."""
    return b"".join(chunks(frame, record, **options))


def chunks(
    frame: gpd.GeoDataFrame,
    record: Record | None = None,
    *,
    geometry: str = "geometry",
    decimals: int = DECIMALS,
    properties: Sequence[str] | None = None,
    id: str | None = None,
) -> Iterator[bytes]:
    """A FeatureCollection in UTF-8, one feature per line.

    Parameters
    ----------
    frame
        Points, Polygons or MultiPolygons in OGC:CRS84.
    record
        Written as foreign members (RFC 7946, section 6.1).
    geometry
        Name of the geometry column to write.
    decimals
        Digits after the point in coordinates.
    properties
        Columns to write; by default all except geometries.
    id
        One of them that is also the feature's ``id``.

    Yields
    ------
    bytes
        Missing values and geometries are ``null``; an empty frame has no features and no ``bbox``.
    """
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if record:
        collection |= record.as_dict()
    if edges := extent(np.asarray(frame[geometry].array)):
        collection["bbox"] = [round(edge, decimals) for edge in edges]
    yield orjson.dumps(collection)[:-1] + b',"features":['
    yield from features(frame, geometry, decimals, properties, id, opening="\n", between=",")
    yield b"\n]}"


def objects(
    attributes: pd.DataFrame, geometries: npt.NDArray[Any] | None, decimals: int = DECIMALS
) -> list[dict[str, Any]]:
    """One feature per row, as Python objects.

    Parameters
    ----------
    attributes
        Columns to write as properties.
    geometries
        Points, Polygons or MultiPolygons in row order; ``None`` for rows without geometry.
    decimals
        Digits after the point in coordinates.
    """
    shapes = [None] * len(attributes) if geometries is None else geometries
    frame = gpd.GeoDataFrame({_SHAPE: gpd.GeoSeries(shapes, index=attributes.index)})
    frame = frame.join(attributes)
    written = features(frame, _SHAPE, decimals, list(attributes.columns), between=",")
    objects: list[dict[str, Any]] = orjson.loads(b"[" + b"".join(written) + b"]")
    return objects


def features(
    frame: gpd.GeoDataFrame,
    geometry: str = "geometry",
    decimals: int = DECIMALS,
    properties: Sequence[str] | None = None,
    id: str | None = None,
    *,
    opening: str = "",
    closing: str = "",
    between: str = "",
) -> Iterator[bytes]:
    """Features as JSON texts, each between ``opening`` and ``closing``, separated by
    ``between``."""
    if properties is None:
        properties = [
            str(name)
            for name in frame.columns
            if not isinstance(frame[name].dtype, gpd.array.GeometryDtype)
        ]
    table = arrow(pd.DataFrame(frame[list(properties)]))
    batches = to_batches(table, len(frame), np.asarray(frame[geometry].array))
    write = partial(
        _features, decimals=decimals, id=id, opening=opening, closing=closing, between=between
    )
    yield from map_in_threads(write, batches)


def _features(
    batch: Batch, decimals: int, id: str | None, opening: str, closing: str, between: str
) -> bytes:
    assert batch.geometries is not None
    text = interleave(
        [
            between + opening + '{"type":"Feature",',
            *([*_member('"id":', batch.attributes.column(id)), ","] if id else []),
            '"properties":{',
            *_properties(batch.attributes),
            '},"geometry":',
            *_shapes(batch.geometries, decimals),
            "}" + closing,
        ],
        len(batch),
    )
    return text if batch.start else text[len(between) :]


def _properties(attributes: pa.RecordBatch) -> list[Piece]:
    pieces: list[Piece] = []
    for index, name in enumerate(attributes.schema.names):
        key = ("," if index else "") + orjson.dumps(name).decode() + ":"
        pieces += _member(key, attributes.column(index))
    return pieces


def _member(key: str, values: pa.Array) -> list[Piece]:
    """A member of an object: its key with colon, and values."""
    quote = ""
    if is_text(values):
        quote = '"'
        if contains_any(values, _UNSAFE):
            values = escape_chars(values, {"\\": "\\\\", '"': '\\"'})
            values = replace_matches(values, r"[\x00-\x1f]", _escape_controls)
    else:
        values = _json(values)
    if values.null_count:
        present = valid_mask(values)
        return [Either(present, key + quote, key + "null"), values, Either(present, quote)]
    return [key + quote, values, quote]


def _escape_controls(text: str) -> str:
    return _CONTROL.sub(lambda match: orjson.dumps(match[0]).decode()[1:-1], text)


def _json(values: pa.Array) -> pa.Array:
    """Non-text values as JSON; null where they are null or not finite."""
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return number_text(values)
    if pa.types.is_binary(kind):  # JSON already
        return values.cast(TEXT)
    texts = [
        None if value is None else orjson.dumps(value).decode() for value in values.to_pylist()
    ]
    return pa.array(texts, type=TEXT)


def _shapes(geometries: npt.NDArray[Any], decimals: int) -> list[Piece]:
    if (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all():
        longitude, latitude = (axis.cast(TEXT) for axis in point_coordinates(geometries, decimals))
        if not longitude.null_count:
            return ['{"type":"Point","coordinates":[', longitude, ",", latitude, "]}"]
    # Round before applying the right-hand rule: rounding can reverse a tiny ring.
    rounded_shapes = shapely.transform(geometries, lambda xy: xy.round(decimals))
    shapes = (_shape(shape) for shape in shapely.orient_polygons(rounded_shapes))
    texts = [orjson.dumps(shape, option=orjson.OPT_SERIALIZE_NUMPY).decode() for shape in shapes]
    return [pa.array(texts, type=TEXT)]


def _shape(shape: Any) -> dict[str, Any] | None:
    if shape is None or (shape.geom_type == "Point" and shape.is_empty):
        return None
    if shape.geom_type == "Point":
        return {"type": "Point", "coordinates": shapely.get_coordinates(shape)[0].tolist()}
    if shape.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": _rings(shape)}
    if shape.geom_type == "MultiPolygon":
        parts = [_rings(part) for part in shape.geoms]
        return {"type": "MultiPolygon", "coordinates": [part for part in parts if part]}
    if shape.geom_type == "MultiLineString":
        lines = [shapely.get_coordinates(line) for line in shape.geoms]
        return {"type": "MultiLineString", "coordinates": lines}
    raise TypeError(f"cannot write a {shape.geom_type} to GeoJSON")


def _rings(polygon: shapely.Polygon) -> list[Coordinates]:
    """The rings of a polygon with a non-zero area; empty if the exterior has none."""
    if not shapely.Polygon(polygon.exterior).area:
        return []
    holes = (hole for hole in polygon.interiors if shapely.Polygon(hole).area)
    return [shapely.get_coordinates(ring).tolist() for ring in (polygon.exterior, *holes)]
