"""GeoJSON as RFC 7946 wants it: longitude first, right-hand rule, bbox, no ``crs`` member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely

from geo.export.record import Record

DECIMALS = 6
"""About 11 cm at the equator: finer than any source here."""

Coordinates = list[list[float]]


def encode(
    frame: gpd.GeoDataFrame,
    record: Record | None = None,
    *,
    geometry: str = "geometry",
    decimals: int = DECIMALS,
    properties: Sequence[str] | None = None,
) -> bytes:
    """A FeatureCollection in UTF-8.

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

    Returns
    -------
    bytes
        Missing values are ``null``; an empty frame gives no features and no ``bbox``.
    """
    geometries = np.asarray(frame[geometry].array)
    others = [
        name for name in frame.columns if not isinstance(frame[name].dtype, gpd.array.GeometryDtype)
    ]
    attributes = pd.DataFrame(frame[list(others if properties is None else properties)])
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if record:
        collection |= record.as_dict()
    if len(frame):
        collection["bbox"] = [
            round(float(edge), decimals) for edge in shapely.total_bounds(geometries)
        ]
    collection["features"] = features(attributes, geometries, decimals)
    return orjson.dumps(collection)


def features(
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
    shapes = [None] * len(attributes) if geometries is None else _shapes(geometries, decimals)
    return [
        {"type": "Feature", "properties": row, "geometry": shape}
        for row, shape in zip(_rows(attributes), shapes, strict=True)
    ]


def _rows(attributes: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {str(name): _plain(attributes[name]) for name in attributes.columns}
    if not columns:
        return [{} for _ in range(len(attributes))]
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _plain(values: pd.Series) -> list[Any]:
    """A column as JSON values; missing becomes ``None``."""
    plain = values.astype(object).where(values.notna(), None)
    return list(plain.tolist())


def _shapes(geometries: npt.NDArray[Any], decimals: int) -> list[dict[str, Any] | None]:
    if (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all():
        rounded = shapely.get_coordinates(geometries).round(decimals).tolist()
        return [{"type": "Point", "coordinates": xy} for xy in rounded]
    # Rounding can turn a tiny ring around, so it comes before the right-hand rule.
    rounded_shapes = shapely.transform(geometries, lambda xy: xy.round(decimals))
    return [_shape(shape) for shape in shapely.orient_polygons(rounded_shapes)]


def _shape(shape: Any) -> dict[str, Any] | None:
    if shape is None:
        return None
    if shape.geom_type == "Point":
        return {"type": "Point", "coordinates": shapely.get_coordinates(shape)[0].tolist()}
    if shape.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": _rings(shape)}
    if shape.geom_type == "MultiPolygon":
        parts = [_rings(part) for part in shape.geoms]
        return {"type": "MultiPolygon", "coordinates": [part for part in parts if part]}
    raise TypeError(f"cannot write a {shape.geom_type} to GeoJSON")


def _rings(polygon: shapely.Polygon) -> list[Coordinates]:
    """The rings of a polygon that still enclose something; none when its outside does not."""
    if not shapely.Polygon(polygon.exterior).area:
        return []
    holes = (hole for hole in polygon.interiors if shapely.Polygon(hole).area)
    return [shapely.get_coordinates(ring).tolist() for ring in (polygon.exterior, *holes)]
