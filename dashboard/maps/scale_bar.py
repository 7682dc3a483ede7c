"""Scale bar of a Web Mercator map, whose scale changes with latitude."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dashboard.maps.view import WORLD_PIXELS, View
from geo.i18n import decimal, tr

EQUATOR_KM = 40_075.017

SAME_SCALE = 0.03
"""Greatest relative difference in scale between the centre of a map and its edges at which one bar
serves the whole map."""


@dataclass(frozen=True)
class ScaleBar:
    """Label of a scale bar, what it stands for in km, and its length in pixels."""

    label: str
    km: int
    pixels: float


def round_km(longest: float) -> float:
    """The greatest of 1, 2 or 5 times a power of ten km that is at most ``longest``.

    >>> round_km(480), round_km(0.6)
    (200.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest)


def scale_bar(view: View, longest: float) -> ScaleBar:
    """The scale bar of a round number of km that is at most ``longest`` pixels long.

    It is right at the latitude of the centre; its label names the latitude if the scale at the
    northern or southern edge differs by more than :data:`SAME_SCALE`.
    """
    _, south, _, north = view.window(decimals=4)
    middle = math.cos(math.radians(view.latitude))
    differs = any(
        abs(math.cos(math.radians(edge)) / middle - 1) > SAME_SCALE for edge in (south, north)
    )
    latitude = round(view.latitude) if differs else view.latitude
    km_per_pixel = EQUATOR_KM * math.cos(math.radians(latitude)) / (WORLD_PIXELS * 2.0**view.zoom)
    km = int(round_km(longest * km_per_pixel))
    return ScaleBar(_label(km, round(latitude) if differs else None), km, km / km_per_pixel)


def _label(km: int, latitude: int | None) -> str:
    number = decimal(km)
    if latitude is None:
        return tr("{number} km", number=number)
    if latitude == 0:
        return tr("{number} km at the equator", number=number)
    if latitude > 0:
        return tr("{number} km at {degrees}° N", number=number, degrees=latitude)
    return tr("{number} km at {degrees}° S", number=number, degrees=-latitude)
