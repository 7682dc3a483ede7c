"""Where the names of cities stand on a map, so that none covers another or a symbol."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

SIZE = 12
"""Height of a label's letters in pixels."""

_CHARACTER_WIDTH = 0.56
"""Mean width of a letter in the label's font, in heights."""

_GAP = 4
"""Pixels between symbol and label."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Place:
    """One of the places beside a symbol where a label may stand."""

    anchor: str
    baseline: str
    right: int
    down: int


_PLACES = (
    _Place("start", "center", 1, 0),
    _Place("end", "center", -1, 0),
    _Place("middle", "bottom", 0, -1),
    _Place("middle", "top", 0, 1),
)


def pixels(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, zoom: float
) -> npt.NDArray[np.float64]:
    """Web Mercator pixels (x to the right, y down) at a zoom of 512-pixel tiles, shape (n, 2)."""
    lon = np.asarray(longitude, dtype=float)
    lat = np.radians(np.asarray(latitude, dtype=float))
    world = 512 * 2.0**zoom
    x = (lon + 180) / 360 * world
    y = (1 - np.log(np.tan(lat) + 1 / np.cos(lat)) / np.pi) / 2 * world
    return np.column_stack([x, y])


def place_labels(
    names: pd.Series,
    points: npt.NDArray[np.float64],
    radii: npt.NDArray[np.float64],
    window: Box | None = None,
) -> pd.DataFrame:
    """Choose a place for each name, or none, from the first name to the last.

    Greedy in the order given, so the most important name comes first (Christensen, Marks and
    Shieber 1995 call it the baseline; with some forty labels nothing better is needed).

    Parameters
    ----------
    names
        What the labels say.
    points
        Pixel positions of the symbols, shape (n, 2).
    radii
        Radii of the symbols in pixels.
    window
        Left, top, right and bottom that labels have to stay within.

    Returns
    -------
    pandas.DataFrame
        Index of ``names``; ``label`` (empty where there is no room), ``label_anchor``,
        ``label_baseline`` and ``label_offset`` ([right, down] in pixels).
    """
    symbols = [_around(point, radius) for point, radius in zip(points, radii, strict=True)]
    taken: list[Box] = []
    rows = []
    for row, name in enumerate(names):
        width, reach = len(name) * SIZE * _CHARACTER_WIDTH, float(radii[row]) + _GAP
        chosen = None
        for place in _PLACES:
            box = _box(points[row], place, reach, width)
            others = [symbol for at, symbol in enumerate(symbols) if at != row]
            free = not any(_overlap(box, other) for other in (*taken, *others))
            if free and (window is None or _within(box, window)):
                chosen = place
                taken.append(box)
                break
        beside = chosen or _PLACES[0]
        rows.append(
            {
                "label": name if chosen else "",
                "label_anchor": beside.anchor,
                "label_baseline": beside.baseline,
                "label_offset": [beside.right * reach, beside.down * reach],
            }
        )
    return pd.DataFrame(rows, index=names.index)


def _around(point: npt.NDArray[np.float64], radius: float) -> Box:
    x, y = float(point[0]), float(point[1])
    return x - radius, y - radius, x + radius, y + radius


def _box(point: npt.NDArray[np.float64], place: _Place, reach: float, width: float) -> Box:
    x, y = float(point[0]) + place.right * reach, float(point[1]) + place.down * reach
    left = {"start": x, "end": x - width, "middle": x - width / 2}[place.anchor]
    top = {"center": y - SIZE / 2, "bottom": y - SIZE, "top": y}[place.baseline]
    return left, top - 1, left + width, top + SIZE + 1


def _within(box: Box, window: Box) -> bool:
    return (
        window[0] <= box[0] and window[1] <= box[1] and box[2] <= window[2] and box[3] <= window[3]
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
