"""Bounding boxes in requests."""

from __future__ import annotations

import math

import numpy as np
import shapely

from geo.errors import QueryError, quoted
from geo.i18n import tr
from geo.ogc import crs


def parse_bbox(text: str) -> list[float]:
    """Parse a ``bbox`` parameter to west, south, east, north; heights of a 3D box are ignored.

    Raises
    ------
    QueryError
        If it is not a box. West may be greater than east: the box then crosses the antimeridian.
    """
    try:
        edges = [float(edge) for edge in text.split(",")]
    except ValueError:
        edges = []
    if len(edges) == 6:
        edges = [edges[0], edges[1], edges[3], edges[4]]
    if len(edges) != 4 or not all(map(math.isfinite, edges)) or edges[1] > edges[3]:
        raise QueryError(
            tr(
                "bbox is {value}; it must be four numbers: west, south, east, north, with "
                "south not greater than north.",
                value=quoted(text),
            )
        )
    return edges


def bbox_geometry(text: str, uri: str = crs.CRS84) -> shapely.Geometry:
    """The geometry of a ``bbox`` parameter in OGC:CRS84; two parts if it crosses the antimeridian.

    Parameters
    ----------
    uri
        CRS of the box; in each of :data:`geo.ogc.crs.SUPPORTED` meridians and parallels are
        straight, so its corners are enough.
    """
    west, south, east, north = parse_bbox(text)
    if uri != crs.CRS84:
        (west, east), (south, north) = crs.to_crs84(uri)(
            np.array([west, east]), np.array([south, north])
        )
    if west <= east:
        return shapely.box(west, south, east, north)
    halves = [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    return shapely.MultiPolygon(halves)
