"""The layers of the host's own base map: roads, water and names from zoom 8 on.

See :mod:`dashboard.data.basemap`; without one there are none.
"""

from __future__ import annotations

from typing import Any

import pydeck as pdk
from pydeck.types import String

from dashboard.data.basemap import Basemap
from dashboard.maps.deck_layers import FONT, TRANSPARENT, label_halo
from dashboard.maps.label_placement import SIZE
from dashboard.markup.theme import Palette, rgb
from geo.i18n import language

NAMES = "basemap-names"
"""Id of the layer of names; the component writes those that no other layer shows."""

ROADS = {"highway": (2.0, 190), "major_road": (1.2, 150), "minor_road": (0.6, 100)}
"""Width in pixels and opacity (0 to 255) of a road by ``kind``; other kinds, such as railways and
paths, are not drawn."""

_RIVER_WIDTH, _RIVER_OPACITY = 1.0, 110

_NAMED_PLACES = ("locality", "macrohood", "neighbourhood")
"""Kinds of places whose names are drawn; countries have labels of ours."""


def basemap_layers(archive: Basemap | None, colours: Palette) -> list[pdk.Layer]:
    """Roads and water, then names, to be drawn above the land and below everything else."""
    if archive is None:
        return []
    return [_roads_and_water(archive, colours), _names(archive, colours)]


def _roads_and_water(archive: Basemap, colours: Palette) -> pdk.Layer:
    width, colour = "0", str(TRANSPARENT)
    for kind, (pixels, opacity) in ROADS.items():
        is_kind = f"properties.kind == '{kind}'"
        width = f"{is_kind} ? {pixels} : {width}"
        colour = f"{is_kind} ? {[*rgb(colours.muted), opacity]} : {colour}"
    is_water = "properties.layerName == 'water'"
    river = [*rgb(colours.accent), _RIVER_OPACITY]
    return _tiles(
        "basemap",
        archive,
        ("water", "roads"),
        stroked=False,
        # Lines of water are rivers; points are names, of the other layer.
        _sub_layer_props={"points": {"visible": False}},
        get_fill_color=list(rgb(colours.sea)),
        get_line_color=f"{is_water} ? {river} : {colour}",
        get_line_width=f"{is_water} ? {_RIVER_WIDTH} : {width}",
        line_width_units=String("pixels"),
    )


def _names(archive: Basemap, colours: Palette) -> pdk.Layer:
    """Names of places and water, in the language of the page where the archive has them; the
    component leaves out the less populous of two that would overlap."""
    named = " || ".join(f"properties.kind == '{kind}'" for kind in _NAMED_PLACES)
    is_water = "properties.layerName == 'water'"
    # `script` is set for names that are not written in Latin letters.
    translated = " || ".join(f"properties['name:{code}']" for code in (language().code, "en"))
    name = f"{translated} || (properties.script ? '' : properties.name) || ''"
    return _tiles(
        NAMES,
        archive,
        ("water", "places"),
        point_type=String("text"),
        get_name=f"{is_water} || {named} ? {name} : ''",
        get_text_size=SIZE - 1,
        get_text_color=f"{is_water} ? {list(rgb(colours.accent))} : {list(rgb(colours.muted))}",
        text_character_set=String("auto"),
        text_font_family=String(FONT),
        **label_halo(colours),
    )


def _tiles(id: str, archive: Basemap, layers: tuple[str, ...], **props: Any) -> pdk.Layer:
    return pdk.Layer(
        "VectorTileLayer",
        data=f"/basemap/{{z}}/{{x}}/{{y}}.mvt?v={archive.version}",
        id=id,
        min_zoom=archive.min_zoom,
        max_zoom=archive.max_zoom,
        visible_min_zoom=archive.min_zoom,
        load_options={"mvt": {"layers": list(layers)}},
        **props,
    )
