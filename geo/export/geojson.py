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

Coordinates = npt.NDArray[np.float64]


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
    features = [
        {"type": "Feature", "properties": row, "geometry": shape}
        for row, shape in zip(_rows(attributes), _shapes(geometries, decimals), strict=True)
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if record:
        collection |= record.as_dict()
    if len(features):
        collection["bbox"] = [
            round(float(edge), decimals) for edge in shapely.total_bounds(geometries)
        ]
    collection["features"] = features
    return orjson.dumps(collection, option=orjson.OPT_SERIALIZE_NUMPY)


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
        rounded = shapely.get_coordinates(geometries).round(decimals)
        return [{"type": "Point", "coordinates": xy} for xy in rounded]
    return [_shape(shape, decimals) for shape in shapely.orient_polygons(geometries)]


def _shape(shape: Any, decimals: int) -> dict[str, Any] | None:
    if shape is None:
        return None
    if shape.geom_type == "Point":
        return {"type": "Point", "coordinates": _round([shape.coords[0]], decimals)[0]}
    if shape.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": _rings(shape, decimals)}
    if shape.geom_type == "MultiPolygon":
        return {
            "type": "MultiPolygon",
            "coordinates": [_rings(part, decimals) for part in shape.geoms],
        }
    raise TypeError(f"cannot write a {shape.geom_type} to GeoJSON")


def _rings(polygon: shapely.Polygon, decimals: int) -> list[Coordinates]:
    return [
        _round(shapely.get_coordinates(ring), decimals)
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def _round(coordinates: npt.ArrayLike, decimals: int) -> Coordinates:
    return np.ascontiguousarray(np.asarray(coordinates, dtype=np.float64).round(decimals))
