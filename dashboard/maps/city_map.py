"""Small maps around one city, as SVG: all at one scale, so that they can be compared, each with an
inset that shows where in its country the city lies."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import city_map_inset as inset
from dashboard.maps.label_placement import SIZE, Box, place_labels
from dashboard.markup.theme import THEMES, Palette
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue

WIDTH_KM = 80.0
PIXELS = 320
SCALE_BAR_KM = 20
KM_PER_DEGREE = 111.32
LABELLED_PLACES = 5
CITY_RADIUS = 6.0

_EDGE = 8
"""Pixels between the inset and the edge of the picture."""

_FAR = PIXELS - _EDGE - inset.SIDE

CORNERS = ((_FAR, _EDGE), (_EDGE, _EDGE), (_FAR, _FAR))
"""Where the inset may stand, the best first; the fourth corner has the scale bar."""


def _projected(shapes: gpd.GeoSeries, longitude: float, latitude: float) -> gpd.GeoSeries:
    """Degrees to pixels by an equirectangular projection around the city.

    Within 60 km of the centre its error in distance stays below 1 %, less than a pixel here.
    """
    scale = PIXELS / WIDTH_KM * KM_PER_DEGREE
    across = scale * math.cos(math.radians(latitude))
    matrix = [across, 0, 0, -scale, PIXELS / 2 - across * longitude, PIXELS / 2 + scale * latitude]
    return shapes.affine_transform(matrix)


def svg(layers: Catalogue, city_id: str, colours: Palette) -> str:
    """The land within 40 km of a member city, with borders, places, a scale bar and an inset.

    Parameters
    ----------
    city_id
        A member city; :class:`KeyError` if there is none of that id.
    """
    city = layers.geo("cities").set_index("city_id").loc[city_id]
    centre = (city.geometry.x, city.geometry.y)
    half_lat = WIDTH_KM / 2 / KM_PER_DEGREE
    half_lon = half_lat / math.cos(math.radians(centre[1]))
    window = shapely.box(
        centre[0] - half_lon, centre[1] - half_lat, centre[0] + half_lon, centre[1] + half_lat
    )
    parts = [f'<rect width="{PIXELS}" height="{PIXELS}" fill="{colours.sea}"/>']
    for name, fill in (("context", colours.context), ("countries", colours.land)):
        shapes = layers.geo(name).geometry
        near = shapes[shapes.intersects(window)]
        # A wider cut keeps the cut edges, and so their strokes, outside the picture.
        cut = near.clip_by_rect(*window.buffer(half_lat / 4).bounds)
        parts += (
            f'<path d="{inset.path([shape])}" fill="{fill}" '
            f'stroke="{colours.muted}" stroke-width="0.8" fill-rule="evenodd"/>'
            for shape in _projected(cut, *centre)
        )
    near = _near(layers, window, centre)
    corner = _corner(near)
    parts += _places(near, corner, colours)
    middle = PIXELS / 2
    parts.append(
        f'<circle cx="{middle}" cy="{middle}" r="{CITY_RADIUS:g}" fill="{colours.city}" '
        f'stroke="{colours.city_ring}" stroke-width="1.5"/>'
    )
    parts.append(inset.group(layers, str(city["iso3"]), city.geometry, corner, colours))
    parts += _scale_bar(colours)
    title = tr(
        "{city} and its surroundings, {km} km across", city=city["name"], km=decimal(WIDTH_KM)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PIXELS} {PIXELS}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def alt(layers: Catalogue, city: Mapping[str, Any]) -> str:
    """What a city's map shows, for those who do not see it."""
    return tr(
        "Map of the 40 km around {city}, with an inset that shows where in {area} it lies",
        city=city["name"],
        area=inset.name(layers, str(city["iso3"])),
    )


def _near(
    layers: Catalogue, window: shapely.Polygon, centre: tuple[float, float]
) -> gpd.GeoDataFrame:
    """The places in the window, the largest first, with their geometry in pixels."""
    places = layers.geo("places")
    near = places.iloc[places.sindex.query(window, predicate="contains")]
    near = near.sort_values("population", ascending=False, kind="stable")
    return near.set_geometry(_projected(near.geometry, *centre))


