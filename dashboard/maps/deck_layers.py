"""The layers of a map's deck: base map, symbols, labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pydeck as pdk
from pydeck.types import String

from dashboard.data.un_revision import SPAN_YEARS
from dashboard.maps.base_map import BORDER, CONTEXT, SEA, share_column
from dashboard.maps.classification import (
    growth_classes,
    indicator_classes,
    share_classes,
    un_growth_classes,
)
from dashboard.maps.source_urls import (
    AREAS_MIN_ZOOM,
    LAND_MAX_ZOOM,
    LAND_MIN_ZOOM,
    LAND_TILE_SIZE,
    MAX_ZOOM,
    MIN_ZOOM,
    SURROUNDINGS_MIN_ZOOM,
    TILE_SIZE,
    SourceUrls,
)
from dashboard.maps.symbols import (
    INDICATOR,
    PARTS,
    SMALL,
    SMALLEST_RADIUS,
    SYMBOL_SIZES,
    YEAR_MODES,
    radius_column,
)
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette, rgb
from geo.vocabulary import BASE_YEAR_2025, EXACT

if TYPE_CHECKING:
    from dashboard.maps.view import Map, Ring


LABEL_EXTENT = (88.0, -14.0, 146.0, 32.0)
"""West, south, east, north in degrees of the area with labels."""

FONT = "Source Sans, Source Sans Pro, sans-serif"


OTHER_OPACITY = 150
"""Opacity (0 to 255) of a UN city that is not a member city."""

SYMBOL_OPACITY = 215
"""Fill opacity (0 to 255) of a symbol, through which others are seen."""

PROJECTED_OPACITY = 70
"""Fill opacity (0 to 255) of a symbol whose size is a projection."""

TRANSPARENT = [0, 0, 0, 0]
"""Fill of an outline symbol: a city without a value."""


def _geojson(id: str, data: Any, **props: Any) -> pdk.Layer:
    """A ``GeoJsonLayer``; accessors (``get_...``) are constants or expressions on a feature."""
    return pdk.Layer("GeoJsonLayer", data=data, id=id, **props)


def base_layer(map_spec: Map, url: str, colours: Palette, land: str = "") -> pdk.Layer:
    """The base map: sea, neighbouring countries, member states, borders, graticule.

    Parameters
    ----------
    url
        Address of the source ``ground``.
    land
        Expression for the colour of a member state; overrides that of the mode.
    """
    border = f"properties.kind == '{BORDER}'"
    return _geojson(
        "ground",
        url,
        stroked=False,
        get_fill_color=_ground_fill(map_spec, colours, land),
        get_line_color=f"{border} ? {_rgb(colours.border)} : {_rgb(colours.graticule)}",
        get_line_width=0.8,
        line_width_units=String("pixels"),
    )


def land_layer(map_spec: Map, tiles: str, colours: Palette, land: str = "") -> pdk.Layer:
    """Land at city scale, to be drawn above the base map in the same colours.

    Each tile is opaque, so nothing of the coarser coast shows; see
    :mod:`dashboard.maps.land_tiles`.

    Parameters
    ----------
    tiles
        URL template of the tiles.
    land
        As for :func:`base_layer`.
    """
    return pdk.Layer(
        "TileLayer",
        data=tiles,
        id="land",
        min_zoom=LAND_MIN_ZOOM,
        visible_min_zoom=LAND_MIN_ZOOM,
        max_zoom=LAND_MAX_ZOOM,
        tile_size=LAND_TILE_SIZE,
        stroked=False,
        line_width_units=String("pixels"),
        get_line_width=0.8,
        get_line_color=_rgb(colours.border),
        get_fill_color=_ground_fill(map_spec, colours, land),
    )


def _ground_fill(map_spec: Map, colours: Palette, land: str) -> str:
    """Expression for the colour of sea, neighbouring countries and member states."""
    if not land and map_spec.mode in {"share", *YEAR_MODES}:
        value = share_column(map_spec.revision, map_spec.year)
        land = share_classes(colours).expression(value, colours.no_data)
    land = land or str(_rgb(colours.land))
    fill = f"properties.kind == '{CONTEXT}' ? {_rgb(colours.context)} : {land}"
    return f"properties.kind == '{SEA}' ? {_rgb(colours.sea)} : {fill}"


def _rgb(colour: str) -> list[int]:
    return list(rgb(colour))


def symbol_layers(map_spec: Map, urls: SourceUrls, colours: Palette) -> list[pdk.Layer]:
    """Areas, places, cities, rings around selected ones, and labels."""
    circle: dict[str, Any] = {
        "point_type": String("circle"),
        "point_radius_units": String("pixels"),
        "get_point_radius": _radius(map_spec),
        "line_width_units": String("pixels"),
    }
    layers = [_areas(map_spec, urls.areas, colours)]
    if map_spec.city_id:
        layers.append(_surrounding_un_cities(urls.un_cities, colours, circle))
    if map_spec.places:
        layers.append(
            _geojson(
                "places",
                urls.places,
                stroked=False,
                get_fill_color=[*rgb(colours.place), 150],
                **({"shown": String(map_spec.shown_places)} if map_spec.shown_places else {}),
                **({"visible_min_zoom": SURROUNDINGS_MIN_ZOOM} if map_spec.city_id else {}),
                **circle,
            )
        )
    if map_spec.mode == "un":
        layers.append(
            _geojson(
                "un-cities",
                urls.un_cities,
                **{**circle, "get_point_radius": "properties.radius"},
                **_un_city_colours(map_spec, colours),
            )
        )
    if map_spec.circle:
        layers.append(_circle(map_spec.circle, colours))
    layers.append(
        _geojson(
            "cities",
            urls.cities,
            get_fill_color=_city_colour(map_spec, colours),
            **_city_outline(map_spec, colours),
            **circle,
            **(
                {"ring_colours": ring_colours(map_spec.mode, colours)}
                if is_ring(map_spec.mode)
                else {}
            ),
        )
    )
    if map_spec.selected:
        layers.append(_rings(map_spec.selected, colours))
    if map_spec.city_id:
        layers.append(_project_places(urls.project_places, colours, circle))
    layers.append(_labels(urls.labels, colours))
    return layers


DASHES = [4, 3]
"""Lengths of a dash and a gap of an inexact boundary, relative to the width of the line."""


def _areas(map_spec: Map, url: str, colours: Palette) -> pdk.Layer:
    """Areas of member cities: that of the city that the map is about in the colour of its symbol,
    later editions as a line only, and inexact boundaries dashed."""
    own = f"properties.city_id == '{map_spec.city_id}'"
    fills = ([*rgb(colours.city), 45], [*rgb(colours.text), 30])
    lines = (_rgb(colours.city), [*rgb(colours.text), 190])
    return _geojson(
        "areas",
        url,
        visible_min_zoom=AREAS_MIN_ZOOM,
        get_fill_color=f"properties.later ? {TRANSPARENT} : {own} ? {fills[0]} : {fills[1]}",
        get_line_color=f"{own} ? {lines[0]} : {lines[1]}",
        get_line_width="properties.later ? 1 : 2",
        line_width_units=String("pixels"),
        get_dash_array=f"properties.fit == '{EXACT}' ? [0, 0] : {DASHES}",
        # Most segments of a boundary are shorter than a dash.
        extensions=[{"@@type": "PathStyleExtension", "dash": True, "highPrecisionDash": True}],
    )


def _surrounding_un_cities(url: str, colours: Palette, circle: dict[str, Any]) -> pdk.Layer:
    """UN cities around the city that the map is about as hollow circles, with a strong outline
    where the city is one of them or lies in it."""
    return _geojson(
        "un-cities",
        url,
        visible_min_zoom=SURROUNDINGS_MIN_ZOOM,
        get_fill_color=[*rgb(colours.accent), 25],
        get_line_color=_rgb(colours.accent),
        get_line_width="properties.own ? 2.5 : 1",
        **circle,
    )


def _project_places(url: str, colours: Palette, circle: dict[str, Any]) -> pdk.Layer:
    """Places of the city's projects, in the colour of their focus area."""
    fill = str(_rgb(colours.no_data))
    for area, colour in FOCUS_AREA_COLOURS.items():
        fill = f"properties.focus == '{area}' ? {_rgb(colour)} : {fill}"
    return _geojson(
        "project-places",
        url,
        visible_min_zoom=SURROUNDINGS_MIN_ZOOM,
        get_fill_color=fill,
        get_line_color=_rgb(colours.city_ring),
        get_line_width=2,
        **circle,
    )


