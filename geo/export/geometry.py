"""Geometries as Arrow columns of well-known binary, and their bounding boxes."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geo.export.batches import Geometries, in_order

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""Little-endian well-known binary of a point, 21 bytes."""

_PORTION = 65_536


def wkb(geometries: Geometries) -> pa.Array:
    """Well-known binary, little-endian; null where there is no geometry."""
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


def spots(geometries: Geometries, decimals: int) -> list[pa.Array]:
    """Longitudes and latitudes of points, rounded; null where there is no point."""
    there = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    xy = np.full((len(geometries), 2), np.nan)
    xy[there] = shapely.get_coordinates(geometries[there]).round(decimals)
    return [pa.array(np.ascontiguousarray(axis), from_pandas=True) for axis in xy.T]


def extent(geometries: Geometries) -> list[float] | None:
    """West, south, east, north of all; none when nothing is somewhere."""
    parts = [np.full(4, np.nan), *in_order(shapely.total_bounds, portions(geometries))]
    edges = np.array(parts)
    found = [*np.fmin.reduce(edges[:, :2]), *np.fmax.reduce(edges[:, 2:])]
    return [float(edge) for edge in found] if np.isfinite(found).all() else None


def along_curve(geometries: Geometries) -> npt.NDArray[np.int64]:
    """Places of all, none of which is missing or empty, along a Hilbert curve."""
    bounds = extent(geometries)

    def distances(part: Geometries) -> npt.NDArray[np.uint32]:
        return np.asarray(gpd.GeoSeries(part).hilbert_distance(bounds))

    codes = np.concatenate(list(in_order(distances, portions(geometries))))
    return np.argsort(codes, kind="stable")


def portions(geometries: Geometries) -> Iterator[Geometries]:
    """The geometries in parts that threads can work on."""
    return (geometries[at : at + _PORTION] for at in range(0, len(geometries), _PORTION))


def boxes(geometries: Geometries) -> pa.Array:
    """Bounding box of each geometry, as GeoParquet's covering wants it.

    In single precision, half as long to write and to fetch, and rounded outwards, so that none is
    smaller than its geometry.
    """
    columns = []
    for at, edge in enumerate(shapely.bounds(geometries).T):
        beyond = np.float32(-np.inf if at < 2 else np.inf)
        near = edge.astype(np.float32)
        inside = near > edge if at < 2 else near < edge
        np.nextafter(near, beyond, out=near, where=inside)
        columns.append(pa.array(near, from_pandas=True))
    return pa.StructArray.from_arrays(columns, names=["xmin", "ymin", "xmax", "ymax"])
