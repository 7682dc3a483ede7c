"""Geometries as Arrow columns: well-known binary, coordinates and bounding boxes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import shapely

from geo.export.batches import Geometries, map_in_threads

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""Little-endian well-known binary of a point, 21 bytes."""

_PORTION = 65_536


def wkb(geometries: Geometries) -> pa.Array:
    """Little-endian well-known binary; null for missing geometries."""
    plain = (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all()
    xy = shapely.get_coordinates(geometries) if plain else np.empty((0, 2))
    if len(xy) != len(geometries) or shapely.has_z(geometries).any():
        return pa.array(shapely.to_wkb(geometries, byte_order=1), type=pa.binary())
    points = np.empty(len(xy), dtype=_POINT)
    points["order"], points["kind"] = 1, 1
    points["x"], points["y"] = xy[:, 0], xy[:, 1]
    offsets = np.arange(len(xy) + 1, dtype=np.int32) * _POINT.itemsize
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(points.view(np.uint8))]
    return pa.Array.from_buffers(pa.binary(), len(xy), buffers)


def point_coordinates(geometries: Geometries, decimals: int) -> list[pa.Array]:
    """Rounded longitudes and latitudes of points; null for missing or empty points."""
    present = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    xy = np.full((len(geometries), 2), np.nan)
    xy[present] = shapely.get_coordinates(geometries[present]).round(decimals)
    return [pa.array(np.ascontiguousarray(axis), from_pandas=True) for axis in xy.T]


def extent(geometries: Geometries) -> list[float] | None:
    """West, south, east, north of all geometries; ``None`` if all are missing or empty."""
    parts = [np.full(4, np.nan), *map_in_threads(shapely.total_bounds, chunked(geometries))]
    edges = np.array(parts)
    bounds = [*np.fmin.reduce(edges[:, :2]), *np.fmax.reduce(edges[:, 2:])]
    return [float(edge) for edge in bounds] if np.isfinite(bounds).all() else None


def chunked(geometries: Geometries) -> Iterator[Geometries]:
    """The geometries in chunks, for processing in threads."""
    return (geometries[start : start + _PORTION] for start in range(0, len(geometries), _PORTION))


def bounding_boxes(geometries: Geometries) -> pa.Array:
    """Bounding box of each geometry, for GeoParquet's covering column.

    In single precision, which halves the size, and rounded outwards, so that no box is smaller
    than its geometry.
    """
    columns = []
    for index, edge in enumerate(shapely.bounds(geometries).T):
        limit = np.float32(-np.inf if index < 2 else np.inf)
        rounded = edge.astype(np.float32)
        inside = rounded > edge if index < 2 else rounded < edge
        np.nextafter(rounded, limit, out=rounded, where=inside)
        columns.append(pa.array(rounded, from_pandas=True))
    return pa.StructArray.from_arrays(columns, names=["xmin", "ymin", "xmax", "ymax"])
