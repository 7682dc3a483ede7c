"""Parse CRS codes, and transform coordinates to longitude and latitude."""

from __future__ import annotations

import re

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from geo.analysis.boundaries import Shapes
from geo.errors import CrsError, quoted
from geo.i18n import tr
from geo.vocabulary import CRS

_CODE = re.compile(
    r"^\s*(?:urn:ogc:def:crs:)?(?P<authority>[A-Za-z][A-Za-z0-9_]*)?:{0,2}(?P<version>[0-9.]*:)?"
    r"(?P<code>[A-Za-z0-9]+)\s*$"
)


def parse_crs(text: str) -> pyproj.CRS:
    """Parse a CRS code: ``EPSG:32648``, ``32648``, ``urn:ogc:def:crs:EPSG::32648``.

    Only codes are accepted: other formats supported by PROJ can refer to local files.

    Raises
    ------
    CrsError
        If the code is unknown, or the CRS has no horizontal coordinates.
    """
    match = _CODE.match(text) if len(text) < 100 else None
    try:
        if not match:
            raise CRSError(text)
        authority = (match["authority"] or "EPSG").upper()
        crs = pyproj.CRS.from_authority(authority, match["code"])
    except (CRSError, ValueError):
        raise CrsError(
            tr(
                "{value} is no reference system that is known; write its code, such as EPSG:4326 "
                "or EPSG:32648.",
                value=quoted(text),
            )
        ) from None
    return require_horizontal(crs)


def require_horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """Return ``crs`` if it is geographic or projected.

    Raises
    ------
    CrsError
        If it is vertical, geocentric or an engineering CRS.
    """
    if not (crs.is_geographic or crs.is_projected):
        raise CrsError(
            tr(
                "{name} has no coordinates of places on a map; write the code of a geographic or "
                "projected system, such as EPSG:4326.",
                name=quoted(crs.name),
            )
        )
    return crs


def crs_label(crs: pyproj.CRS) -> str:
    """Short name of a CRS: its code, else its name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def is_degrees(crs: pyproj.CRS) -> bool:
    """Whether coordinates are longitude and latitude on WGS 84 already."""
    return crs_label(crs) in (CRS, "EPSG:4326", "EPSG:4979", "OGC:CRS84h")


def to_degrees(shapes: Shapes, crs: pyproj.CRS) -> Shapes:
    """Transform shapes to OGC:CRS84; coordinates that cannot be transformed are infinite.

    Raises
    ------
    CrsError
        If PROJ has no transformation from ``crs``.
    """
    if is_degrees(crs):
        return shapes
    try:
        transformer = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    except ProjError as error:
        raise CrsError(
            tr(
                "There is no way from {crs} to longitude and latitude ({reason}).",
                crs=crs_label(crs),
                reason=quoted(str(error))[1:-1],
            )
        ) from None
    transformed = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    return np.asarray(transformed, dtype=object)
