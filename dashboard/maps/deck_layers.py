"""The layers of a map's deck: ground, symbols, names.

Colours stand in ``_subLayerProps`` on purpose. While something is picked, Streamlit fades every
layer whose colour accessors stand at the top level; the picked cities are marked with rings
instead, which also works for several at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pydeck as pdk
from pydeck.types import String

from dashboard.data.un_revision import SHOWN_YEARS
from dashboard.maps import label_tiles as labeltiles
from dashboard.maps.base_map import BORDER, CONTEXT, SEA, share_column
from dashboard.maps.classification import growth_classes, share_classes, un_growth_classes
from dashboard.maps.sources import SMALLEST_RADIUS, Drawing, address, radius_column
from dashboard.markup.theme import FOCUS_AREA_COLOURS, Palette, rgb
from geo.vocabulary import BASE_YEAR_2018, BASE_YEAR_2025

if TYPE_CHECKING:
    from dashboard.maps.view import Map

SYMBOL_SIZES: Mapping[str, str] = {
    "share": "dot",
    "projects": "projects",
    "focus": "projects",
    "growth": "agglomeration",
    "years": "years",
    "un-years": "un-years",
    "plain": "dot",
}
"""Mode -> what the size of a symbol shows; see :func:`symbol_size` for mode ``un``."""

LABELLED = (88.0, -14.0, 146.0, 32.0)
"""West, south, east, north in degrees of where there are names."""

FONT = "Source Sans, Source Sans Pro, sans-serif"

YEAR_MODES: Mapping[str, int] = {"years": BASE_YEAR_2018, "un-years": BASE_YEAR_2025}
"""Mode that shows the people of one year -> last year that is not a projection."""

OTHER_OPACITY = 150
"""Opacity, of 255, of a UN city that is no member city."""

PROJECTED_OPACITY = 70
"""Opacity, of 255, of the fill of a symbol whose size is a projection."""

NOTHING = [0, 0, 0, 0]
"""Fill of a symbol that is an outline only: a city without what the map counts."""

HIT_MARGIN = 6
"""Pixels around a symbol that still count as a click on it."""

_MAX_ZOOM_FOR_BOUNDARIES: Sequence[tuple[float, str]] = ((3.25, "low"), (6.0, "medium"))


def _geojson(id: str, data: Any, parts: Mapping[str, Mapping[str, Any]], **props: Any) -> pdk.Layer:
    """A layer of features.

    Parameters
    ----------
    parts
        Sublayer -> its accessors: constants, or map expressions that begin with ``@@=``.
    props
        Other properties of the layer; ``get_...`` are map expressions.
    """
    accessors = {name: value for part in parts.values() for name, value in part.items()}
    accessors |= {_camel(name): value for name, value in props.items() if name[:4] == "get_"}
    # deck.gl takes no notice of a new expression unless its trigger changes too.
    triggers = {
        name: hashlib.sha256(value.encode()).hexdigest()[:8]
        for name, value in accessors.items()
        if isinstance(value, str)
    }
    return pdk.Layer(
        "GeoJsonLayer",
        data=data,
        id=id,
        **{"pickable": False, **props},
        _subLayerProps=parts,
        **({"update_triggers": triggers} if triggers else {}),
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def ground(shown: Map, colours: Palette, land: str = "") -> pdk.Layer:
    """Sea, neighbours, member states, borders, graticule.

    Parameters
    ----------
    land
        The map expression that gives a member state its colour, instead of that of the mode.
    """
    detail = next(
        (name for most, name in _MAX_ZOOM_FOR_BOUNDARIES if shown.view.zoom <= most), "full"
    )
    if not land and shown.mode in {"share", *YEAR_MODES}:
        value = share_column(shown.revision, shown.year)
        land = share_classes(colours).expression(value, colours.no_data)
    land = land or str(_rgb(colours.land))
    fill = f"properties.kind == '{CONTEXT}' ? {_rgb(colours.context)} : {land}"
    # deck.gl hands accessors of lines its own object, in which the feature stands.
    of_border = f"__source.object.properties.kind == '{BORDER}'"
    return _geojson(
        "ground",
        address("ground", shown.version, drawing=Drawing(detail=detail)),
        {
            "polygons-fill": {
                "getFillColor": f"@@=properties.kind == '{SEA}' ? {_rgb(colours.sea)} : {fill}"
            },
            "linestrings": {
                "getColor": f"@@={of_border} ? {_rgb(colours.border)} : {_rgb(colours.graticule)}",
                "getWidth": 0.8,
            },
        },
        stroked=False,
        line_width_units=String("pixels"),
    )


def _rgb(colour: str) -> list[int]:
    return list(rgb(colour))


def symbol_size(mode: str, span: str) -> str:
    """What the size of a symbol shows, one of :data:`dashboard.maps.sources.SIZES`.

    >>> symbol_size("un", "2025_2050")
    'un_2050'
    """
    return f"un_{SHOWN_YEARS[span]}" if mode == "un" else SYMBOL_SIZES[mode]


def symbols(shown: Map, colours: Palette) -> list[pdk.Layer]:
    """Places, cities, rings around the selected ones, labels, and the layer that takes clicks."""
    drawing = Drawing(size=symbol_size(shown.mode, shown.span))
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
    if shown.mode == "un":
        others = address("un-cities", shown.version, shown.wanted, drawing)
        layers.append(
            _geojson(
                "un-cities",
                others,
                {"points-circle": _un_city_colours(shown, colours)},
                stroked=True,
                **{**circle, "get_point_radius": "properties.radius", "pickable": True},
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
    if shown.mode not in YEAR_MODES:
        return "properties.radius"
    of_year = f"properties.{radius_column(shown.people_year)}"
    return f"({of_year} == null ? {SMALLEST_RADIUS:g} : {of_year})"


def _city_colour(shown: Map, colours: Palette) -> Any:
    """Constant colour or map expression of a city's symbol."""
    empty, mode = _rgb(colours.no_data), shown.mode
    if mode == "growth":
        return "@@=" + growth_classes(colours).expression("growth", colours.no_data)
    if mode == "un":
        opacity = PROJECTED_OPACITY if _is_projection(shown) else None
        return "@@=" + un_growth_classes(colours).expression("growth", colours.no_data, opacity)
    if mode == "focus":
        tied_or_none = f"properties.has_value ? {empty} : {NOTHING}"
        return "@@=" + _focus_expression("focus", tied_or_none)
    city = _rgb(colours.city)
    if _is_projection(shown):
        city = [*city, PROJECTED_OPACITY]
    return _where_known(shown, city, empty)


