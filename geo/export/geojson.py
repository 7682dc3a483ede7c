"""GeoJSON as RFC 7946 wants it: longitude first, right-hand rule, bbox, no ``crs`` member."""

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
    among,
    arrow,
    cut,
    holds,
    in_order,
    is_text,
    number_text,
    replaced,
    swapped,
    valid,
    weave,
)
from geo.export.geometry import extent, spots
from geo.export.record import Record
from geo.schema.declare import Layer

DECIMALS = 6
"""About 11 cm at the equator: finer than any source here."""

_UNSAFE = among(bytes(range(32)) + b'"\\')
_CONTROL = re.compile("[\x00-\x1f]")

_SHAPE = "\x00geometry"
"""A name that no column of a layer has."""

Coordinates = list[list[float]]


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Rows of a layer with geometry as a FeatureCollection; see :func:`chunks`."""
    assert isinstance(frame, gpd.GeoDataFrame)
    return chunks(frame, record)


def encode(frame: gpd.GeoDataFrame, record: Record | None = None, **options: Any) -> bytes:
    """A FeatureCollection at once; options as those of :func:`chunks`."""
    return b"".join(chunks(frame, record, **options))


def chunks(
    frame: gpd.GeoDataFrame,
    record: Record | None = None,
    *,
    geometry: str = "geometry",
    decimals: int = DECIMALS,
    properties: Sequence[str] | None = None,
) -> Iterator[bytes]:
    """A FeatureCollection in UTF-8, a feature a line.

    Parameters
    ----------
    frame
        Points, Polygons or MultiPolygons in OGC:CRS84.
    record
        Stated as foreign members (RFC 7946, section 6.1) beside ``features``.
    geometry
        Name of the geometry column to write.
    decimals
        Digits after the point in coordinates.
    properties
        Columns to write; all that are not geometry unless told.

    Yields
    ------
    bytes
        Missing values and geometries are ``null``; an empty frame gives no features and no
        ``bbox``.
    """
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if record:
        collection |= record.as_dict()
    if edges := extent(np.asarray(frame[geometry].array)):
        collection["bbox"] = [round(edge, decimals) for edge in edges]
    yield orjson.dumps(collection)[:-1] + b',"features":['
    yield from features(frame, geometry, decimals, properties, opening="\n", between=",")
    yield b"\n]}"


def objects(
    attributes: pd.DataFrame, geometries: npt.NDArray[Any] | None, decimals: int = DECIMALS
) -> list[dict[str, Any]]:
    """One feature a row, of Python's own lists and values.

    Parameters
    ----------
    attributes
        Columns to write as properties.
    geometries
        Points, Polygons or MultiPolygons in the order of the rows; ``None`` for rows without.
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
    *,
    opening: str = "",
    closing: str = "",
    between: str = "",
) -> Iterator[bytes]:
    """Features as JSON texts, each after ``opening`` and before ``closing``, ``between`` apart."""
    if properties is None:
        properties = [
            str(name)
            for name in frame.columns
            if not isinstance(frame[name].dtype, gpd.array.GeometryDtype)
        ]
    table = arrow(pd.DataFrame(frame[list(properties)]))
    batches = cut(table, len(frame), np.asarray(frame[geometry].array))
    write = partial(_features, decimals=decimals, opening=opening, closing=closing, between=between)
    yield from in_order(write, batches)


def _features(batch: Batch, decimals: int, opening: str, closing: str, between: str) -> bytes:
    assert batch.geometries is not None
    text = weave(
        [
            between + opening + '{"type":"Feature","properties":{',
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
    for at, name in enumerate(attributes.schema.names):
        values = attributes.column(at)
        key = ("," if at else "") + orjson.dumps(name).decode() + ":"
        quote = ""
        if is_text(values):
            quote = '"'
            if holds(values, _UNSAFE):
                values = swapped(values, {"\\": "\\\\", '"': '\\"'})
                values = replaced(values, r"[\x00-\x1f]", _controls_escaped)
        else:
            values = _json(values)
        if values.null_count:
            there = valid(values)
            pieces += [Either(there, key + quote, key + "null"), values, Either(there, quote)]
        else:
            pieces += [key + quote, values, quote]
    return pieces


def _controls_escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: orjson.dumps(found[0]).decode()[1:-1], text)


def _json(values: pa.Array) -> pa.Array:
    """What is not text as JSON; null where it is null or not finite."""
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return number_text(values)
    if pa.types.is_binary(kind):  # JSON already
        return values.cast(TEXT)
    said = [None if value is None else orjson.dumps(value).decode() for value in values.to_pylist()]
    return pa.array(said, type=TEXT)


def _shapes(geometries: npt.NDArray[Any], decimals: int) -> list[Piece]:
    if (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all():
        longitude, latitude = (axis.cast(TEXT) for axis in spots(geometries, decimals))
        if not longitude.null_count:
            return ['{"type":"Point","coordinates":[', longitude, ",", latitude, "]}"]
    # Rounding can turn a tiny ring around, so it comes before the right-hand rule.
    rounded_shapes = shapely.transform(geometries, lambda xy: xy.round(decimals))
    shapes = (_shape(shape) for shape in shapely.orient_polygons(rounded_shapes))
    said = [orjson.dumps(shape, option=orjson.OPT_SERIALIZE_NUMPY).decode() for shape in shapes]
    return [pa.array(said, type=TEXT)]


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
    """The rings of a polygon that still enclose something; none when its outside does not."""
    if not shapely.Polygon(polygon.exterior).area:
        return []
    holes = (hole for hole in polygon.interiors if shapely.Polygon(hole).area)
    return [shapely.get_coordinates(ring).tolist() for ring in (polygon.exterior, *holes)]
