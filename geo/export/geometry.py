"""Geometries as Arrow columns of well-known binary, and their bounding boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""Little-endian well-known binary of a point, 21 bytes."""


def wkb(geometries: npt.NDArray[Any]) -> pa.Array:
    """Well-known binary, little-endian; null where there is no geometry."""
    plain = (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all()
    xy = shapely.get_coordinates(geometries) if plain else np.empty((0, 2))
    if len(xy) != len(geometries) or shapely.has_z(geometries).any():
        return pa.array(shapely.to_wkb(geometries, byte_order=1), type=pa.binary())
    points = np.empty(len(xy), dtype=_POINT)
    points["order"], points["kind"] = 1, 1
    points["x"], points["y"] = xy[:, 0], xy[:, 1]
    offsets = np.arange(len(xy) + 1, dtype=np.int32) * _POINT.itemsize
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(points.tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(xy), buffers)


def spots(geometries: npt.NDArray[Any], decimals: int) -> list[pa.Array]:
    """Longitudes and latitudes of points, rounded; null where there is no point."""
    there = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    xy = np.full((len(geometries), 2), np.nan)
    xy[there] = shapely.get_coordinates(geometries[there]).round(decimals)
    return [pa.array(np.ascontiguousarray(axis), from_pandas=True) for axis in xy.T]


def extent(geometries: npt.NDArray[Any]) -> list[float] | None:
    """West, south, east, north of all; none when nothing is somewhere."""
    edges = shapely.total_bounds(geometries) if len(geometries) else np.array([np.nan])
    return [float(edge) for edge in edges] if np.isfinite(edges).all() else None


def boxes(geometries: npt.NDArray[Any]) -> pa.Array:
    """Bounding box of each geometry, as GeoParquet's covering wants it."""
    edges = shapely.bounds(geometries)
    columns = [pa.array(edges[:, at], from_pandas=True) for at in range(4)]
    return pa.StructArray.from_arrays(columns, names=["xmin", "ymin", "xmax", "ymax"])
