"""Safe decoding of geometries from untrusted files.

GEOS parses nested collections recursively: ten thousand levels in 90 kB of WKB crash the process.
So only points, polygons and their flat multi-geometries, which can be joined, are passed to it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.boundaries import Shapes

POINT, POLYGON, MULTIPOINT, MULTIPOLYGON = 1, 3, 4, 6
"""Codes of geometry types in WKB."""

_PLAIN_POINT = (21, b"\x01\x01\x00\x00\x00")
"""Length and header of a plain point, the most frequent WKB, which needs no further check."""

_PART_OF = {MULTIPOINT: POINT, MULTIPOLYGON: POLYGON}

_WKT = re.compile(r"\s*(MULTI)?(POINT|POLYGON)\b", re.IGNORECASE)

_NUMBERS = (int, float)

LINE = object()
"""Placeholder for a well-formed geometry that cannot be joined: a line or a collection."""

DAMAGED = object()
"""Placeholder for an unreadable geometry."""


def from_wkb(blobs: Sequence[bytes | None]) -> Shapes:
    """Decode WKB or EWKB to a geometry, ``None``, :data:`LINE` or :data:`DAMAGED` each."""
    result = np.full(len(blobs), None, dtype=object)
    is_safe = np.zeros(len(blobs), dtype=bool)
    if {(len(blob), blob[:5]) for blob in blobs if blob is not None} <= {_PLAIN_POINT}:
        return np.asarray(shapely.from_wkb(np.array([*blobs, None], dtype=object)[:-1]))
    for row, blob in enumerate(blobs):
        if blob is None:
            continue
        fault = _wkb_fault(blob)
        result[row] = fault
        is_safe[row] = fault is None
    decoded = shapely.from_wkb(np.array([*blobs, None], dtype=object)[:-1][is_safe], "ignore")
    decoded[shapely.is_missing(decoded)] = DAMAGED
    result[is_safe] = decoded
    return result


def _wkb_fault(blob: bytes) -> object | None:
    """``None`` if a blob is safe for GEOS, else its placeholder."""
    try:
        order, code, _ = _wkb_head(blob, 0)
        if code in (POINT, POLYGON):
            return None
        if code in (2, 5) or code > 6:
            return LINE
        if code not in _PART_OF:
            return DAMAGED
        return None if _parts_are_plain(blob, order, code) else DAMAGED
    except (struct.error, IndexError):
        return DAMAGED


def _wkb_head(blob: bytes, offset: int) -> tuple[str, int, int]:
    """Byte order, type code and size of a vertex of the geometry at an offset."""
    order = "<" if blob[offset] else ">"
    (raw,) = struct.unpack_from(f"{order}I", blob, offset + 1)
    flat = raw & 0x0FFFFFFF
    size = 2 + bool(raw & 0x80000000) + bool(raw & 0x40000000)
    if flat >= 1_000:  # ISO: 1001 is a point with z, 2001 with m, 3001 with both
        size = 2 + (1, 1, 2)[min(flat // 1_000, 3) - 1]
        flat %= 1_000
    return order, flat, 8 * size


def _parts_are_plain(blob: bytes, order: str, code: int) -> bool:
    """Whether all parts of a multi-geometry have the right type and lie within the blob."""
    offset = 5 + 4 * _has_srid(blob, 0)
    (parts,) = struct.unpack_from(f"{order}I", blob, offset)
    offset += 4
    for _ in range(parts):
        part_order, kind, vertex = _wkb_head(blob, offset)
        if kind != _PART_OF[code]:
            return False
        offset += 5 + 4 * _has_srid(blob, offset)
        if kind == POINT:
            offset += vertex
            continue
        (rings,) = struct.unpack_from(f"{part_order}I", blob, offset)
        offset += 4
        for _ in range(rings):
            (vertices,) = struct.unpack_from(f"{part_order}I", blob, offset)
            offset += 4 + vertices * vertex
    return offset <= len(blob)


def _has_srid(blob: bytes, offset: int) -> bool:
    order = "<" if blob[offset] else ">"
    return bool(struct.unpack_from(f"{order}I", blob, offset + 1)[0] & 0x20000000)


def from_wkt(texts: Sequence[str | None]) -> Shapes:
    """Decode well-known text; see :func:`from_wkb`."""
    result = np.full(len(texts), None, dtype=object)
    is_safe = np.zeros(len(texts), dtype=bool)
    for row, text in enumerate(texts):
        if not text or not text.strip():
            continue
        if _WKT.match(text):
            is_safe[row] = True
        else:
            other = re.match(r"\s*(MULTI)?(LINE\w*|CURVE|SURFACE|GEOMETRYCOLLECTION)\b", text, re.I)
            result[row] = LINE if other else DAMAGED
    decoded = shapely.from_wkt(np.array([*texts, None], dtype=object)[:-1][is_safe], "ignore")
    decoded[shapely.is_missing(decoded)] = DAMAGED
    result[is_safe] = decoded
    return result


def from_geojson(geometries: Sequence[Any]) -> Shapes:
    """Decode GeoJSON geometries, given as JSON values; see :func:`from_wkb`."""
    result = np.full(len(geometries), None, dtype=object)
    points: dict[int, tuple[list[int], list[Sequence[float]]]] = {2: ([], []), 3: ([], [])}
    for row, geometry in enumerate(geometries):
        if geometry is None:
            continue
        try:
            if geometry["type"] == "Point":
                position = geometry["coordinates"]
                if position == []:
                    result[row] = shapely.Point()
                    continue
                xyz = _position(position)
                indices, positions = points[len(xyz)]
                indices.append(row)
                positions.append(xyz)
            else:
                result[row] = _shape(geometry)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, shapely.GEOSException):
            result[row] = DAMAGED
    for indices, positions in points.values():
        if indices:
            result[indices] = shapely.points(np.array(positions, dtype=float))
    return result


def _position(position: Any) -> tuple[float, ...]:
    """Longitude, latitude and, if it is a number, height.

    Raises
    ------
    TypeError, ValueError
        If it does not start with two numbers.
    """
    x, y = position[0], position[1]
    if type(x) not in _NUMBERS or type(y) not in _NUMBERS or not isinstance(position, list):
        raise TypeError("no position")
    high = len(position) > 2 and type(position[2]) in _NUMBERS
    return (x, y, position[2]) if high else (x, y)


def _positions(positions: Any) -> Any:
    """Positions as an array, with heights if all have one."""
    parsed = [_position(one) for one in positions]
    size = min(map(len, parsed), default=2)
    return np.array([one[:size] for one in parsed], dtype=float)


def _shape(geometry: Any) -> Any:
    kind, coordinates = geometry["type"], geometry.get("coordinates")
    if kind == "MultiPoint":
        return shapely.multipoints(_positions(coordinates))
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        return shapely.multipolygons([_polygon(part) for part in coordinates])
    known = kind in ("LineString", "MultiLineString", "GeometryCollection")
    return LINE if known else DAMAGED


def _polygon(rings: Any) -> shapely.Polygon:
    if not rings:
        return shapely.Polygon()
    linear_rings = [shapely.linearrings(_positions(ring)) for ring in rings]
    return shapely.polygons(linear_rings[0], linear_rings[1:] or None)


def is_mark(shapes: Shapes, mark: object) -> npt.NDArray[np.bool_]:
    """Mask of the shapes that are a placeholder, :data:`LINE` or :data:`DAMAGED`."""
    return np.fromiter((shape is mark for shape in shapes), dtype=bool, count=len(shapes))
