"""Charts of the Compare page: the territories of cities at one scale, and one laid over another."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from dashboard.charts.style import colour_scale, themed
from dashboard.charts.vega import Spec, layered, marks, nominal
from dashboard.maps.scale_bar import round_km
from dashboard.markup.breakpoints import PANEL_GAP
from dashboard.markup.tables import records
from dashboard.markup.theme import Palette
from dashboard.pages.compare import true_size
from geo.analysis.territories import equal_area_km
from geo.i18n import exact, tr
from geo.vocabulary import EXACT

MAX_PANEL, MAX_OVERLAY = 320, 520
"""Maximum width in pixels of a panel, and of the overlay."""

HEIGHT_TO_WIDTH = 1.1
"""Maximum height of a panel relative to its width."""

_MARGIN = 3
"""Pixels around the territories, for the width of their outlines."""

_TOLERANCE = 1 / 1000
"""Simplification tolerance relative to the width of a view. Areas stay within 1% of the true ones,
and six cities with many islands are an SVG of less than 40 kB."""

_LETTER = 6.2
"""Mean width in pixels of a character of a caption."""

_BAR_HEIGHT = 22

_DASHES = [5, 4]


def territories(rows: gpd.GeoDataFrame, colours: Palette, columns: int, width: int) -> Spec:
    """Small multiples of territories at one scale, with captions and a scale bar.

    Parameters
    ----------
    rows
        See :func:`geo.analysis.territories.territories`.
    columns, width
        Maximum number of panels per row at ``width`` pixels each; fewer panels are wider.
    """
    columns, width = _panel_grid(len(rows), columns, width)
    shapes = [shape for one in rows.geometry for shape in _centred([equal_area_km(one)])]
    scale = _scale(shapes, width)
    panels = []
    for number, (row, shape) in enumerate(zip(records(rows), shapes, strict=True)):
        start = number - number % columns
        size = (width, _height(shapes[start : start + columns], scale))
        territory = _territory(row, shape, scale, colours.lines[number], size)
        view = {"width": size[0], "height": size[1], "title": _caption(row, width, colours)}
        panels.append({**view, **territory})
    spacing = {"column": PANEL_GAP, "row": 12}
    grid = {"concat": panels, "columns": columns, "spacing": spacing}
    return themed({"vconcat": [grid, _scale_bar(scale, width, colours)]}, colours)


def overlay(rows: gpd.GeoDataFrame, colours: Palette, width: int, positions: Sequence[int]) -> Spec:
    """One territory laid over another, centroid on centroid, with a scale bar.

    Parameters
    ----------
    rows
        Two rows of :func:`geo.analysis.territories.territories`: the upper, then the lower one.
    width
        Maximum width in pixels.
    positions
        Those of the two among the compared cities, for their colours.
    """
    width = min(width, MAX_OVERLAY)
    shapes = _centred([equal_area_km(shape) for shape in rows.geometry])
    scale = _scale(shapes, width)
    size = (width, _height(shapes, scale))
    lines = [colours.lines[number] for number in positions]
    fill = nominal(
        "city",
        title=None,
        scale=colour_scale(dict(zip(rows["name"], lines, strict=True))),
        legend={
            "orient": "top",
            "symbolType": "square",
            "symbolOpacity": 1,
            "labelLimit": width // 2,
        },
    )
    layers = [
        _territory(row, shape, scale, line, size)
        for row, shape, line in zip(records(rows), shapes, lines, strict=True)
    ]
    # The larger one below, so that it hides nothing.
    larger_first = sorted(range(2), key=lambda number: -shapes[number].area)
    drawn = layered(*(layers[number] for number in larger_first), fill=fill)
    drawn = {"width": size[0], "height": size[1], **drawn}
    return themed({"vconcat": [drawn, _scale_bar(scale, width, colours)]}, colours)


def _panel_grid(number: int, columns: int, width: int) -> tuple[int, int]:
    """Panels per row, and width of a panel: up to four in a row; five and six wrap after three."""
    total = columns * (width + PANEL_GAP)
    columns = min(columns, number if number < 5 else 3)
    return columns, min(total // columns - PANEL_GAP, MAX_PANEL)


def _centred(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """The shapes moved together so that the middle of their bounding box is at 0, 0."""
    west, south, east, north = shapely.total_bounds(shapes)
    middle = [(west + east) / 2, (south + north) / 2]
    return [shapely.transform(shape, lambda km: km - middle) for shape in shapes]


def _reach(shapes: Sequence[shapely.Geometry]) -> np.ndarray:
    """Width and height in km of the smallest view around 0, 0 that holds every shape."""
    bounds = np.abs([shape.bounds for shape in shapes]).reshape(-1, 2)
    return np.asarray(2 * bounds.max(axis=0))


def _scale(shapes: Sequence[shapely.Geometry], width: int) -> float:
    """Pixels per km at which every shape fits into a view ``width`` pixels wide."""
    room = (width - 2 * _MARGIN) * np.array([1, HEIGHT_TO_WIDTH])
    return float((room / _reach(shapes)).min())


def _height(shapes: Sequence[shapely.Geometry], scale: float) -> int:
    """Height in pixels of a view that holds every shape."""
    return round(scale * float(_reach(shapes)[1])) + 2 * _MARGIN


def _territory(
    row: true_size.Row, shape: shapely.Geometry, scale: float, colour: str, size: tuple[int, int]
) -> Spec:
    """One territory in the middle of a view, dashed unless its boundary is exact.

    Parameters
    ----------
    shape
        In km, with the middle of the view at 0, 0.
    scale
        Pixels per km.
    size
        Width and height of the view in pixels.
    """
    pixels = shapely.transform(
        shapely.simplify(shape, _TOLERANCE * size[0] / scale),
        lambda km: (km * (scale, -scale) + np.divide(size, 2)).round(1),
    )
    is_exact = row["fit"] == EXACT
    feature = {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(pixels)),
        "city": row["name"],
        "area_km2": row["area_km2"] if is_exact else None,
        "size": true_size.area(row),
    }
    style = {
        "fill": colour,
        "fillOpacity": 0.3 if is_exact else 0.1,
        "stroke": colour,
        "strokeWidth": 1,
        "strokeJoin": "round",
        "description": f"{row['name']}: {true_size.area(row)}",
        **({} if is_exact else {"strokeDash": _DASHES}),
    }
    tooltip = [nominal("city", title=tr("City")), nominal("size", title=tr("Area"))]
    return {
        # The data are pixels: a projection that fits them would give each view its own scale.
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        **marks("geoshape", style, data={"values": [feature]}, tooltip=tooltip),
    }


def _caption(row: true_size.Row, width: int, colours: Palette) -> Spec:
    letters = int(width / _LETTER)
    return {
        "text": row["name"],
        "subtitle": [
            part for line in true_size.caption(row) for part in textwrap.wrap(line, letters)
        ],
        "orient": "bottom",
        "anchor": "start",
        "frame": "group",
        "color": colours.text,
        "subtitleColor": colours.muted,
        "fontSize": 13,
        "fontWeight": 600,
        "subtitleFontSize": 12,
        "offset": 6,
    }


def _scale_bar(scale: float, width: int, colours: Palette) -> Spec:
    """A bar of a round number of km, at most a third of ``width`` pixels long."""
    km = round_km(width / 3 / scale)
    start, end, middle = {"value": 0}, {"value": round(km * scale, 1)}, {"value": _BAR_HEIGHT / 2}
    # Not a rule, which the style sheet prints in the pale colour of grid lines.
    bar = {"height": 2, "color": colours.muted, "aria": False}
    return {
        "width": width,
        "height": _BAR_HEIGHT,
        **layered(
            marks("bar", bar, x=start, x2=end),
            marks("text", {"align": "left", "dx": 6}, x=end, text=nominal("label")),
            data={"values": [{"label": tr("{number} km", number=exact(km))}]},
            y=middle,
        ),
    }