def _room(corner: tuple[float, float], margin: float = 0) -> Box:
    """Left, top, right and bottom of the inset."""
    left, top = corner
    side = inset.SIDE + margin
    return left - margin, top - margin, left + side, top + side


def _corner(near: gpd.GeoDataFrame) -> tuple[float, float]:
    """The corner where the inset covers the fewest people."""

    def covered(corner: tuple[float, float]) -> int:
        under = near.intersects(shapely.box(*_room(corner)))
        return int(near.loc[under, "population"].sum())

    return min(CORNERS, key=covered)


def _places(near: gpd.GeoDataFrame, corner: tuple[float, float], colours: Palette) -> Iterator[str]:
    """Dots for all places that the inset leaves free, names for the largest that are not the city
    itself."""
    # No dot is wider than 4 pixels, so none is cut by the frame.
    near = near[~near.intersects(shapely.box(*_room(corner, margin=5)))]
    spots = near.geometry
    for spot, population in zip(spots, near["population"], strict=True):
        radius = min(max(float(population) ** 0.5 / 250, 0.9), 4)
        yield (
            f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{radius:.1f}" '
            f'fill="{colours.place}" fill-opacity="0.65"/>'
        )
    away = ((spots.x - PIXELS / 2) ** 2 + (spots.y - PIXELS / 2) ** 2) > 20**2
    named = near[away].head(LABELLED_PLACES)
    middle = np.full((1, 2), PIXELS / 2)
    left, top, right, bottom = _room(corner)
    inset_middle = np.array([[(left + right) / 2, (top + bottom) / 2]])
    # City and inset come first, without a name here, so that no name covers them.
    labels = place_labels(
        pd.Series(["", "", *named["name"]]),
        np.vstack([middle, inset_middle, shapely.get_coordinates(named.geometry.to_numpy())]),
        np.array([CITY_RADIUS, inset.SIDE / 2 + 2] + [4.0] * len(named)),
        window=(4, 4, PIXELS - 4, PIXELS - 30),
    )[2:]
    for spot, label in zip(named.geometry, labels.to_dict("records"), strict=True):
        if label["label"]:
            yield _name(spot, label, colours)


def _name(spot: shapely.Point, label: Mapping[Hashable, Any], colours: Palette) -> str:
    right, down = label["label_offset"]
    down += {"center": 0, "bottom": -SIZE / 2, "top": SIZE / 2}[label["label_baseline"]]
    return (
        f'<text x="{spot.x + right:.1f}" y="{spot.y + down:.1f}" '
        f'text-anchor="{label["label_anchor"]}" dominant-baseline="middle" '
        f'font-family="sans-serif" font-size="{SIZE}" fill="{colours.text}" '
        f'stroke="{colours.land}" stroke-width="3" paint-order="stroke">'
        f"{escape(label['label'])}</text>"
    )


def _scale_bar(colours: Palette) -> list[str]:
    length = SCALE_BAR_KM / WIDTH_KM * PIXELS
    y = PIXELS - 12
    said = escape(tr("{number} km", number=decimal(SCALE_BAR_KM)))
    return [
        f'<path d="M12,{y - 4}V{y}H{12 + length:g}V{y - 4}" fill="none" '
        f'stroke="{colours.text}" stroke-width="1.5"/>',
        f'<text x="{18 + length:g}" y="{y}" font-family="sans-serif" font-size="{SIZE}" '
        f'fill="{colours.text}">{said}</text>',
    ]


def city_map_url(city_id: str, theme: str) -> str:
    """The path of a city's map, with the version of the data so that it can be kept for good."""
    query = {"theme": theme, **i18n.parameters(), "v": catalogue().version}
    return f"/maps/{city_id}.svg?{urlencode(query)}"


def city_map_image(city: Mapping[str, Any], theme: str) -> str:
    """The map of a city as an HTML image; on paper it is the light one.

    Parameters
    ----------
    city
        ``city_id``, ``name`` and ``iso3`` of a member city.
    """
    said = escape(alt(catalogue(), city))

    def image(of_theme: str, kind: str = "") -> str:
        href = escape(city_map_url(str(city["city_id"]), of_theme))
        return f'<img{kind} src="{href}" alt="{said}" width="320" height="320">'

    if theme == THEMES[0]:
        return image(theme)
    return image(theme, ' class="on-screen"') + image(THEMES[0], ' class="on-paper"')
