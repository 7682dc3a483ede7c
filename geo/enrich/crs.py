"""Reference systems by their code, and coordinates of any of them as longitude and latitude."""

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


def of_text(text: str) -> pyproj.CRS:
    """A reference system by its code: ``EPSG:32648``, ``32648``, ``urn:ogc:def:crs:EPSG::32648``.

    Only codes are taken: other texts that PROJ knows can name files of the machine.

    Raises
    ------
    CrsError
        If there is no such system, or it has no horizontal coordinates.
    """
    found = _CODE.match(text) if len(text) < 100 else None
    try:
        if not found:
            raise CRSError(text)
        authority = (found["authority"] or "EPSG").upper()
        crs = pyproj.CRS.from_authority(authority, found["code"])
    except (CRSError, ValueError):
        raise CrsError(
            tr(
                "{value} is no reference system that is known; write its code, such as EPSG:4326 "
                "or EPSG:32648.",
                value=quoted(text),
            )
        ) from None
    return usable(crs)


def usable(crs: pyproj.CRS) -> pyproj.CRS:
    """``crs`` if places can stand in it.

    Raises
    ------
    CrsError
        If it is vertical, geocentric or an engineer's own.
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


def name_of(crs: pyproj.CRS) -> str:
    """A reference system in short: its code, else its name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def is_degrees(crs: pyproj.CRS) -> bool:
    """Whether coordinates already are longitude and latitude on WGS 84."""
    return name_of(crs) in (CRS, "EPSG:4326", "EPSG:4979", "OGC:CRS84h")


def to_degrees(shapes: Shapes, crs: pyproj.CRS) -> Shapes:
    """Shapes in OGC:CRS84; coordinates that cannot be transformed are infinite.

    Raises
    ------
    CrsError
        If PROJ knows no way from ``crs``.
    """
    if is_degrees(crs):
        return shapes
    try:
        transformer = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    except ProjError as error:
        raise CrsError(
            tr(
                "There is no way from {crs} to longitude and latitude ({reason}).",
                crs=name_of(crs),
                reason=quoted(str(error))[1:-1],
            )
        ) from None
    moved = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    return np.asarray(moved, dtype=object)