def _radius(map_spec: Map) -> str:
    """deck.gl expression for the radius of a city's symbol."""
    if map_spec.mode not in YEAR_MODES:
        return "properties.radius"
    year_radius = f"properties.{radius_column(map_spec.people_year)}"
    least = SMALLEST_RADIUS * (SMALL if map_spec.small else 1)
    return f"({year_radius} == null ? {least:g} : {year_radius})"


def _city_colour(map_spec: Map, colours: Palette) -> Any:
    """Constant colour or expression of a city's symbol."""
    empty, mode = _rgb(colours.no_data), map_spec.mode
    if mode == "growth":
        return growth_classes(colours).expression("growth", colours.no_data, SYMBOL_OPACITY)
    if mode == "un":
        opacity = PROJECTED_OPACITY if _is_projection(map_spec) else SYMBOL_OPACITY
        return un_growth_classes(colours).expression("growth", colours.no_data, opacity)
    if mode == INDICATOR:
        classes = indicator_classes(map_spec.classes, colours)
        return classes.expression("map_class", None, SYMBOL_OPACITY)
    if is_ring(mode):
        return TRANSPARENT  # the component draws rings; see symbol_layers
    opacity = PROJECTED_OPACITY if _is_projection(map_spec) else SYMBOL_OPACITY
    if mode == "projects":
        empty = TRANSPARENT
    return _where_known(map_spec, [*_rgb(colours.city), opacity], empty)


def _where_known(map_spec: Map, with_value: list[int], without_value: list[int]) -> str:
    """deck.gl expression for a colour that distinguishes cities with and without a value."""
    if map_spec.mode == "un-years":
        radius = radius_column(map_spec.people_year)
        return f"properties.{radius} == null ? {without_value} : {with_value}"
    return f"properties.has_value ? {with_value} : {without_value}"


