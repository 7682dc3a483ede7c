"""Locator maps of cities as SVG: all at the same scale, so that they can be compared, each with an
inset that shows the city's location in its country."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup

from dashboard import i18n
from dashboard.data.current import catalogue
from dashboard.maps import city_map_inset as inset
from dashboard.maps.deck_layers import FONT
from dashboard.maps.label_placement import SIZE, Box, place_labels
from dashboard.markup.html import tag
from dashboard.markup.theme import THEMES, Palette
from geo.analysis.city_areas import area_of
from geo.errors import LayerError
from geo.i18n import decimal, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import EXACT, MEMBER_STATES

WIDTH_KM = 80.0
PIXELS = 320
SCALE_BAR_KM = 20
KM_PER_DEGREE = 111.32
LABELLED_PLACES = 5
CITY_RADIUS = 6.0

_EDGE = 8
"""Pixels between the inset and the edge of the map."""

_TOLERANCE = 0.3
"""Simplification tolerance of land and of the city's area in pixels."""

_FAR_EDGE = PIXELS - _EDGE - inset.SIDE

CORNERS = ((_FAR_EDGE, _EDGE), (_EDGE, _EDGE), (_FAR_EDGE, _FAR_EDGE))
"""Candidate positions of the inset, best first; the fourth corner has the scale bar."""


def _projected(shapes: gpd.GeoSeries, longitude: float, latitude: float) -> gpd.GeoSeries:
    """Project degrees to pixels, with an equirectangular projection centred on the city.

    Within 60 km of the centre the error in distance is below 1%, less than a pixel here.
    """
    scale = PIXELS / WIDTH_KM * KM_PER_DEGREE
    across = scale * math.cos(math.radians(latitude))
    matrix = [across, 0, 0, -scale, PIXELS / 2 - across * longitude, PIXELS / 2 + scale * latitude]
    return shapes.affine_transform(matrix)


def svg(layers: Catalogue, city_id: str, colours: Palette) -> Markup:
    """The land within 40 km of a member city as an image: its area, borders, places, a scale bar
    and an inset.

    Parameters
    ----------
    city_id
        Id of a member city; an unknown one raises :class:`KeyError`.
    """
    city = layers.geo("cities").set_index("city_id").loc[city_id]
    centre = (city.geometry.x, city.geometry.y)
    half_lat = WIDTH_KM / 2 / KM_PER_DEGREE
    half_lon = half_lat / math.cos(math.radians(centre[1]))
    window = shapely.box(
        centre[0] - half_lon, centre[1] - half_lat, centre[0] + half_lon, centre[1] + half_lat
    )
    nearby = _nearby_places(layers, window, centre)
    corner = _corner(nearby)
    title = tr(
        "{city} and its surroundings, {km} km across", city=city["name"], km=decimal(WIDTH_KM)
    )
    return tag(
        "svg",
        tag("title", title),
        tag("rect", width=PIXELS, height=PIXELS, fill=colours.sea),
        _land(layers, window, centre, colours),
        _area(layers, city_id, window, centre, colours),
        _places(nearby, corner, colours),
        tag(
            "circle",
            cx=PIXELS / 2,
            cy=PIXELS / 2,
            r=f"{CITY_RADIUS:g}",
            fill=colours.city,
            stroke=colours.city_ring,
            stroke_width=1.5,
        ),
        inset.svg_group(layers, str(city["iso3"]), city.geometry, corner, colours),
        _scale_bar(colours),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {PIXELS} {PIXELS}",
        font_family=FONT,
        role="img",
    )


def _land(
    layers: Catalogue, window: shapely.Polygon, centre: tuple[float, float], colours: Palette
) -> Iterator[Markup]:
    # A larger clipping box keeps the strokes of clipped edges outside the map.
    clip = window.buffer((window.bounds[3] - window.bounds[1]) / 8).bounds
    for iso3, land in _land_of_countries(layers, clip).items():
        projected = _projected(gpd.GeoSeries([land]), *centre).simplify(_TOLERANCE)
        yield tag(
            "path",
            d=inset.path(projected),
            fill=colours.land if iso3 in MEMBER_STATES else colours.context,
            stroke=colours.muted,
            stroke_width=0.8,
            fill_rule="evenodd",
        )


def _land_of_countries(
    layers: Catalogue, box: tuple[float, float, float, float]
) -> dict[Any, shapely.Geometry]:
    """Land in a box by the code of its country, at city scale; coarser if that layer fails."""
    try:
        land = layers.geo("land")
    except LayerError:
        land = pd.concat([layers.geo("context"), layers.geo("countries")])
    near = land.iloc[land.sindex.query(shapely.box(*box), predicate="intersects")]
    # The squares of a country are joined, as the edges between them would be seen.
    joined = near.clip_by_rect(*box).groupby(near["iso3"], dropna=False)
    return dict(joined.agg(shapely.disjoint_subset_union_all))


def _area(
    layers: Catalogue,
    city_id: str,
    window: shapely.Polygon,
    centre: tuple[float, float],
    colours: Palette,
) -> Iterator[Markup]:
    """The area of the city as the network's plans count it, dashed if it is inexact."""
    areas = layers.geo("city_areas")
    own = area_of(city_id, areas)
    # Beyond the window, so that its frame is no border of the area.
    clip = window.buffer((window.bounds[3] - window.bounds[1]) / 8).bounds
    shapes = gpd.GeoSeries([own["geometry"]], crs=areas.crs).clip_by_rect(*clip)
    projected = _projected(shapes, *centre).simplify(_TOLERANCE)
    yield tag(
        "path",
        d=inset.path(projected),
        fill=colours.city,
        fill_opacity=0.16,
        stroke=colours.city,
        stroke_width=1.2,
        stroke_dasharray=None if own["fit"] == EXACT else "4 3",
        fill_rule="evenodd",
    )


