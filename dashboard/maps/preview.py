"""SVG preview of a map, which a page shows while WebGL starts.

WebGL takes a second or two without a GPU. The preview is rendered from the same deck and the same
sources, so that the map replaces it without a jump. It has no labels, because an image cannot use
the fonts of the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pydeck as pdk
import shapely
from markupsafe import Markup

from dashboard.maps.deck_expressions import PREFIX, evaluate
from dashboard.maps.view import Map, View, web_mercator_pixels
from dashboard.markup.html import tag
from dashboard.markup.urls import urlencode

Fetch = Callable[[str], bytes]
"""URL of a map source -> GeoJSON."""

WIDTH_FACTOR = 1.3
"""Width of the preview relative to the view: the container may be wider than the server knows."""

_MARGIN = 12.0
"""Pixels by which the clipping box exceeds the image, so that clipped edges are not visible."""

TOLERANCE = 0.4
"""Simplification tolerance in pixels."""


@dataclass(frozen=True)
class _Layer:
    """A layer of a deck with its features; geometries are in pixels of the image.

    Radii and line widths of the deck are multiplied by ``symbol_scale``.
    """

    spec: Mapping[str, Any]
    shapes: npt.NDArray[np.object_]
    properties: list[dict[str, Any]]
    symbol_scale: float

    def accessor(self, part: str, name: str, default: Any, properties: Mapping[str, Any]) -> Any:
        """Value of a sublayer's accessor for one feature."""
        value = self.spec["_subLayerProps"].get(part, {}).get(name, default)
        if isinstance(value, str) and value.startswith(PREFIX):
            return evaluate(value, properties)
        return value


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
        SVG, ``view.height`` pixels high and :data:`WIDTH_FACTOR` times ``view.width`` wide, with
        the same centre as the view.
    """
    width, height = preview_width(view), view.height
    return tag(
        "svg",
        draw(deck, replace(view, width=width), fetch),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )


def draw(
    deck: pdk.Deck,
    view: View,
    fetch: Fetch,
    symbol_scale: float = 1.0,
    tolerance: float = TOLERANCE,
) -> Iterator[Markup]:
    """The shapes of a deck within a view, without labels: elements of an SVG of its size.

    Parameters
    ----------
    symbol_scale
        Factor of the radii and line widths of the deck.
    tolerance
        Simplification tolerance in pixels.
    """
    for spec in json.loads(deck.to_json())["layers"]:
        if spec["@@type"] != "GeoJsonLayer" or spec.get("opacity") == 0:
            continue
        layer = _read(spec, view, fetch, symbol_scale, tolerance)
        for render in (_polygons, _lines, _points):
            yield from render(layer)


def preview_width(view: View) -> int:
    """Width of the preview in pixels; of the same parity as the view, so that the centres match."""
    return int(view.width * WIDTH_FACTOR) // 2 * 2 + view.width % 2


def _read(
    spec: Mapping[str, Any], view: View, fetch: Fetch, symbol_scale: float, tolerance: float
) -> _Layer:
    data = spec["data"]
    content = fetch(data) if isinstance(data, str) else orjson.dumps(data)
    features = orjson.loads(content)["features"]
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
    size = np.array([view.width, view.height])
    top_left = web_mercator_pixels([view.longitude], [view.latitude], view.zoom)[0] - size / 2
    projected = shapely.transform(
        shapes, lambda xy: web_mercator_pixels(xy[:, 0], xy[:, 1], view.zoom) - top_left
    )
    clipped = shapely.clip_by_rect(projected, -_MARGIN, -_MARGIN, *(size + _MARGIN))
    simplified = np.asarray(shapely.simplify(clipped, tolerance), dtype=object)
    properties = [feature.get("properties") or {} for feature in features]
    return _Layer(spec, simplified, properties, symbol_scale)


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
            fill = layer.accessor("polygons-fill", "getFillColor", [0, 0, 0], properties)
            yield tag("path", d=path, **_paint("fill", fill), fill_rule="evenodd")


def _lines(layer: _Layer) -> Iterator[Markup]:
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        path = "".join(
            _line(part) for part in shapely.get_parts(shape) if part.geom_type == "LineString"
        )
        if path:
            colour = layer.accessor("linestrings", "getColor", [0, 0, 0], properties)
            width = layer.symbol_scale * layer.accessor("linestrings", "getWidth", 1, properties)
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
        radius = layer.symbol_scale * evaluate(layer.spec["getPointRadius"], properties)
        fill = {"fill": "none"}
        if layer.spec.get("filled", True):
            colour = layer.accessor("points-circle", "getFillColor", [0, 0, 0], properties)
            if not layer.spec.get("stroked"):
                group = dots.setdefault((tuple(colour), float(radius)), [])
                group.append(f"M{shape.x:.1f},{shape.y:.1f}h0")
                continue
            fill = _paint("fill", colour)
        outline = layer.accessor("points-circle", "getLineColor", [0, 0, 0], properties)
        width = layer.symbol_scale * layer.accessor("points-circle", "getLineWidth", 1, properties)
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
