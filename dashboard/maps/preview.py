"""A deck as a picture: what a browser shows until WebGL has drawn the map itself.

Drawing by WebGL takes a second or two where the processor does it. The picture is drawn from the
same deck and the same map layers, so that the map covers it without a jump. It has no names:
a picture cannot use the page's font.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pydeck as pdk
import shapely

from dashboard.maps.deck_expressions import PREFIX, evaluate
from dashboard.maps.label_placement import pixels
from dashboard.maps.view import Map, View
from dashboard.markup.urls import urlencode

Fetch = Callable[[str], bytes]
"""From the address of a map layer to its GeoJSON."""

ROOM = 1.3
"""Width of the picture, in widths of the view: a map's place may be wider than is known."""

_MARGIN = 12.0
"""Pixels around the picture that shapes are cut at, so that no cut edge is seen."""

_SIMPLER = 0.4
"""Pixels that a line may be drawn beside its place."""


@dataclass(frozen=True)
class _Layer:
    """A layer of a deck with its features, whose geometries are in pixels of the picture."""

    spec: Mapping[str, Any]
    shapes: npt.NDArray[np.object_]
    properties: list[dict[str, Any]]

    def of(self, part: str, name: str, usual: Any, properties: Mapping[str, Any]) -> Any:
        """Value of an accessor of a sublayer for one feature."""
        given = self.spec["_subLayerProps"].get(part, {}).get(name, usual)
        if isinstance(given, str) and given.startswith(PREFIX):
            return evaluate(given, properties)
        return given


def preview_url(name: str, query: Mapping[str, str], shown: Map, theme: str) -> str:
    """The path of the picture of a page's map, with the version of the layers so that it can be
    kept for good.

    Parameters
    ----------
    name, query
        Name of the map, one of :data:`dashboard.maps.registry.MAPS`, and the page's query.
    """
    size = {"width": str(shown.view.width), "height": str(shown.view.height)}
    asked = urlencode({**query, **size, "theme": theme, "v": shown.version})
    return f"/maps/pages/{name}.svg?{asked}"


def svg(made: pdk.Deck, view: View, fetch: Fetch) -> str:
    """The picture of a deck at its opening view.

    Returns
    -------
    str
        SVG, ``view.height`` pixels high and :data:`ROOM` times ``view.width`` wide; the middle of
        the view is its middle.
    """
    width, height = picture_width(view), view.height
    parts: list[str] = []
    for spec in json.loads(made.to_json())["layers"]:
        if spec["@@type"] != "GeoJsonLayer" or spec.get("opacity") == 0:
            continue
        layer = _read(spec, view, fetch)
        for draw in (_polygons, _lines, _points):
            parts += draw(layer)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def picture_width(view: View) -> int:
    """Width of the picture in pixels: even, as that of the window is, so that middles meet."""
    return int(view.width * ROOM) // 2 * 2 + view.width % 2


def _read(spec: Mapping[str, Any], view: View, fetch: Fetch) -> _Layer:
    data = spec["data"]
    content = fetch(data) if isinstance(data, str) else orjson.dumps(data)
    features = orjson.loads(content)["features"]
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
    size = np.array([picture_width(view), view.height])
    corner = pixels([view.longitude], [view.latitude], view.zoom)[0] - size / 2
    placed = shapely.transform(shapes, lambda xy: pixels(xy[:, 0], xy[:, 1], view.zoom) - corner)
    near = shapely.clip_by_rect(placed, -_MARGIN, -_MARGIN, *(size + _MARGIN))
    simple = np.asarray(shapely.simplify(near, _SIMPLER), dtype=object)
    return _Layer(spec, simple, [feature.get("properties") or {} for feature in features])


def _polygons(layer: _Layer) -> Iterator[str]:
    if not layer.spec.get("filled", True):
        return
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        path = "".join(
            f"{_line(ring)}Z"
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        )
        if path:
            fill = layer.of("polygons-fill", "getFillColor", [0, 0, 0], properties)
            yield f'<path d="{path}"{_paint("fill", fill)} fill-rule="evenodd"/>'


def _lines(layer: _Layer) -> Iterator[str]:
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        path = "".join(
            _line(part) for part in shapely.get_parts(shape) if part.geom_type == "LineString"
        )
        if path:
            colour = layer.of("linestrings", "getColor", [0, 0, 0], properties)
            width = layer.of("linestrings", "getWidth", 1, properties)
            yield (
                f'<path d="{path}" fill="none"{_paint("stroke", colour)} '
                f'stroke-width="{width:g}" stroke-linejoin="round"/>'
            )


def _points(layer: _Layer) -> Iterator[str]:
    """Circles; dots without an outline that look the same are one path."""
    dots: dict[tuple[str, float], list[str]] = {}
    for shape, properties in zip(layer.shapes, layer.properties, strict=True):
        if shape.geom_type != "Point" or shape.is_empty:
            continue
        radius = evaluate(layer.spec["getPointRadius"], properties)
        fill = ' fill="none"'
        if layer.spec.get("filled", True):
            colour = layer.of("points-circle", "getFillColor", [0, 0, 0], properties)
            if not layer.spec.get("stroked"):
                same = dots.setdefault((_paint("stroke", colour), float(radius)), [])
                same.append(f"M{shape.x:.1f},{shape.y:.1f}h0")
                continue
            fill = _paint("fill", colour)
        outline = layer.of("points-circle", "getLineColor", [0, 0, 0], properties)
        width = layer.of("points-circle", "getLineWidth", 1, properties)
        yield (
            f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{radius:g}"{fill}'
            f'{_paint("stroke", outline)} stroke-width="{width:g}"/>'
        )
    for (paint, radius), at in dots.items():
        yield (
            f'<path d="{"".join(at)}" fill="none"{paint} stroke-width="{2 * radius:g}" '
            'stroke-linecap="round"/>'
        )


def _line(line: shapely.Geometry) -> str:
    """A line as the commands of an SVG path, each point from the one before it."""
    tenths = np.round(shapely.get_coordinates(line) * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    moved = steps[steps.any(axis=1)] / 10
    x, y = tenths[0] / 10
    return f"M{x:g},{y:g}l" + " ".join(f"{right:g},{down:g}" for right, down in moved)


def _paint(name: str, colour: list[int]) -> str:
    """A colour of three or four numbers from 0 to 255 as attributes of SVG."""
    said = f' {name}="#{"".join(f"{part:02x}" for part in colour[:3])}"'
    return said + (f' {name}-opacity="{colour[3] / 255:.2f}"' if len(colour) == 4 else "")