def alt_text(layers: Catalogue, city: Mapping[str, Any]) -> str:
    """Alternative text of a city's map."""
    return tr(
        "Map of the 40 km around {city} with its area, and an inset showing its location in {area}",
        city=city["name"],
        area=inset.area_name(layers, str(city["iso3"])),
    )


def _nearby_places(
    layers: Catalogue, window: shapely.Polygon, centre: tuple[float, float]
) -> gpd.GeoDataFrame:
    """Places in the window, largest first, with geometry in pixels."""
    places = layers.geo("places")
    nearby = places.iloc[places.sindex.query(window, predicate="contains")]
    nearby = nearby.sort_values("population", ascending=False, kind="stable")
    return nearby.set_geometry(_projected(nearby.geometry, *centre))


def _inset_box(corner: tuple[float, float], margin: float = 0) -> Box:
    """Left, top, right and bottom of the inset in pixels."""
    left, top = corner
    side = inset.SIDE + margin
    return left - margin, top - margin, left + side, top + side


def _corner(places: gpd.GeoDataFrame) -> tuple[float, float]:
    """The corner where the inset covers the fewest people."""

    def covered_people(corner: tuple[float, float]) -> int:
        is_covered = places.intersects(shapely.box(*_inset_box(corner)))
        return int(places.loc[is_covered, "population"].sum())

    return min(CORNERS, key=covered_people)


def _places(
    places: gpd.GeoDataFrame, corner: tuple[float, float], colours: Palette
) -> Iterator[Markup]:
    """Dots for all places outside the inset, labels for the largest ones other than the city."""
    # No dot has a radius above 4 pixels, so the frame clips none.
    places = places[~places.intersects(shapely.box(*_inset_box(corner, margin=5)))]
    points = places.geometry
    for point, population in zip(points, places["population"], strict=True):
        radius = min(max(float(population) ** 0.5 / 250, 0.9), 4)
        yield tag(
            "circle",
            cx=f"{point.x:.1f}",
            cy=f"{point.y:.1f}",
            r=f"{radius:.1f}",
            fill=colours.place,
            fill_opacity=0.65,
        )
    is_away = ((points.x - PIXELS / 2) ** 2 + (points.y - PIXELS / 2) ** 2) > 20**2
    labelled = places[is_away].head(LABELLED_PLACES)
    middle = np.full((1, 2), PIXELS / 2)
    left, top, right, bottom = _inset_box(corner)
    inset_middle = np.array([[(left + right) / 2, (top + bottom) / 2]])
    # City and inset come first, with empty labels, so that no label covers them.
    labels = place_labels(
        pd.Series(["", "", *labelled["name"]]),
        np.vstack([middle, inset_middle, shapely.get_coordinates(labelled.geometry.to_numpy())]),
        np.array([CITY_RADIUS, inset.SIDE / 2 + 2] + [4.0] * len(labelled)),
        window=(4, 4, PIXELS - 4, PIXELS - 30),
    )[2:]
    for point, label in zip(labelled.geometry, labels.to_dict("records"), strict=True):
        if label["label"]:
            yield _name(point, label, colours)


def _name(point: shapely.Point, label: Mapping[Hashable, Any], colours: Palette) -> Markup:
    dx, dy = label["label_offset"]
    dy += {"center": 0, "bottom": -SIZE / 2, "top": SIZE / 2}[label["label_baseline"]]
    return tag(
        "text",
        label["label"],
        x=f"{point.x + dx:.1f}",
        y=f"{point.y + dy:.1f}",
        text_anchor=label["label_anchor"],
        dominant_baseline="middle",
        font_size=SIZE,
        fill=colours.text,
        stroke=colours.land,
        stroke_width=3,
        paint_order="stroke",
    )


def _scale_bar(colours: Palette) -> Markup:
    end, y = 12 + SCALE_BAR_KM / WIDTH_KM * PIXELS, PIXELS - 12
    line = tag(
        "path",
        d=f"M12,{y - 4}V{y}H{end:g}V{y - 4}",
        fill="none",
        stroke=colours.text,
        stroke_width=1.5,
    )
    label = tr("{number} km", number=decimal(SCALE_BAR_KM))
    return line + tag("text", label, x=f"{end + 6:g}", y=y, font_size=SIZE, fill=colours.text)


def city_map_url(city_id: str, theme: str) -> str:
    """URL path of a city map, with the version of the data so that it can be cached forever."""
    query = {"theme": theme, **i18n.language_params(), "v": catalogue().version}
    return f"/maps/{city_id}.svg?{urlencode(query)}"


def city_map_image(city: Mapping[str, Any], theme: str) -> Markup:
    """The map of a city as an HTML image; printed pages use the light theme.

    Parameters
    ----------
    city
        ``city_id``, ``name`` and ``iso3`` of a member city.
    """
    alt = alt_text(catalogue(), city)

    def image(image_theme: str, kind: str | None = None) -> Markup:
        url = city_map_url(str(city["city_id"]), image_theme)
        return tag("img", class_=kind, src=url, alt=alt, width=PIXELS, height=PIXELS)

    if theme == THEMES[0]:
        return image(theme)
    return image(theme, "on-screen") + image(THEMES[0], "on-paper")
