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
import orjson
import shapely

from geo.analysis.boundaries import Shapes
from geo.enrich import coordinates

POINT, POLYGON, MULTIPOINT, MULTIPOLYGON = 1, 3, 4, 6
"""Codes of geometry types in WKB."""

_PLAIN_POINT = (21, b"\x01\x01\x00\x00\x00")
"""Length and header of a plain point, the most frequent WKB, which needs no further check."""

_PART_OF = {MULTIPOINT: POINT, MULTIPOLYGON: POLYGON}

GEOJSON_TYPES = ("Point", "MultiPoint", "Polygon", "MultiPolygon")

_WKT = re.compile(r"((?:MULTI)?(?:POINT|POLYGON))\s*(ZM|[ZM])?(?=[\s(])", re.IGNORECASE)
_OTHER_WKT = re.compile(r"(MULTI)?(LINE\w*|CURVE|SURFACE|GEOMETRYCOLLECTION)\b", re.IGNORECASE)
_SRID = re.compile(r"SRID\s*=\s*(\d{1,6})\s*;\s*", re.IGNORECASE)
_HEX = re.compile(r"(?:\\x|0x)?(0[01](?:[0-9a-f]{2}){8,})", re.IGNORECASE)

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


def from_texts(texts: Sequence[str | None], pairs: list[int] | None = None) -> Shapes:
    """Decode geometries written as text; see :func:`from_wkb`.

    Well-known text, also with an SRID as PostGIS writes it (EWKT), WKB and EWKB in hexadecimal,
    GeoJSON, and pairs of coordinates, whose positions are added to ``pairs``. The SRID is kept.
    """
    result = np.full(len(texts), None, dtype=object)
    wkt: dict[int, str] = {}
    wkb: dict[int, bytes] = {}
    geojson: dict[int, Any] = {}
    srids = np.zeros(len(texts), dtype=int)
    for row, given in enumerate(texts):
        text = (given or "").strip()
        if not text:
            continue
        if srid := _SRID.match(text):
            srids[row] = int(srid[1])
            text = text[srid.end() :]
        if match := _WKT.match(text):  # GEOS does not know POINTZ(1 2 3) of older versions
            wkt[row] = f"{match[1]} {match[2] or ''}{text[match.end() :]}"
        elif match := _HEX.fullmatch(text):
            wkb[row] = bytes.fromhex(match[1])
        elif text.startswith("{"):
            geojson[row] = _parsed_json(text)
        elif pair := coordinates.pair(text):
            result[row] = shapely.Point(pair)
            if pairs is not None:
                pairs.append(row)
        else:
            result[row] = LINE if _OTHER_WKT.match(text) else DAMAGED
    decoded = shapely.from_wkt(np.array([*wkt.values(), None], dtype=object)[:-1], "ignore")
    decoded[shapely.is_missing(decoded)] = DAMAGED
    result[list(wkt)] = decoded
    result[list(wkb)] = from_wkb(list(wkb.values()))
    result[list(geojson)] = from_geojson(list(geojson.values()))
    stated = (srids > 0) & shapely.is_geometry(result)
    result[stated] = shapely.set_srid(result[stated], srids[stated])
    return result


def _parsed_json(text: str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value.get("geometry") if value.get("type") == "Feature" else value


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
