"""The coordinate reference systems supported by the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from geo.vocabulary import CRS

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"

SUPPORTED = {CRS84: CRS, WEB_MERCATOR: "EPSG:3857"}
"""URI -> authority code; both have axis order x (east), y (north)."""

Axis = npt.NDArray[np.float64]
Transform = Callable[[Axis, Axis], tuple[Axis, Axis]]


@dataclass(frozen=True)
class TargetCrs:
    """An output CRS: transformation from OGC:CRS84, and decimals of coordinates."""

    transform: Transform
    decimals: int


@cache
def _transform(source: str, target: str) -> Transform:
    transform: Transform = Transformer.from_crs(source, target).transform
    return transform


def target_crs(uri: str) -> TargetCrs | None:
    """The output CRS with a URI, metres rounded to centimetres; ``None`` for OGC:CRS84."""
    if uri == CRS84:
        return None
    return TargetCrs(_transform(CRS, SUPPORTED[uri]), 2)


def to_crs84(uri: str) -> Transform:
    """The transformation from a CRS to longitude and latitude."""
    return _transform(SUPPORTED[uri], CRS)
