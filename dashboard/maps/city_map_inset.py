"""The little map in a corner of a city's map: where in its country, or in the region, it lies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import geopandas as gpd
import shapely

from dashboard.markup.theme import Palette
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

SIDE = 104
"""Height and width in pixels, the country's name included: a tenth of the city's map."""

LETTERS = 11
"""Height of the letters of the name in pixels."""

_STRIP = 16
"""Height in pixels of the strip with the name."""

_MARGIN = 6
"""Pixels between the shown country and the frame."""

SMALL_STATE_KM = 500
"""A country that reaches less far is shown in the region: as a shape of its own, few readers know
where it is. Brunei, Singapore and Timor-Leste are."""

KM_PER_DEGREE = 111.32

_DOT = 3.6

_SPECK = 0.3
"""Square pixels of land that are not drawn, except of the country itself."""

_DETAIL = "geometry_low"


@dataclass(frozen=True)
class Window:
    """What the inset shows.

    Attributes
    ----------
    longitude, latitude
        Its middle.
    scale
        Pixels per degree of latitude.
    """

    longitude: float
    latitude: float
    scale: float

    @property
    def across(self) -> float:
        """Pixels per degree of longitude."""
        return self.scale * math.cos(math.radians(self.latitude))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all that is drawn."""
        half_lon = SIDE / 2 / self.across
        half_lat = (SIDE - _STRIP) / 2 / self.scale
        return (
            self.longitude - half_lon,
            self.latitude - half_lat,
            self.longitude + half_lon,
            self.latitude + half_lat,
        )

    def projected(self, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
        """Degrees to pixels by an equirectangular projection around the middle."""
        x, y = SIDE / 2, (SIDE - _STRIP) / 2
        moved = shapes.affine_transform(
            [
                *(self.across, 0, 0, -self.scale),
                *(x - self.across * self.longitude, y + self.scale * self.latitude),
            ]
        )
        return moved.set_crs(None, allow_override=True)


def in_region(layers: Catalogue, iso3: str) -> bool:
    """Whether a country is so small that its cities are shown in the region."""
    west, south, east, north = _country(layers, iso3).bounds
    across = (east - west) * math.cos(math.radians((south + north) / 2))
    return bool(max(across, north - south) * KM_PER_DEGREE < SMALL_STATE_KM)


def window(layers: Catalogue, iso3: str) -> Window:
    """The window that the inset of a city of a country shows."""
    west, south, east, north = (
        layers.geo("countries").total_bounds
        if in_region(layers, iso3)
        else _country(layers, iso3).bounds
    )
    middle = (south + north) / 2
    across = (east - west) * math.cos(math.radians(middle))
    scale = min((SIDE - 2 * _MARGIN) / across, (SIDE - _STRIP - 2 * _MARGIN) / (north - south))
    return Window((west + east) / 2, middle, scale)


def group(
    layers: Catalogue, iso3: str, at: shapely.Point, corner: tuple[float, float], colours: Palette
) -> str:
    """The inset as a group of an SVG.

    Parameters
    ----------
    at
        Longitude and latitude of the city.
    corner
        Left and top of the inset in the picture.
    """
    shown = window(layers, iso3)
    parts = [f'<rect width="{SIDE}" height="{SIDE}" fill="{colours.sea}"/>']
    parts += _land(layers, iso3, shown, colours)
    [dot] = shown.projected(gpd.GeoSeries([at]))
    parts.append(
        f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{_DOT}" fill="{colours.city}" '
        f'stroke="{colours.city_ring}" stroke-width="1.2"/>'
    )
    top = SIDE - _STRIP
    parts += [
        f'<rect y="{top}" width="{SIDE}" height="{_STRIP}" fill="{colours.ground}"/>',
        f'<text x="{SIDE / 2:g}" y="{top + _STRIP / 2 + 0.5:g}" text-anchor="middle" '
        f'dominant-baseline="middle" font-family="sans-serif" font-size="{LETTERS}" '
        f'fill="{colours.text}">{escape(name(layers, iso3))}</text>',
        f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="{colours.muted}"/>',
    ]
    left, above = corner
    return f'<g transform="translate({left:g} {above:g})">{"".join(parts)}</g>'


def name(layers: Catalogue, iso3: str) -> str:
    """What the inset shows: the name of the country, or of the region."""
    if in_region(layers, iso3):
        return tr("Southeast Asia")
    return str(layers["countries"].set_index("iso3")["name"][iso3])


def _country(layers: Catalogue, iso3: str) -> shapely.Geometry:
    return layers.geo("countries").set_index("iso3").geometry[iso3]


def _land(layers: Catalogue, iso3: str, shown: Window, colours: Palette) -> Iterator[str]:
    """Paths of the land in the window, the country's own last and in another colour."""
    countries = layers.geo("countries").set_geometry(_DETAIL)
    own = countries["iso3"] == iso3
    around = layers.geo("context").set_geometry(_DETAIL)
    for shapes, fill, least in (
        (around.geometry, colours.no_data, _SPECK),
        (countries.geometry[~own], colours.no_data, _SPECK),
        (countries.geometry[own], colours.share[2], 0.0),
    ):
        cut = shown.projected(shapes.clip_by_rect(*shown.bounds)).explode()
        drawn = path(cut[cut.area > least].simplify(0.3))
        if drawn:
            yield f'<path d="{drawn}" fill="{fill}" fill-rule="evenodd"/>'


def path(shapes: Iterable[shapely.Geometry]) -> str:
    """Polygons as the commands of an SVG path; other shapes are left out."""
    commands = []
    for part in (part for shape in shapes for part in shapely.get_parts(shape)):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(ring))
            commands.append(f"M{points}Z")
    return "".join(commands)