def _where_known(shown: Map, known: list[int], unknown: list[int]) -> str:
    """The map expression of a colour that tells cities with a figure from those without."""
    if shown.mode == "un-years":
        return f"@@=properties.{radius_column(shown.people_year)} == null ? {unknown} : {known}"
    return f"@@=properties.has_value ? {known} : {unknown}"


def _is_projection(shown: Map) -> bool:
    """Whether the sizes of the symbols are projections."""
    if shown.mode == "un":
        return SHOWN_YEARS[shown.span] > BASE_YEAR_2025
    return shown.mode in YEAR_MODES and shown.people_year > YEAR_MODES[shown.mode]


def _un_city_colours(shown: Map, colours: Palette) -> dict[str, Any]:
    """Fill and outline of UN cities that are no member city: fainter than those that are."""
    classes = un_growth_classes(colours)
    if _is_projection(shown):
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
    """The map expression that gives a feature the colour of its focus area."""
    choice = otherwise
    for area, colour in FOCUS_AREA_COLOURS.items():
        choice = f"properties.{property} == '{area}' ? {_rgb(colour)} : {choice}"
    return choice


def _city_outline(shown: Map, colours: Palette) -> dict[str, Any]:
    """Outline of a city's symbol; with two leading focus areas it shows the second, and a
    projected size is an outline more than a disc."""
    ring, outline = _rgb(colours.city_ring), _rgb(colours.outline)
    mode = shown.mode
    width: Any = 1.2
    if mode == "share":
        colour: Any = ring
    elif mode == "un" and _is_projection(shown):
        colour = "@@=" + un_growth_classes(colours).expression("growth", colours.no_data)
        width = 2.4
    elif mode in {"growth", "un"}:
        colour = outline
        width = 1.2 if mode == "growth" else 2
    elif mode == "focus":
        plain = f"properties.focus == null ? {outline} : {ring}"
        colour = "@@=" + _focus_expression("focus_ring", plain)
        width = "@@=properties.focus_ring == null ? 1.2 : 5"
    elif _is_projection(shown):
        colour = _where_known(shown, _rgb(colours.city), outline)
        width = 2
    else:
        colour = _where_known(shown, ring, outline)
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
    """Names of cities and countries by zoom; see :mod:`dashboard.maps.label_tiles`."""
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
