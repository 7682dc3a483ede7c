"""Geometry as files hold it, decoded so that no file can bring the process down.

GEOS follows nested collections with one call a level: ten thousand levels in 90 kB of WKB end the
process. So only what can be joined, points and polygons and their plain multiples, is given to it.
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
"""Length and beginning of most blobs there are, which need no further look."""

_PART_OF = {MULTIPOINT: POINT, MULTIPOLYGON: POLYGON}

_WKT = re.compile(r"\s*(MULTI)?(POINT|POLYGON)\b", re.IGNORECASE)

_NUMBERS = (int, float)

LINE = object()
"""Stands for a geometry that is well formed but cannot be joined: a line or a collection."""

DAMAGED = object()
"""Stands for a geometry that cannot be read."""


def from_wkb(blobs: Sequence[bytes | None]) -> Shapes:
    """Shapes of WKB or EWKB: a geometry, ``None``, :data:`LINE` or :data:`DAMAGED` for each."""
    result = np.full(len(blobs), None, dtype=object)
    sound = np.zeros(len(blobs), dtype=bool)
    if {(len(blob), blob[:5]) for blob in blobs if blob is not None} <= {_PLAIN_POINT}:
        return np.asarray(shapely.from_wkb(np.array([*blobs, None], dtype=object)[:-1]))
    for row, blob in enumerate(blobs):
        if blob is None:
            continue
        found = _wkb_fault(blob)
        result[row] = found
        sound[row] = found is None
    decoded = shapely.from_wkb(np.array([*blobs, None], dtype=object)[:-1][sound], "ignore")
    decoded[shapely.is_missing(decoded)] = DAMAGED
    result[sound] = decoded
    return result


def _wkb_fault(blob: bytes) -> object | None:
    """``None`` when GEOS may have a blob, else what stands for it."""
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


def _wkb_head(blob: bytes, at: int) -> tuple[str, int, int]:
    """Byte order, type code and bytes of a vertex of the geometry at an offset."""
    order = "<" if blob[at] else ">"
    (raw,) = struct.unpack_from(f"{order}I", blob, at + 1)
    flat = raw & 0x0FFFFFFF
    size = 2 + bool(raw & 0x80000000) + bool(raw & 0x40000000)
    if flat >= 1_000:  # ISO: 1001 is a point with z, 2001 with m, 3001 with both
        size = 2 + (1, 1, 2)[min(flat // 1_000, 3) - 1]
        flat %= 1_000
    return order, flat, 8 * size


def _parts_are_plain(blob: bytes, order: str, code: int) -> bool:
    """Whether every part of a multiple is of its own kind, and all parts lie in the blob."""
    at = 5 + 4 * _has_srid(blob, 0)
    (parts,) = struct.unpack_from(f"{order}I", blob, at)
    at += 4
    for _ in range(parts):
        own, kind, vertex = _wkb_head(blob, at)
        if kind != _PART_OF[code]:
            return False
        at += 5 + 4 * _has_srid(blob, at)
        if kind == POINT:
            at += vertex
            continue
        (rings,) = struct.unpack_from(f"{own}I", blob, at)
        at += 4
        for _ in range(rings):
            (vertices,) = struct.unpack_from(f"{own}I", blob, at)
            at += 4 + vertices * vertex
    return at <= len(blob)


def _has_srid(blob: bytes, at: int) -> bool:
    order = "<" if blob[at] else ">"
    return bool(struct.unpack_from(f"{order}I", blob, at + 1)[0] & 0x20000000)


def from_wkt(texts: Sequence[str | None]) -> Shapes:
    """Shapes of well-known text; see :func:`from_wkb`."""
    result = np.full(len(texts), None, dtype=object)
    sound = np.zeros(len(texts), dtype=bool)
    for row, text in enumerate(texts):
        if not text or not text.strip():
            continue
        if _WKT.match(text):
            sound[row] = True
        else:
            other = re.match(r"\s*(MULTI)?(LINE\w*|CURVE|SURFACE|GEOMETRYCOLLECTION)\b", text, re.I)
            result[row] = LINE if other else DAMAGED
    decoded = shapely.from_wkt(np.array([*texts, None], dtype=object)[:-1][sound], "ignore")
    decoded[shapely.is_missing(decoded)] = DAMAGED
    result[sound] = decoded
    return result


def from_geojson(geometries: Sequence[Any]) -> Shapes:
    """Shapes of GeoJSON geometries, as JSON values; see :func:`from_wkb`."""
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
                at, found = points[len(xyz)]
                at.append(row)
                found.append(xyz)
            else:
                result[row] = _shape(geometry)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, shapely.GEOSException):
            result[row] = DAMAGED
    for at, found in points.values():
        if at:
            result[at] = shapely.points(np.array(found, dtype=float))
    return result


def _position(position: Any) -> tuple[float, ...]:
    """Longitude, latitude and, where it is a number, height.

    Raises
    ------
    TypeError, ValueError
        If it is no pair of numbers.
    """
    x, y = position[0], position[1]
    if type(x) not in _NUMBERS or type(y) not in _NUMBERS or not isinstance(position, list):
        raise TypeError("no position")
    high = len(position) > 2 and type(position[2]) in _NUMBERS
    return (x, y, position[2]) if high else (x, y)


def _positions(positions: Any) -> Any:
    """Positions as an array; with heights when all have one."""
    found = [_position(one) for one in positions]
    size = min(map(len, found), default=2)
    return np.array([one[:size] for one in found], dtype=float)


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
    made = [shapely.linearrings(_positions(ring)) for ring in rings]
    return shapely.polygons(made[0], made[1:] or None)


def marks(shapes: Shapes, mark: object) -> npt.NDArray[np.bool_]:
    """Which of some shapes are :data:`LINE` or :data:`DAMAGED`."""
    return np.fromiter((shape is mark for shape in shapes), dtype=bool, count=len(shapes))
