"""Label placement without overlaps of labels and symbols: cities first, next to their symbols, then
countries where there is room."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

SIZE = 12
"""Font size of city labels in pixels."""

COUNTRY_SIZE = 11
"""Font size of country labels, which are in capitals, in pixels."""

_CHARACTER_WIDTH = 0.56
"""Mean width of a character, relative to the font size."""

_CAPITAL_WIDTH = 0.72
"""Mean width of a capital letter, relative to the font size."""

_SHIFTS = ((0, 0), (0, -18), (0, 18), (-36, 0), (36, 0), (-36, -18), (36, 18), (0, -36), (0, 36))
"""Candidate offsets of a country label from the centre, pixels right and down, best first."""

_GAP = 4
"""Distance between symbol and label in pixels."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Position:
    """A candidate position of a label next to its symbol."""

    anchor: str
    baseline: str
    dx: float
    dy: float


_POSITIONS = (
    _Position("start", "center", 1, 0),
    _Position("end", "center", -1, 0),
    _Position("middle", "bottom", 0, -1),
    _Position("middle", "top", 0, 1),
    _Position("start", "bottom", 0.7, -0.5),
    _Position("start", "top", 0.7, 0.5),
    _Position("end", "bottom", -0.7, -0.5),
    _Position("end", "top", -0.7, 0.5),
)


_LABEL_COLUMNS = ("label", "label_anchor", "label_baseline", "label_offset")
"""Columns of a placed label."""


def place_labels(
    names: pd.Series,
    points: npt.NDArray[np.float64],
    radii: npt.NDArray[np.float64],
    window: Box | None = None,
    levels: npt.NDArray[np.int_] | None = None,
) -> pd.DataFrame:
    """Choose a position for each label, or none.

    Greedy in the given order, so the most important name must come first (the baseline algorithm
    of Christensen, Marks and Shieber 1995; sufficient for a few hundred labels).

    Parameters
    ----------
    names
        Texts of the labels.
    points
        Pixel coordinates of the symbols, shape (n, 2).
    radii
        Radii of the symbols in pixels.
    window
        Left, top, right and bottom of the box that must contain the labels.
    levels
        Importance of each, 0 for most; a label may cover symbols of less important levels, which
        then have no label.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``names``, with ``label`` (empty if there is no room), ``label_anchor``,
        ``label_baseline``, ``label_offset`` ([right, down] in pixels) and ``label_box``
        (``None`` without a label).
    """
    symbols = np.reshape(symbol_boxes(points, radii), (-1, 4)).T
    labels = np.full_like(symbols, np.nan)  # which overlaps nothing
    level = np.zeros(len(names)) if levels is None else levels
    rows = []
    for row, name in enumerate(names):
        width, reach = len(name) * SIZE * _CHARACTER_WIDTH, float(radii[row]) + _GAP
        position, label_box = None, None
        obstacles = level <= level[row]
        obstacles[row] = False
        is_covered = bool(_overlap(tuple(symbols[:, row]), labels).any())
        for candidate in () if is_covered else _POSITIONS:
            box = _box(points[row], candidate, reach, width)
            blocked = (_overlap(box, symbols) & obstacles) | _overlap(box, labels)
            if not blocked.any() and (window is None or _within(box, window)):
                position, label_box = candidate, box
                labels[:, row] = box
                break
        label_position = position or _POSITIONS[0]
        rows.append(
            {
                "label": name if position else "",
                "label_anchor": label_position.anchor,
                "label_baseline": label_position.baseline,
                "label_offset": [label_position.dx * reach, label_position.dy * reach],
                "label_box": label_box,
            }
        )
    # Explicit columns, because a filter may match no city.
    return pd.DataFrame(rows, index=names.index, columns=[*_LABEL_COLUMNS, "label_box"])


def place_country_names(
    names: pd.Series,
    points: npt.NDArray[np.float64],
    taken: Sequence[Box],
    window: Box | None = None,
    is_abroad: Callable[[Hashable, float, float], bool] = lambda *_: False,
) -> pd.DataFrame:
    """Choose a position near its centre for each country label, or none.

    Parameters
    ----------
    names
        Texts of the labels, which are converted to capitals.
    points
        Pixel coordinates of the centres, shape (n, 2).
    taken
        Boxes of symbols and other labels.
    window
        Left, top, right and bottom of the box that must contain the labels.
    is_abroad
        Whether a pixel, the possible centre of a label, lies on the land of another country than
        that of a name, given by its index.

    Returns
    -------
    pandas.DataFrame
        Like :func:`place_labels`, without ``label_box``.
    """
    occupied = list(taken)
    rows = []
    for (row, name), point in zip(names.items(), points, strict=True):
        label = name.upper()
        width = len(label) * COUNTRY_SIZE * _CAPITAL_WIDTH
        offset = None
        for dx, dy in _SHIFTS:
            x, y = float(point[0]) + dx, float(point[1]) + dy
            box = (x - width / 2, y - COUNTRY_SIZE, x + width / 2, y + COUNTRY_SIZE)
            is_free = not _overlap(box, np.reshape(occupied, (-1, 4)).T).any()
            is_inside = window is None or _within(box, window)
            if is_free and is_inside and not is_abroad(row, x, y):
                offset = [dx, dy]
                occupied.append(box)
                break
        rows.append(
            {
                "label": label if offset else "",
                "label_anchor": "middle",
                "label_baseline": "center",
                "label_offset": offset or [0, 0],
            }
        )
    return pd.DataFrame(rows, index=names.index, columns=list(_LABEL_COLUMNS))


def symbol_boxes(points: npt.NDArray[np.float64], radii: npt.NDArray[np.float64]) -> list[Box]:
    """Boxes of symbols: squares around ``points`` of shape (n, 2)."""
    return [_square(point, radius) for point, radius in zip(points, radii, strict=True)]


def _square(point: npt.NDArray[np.float64], radius: float) -> Box:
    x, y = float(point[0]), float(point[1])
    return x - radius, y - radius, x + radius, y + radius


def _box(point: npt.NDArray[np.float64], position: _Position, reach: float, width: float) -> Box:
    x, y = float(point[0]) + position.dx * reach, float(point[1]) + position.dy * reach
    left = {"start": x, "end": x - width, "middle": x - width / 2}[position.anchor]
    top = {"center": y - SIZE / 2, "bottom": y - SIZE, "top": y}[position.baseline]
    return left, top - 1, left + width, top + SIZE + 1


def _within(box: Box, window: Box) -> bool:
    return (
        window[0] <= box[0] and window[1] <= box[1] and box[2] <= window[2] and box[3] <= window[3]
    )


def _overlap(one: Box, others: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether a box overlaps each of ``others``, an array of shape (4, n)."""
    left, top, right, bottom = np.asarray(others, dtype=float)
    overlaps: npt.NDArray[np.bool_] = (
        (one[0] < right) & (left < one[2]) & (one[1] < bottom) & (top < one[3])
    )
    return overlaps
