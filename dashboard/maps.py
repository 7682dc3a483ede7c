"""Decks for ``st.pydeck_chart``: pure functions from a description of the map to a deck.

The deck holds addresses of map layers, not their features, so it stays at a few kB. Nothing is
asked of another host: sea, land, graticule and labels are layers of our own.

Colours stand in ``_subLayerProps`` on purpose. While something is picked, Streamlit fades every
layer whose colour accessors stand at the top level; the picked cities are marked with rings
instead, which also works for several at once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import pydeck as pdk
from pydeck.types import String

from dashboard import labeltiles
from dashboard.classes import growth_classes, share_classes
from dashboard.labels import pixels
from dashboard.maplayers import (
    SMALLEST_RADIUS,
    ZOOM_STEP,
    Drawing,
    address,
    radius_column,
    share_column,
    symbol_radii,
)
from dashboard.theme import FOCUS_AREA_COLOURS, Palette, Rgb, rgb
from geo.i18n import mark
from geo.query import Filter
from geo.vocabulary import LAST_MEASURED_YEAR

MODES: Mapping[str, str] = {
    "share": mark("Urban share"),
    "projects": mark("Projects"),
    "focus": mark("Focus areas"),
    "growth": mark("Size and growth"),
}
"""What a map shows: slug in the URL -> label. Besides these there is ``years``, which the
Urbanisation page plays (urban share of countries and size of agglomerations in one year), and
``plain``: where the cities are, on land of one colour."""

SYMBOL_SIZES: Mapping[str, str] = {
    "share": "dot",
    "projects": "projects",
    "focus": "projects",
    "growth": "agglomeration",
    "years": "years",
    "plain": "dot",
}
"""Mode -> what the size of a symbol shows."""

REGION = (92.0, -11.2, 141.2, 28.6)
"""West, south, east, north of the member states, degrees."""

LABELLED = (88.0, -14.0, 146.0, 32.0)
"""West, south, east, north in degrees of where there are names."""

FONT = "Source Sans, Source Sans Pro, sans-serif"

PROJECTED_OPACITY = 70
"""Opacity, of 255, of the fill of a symbol whose size is a projection."""

RING_GAP = 5
"""Pixels from a symbol to the middle of the ring that marks it as selected."""

HIT_MARGIN = 6
"""Pixels around a symbol that still count as a click on it."""

_MAX_ZOOM_FOR_BOUNDARIES: Sequence[tuple[float, str]] = ((3.25, "low"), (6.0, "medium"))

_WORLD = [[-180, -85], [0, -85], [180, -85], [180, 85], [0, 85], [-180, 85]]


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
        world = 512 * 2.0**self.zoom
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
        One of :data:`MODES`, or ``years``.
    view
        Where the map opens; the reader's own view stays while this does not change.
    version
        Version of the layers, for the addresses.
    revision, year
        Release and year of the urban share that colours the countries in the modes ``share``
        and ``years``; in the latter also the year of the agglomerations.
    wanted
        Filter of cities and places.
    selected
        Longitude and latitude of the selected cities, and the radius in pixels of the rings
        around them; see :func:`rings`.
    places
        Whether populated places are shown.
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
    clicks: int = 0


class CompactDeck(pdk.Deck):  # type: ignore[misc]
    """A deck without the line breaks and indents that are two fifths of pydeck's JSON."""

    def to_json(self) -> str:
        """The deck's description for the browser."""
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"), sort_keys=True)


def fit(
    bounds: tuple[float, float, float, float], width: int, height: int, most: float = 8.0
) -> View:
    """The view that shows ``bounds`` whole in a window of ``width`` by ``height`` pixels.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    most
        Highest zoom, for bounds that are a single point.
    """
    west, south, east, north = bounds
    corners = pixels([west, east], [north, south], 0)
    across, down = (corners[1] - corners[0]).tolist()
    scale = min(width / max(across, 1e-9), height / max(down, 1e-9))
    zoom = math.floor(min(most, math.log2(scale)) / ZOOM_STEP) * ZOOM_STEP
    middle = float(corners[:, 1].mean())
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * middle / 512))))
    return View(round((west + east) / 2, 3), round(latitude, 3), max(zoom, 1.0), width, height)


def fit_cities(cities: gpd.GeoDataFrame, width: int, height: int) -> View:
    """The view that shows some cities with room for their names; the region when there are none."""
    if not len(cities):
        return fit(REGION, width, height)
    west, south, east, north = (float(edge) for edge in cities.total_bounds)
    return fit((west - 0.6, south - 0.6, east + 1.2, north + 0.6), width, height)


def fit_countries(countries: gpd.GeoDataFrame, width: int, height: int) -> View:
    """The view that shows some member states whole."""
    west, south, east, north = (float(edge) for edge in countries.total_bounds)
    room = 0.04 * max(east - west, north - south)
    bounds = (west - room, south - room, east + room, north + room)
    return fit(bounds, width, height, most=9.5)