def _is_projection(map_spec: Map) -> bool:
    """Whether symbol sizes are projections."""
    if map_spec.mode == "un":
        return SPAN_YEARS[map_spec.span] > BASE_YEAR_2025
    return map_spec.mode in YEAR_MODES and map_spec.people_year > YEAR_MODES[map_spec.mode]


def _un_city_colours(map_spec: Map, colours: Palette) -> dict[str, Any]:
    """Fill and outline of UN cities that are not member cities, fainter than those that are."""
    classes = un_growth_classes(colours)
    if _is_projection(map_spec):
        return {
            "get_fill_color": classes.expression("growth", colours.no_data, 40),
            "get_line_color": classes.expression("growth", colours.no_data),
            "get_line_width": 0.8,
        }
    return {
        "get_fill_color": classes.expression("growth", colours.no_data, OTHER_OPACITY),
        "get_line_color": [*rgb(colours.outline), OTHER_OPACITY],
        "get_line_width": 0.5,
    }


def is_ring(mode: str) -> bool:
    """Whether a mode draws cities as rings of their projects."""
    return mode in {"focus", "status"}


def ring_colours(mode: str, colours: Palette) -> dict[str, list[int]]:
    """Colour of each focus area, or status, in the ring around a city, which the projects in the
    property ``parts`` share."""
    hues = FOCUS_AREA_COLOURS if mode == "focus" else colours.statuses
    return {part: _rgb(hues[part]) for part in PARTS[SYMBOL_SIZES[mode]]}


def _city_outline(map_spec: Map, colours: Palette) -> dict[str, Any]:
    """Outline of a city's symbol; projected sizes have a strong outline and a faint fill."""
    ring, outline = _rgb(colours.city_ring), _rgb(colours.outline)
    mode = map_spec.mode
    width: Any = 1.2
    if mode == "share":
        colour: Any = ring
    elif mode == "un" and _is_projection(map_spec):
        colour = un_growth_classes(colours).expression("growth", colours.no_data)
        width = 2.4
    elif mode in {"growth", "un", INDICATOR}:
        colour = outline
        width = 2 if mode == "un" else 1.2
    elif is_ring(mode):
        colour = _where_known(map_spec, TRANSPARENT, outline)
    elif _is_projection(map_spec):
        colour = _where_known(map_spec, _rgb(colours.city), outline)
        width = 2
    else:
        colour = _where_known(map_spec, ring, outline)
    return {"get_line_color": colour, "get_line_width": width}


def _circle(line: Sequence[tuple[float, float]], colours: Palette) -> pdk.Layer:
    """The line within which a filter keeps cities."""
    geometry = {"type": "LineString", "coordinates": [list(point) for point in line]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    return _geojson(
        "circle",
        {"type": "FeatureCollection", "features": [feature]},
        get_line_color=_rgb(colours.accent),
        get_line_width=2,
        line_width_units=String("pixels"),
    )


def _rings(selected: Sequence[Ring], colours: Palette) -> pdk.Layer:
    features = [
        {
            "type": "Feature",
            "properties": {"radius": ring.radius, "shifts": ring.shifts},
            "geometry": {"type": "Point", "coordinates": [ring.longitude, ring.latitude]},
        }
        for ring in selected
    ]
    return _geojson(
        "selected",
        {"type": "FeatureCollection", "features": features},
        filled=False,
        get_line_color=_rgb(colours.selected),
        get_line_width=3,
        get_point_radius="properties.radius",
        point_type=String("circle"),
        point_radius_units=String("pixels"),
        line_width_units=String("pixels"),
    )


def _labels(tiles: str, colours: Palette) -> pdk.Layer:
    """Labels of cities and countries by zoom; see :mod:`dashboard.maps.label_tiles`."""
    colour = f"properties.minor ? {[*rgb(colours.muted), 255]} : {[*rgb(colours.text), 255]}"
    return pdk.Layer(
        "TileLayer",
        data=tiles,
        id="labels",
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        tile_size=TILE_SIZE,
        extent=list(LABEL_EXTENT),
        # Labels of the previous zoom stay until those of the next are loaded, never both.
        refinement_strategy=String("no-overlap"),
        point_type=String("text"),
        get_text="properties.label",
        get_text_color=colour,
        get_text_size="properties.label_size",
        get_text_anchor="properties.label_anchor",
        get_text_alignment_baseline="properties.label_baseline",
        get_text_pixel_offset="properties.label_offset",
        text_character_set=String("auto"),
        text_font_family=String(FONT),
        **label_halo(colours),
    )


def label_halo(colours: Palette) -> dict[str, Any]:
    """A halo in the background colour keeps labels readable on any class of the choropleth."""
    return {
        "text_font_weight": 500,
        "text_font_settings": {
            "sdf": True,
            "fontSize": 32,
            "buffer": 6,
            "radius": 8,
            "smoothing": 0.15,
        },
        "text_outline_width": 5,
        "text_outline_color": [*rgb(colours.ground), 220],
    }
