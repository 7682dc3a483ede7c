"""The layers of a map's deck: base map, symbols, labels.

Colours are set in ``_subLayerProps`` on purpose. During a selection, Streamlit fades every layer
with colour accessors at the top level; selected cities are marked with rings instead, which also
works for several at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pydeck as pdk
from pydeck.types import String

from dashboard.data.un_revision import SPAN_YEARS
from dashboard.maps.base_map import BORDER, CONTEXT, SEA, share_column
from dashboard.maps.classification import growth_classes, share_classes, un_growth_classes
from dashboard.maps.source_urls import (
    LAND_MAX_ZOOM,
    LAND_MIN_ZOOM,
    LAND_TILE_SIZE,
    MAX_ZOOM,
    MIN_ZOOM,
    TILE_SIZE,
    SourceUrls,
)
from dashboard.maps.symbols import SMALLEST_RADIUS, YEAR_MODES, radius_column
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette, rgb
from geo.vocabulary import BASE_YEAR_2025

if TYPE_CHECKING:
    from dashboard.maps.view import Map


LABEL_EXTENT = (88.0, -14.0, 146.0, 32.0)
"""West, south, east, north in degrees of the area with labels."""

FONT = "Source Sans, Source Sans Pro, sans-serif"


OTHER_OPACITY = 150
"""Opacity (0 to 255) of a UN city that is not a member city."""

PROJECTED_OPACITY = 70
"""Fill opacity (0 to 255) of a symbol whose size is a projection."""

TRANSPARENT = [0, 0, 0, 0]
"""Fill of an outline symbol: a city without a value."""

HIT_MARGIN = 6
"""Pixels around a symbol in which a click selects it."""


def _geojson(id: str, data: Any, parts: Mapping[str, Mapping[str, Any]], **props: Any) -> pdk.Layer:
    """A ``GeoJsonLayer``.

    Parameters
    ----------
    parts
        Sublayer -> its accessors: constants, or expressions that start with ``@@=``.
    props
        Other properties of the layer; ``get_...`` are expressions.
    """
    accessors = {name: value for part in parts.values() for name, value in part.items()}
    accessors |= {_camel(name): value for name, value in props.items() if name[:4] == "get_"}
    # deck.gl ignores a changed expression unless its update trigger changes too.
    triggers = {
        name: _trigger(value) for name, value in accessors.items() if isinstance(value, str)
    }
    return pdk.Layer(
        "GeoJsonLayer",
        data=data,
        id=id,
        **{"pickable": False, **props},
        _subLayerProps=parts,
        **({"update_triggers": triggers} if triggers else {}),
    )


def _trigger(expression: str) -> str:
    return hashlib.sha256(expression.encode()).hexdigest()[:8]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def base_layer(map_spec: Map, url: str, colours: Palette, land: str = "") -> pdk.Layer:
    """The base map: sea, neighbouring countries, member states, borders, graticule.

    Parameters
    ----------
    url
        Address of the source ``ground``.
    land
        Expression for the colour of a member state; overrides that of the mode.
    """
    # deck.gl passes a wrapper object to the accessors of lines, which contains the feature.
    is_border = f"__source.object.properties.kind == '{BORDER}'"
    return _geojson(
        "ground",
        url,
        {
            "polygons-fill": {"getFillColor": f"@@={_ground_fill(map_spec, colours, land)}"},
            "linestrings": {
                "getColor": f"@@={is_border} ? {_rgb(colours.border)} : {_rgb(colours.graticule)}",
                "getWidth": 0.8,
            },
        },
        stroked=False,
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
    fill = _ground_fill(map_spec, colours, land)
    return pdk.Layer(
        "TileLayer",
        data=tiles,
        id="land",
        min_zoom=LAND_MIN_ZOOM,
        max_zoom=LAND_MAX_ZOOM,
        tile_size=LAND_TILE_SIZE,
        stroked=False,
        line_width_units=String("pixels"),
        get_line_width=0.8,
        # Streamlit does not fade tile layers, so these colours may be at the top level.
        get_line_color=_rgb(colours.border),
        get_fill_color=fill,
        update_triggers={"getFillColor": _trigger(fill)},
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
    """Places, cities, rings around selected ones, labels, and the layer that receives clicks."""
    circle: dict[str, Any] = {
        "point_type": String("circle"),
        "point_radius_units": String("pixels"),
        "get_point_radius": _radius(map_spec),
        "line_width_units": String("pixels"),
    }
    layers = []
    if map_spec.places:
        layers.append(
            _geojson(
                "places",
                urls.places,
                {"points-circle": {"getFillColor": [*rgb(colours.place), 150]}},
                stroked=False,
                **{**circle, "pickable": True},
            )
        )
    if map_spec.mode == "un":
        layers.append(
            _geojson(
                "un-cities",
                urls.un_cities,
                {"points-circle": _un_city_colours(map_spec, colours)},
                stroked=True,
                **{**circle, "get_point_radius": "properties.radius", "pickable": True},
            )
        )
    layers.append(
        _geojson(
            "cities",
            urls.cities,
            {
                "points-circle": {
                    "getFillColor": _city_colour(map_spec, colours),
                    **_city_outline(map_spec, colours),
                }
            },
            stroked=True,
            **circle,
        )
    )
    if map_spec.selected:
        layers.append(_rings(map_spec.selected, colours))
    layers.append(_labels(urls.labels, colours))
    layers.append(
        _geojson(
            f"pick-{map_spec.clicks}",
            urls.cities,
            {},
            opacity=0,
            **{
                **circle,
                "get_point_radius": f"{_radius(map_spec)} + {HIT_MARGIN}",
                "pickable": True,
            },
        )
    )
    return layers


def _radius(map_spec: Map) -> str:
    """deck.gl expression for the radius of a city's symbol."""
    if map_spec.mode not in YEAR_MODES:
        return "properties.radius"
    year_radius = f"properties.{radius_column(map_spec.people_year)}"
    return f"({year_radius} == null ? {SMALLEST_RADIUS:g} : {year_radius})"


