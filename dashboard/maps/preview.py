"""SVG preview of a map, which a page shows while WebGL starts.

WebGL takes a second or two without a GPU. The preview is rendered from the same deck and the same
sources, so that the map replaces it without a jump. It has no labels, because an image cannot use
the fonts of the page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pydeck as pdk
import shapely
from markupsafe import Markup

from dashboard.maps import spread
from dashboard.maps.deck_expressions import evaluate
from dashboard.maps.shown import shown
from dashboard.maps.symbols import RING_WIDTH
from dashboard.maps.view import WORLD_PIXELS, Map, View, web_mercator_pixels
from dashboard.markup.html import tag
from dashboard.markup.urls import urlencode

Fetch = Callable[[str], bytes]
"""URL of a map source -> GeoJSON."""

BEYOND = 1.0
"""Part of its width and height by which a preview exceeds the view on each side: the page shows it
under the map's buttons and legend too, see ``.map-preview`` in the style sheet."""

TOLERANCE = 0.4
"""Simplification tolerance in pixels."""


@dataclass(frozen=True)
class _Layer:
    """A layer of a deck with its features; geometries are in pixels of the image.

    Radii and line widths of the deck are multiplied by ``symbol_scale``.
    """

    spec: Mapping[str, Any]
    zoom: float
    shapes: npt.NDArray[np.object_]
    properties: list[dict[str, Any]]
    symbol_scale: float

    def accessor(self, name: str, properties: Mapping[str, Any]) -> Any:
        """Value of an accessor for one feature."""
        value = self.spec[name]
        return evaluate(value, properties) if isinstance(value, str) else value

    def shift(self, properties: Mapping[str, Any]) -> npt.NDArray[np.float64]:
        """By how much a feature's symbol is moved, in pixels; see :mod:`dashboard.maps.spread`."""
        shifts = np.array([properties["shifts"]], dtype=float)
        return self.symbol_scale * spread.at_zoom(shifts, self.zoom).reshape(2)


def preview_url(name: str, query: Mapping[str, str], map_spec: Map, theme: str) -> str:
    """The URL path of the preview of a page's map, with the version of the layers so that it can be
    cached forever.

    Parameters
    ----------
    name, query
        Name of the map, one of :data:`dashboard.maps.registry.MAPS`, and the page's query.
    """
    size = {"width": str(map_spec.view.width), "height": str(map_spec.view.height)}
    params = urlencode({**query, **size, "theme": theme, "v": map_spec.version})
    return f"/maps/pages/{name}.svg?{params}"


def svg(deck: pdk.Deck, view: View, fetch: Fetch) -> Markup:
    """The preview of a deck at its initial view.

    Returns
    -------
    Markup
        SVG without a size, which fits the view and what lies :data:`BEYOND` it into any place.
    """
    width, height = view.width, view.height
    beyond = f"{-BEYOND * width:g} {-BEYOND * height:g}"
    return tag(
        "svg",
        draw(deck, view, fetch, beyond=BEYOND),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{beyond} {(1 + 2 * BEYOND) * width:g} {(1 + 2 * BEYOND) * height:g}",
    )


def draw(
    deck: pdk.Deck,
    view: View,
    fetch: Fetch,
    symbol_scale: float = 1.0,
    tolerance: float = TOLERANCE,
    beyond: float = 0.05,
) -> Iterator[Markup]:
    """The shapes of a deck within a view, without labels: elements of an SVG of its size.

    Parameters
    ----------
    symbol_scale
        Factor of the radii and line widths of the deck.
    tolerance
        Simplification tolerance in pixels.
    beyond
        Part of its width and height by which the shapes exceed the view on each side.
    """
    for spec in json.loads(deck.to_json())["layers"]:
        if spec["id"] == "land" and view.zoom >= spec["minZoom"]:
            for url in _tile_urls(spec, view, beyond):
                tile = _read({**spec, "data": url}, view, fetch, symbol_scale, tolerance, beyond)
                # Without it, hairlines of the base map show between tiles.
                yield tag("g", _polygons(tile), shape_rendering="crispEdges")
                yield from _lines(tile)
        if spec["@@type"] != "GeoJsonLayer" or view.zoom < spec.get("visibleMinZoom", 0):
            continue
        layer = _read(spec, view, fetch, symbol_scale, tolerance, beyond)
        for render in (_polygons, _lines, _points):
            yield from render(layer)


def _tile_urls(spec: Mapping[str, Any], view: View, beyond: float) -> Iterator[str]:
    """URLs of the tiles of a layer that a view needs, at the zoom that deck.gl chooses."""
    zoom = round(view.zoom + math.log2(WORLD_PIXELS / spec["tileSize"]))
    zoom = min(max(zoom, spec["minZoom"]), spec["maxZoom"])
    size = np.array([view.width, view.height])
    middle = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0]
    pixels = WORLD_PIXELS * 2.0 ** (view.zoom - zoom)  # width of a tile
    first = np.floor((middle - (0.5 + beyond) * size) / pixels).astype(int)
    last = np.floor((middle + (0.5 + beyond) * size) / pixels).astype(int)
    for column in range(first[0], last[0] + 1):
        for row in range(first[1], last[1] + 1):
            yield spec["data"].format(z=zoom, x=column, y=row)


