"""View and content of a map: the specification of decks, previews and embedded maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dashboard.data.un_revision import DEFAULT_SPAN
from geo.analysis.filter import Filter

REGION = (92.0, -11.2, 141.2, 28.6)
"""West, south, east, north of the member states, degrees."""

REACH = (40.0, -60.0, 180.0, 70.0)
"""West, south, east, north in degrees of what maps can show: the land of the layers ends there."""

SMALL_BELOW = 2.5
"""Zoom below which symbols are small: the region on a phone, where those of full size would cover
each other."""

VIEW = "view"
"""Query parameter of pages and embedded maps: longitude, latitude and zoom of the map."""

WORLD_PIXELS = 512
"""Width and height of the world in pixels at zoom 0."""


def web_mercator_pixels(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, zoom: float
) -> npt.NDArray[np.float64]:
    """Web Mercator pixels (x right, y down) at a zoom level of 512-pixel tiles, shape (n, 2)."""
    lon = np.asarray(longitude, dtype=float)
    lat = np.radians(np.asarray(latitude, dtype=float))
    world = WORLD_PIXELS * 2.0**zoom
    x = (lon + 180) / 360 * world
    y = (1 - np.log(np.tan(lat) + 1 / np.cos(lat)) / np.pi) / 2 * world
    return np.column_stack([x, y])


@dataclass(frozen=True)
class View:
    """Centre of a map in degrees, its zoom, and its size in pixels."""

    longitude: float
    latitude: float
    zoom: float
    width: int
    height: int

    def window(self, decimals: int = 1) -> tuple[float, float, float, float]:
        """West, south, east, north of the initial viewport in degrees, rounded to ``decimals``."""
        _, y = web_mercator_pixels([self.longitude], [self.latitude], self.zoom)[0]
        world = WORLD_PIXELS * 2.0**self.zoom
        half = self.width / 2 / world * 360
        north, south = (
            math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * edge / world))))
            for edge in (y - self.height / 2, y + self.height / 2)
        )
        west, east = self.longitude - half, self.longitude + half
        west, south, east, north = (round(edge, decimals) for edge in (west, south, east, north))
        return west, south, east, north


class Ring(NamedTuple):
    """A ring around a selected city: degrees, radius in pixels, and how far the symbol is moved at
    each zoom; see :mod:`dashboard.maps.spread`."""

    longitude: float
    latitude: float
    radius: float
    shifts: Sequence[Sequence[int]] | None


@dataclass(frozen=True)
class Map:
    """Specification of a map of member cities.

    Attributes
    ----------
    mode
        One of :data:`dashboard.maps.deck.MODES`, ``years``, ``un-years``, ``plain``, ``city`` or
        ``indicator``.
    view
        Initial view; the user's view is kept as long as this does not change.
    version
        Version of the layers, for their URLs.
    revision, year
        Release and year of the urban share that colours the countries in the modes ``share``,
        ``years`` and ``un-years``.
    people_year
        Year of the agglomerations or UN cities in the last two modes.
    city_filter
        Filter of cities.
    selected
        Rings around the selected cities; see :func:`dashboard.maps.deck.with_rings`.
    places
        Whether populated places are shown.
    shown_places
        Those that pass the filter; see :mod:`dashboard.maps.shown`.
    span
        Years of growth in mode ``un``, one of :data:`dashboard.data.un_revision.SPANS`.
    city_id
        City that a map in mode ``city`` is about.
    circle
        Longitude and latitude of the line within which the filter keeps cities.
    indicator, classes
        Id of the indicator of a map in mode ``indicator``, and its number of classes.
    """

    mode: str
    view: View
    version: str
    revision: str
    year: int
    city_filter: Filter = field(default_factory=Filter)
    selected: tuple[Ring, ...] = ()
    places: bool = False
    shown_places: str = ""
    span: str = DEFAULT_SPAN
    people_year: int = 0
    city_id: str = ""
    circle: tuple[tuple[float, float], ...] = ()
    indicator: str = ""
    classes: int = 0

    @property
    def small(self) -> bool:
        """Whether symbols are drawn small."""
        return self.view.zoom < SMALL_BELOW