def _city_colour(map_spec: Map, colours: Palette) -> Any:
    """Constant colour or expression of a city's symbol."""
    empty, mode = _rgb(colours.no_data), map_spec.mode
    if mode == "growth":
        return "@@=" + growth_classes(colours).expression("growth", colours.no_data)
    if mode == "un":
        opacity = PROJECTED_OPACITY if _is_projection(map_spec) else None
        return "@@=" + un_growth_classes(colours).expression("growth", colours.no_data, opacity)
    if mode == "focus":
        tied_or_none = f"properties.has_value ? {empty} : {TRANSPARENT}"
        return "@@=" + _focus_expression("focus", tied_or_none)
    city = _rgb(colours.city)
    if _is_projection(map_spec):
        city = [*city, PROJECTED_OPACITY]
    return _where_known(map_spec, city, empty)


def _where_known(map_spec: Map, with_value: list[int], without_value: list[int]) -> str:
    """deck.gl expression for a colour that distinguishes cities with and without a value."""
    if map_spec.mode == "un-years":
        radius = radius_column(map_spec.people_year)
        return f"@@=properties.{radius} == null ? {without_value} : {with_value}"
    return f"@@=properties.has_value ? {with_value} : {without_value}"


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
            "getFillColor": "@@=" + classes.expression("growth", colours.no_data, 40),
            "getLineColor": "@@=" + classes.expression("growth", colours.no_data),
            "getLineWidth": 0.8,
        }
    return {
        "getFillColor": "@@=" + classes.expression("growth", colours.no_data, OTHER_OPACITY),
        "getLineColor": [*rgb(colours.outline), OTHER_OPACITY],
        "getLineWidth": 0.5,
    }


def _focus_expression(property: str, otherwise: str) -> str:
    """deck.gl expression for the colour of a feature's focus area."""
    choice = otherwise
    for area, colour in FOCUS_AREA_COLOURS.items():
        choice = f"properties.{property} == '{area}' ? {_rgb(colour)} : {choice}"
    return choice


def _city_outline(map_spec: Map, colours: Palette) -> dict[str, Any]:
    """Outline of a city's symbol; with two leading focus areas it shows the second, and projected
    sizes have a strong outline and a faint fill."""
    ring, outline = _rgb(colours.city_ring), _rgb(colours.outline)
    mode = map_spec.mode
    width: Any = 1.2
    if mode == "share":
        colour: Any = ring
    elif mode == "un" and _is_projection(map_spec):
        colour = "@@=" + un_growth_classes(colours).expression("growth", colours.no_data)
        width = 2.4
    elif mode in {"growth", "un"}:
        colour = outline
        width = 1.2 if mode == "growth" else 2
    elif mode == "focus":
        plain = f"properties.focus == null ? {outline} : {ring}"
        colour = "@@=" + _focus_expression("focus_ring", plain)
        width = "@@=properties.focus_ring == null ? 1.2 : 5"
    elif _is_projection(map_spec):
        colour = _where_known(map_spec, _rgb(colours.city), outline)
        width = 2
    else:
        colour = _where_known(map_spec, ring, outline)
    return {"getLineColor": colour, "getLineWidth": width}


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
        {"points-circle": {"getLineColor": _rgb(colours.selected), "getLineWidth": 3}},
        filled=False,
        stroked=True,
        get_point_radius="properties.radius",
        point_type=String("circle"),
        point_radius_units=String("pixels"),
        line_width_units=String("pixels"),
    )


def _labels(tiles: str, colours: Palette) -> pdk.Layer:
    """Labels of cities and countries by zoom; see :mod:`dashboard.maps.label_tiles`."""
    colour = f"properties.country ? {[*rgb(colours.muted), 255]} : {[*rgb(colours.text), 255]}"
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
        # Streamlit does not fade tile layers, so this colour may be at the top level.
        get_text_color=colour,
        get_text_size="properties.label_size",
        get_text_anchor="properties.label_anchor",
        get_text_alignment_baseline="properties.label_baseline",
        get_text_pixel_offset="properties.label_offset",
        text_character_set=String("auto"),
        text_font_family=String(FONT),
        text_font_weight=500,
        # A halo in the background colour keeps labels readable on any class of the choropleth.
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
