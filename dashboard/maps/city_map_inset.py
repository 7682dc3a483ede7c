"""The inset of a city's map: its location in the country, or in the region."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import geopandas as gpd
import shapely
from markupsafe import Markup

from dashboard.markup.html import tag
from dashboard.markup.theme import Palette
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

SIDE = 104
"""Height and width in pixels, including the name of the country: a tenth of the city's map."""

FONT_SIZE = 11
"""Font size of the name in pixels."""

_STRIP = 16
"""Height in pixels of the strip with the name."""

_MARGIN = 6
"""Pixels between the country and the frame."""

SMALL_STATE_KM = 500
"""Smaller countries are shown within the region, because few users would recognise their outline:
Brunei, Singapore and Timor-Leste."""

KM_PER_DEGREE = 111.32

_DOT = 3.6

_MIN_AREA = 0.3
"""Minimum area in square pixels of polygons outside the country."""


@dataclass(frozen=True)
class Window:
    """Centre and scale of the inset.

    Attributes
    ----------
    longitude, latitude
        Centre in degrees.
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
        """West, south, east and north of the inset in degrees."""
        half_lon = SIDE / 2 / self.across
        half_lat = (SIDE - _STRIP) / 2 / self.scale
        return (
            self.longitude - half_lon,
            self.latitude - half_lat,
            self.longitude + half_lon,
            self.latitude + half_lat,
        )

    def projected(self, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
        """Project degrees to pixels, with an equirectangular projection around the centre."""
        x, y = SIDE / 2, (SIDE - _STRIP) / 2
        transformed = shapes.affine_transform(
            [
                *(self.across, 0, 0, -self.scale),
                *(x - self.across * self.longitude, y + self.scale * self.latitude),
            ]
        )
        return transformed.set_crs(None, allow_override=True)


def shown_in_region(layers: Catalogue, iso3: str) -> bool:
    """Whether a country is so small that the inset shows the region."""
    west, south, east, north = _country(layers, iso3).bounds
    across = (east - west) * math.cos(math.radians((south + north) / 2))
    return bool(max(across, north - south) * KM_PER_DEGREE < SMALL_STATE_KM)


def window(layers: Catalogue, iso3: str) -> Window:
    """Centre and scale of the inset for cities of a country."""
    west, south, east, north = (
        layers.geo("countries").total_bounds
        if shown_in_region(layers, iso3)
        else _country(layers, iso3).bounds
    )
    middle = (south + north) / 2
    across = (east - west) * math.cos(math.radians(middle))
    scale = min((SIDE - 2 * _MARGIN) / across, (SIDE - _STRIP - 2 * _MARGIN) / (north - south))
    return Window((west + east) / 2, middle, scale)


def svg_group(
    layers: Catalogue,
    iso3: str,
    city_point: shapely.Point,
    corner: tuple[float, float],
    colours: Palette,
) -> Markup:
    """The inset as an SVG group.

    Parameters
    ----------
    city_point
        Longitude and latitude of the city.
    corner
        Left and top of the inset in the map, in pixels.
    """
    inset_window = window(layers, iso3)
    [dot] = inset_window.projected(gpd.GeoSeries([city_point]))
    left, top = corner
    strip = SIDE - _STRIP
    return tag(
        "g",
        tag("rect", width=SIDE, height=SIDE, fill=colours.sea),
        _land(layers, iso3, inset_window, colours),
        tag(
            "circle",
            cx=f"{dot.x:.1f}",
            cy=f"{dot.y:.1f}",
            r=_DOT,
            fill=colours.city,
            stroke=colours.city_ring,
            stroke_width=1.2,
        ),
        tag("rect", y=strip, width=SIDE, height=_STRIP, fill=colours.ground),
        tag(
            "text",
            area_name(layers, iso3),
            x=f"{SIDE / 2:g}",
            y=f"{strip + _STRIP / 2 + 0.5:g}",
            text_anchor="middle",
            dominant_baseline="middle",
            font_size=FONT_SIZE,
            fill=colours.text,
        ),
        tag("rect", width=SIDE, height=SIDE, fill="none", stroke=colours.muted),
        transform=f"translate({left:g} {top:g})",
    )


def area_name(layers: Catalogue, iso3: str) -> str:
    """Name of the area that the inset shows: the country or the region."""
    if shown_in_region(layers, iso3):
        return tr("Southeast Asia")
    return str(layers["countries"].set_index("iso3")["name"][iso3])


def _country(layers: Catalogue, iso3: str) -> shapely.Geometry:
    return layers.geo("countries").set_index("iso3").geometry[iso3]


def _land(layers: Catalogue, iso3: str, inset_window: Window, colours: Palette) -> Iterator[Markup]:
    """Paths of the land in the inset; the country comes last, in a different colour."""
    countries = layers.geo("countries_low")
    is_country = countries["iso3"] == iso3
    context = layers.geo("context_low")
    for shapes, fill, min_area in (
        (context.geometry, colours.no_data, _MIN_AREA),
        (countries.geometry[~is_country], colours.no_data, _MIN_AREA),
        (countries.geometry[is_country], colours.share[2], 0.0),
    ):
        parts = inset_window.projected(shapes.clip_by_rect(*inset_window.bounds)).explode()
        commands = path(parts[parts.area > min_area].simplify(0.3))
        if commands:
            yield tag("path", d=commands, fill=fill, fill_rule="evenodd")


def path(shapes: Iterable[shapely.Geometry]) -> str:
    """Polygons as SVG path commands; other geometry types are skipped."""
    commands = []
    for part in (part for shape in shapes for part in shapely.get_parts(shape)):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(ring))
            commands.append(f"M{points}Z")
    return "".join(commands)