def _read(
    spec: Mapping[str, Any],
    view: View,
    fetch: Fetch,
    symbol_scale: float,
    tolerance: float,
    beyond: float,
) -> _Layer:
    data = spec["data"]
    content = fetch(data) if isinstance(data, str) else orjson.dumps(data)
    features = shown(orjson.loads(content)["features"], spec.get("shown", ""))
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
    size = np.array([view.width, view.height])
    top_left = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0] - size / 2
    projected = shapely.transform(
        shapes, lambda xy: web_mercator_pixels(xy[:, 0], xy[:, 1], view.zoom) - top_left
    )
    clipped = shapely.clip_by_rect(projected, *(-beyond * size), *((1 + beyond) * size))
    simplified = np.asarray(shapely.simplify(clipped, tolerance), dtype=object)
    properties = [feature.get("properties") or {} for feature in features]
    # Symbols are moved as on a page whose map is smaller by ``symbol_scale``.
    zoom = view.zoom - math.log2(symbol_scale)
    return _Layer(spec, zoom, simplified, properties, symbol_scale)


def _polygons(layer: _Layer) -> Iterator[Markup]:
    if not layer.spec.get("filled", True):
        return
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        path = "".join(
            f"{line}Z"
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
            if (line := _line(ring))
        )
        if path:
            fill = _paint("fill", layer.accessor("getFillColor", properties))
            outline = _outline(layer, properties) if layer.spec.get("stroked", True) else {}
            yield tag("path", d=path, **fill, **outline, fill_rule="evenodd")


def _outline(layer: _Layer, properties: Mapping[str, Any]) -> dict[str, str]:
    """Outline of a polygon, with the dashes of deck.gl's ``PathStyleExtension``."""
    width = layer.symbol_scale * layer.accessor("getLineWidth", properties)
    dash, gap = layer.accessor("getDashArray", properties)
    return {
        **_paint("stroke", layer.accessor("getLineColor", properties)),
        "stroke_width": f"{width:g}",
        **({"stroke_dasharray": f"{dash * width:g} {gap * width:g}"} if gap else {}),
    }


def _lines(layer: _Layer) -> Iterator[Markup]:
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        path = "".join(
            _line(part) for part in shapely.get_parts(shape) if part.geom_type == "LineString"
        )
        if path:
            colour = layer.accessor("getLineColor", properties)
            width = layer.symbol_scale * layer.accessor("getLineWidth", properties)
            yield tag(
                "path",
                d=path,
                fill="none",
                **_paint("stroke", colour),
                stroke_width=f"{width:g}",
                stroke_linejoin="round",
            )


def _points(layer: _Layer) -> Iterator[Markup]:
    """Circles; dots without outline and of equal style are combined into one path."""
    dots: dict[tuple[tuple[int, ...], float], list[str]] = {}
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        if shape.geom_type != "Point" or shape.is_empty:
            continue
        radius = layer.symbol_scale * layer.accessor("getPointRadius", properties)
        if properties.get("shifts"):
            shape = shapely.transform(shape, lambda xy, p=properties: xy + layer.shift(p))
        if properties.get("has_value") and "ringColours" in layer.spec:
            yield from _ring(shape, radius, properties["parts"], layer.spec["ringColours"])
            continue
        fill = {"fill": "none"}
        if layer.spec.get("filled", True):
            colour = layer.accessor("getFillColor", properties)
            if not layer.spec.get("stroked", True):
                group = dots.setdefault((tuple(colour), float(radius)), [])
                group.append(f"M{shape.x:.1f},{shape.y:.1f}h0")
                continue
            fill = _paint("fill", colour)
        outline = layer.accessor("getLineColor", properties)
        width = layer.symbol_scale * layer.accessor("getLineWidth", properties)
        yield tag(
            "circle",
            cx=f"{shape.x:.1f}",
            cy=f"{shape.y:.1f}",
            r=f"{radius:g}",
            **fill,
            **_paint("stroke", outline),
            stroke_width=f"{width:g}",
        )
    for (colour, radius), commands in dots.items():
        yield tag(
            "path",
            d="".join(commands),
            fill="none",
            **_paint("stroke", colour),
            stroke_width=f"{2 * radius:g}",
            stroke_linecap="round",
        )


def _ring(
    centre: shapely.Point,
    radius: float,
    parts: Mapping[str, int],
    colours: Mapping[str, Sequence[int]],
) -> Iterator[Markup]:
    """A ring that ``parts`` share by their numbers, clockwise from above."""
    width = RING_WIDTH * radius
    middle = radius - width / 2
    around = 2 * math.pi * middle
    done, total = 0, sum(parts.values())
    for part, colour in colours.items():
        if not parts[part]:
            continue
        length = around * parts[part] / total
        yield tag(
            "circle",
            cx=f"{centre.x:.1f}",
            cy=f"{centre.y:.1f}",
            r=f"{middle:.2f}",
            fill="none",
            **_paint("stroke", colour),
            stroke_width=f"{width:.2f}",
            stroke_dasharray=f"{length:.2f} {around - length:.2f}",
            transform=f"rotate({360 * done / total - 90:.1f} {centre.x:.1f} {centre.y:.1f})",
        )
        done += parts[part]


def _line(line: shapely.Geometry) -> str:
    """A line as SVG path commands with relative coordinates; empty if it is less than a tenth of a
    pixel long, because a command without coordinates ends the drawing of a path."""
    tenths = np.round(shapely.get_coordinates(line) * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    nonzero = steps[steps.any(axis=1)] / 10
    if not len(nonzero):
        return ""
    x, y = tenths[0] / 10
    return f"M{x:g},{y:g}l" + " ".join(f"{dx:g},{dy:g}" for dx, dy in nonzero)


def _paint(name: str, colour: Sequence[int]) -> dict[str, str]:
    """An RGB or RGBA colour (0 to 255) as SVG attributes."""
    attributes = {name: f"#{''.join(f'{part:02x}' for part in colour[:3])}"}
    if len(colour) == 4:
        attributes[f"{name}_opacity"] = f"{colour[3] / 255:.2f}"
    return attributes