def deck(shown: Map, colours: Palette) -> pdk.Deck:
    """The deck of a map."""
    layers = [*_ground(shown, colours), *_symbols(shown, colours)]
    controller = {"dragRotate": False, "touchRotate": False, "keyboard": True, "scrollZoom": True}
    return CompactDeck(
        layers=layers,
        views=[pdk.View("MapView", controller=controller, repeat=False)],
        initial_view_state=pdk.ViewState(
            longitude=shown.view.longitude,
            latitude=shown.view.latitude,
            zoom=shown.view.zoom,
            min_zoom=1.5,
            max_zoom=12,
        ),
        map_provider=None,
        tooltip=_card(colours),
    )


def _card(colours: Palette) -> dict[str, Any]:
    return {
        "html": "<strong>{title}</strong><br>{facts}",
        "style": {
            "backgroundColor": colours.ground,
            "color": colours.text,
            "border": f"1px solid {colours.rule}",
            "borderRadius": "4px",
            "padding": "8px 10px",
            "fontFamily": FONT,
            "fontSize": "13px",
            "lineHeight": "1.45",
            "whiteSpace": "pre-line",
            "maxWidth": "280px",
            "zIndex": "10",
        },
    }


def _geojson(id: str, data: Any, parts: Mapping[str, Mapping[str, Any]], **props: Any) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer", data=data, id=id, **{"pickable": False, **props}, _subLayerProps=parts
    )


def _fill(colour: str | Rgb) -> dict[str, Any]:
    return {
        "polygons-fill": {"getFillColor": list(rgb(colour) if isinstance(colour, str) else colour)}
    }


def _ground(shown: Map, colours: Palette) -> list[pdk.Layer]:
    """Sea, graticule, neighbours, member states."""
    detail = next(
        (name for most, name in _MAX_ZOOM_FOR_BOUNDARIES if shown.view.zoom <= most), "full"
    )
    drawing = Drawing(detail=detail)
    sea = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[*_WORLD, _WORLD[0]]]},
    }
    if shown.mode in {"share", "years"}:
        value = share_column(shown.revision, shown.year)
        land: Any = "@@=" + share_classes(colours).expression(value, colours.no_data)
    else:
        land = list(rgb(colours.land))
    border = {"getColor": list(rgb(colours.border))}
    return [
        _geojson("sea", sea, _fill(colours.sea), stroked=False),
        _geojson(
            "graticule",
            address("graticule", shown.version),
            {"polygons-stroke": {"getColor": list(rgb(colours.graticule))}},
            filled=False,
            stroked=True,
            line_width_min_pixels=0.6,
        ),
        _geojson(
            "context",
            address("context", shown.version, drawing=drawing),
            {**_fill(colours.context), "polygons-stroke": border},
            stroked=True,
            line_width_min_pixels=0.6,
        ),
        _geojson(
            "countries",
            address("countries", shown.version, drawing=drawing),
            {"polygons-fill": {"getFillColor": land}, "polygons-stroke": border},
            stroked=True,
            line_width_min_pixels=0.8,
        ),
    ]


def _symbols(shown: Map, colours: Palette) -> list[pdk.Layer]:
    """Places, cities, rings around the selected ones, labels, and the layer that takes clicks."""
    drawing = Drawing(size=SYMBOL_SIZES[shown.mode])
    data = address("cities", shown.version, shown.wanted, drawing)
    opening = replace(drawing, zoom=shown.view.zoom, window=shown.view.window())
    names = labeltiles.address(shown.version, shown.wanted, opening)
    circle: dict[str, Any] = {
        "point_type": String("circle"),
        "point_radius_units": String("pixels"),
        "get_point_radius": _radius(shown),
        "line_width_units": String("pixels"),
    }
    layers = []
    if shown.places:
        layers.append(
            _geojson(
                "places",
                address("places", shown.version, shown.wanted),
                {"points-circle": {"getFillColor": [*rgb(colours.place), 150]}},
                stroked=False,
                **{**circle, "pickable": True},
            )
        )
    layers.append(
        _geojson(
            "cities",
            data,
            {
                "points-circle": {
                    "getFillColor": _city_colour(shown, colours),
                    **_city_outline(shown, colours),
                }
            },
            stroked=True,
            **circle,
        )
    )
    if shown.selected:
        layers.append(_rings(shown.selected, colours))
    layers.append(_labels(names, colours))
    layers.append(
        _geojson(
            f"pick-{shown.clicks}",
            data,
            {},
            opacity=0,
            **{
                **circle,
                "get_point_radius": f"{_radius(shown)} + {HIT_MARGIN}",
                "pickable": True,
            },
        )
    )
    return layers


