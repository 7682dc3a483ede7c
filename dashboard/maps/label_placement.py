"""Where names stand on a map, so that none covers another or a symbol: first cities beside their
symbols, then countries where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

SIZE = 12
"""Height of a label's letters in pixels."""

COUNTRY_SIZE = 11
"""Height in pixels of the capitals of a country's name."""

_CHARACTER_WIDTH = 0.56
"""Mean width of a letter in the label's font, in heights."""

_CAPITAL_WIDTH = 0.72
"""Mean width of a capital, in heights."""

_SHIFTS = ((0, 0), (0, -18), (0, 18), (-36, 0), (36, 0), (-36, -18), (36, 18), (0, -36), (0, 36))
"""Pixels right and down of a country's middle where its name may stand, the best first."""

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


WORLD = 512
"""Side in pixels of the whole world at zoom 0."""


def pixels(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, zoom: float
) -> npt.NDArray[np.float64]:
    """Web Mercator pixels (x to the right, y down) at a zoom of 512-pixel tiles, shape (n, 2)."""
    lon = np.asarray(longitude, dtype=float)
    lat = np.radians(np.asarray(latitude, dtype=float))
    world = WORLD * 2.0**zoom
    x = (lon + 180) / 360 * world
    y = (1 - np.log(np.tan(lat) + 1 / np.cos(lat)) / np.pi) / 2 * world
    return np.column_stack([x, y])


_PLACED = ("label", "label_anchor", "label_baseline", "label_offset")
"""Columns of a placed name."""


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
        ``label_baseline``, ``label_offset`` ([right, down] in pixels) and ``label_box``
        (the room it takes, ``None`` without a label).
    """
    symbols = symbol_boxes(points, radii)
    taken: list[Box] = []
    rows = []
    for row, name in enumerate(names):
        width, reach = len(name) * SIZE * _CHARACTER_WIDTH, float(radii[row]) + _GAP
        chosen, room = None, None
        for place in _PLACES:
            box = _box(points[row], place, reach, width)
            others = [symbol for at, symbol in enumerate(symbols) if at != row]
            free = not any(_overlap(box, other) for other in (*taken, *others))
            if free and (window is None or _within(box, window)):
                chosen, room = place, box
                taken.append(box)
                break
        beside = chosen or _PLACES[0]
        rows.append(
            {
                "label": name if chosen else "",
                "label_anchor": beside.anchor,
                "label_baseline": beside.baseline,
                "label_offset": [beside.right * reach, beside.down * reach],
                "label_box": room,
            }
        )
    # By name, since no rows have no columns: a filter may keep no city.
    return pd.DataFrame(rows, index=names.index, columns=[*_PLACED, "label_box"])


def place_country_names(
    names: pd.Series,
    points: npt.NDArray[np.float64],
    taken: Sequence[Box],
    window: Box | None = None,
) -> pd.DataFrame:
    """Choose a place for each country's name near its middle, or none.

    Parameters
    ----------
    names
        What the labels say; they are set in capitals.
    points
        Pixel positions of the middles, shape (n, 2).
    taken
        Room that symbols and other labels take.
    window
        Left, top, right and bottom that labels have to stay within.

    Returns
    -------
    pandas.DataFrame
        As :func:`place_labels`, without ``label_box``.
    """
    room = list(taken)
    rows = []
    for name, point in zip(names, points, strict=True):
        label = name.upper()
        width = len(label) * COUNTRY_SIZE * _CAPITAL_WIDTH
        chosen = None
        for right, down in _SHIFTS:
            x, y = float(point[0]) + right, float(point[1]) + down
            box = (x - width / 2, y - COUNTRY_SIZE, x + width / 2, y + COUNTRY_SIZE)
            free = not any(_overlap(box, other) for other in room)
            if free and (window is None or _within(box, window)):
                chosen = [right, down]
                room.append(box)
                break
        rows.append(
            {
                "label": label if chosen else "",
                "label_anchor": "middle",
                "label_baseline": "center",
                "label_offset": chosen or [0, 0],
            }
        )
    return pd.DataFrame(rows, index=names.index, columns=list(_PLACED))


def symbol_boxes(points: npt.NDArray[np.float64], radii: npt.NDArray[np.float64]) -> list[Box]:
    """Room that symbols take: squares around ``points`` of shape (n, 2)."""
    return [_around(point, radius) for point, radius in zip(points, radii, strict=True)]


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
