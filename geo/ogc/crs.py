"""The coordinate reference systems that the service speaks."""

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
"""URI -> authority code; both give x (east) before y (north)."""

Axis = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A CRS to write coordinates in."""

    transform: Callable[[Axis, Axis], tuple[Axis, Axis]]
    decimals: int


def check(uri: str, parameter: str) -> None:
    """Refuse a CRS that is not in :data:`SUPPORTED`."""
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
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target)


def target(uri: str) -> Target:
    """The CRS of an URI, to write layers in it; metres are rounded to centimetres."""
    return Target(_transformer(CRS, SUPPORTED[uri]).transform, DECIMALS if uri == CRS84 else 2)


def to_crs84(uri: str) -> Callable[[Axis, Axis], tuple[Axis, Axis]]:
    """How coordinates of a CRS become longitude and latitude."""
    transform: Callable[[Axis, Axis], tuple[Axis, Axis]] = _transformer(
        SUPPORTED[uri], CRS
    ).transform
    return transform