def _radius(shown: Map) -> str:
    """The map expression that gives a city's symbol its radius."""
    if shown.mode != "years":
        return "properties.radius"
    of_year = f"properties.{radius_column(shown.year)}"
    return f"({of_year} == null ? {SMALLEST_RADIUS:g} : {of_year})"


def _city_colour(shown: Map, colours: Palette) -> Any:
    """Constant colour or map expression of a city's symbol."""
    empty, mode = list(rgb(colours.no_data)), shown.mode
    if mode == "growth":
        growth = growth_classes(colours)
        return "@@=" + growth.expression("agglomeration_growth_2000_2018", colours.no_data)
    if mode == "focus":
        return "@@=" + _focus_expression("focus", str(empty))
    city = list(rgb(colours.city))
    if mode == "years" and shown.year > LAST_MEASURED_YEAR:
        city = [*city, PROJECTED_OPACITY]
    return f"@@=properties.has_value ? {city} : {empty}"


def _focus_expression(property: str, otherwise: str) -> str:
    """The map expression that gives a feature the colour of its focus area."""
    choice = otherwise
    for area, colour in FOCUS_AREA_COLOURS.items():
        choice = f"properties.{property} == '{area}' ? {list(rgb(colour))} : {choice}"
    return choice


def _city_outline(shown: Map, colours: Palette) -> dict[str, Any]:
    """Outline of a city's symbol; with two leading focus areas it shows the second, and a
    projected size is an outline more than a disc."""
    ring, outline = list(rgb(colours.city_ring)), list(rgb(colours.outline))
    mode = shown.mode
    width: Any = 1.2
    if mode == "share":
        colour: Any = ring
    elif mode == "growth":
        colour = outline
    elif mode == "focus":
        plain = f"properties.focus == null ? {outline} : {ring}"
        colour = "@@=" + _focus_expression("focus_ring", plain)
        width = "@@=properties.focus_ring == null ? 1.2 : 5"
    elif mode == "years" and shown.year > LAST_MEASURED_YEAR:
        colour = f"@@=properties.has_value ? {list(rgb(colours.city))} : {outline}"
        width = 2
    else:
        colour = f"@@=properties.has_value ? {ring} : {outline}"
    return {"getLineColor": colour, "getLineWidth": width}


def rings(
    picked: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, mode: str
) -> tuple[tuple[float, float, float], ...]:
    """Where the rings around selected cities stand, each just outside its symbol.

    Parameters
    ----------
    picked, cities
        The selected and all rows of the ``cities`` layer.
    """
    radii = symbol_radii(picked, cities, SYMBOL_SIZES[mode]) + RING_GAP
    return tuple(zip(picked.geometry.x, picked.geometry.y, radii, strict=True))


def _rings(selected: Sequence[tuple[float, float, float]], colours: Palette) -> pdk.Layer:
    features = [
        {
            "type": "Feature",
            "properties": {"radius": radius},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        }
        for x, y, radius in selected
    ]
    return _geojson(
        "selected",
        {"type": "FeatureCollection", "features": features},
        {"points-circle": {"getLineColor": list(rgb(colours.selected)), "getLineWidth": 3}},
        filled=False,
        stroked=True,
        get_point_radius="properties.radius",
        point_type=String("circle"),
        point_radius_units=String("pixels"),
        line_width_units=String("pixels"),
    )


def _labels(tiles: str, colours: Palette) -> pdk.Layer:
    """Names of cities and countries, other ones at each zoom; see :mod:`dashboard.labeltiles`."""
    colour = f"properties.country ? {[*rgb(colours.muted), 255]} : {[*rgb(colours.text), 255]}"
    return pdk.Layer(
        "TileLayer",
        data=tiles,
        id="labels",
        min_zoom=labeltiles.LEAST_ZOOM,
        max_zoom=labeltiles.MOST_ZOOM,
        tile_size=labeltiles.TILE,
        extent=list(LABELLED),
        # Names of the zoom before stay until those of the next have come, never both.
        refinement_strategy=String("no-overlap"),
        point_type=String("text"),
        get_text="properties.label",
        # Streamlit fades no tile layer, so this colour may stand at the top level.
        get_text_color=colour,
        get_text_size="properties.label_size",
        get_text_anchor="properties.label_anchor",
        get_text_alignment_baseline="properties.label_baseline",
        get_text_pixel_offset="properties.label_offset",
        text_character_set=String("auto"),
        text_font_family=String(FONT),
        text_font_weight=500,
        # A halo in the ground's colour keeps names readable on any class of the choropleth.
        text_font_settings={
            "sdf": True,
            "fontSize": 32,
            "buffer": 6,
            "radius": 8,
            "smoothing": 0.15,
        },
        text_outline_width=5,
        text_outline_color=[*rgb(colours.ground), 220],
    )
