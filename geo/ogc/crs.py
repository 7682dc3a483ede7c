"""The coordinate reference systems supported by the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from geo.errors import QueryError, quoted
from geo.export.geojson import DECIMALS
from geo.i18n import tr
from geo.vocabulary import CRS

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"

SUPPORTED = {CRS84: CRS, WEB_MERCATOR: "EPSG:3857"}
"""URI -> authority code; both have axis order x (east), y (north)."""

Axis = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TargetCrs:
    """An output CRS: transformation from OGC:CRS84, and decimals of coordinates."""

    transform: Callable[[Axis, Axis], tuple[Axis, Axis]]
    decimals: int


def check_supported(uri: str, parameter: str) -> None:
    """Raise QueryError for a CRS that is not in :data:`SUPPORTED`."""
    if uri not in SUPPORTED:
        raise QueryError(
            tr(
                "{parameter} is {value}; it can be {known}.",
                parameter=parameter,
                value=quoted(uri),
                known=", ".join(SUPPORTED),
            )
        )


@cache
def _transformer(source: str, target_crs: str) -> Transformer:
    return Transformer.from_crs(source, target_crs)


def target_crs(uri: str) -> TargetCrs:
    """The output CRS with a URI; metres are rounded to centimetres."""
    return TargetCrs(_transformer(CRS, SUPPORTED[uri]).transform, DECIMALS if uri == CRS84 else 2)


def to_crs84(uri: str) -> Callable[[Axis, Axis], tuple[Axis, Axis]]:
    """The transformation from a CRS to longitude and latitude."""
    transform: Callable[[Axis, Axis], tuple[Axis, Axis]] = _transformer(
        SUPPORTED[uri], CRS
    ).transform
    return transform
