"""Parse CRS codes, and transform coordinates to longitude and latitude."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from geo.analysis.boundaries import Shapes
from geo.errors import CrsError, quoted
from geo.i18n import tr
from geo.vocabulary import CRS

_CODE = re.compile(
    r"""^\s*(?:urn:(?:x-)?ogc:def:crs:|https?://(?:www\.)?opengis\.net/def/crs/|
    https?://(?:www\.)?opengis\.net/gml/srs/(?=epsg)|srid:(?=\d))?
    (?P<authority>[A-Za-z][A-Za-z0-9_]*)?(?:\.xml\#|[:/]{0,2})(?:[0-9.]*[:/])?
    (?P<code>[A-Za-z0-9]+)\s*$""",
    re.VERBOSE | re.IGNORECASE,
)

_WKT = re.compile(r"\s*[A-Z]{3,20}\s*\[", re.IGNORECASE)


def parse_crs(text: str) -> pyproj.CRS:
    """Parse a CRS code: ``EPSG:32648``, ``32648``, ``urn:ogc:def:crs:EPSG::32648``,
    ``http://www.opengis.net/def/crs/EPSG/0/32648``, ``srid:32648``.

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
        authority, code = (match["authority"] or "EPSG").upper(), match["code"]
        if authority == "CRS":  # of WMS: CRS:84
            authority, code = "OGC", f"CRS{code}"
        crs = pyproj.CRS.from_authority(authority, code)
    except (CRSError, ValueError):
        raise CrsError(
            tr(
                "{value} is not a known reference system; enter its code, such as EPSG:4326 or "
                "EPSG:32648.",
                value=quoted(text),
            )
        ) from None
    return require_horizontal(crs)


def parse_stated_crs(stated: Any) -> pyproj.CRS:
    """Parse the CRS in a file's metadata: a code, well-known text or PROJJSON.

    Raises
    ------
    CrsError
        If it is unknown.
    """
    try:
        if isinstance(stated, str) and _WKT.match(stated):
            return require_horizontal(pyproj.CRS.from_wkt(stated))
        if isinstance(stated, str) and stated.lstrip().startswith("{"):
            return require_horizontal(pyproj.CRS.from_json(stated))
        if isinstance(stated, dict):
            return require_horizontal(pyproj.CRS.from_json_dict(stated))
    except (CRSError, TypeError, AttributeError, ValueError):
        stated = str(stated)[:99]
    return parse_crs(str(stated))


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
                "{name} does not describe places on a map; enter the code of a geographic or "
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
                "{crs} cannot be converted to longitude and latitude ({reason}).",
                crs=crs_label(crs),
                reason=quoted(str(error))[1:-1],
            )
        ) from None
    transformed = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    return np.asarray(transformed, dtype=object)
