"""What a picture of a map shows: texts, legends, and the map drawn at the size of the picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from dashboard.maps import spread
from dashboard.maps.deck import RING_GAP
from dashboard.maps.label_tiles import placed_labels, tile_zoom_for
from dashboard.maps.legends import Legend
from dashboard.maps.page_specs import Size
from dashboard.maps.preview import TOLERANCE, Fetch, draw
from dashboard.maps.registry import PageMap, page_map
from dashboard.maps.scale_bar import ScaleBar, scale_bar
from dashboard.maps.source_urls import AREAS_MIN_ZOOM, ZOOM_STEP, label_drawing
from dashboard.maps.view import Map, Ring, web_mercator_pixels
from dashboard.markup.html import join, tag
from dashboard.markup.theme import Palette
from geo.layers.catalogue import Catalogue
from geo.parameters import Query

TYPICAL_SIZE = (1000, 700)
"""Width and height in pixels of the map in a picture."""

LONGEST_BAR = 0.24
"""Maximum length of the scale bar, relative to the width of the map."""

_BASELINE = {"center": 0.33, "bottom": -0.22, "top": 0.78}
"""Vertical alignment of a label -> distance of its base line from its point, in font sizes."""


@dataclass(frozen=True)
class DrawnMap:
    """A map as elements of an SVG, its size in pixels, and its scale."""

    elements: Markup
    width: int
    height: int
    scale: ScaleBar


@dataclass(frozen=True)
class Content:
    """What a picture shows.

    Attributes
    ----------
    legends
        In the colours of the picture.
    draw
        Draws the map within a width and height in pixels; symbols and labels are larger than those
        of the page's map by the factor in the third argument.
    """

    title: str
    summary: str
    legends: Sequence[Legend]
    draw: Callable[[int, int, float], DrawnMap]


def map_content(
    name: str, layers: Catalogue, query: Query, colours: Palette, fetch: Fetch
) -> Content:
    """What the picture of a map shows.

    Parameters
    ----------
    name, query
        One of :data:`dashboard.maps.registry.MAPS`, and the query of its page.

    Raises
    ------
    NotFoundError
        If there is no such map.
    QueryError
        If a parameter is invalid.
    """
    # The legends of a map of the size of pictures, whose symbols are not small.
    described = page_map(name, layers, query, TYPICAL_SIZE)
    of_areas = bool(described.map.city_id) or described.map.view.zoom >= AREAS_MIN_ZOOM
    legends = [one for one in described.legends(colours) if of_areas or not one.of_areas]

    def drawn(width: int, height: int, symbol_scale: float) -> DrawnMap:
        shown = _filling(name, layers, query, (width, height))
        view = shown.map.view
        deck = shown.draw(shown.map, colours)
        # An image has two device pixels for each of its own.
        shapes = draw(deck, view, fetch, symbol_scale, TOLERANCE / 2)
        labels = _labels(layers, shown.map, symbol_scale, colours)
        bar = scale_bar(view, LONGEST_BAR * width)
        return DrawnMap(join([*shapes, *labels]), width, height, bar)

    return Content(described.title, described.summary, legends, drawn)


def _filling(name: str, layers: Catalogue, query: Query, size: Size) -> PageMap:
    """The map of a page at the zoom that fills a picture.

    The views of pages have zooms in steps; that of a map that is larger by a part of a step can be
    scaled down to the picture. A view in the query has its own zoom and stays as it is.
    """

    def scaled(factor: float) -> PageMap:
        larger = (round(size[0] * factor), round(size[1] * factor))
        shown = page_map(name, layers, query, larger)
        view = shown.map.view
        zoom = view.zoom - math.log2(factor)
        view = replace(view, zoom=zoom, width=size[0], height=size[1])
        return replace(shown, map=replace(shown.map, view=view))

    factors = (2 ** (ZOOM_STEP * part / 4) for part in range(4))
    return max(map(scaled, factors), key=lambda shown: shown.map.view.zoom)


def _labels(
    layers: Catalogue, map_spec: Map, symbol_scale: float, colours: Palette
) -> Iterator[Markup]:
    """The labels of a map, placed as on a page whose map is smaller by ``symbol_scale``."""
    view = map_spec.view
    on_page = replace(
        view,
        zoom=view.zoom - math.log2(symbol_scale),
        width=int(view.width / symbol_scale),
        height=int(view.height / symbol_scale),
    )
    city_filter, drawing = label_drawing(replace(map_spec, view=on_page))
    # Symbols are as small as the deck draws them, whatever the zoom of the smaller map.
    drawing = replace(drawing, small=map_spec.small)
    if drawing.window:
        drawing = replace(drawing, window=on_page.window(decimals=6))
    labels = placed_labels(layers, city_filter, drawing, tile_zoom_for(on_page.zoom))
    centre = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0]
    points = web_mercator_pixels(labels.geometry.x, labels.geometry.y, view.zoom) - centre
    rings = {ring[:2]: ring for ring in map_spec.selected}
    for (x, y), label in zip(points.tolist(), labels.to_dict("records"), strict=True):
        size = label["label_size"] * symbol_scale
        offset = np.array(label["label_offset"])
        if ring := rings.get((label["geometry"].x, label["geometry"].y)):
            offset = _beside_ring(label, ring, on_page.zoom)
        right, down = (offset * symbol_scale).tolist()
        yield tag(
            "text",
            label["label"],
            x=f"{x + view.width / 2 + right:.1f}",
            y=f"{y + view.height / 2 + down + _BASELINE[label['label_baseline']] * size:.1f}",
            text_anchor=label["label_anchor"],
            font_size=f"{size:g}",
            fill=colours.muted if label["country"] or label["minor"] else colours.text,
            stroke=colours.ground,
            stroke_width=f"{0.25 * size:.1f}",
            stroke_opacity=0.86,
            stroke_linejoin="round",
            paint_order="stroke",
        )


def _beside_ring(label: Mapping[str, Any], ring: Ring, zoom: float) -> spread.Floats:
    """Offset in pixels of a label beside the ring of a selected city, instead of its symbol."""
    moved = spread.at_zoom(np.array([ring.shifts]), zoom)[0] if ring.shifts else np.zeros(2)
    offset = np.array(label["label_offset"]) - moved
    # A label above its symbol stays above it, rather than to its right.
    stands = (label["label_anchor"] != "middle", label["label_baseline"] != "center")
    reach = np.maximum(np.abs(offset), ring.radius + RING_GAP)
    return moved + np.where(stands, np.copysign(reach, offset), offset)
