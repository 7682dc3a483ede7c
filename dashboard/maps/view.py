"""What a map shows and from where: the specification of decks, previews and embedded maps."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from dashboard.data.un_revision import USUAL_SPAN
from dashboard.maps.label_placement import WORLD, pixels
from geo.analysis.filter import Filter

REGION = (92.0, -11.2, 141.2, 28.6)
"""West, south, east, north of the member states, degrees."""


@dataclass(frozen=True)
class View:
    """Centre of a map in degrees, its zoom, and the size of its window in pixels."""

    longitude: float
    latitude: float
    zoom: float
    width: int
    height: int

    def window(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees of what the map shows at first."""
        _, y = pixels([self.longitude], [self.latitude], self.zoom)[0]
        world = WORLD * 2.0**self.zoom
        half = self.width / 2 / world * 360
        north, south = (
            math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * edge / world))))
            for edge in (y - self.height / 2, y + self.height / 2)
        )
        west, east = self.longitude - half, self.longitude + half
        return round(west, 1), round(south, 1), round(east, 1), round(north, 1)


@dataclass(frozen=True)
class Map:
    """What a map of member cities shows.

    Attributes
    ----------
    mode
        One of :data:`MODES`, ``years``, ``un-years`` or ``plain``.
    view
        Where the map opens; the reader's own view stays while this does not change.
    version
        Version of the layers, for the addresses.
    revision, year
        Release and year of the urban share that colours the countries in the modes ``share``,
        ``years`` and ``un-years``.
    people_year
        In the last two modes the year of the agglomerations or UN cities.
    wanted
        Filter of cities and places.
    selected
        Longitude and latitude of the selected cities, and the radius in pixels of the rings
        around them; see :func:`rings`.
    places
        Whether populated places are shown.
    span
        In mode ``un`` the years of growth, one of :data:`dashboard.data.un_revision.SPANS`.
    clicks
        Number of clicks so far. It is part of the id of the layer that takes clicks, so that
        Streamlit forgets the click before and each one arrives alone.
    """

    mode: str
    view: View
    version: str
    revision: str
    year: int
    wanted: Filter = field(default_factory=Filter)
    selected: tuple[tuple[float, float, float], ...] = ()
    places: bool = False
    span: str = USUAL_SPAN
    people_year: int = 0
    clicks: int = 0
