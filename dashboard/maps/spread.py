"""Symbols of neighbouring cities moved apart where they would cover each other.

Singapore and Johor Bahru are 25 km apart, 4 pixels on a map of the region, where their symbols have
a radius of up to 18.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dashboard.maps.view import web_mercator_pixels

ZOOMS = (2, 3, 4, 5, 6, 7, 8)
"""Zooms for which symbols are moved; between them, the component interpolates."""

_ROUNDS = 60
_OVERLAP = 0.85
"""Distance of two symbols, relative to the sum of their radii."""

Floats = npt.NDArray[np.float64]


def shifts(longitude: npt.ArrayLike, latitude: npt.ArrayLike, radii: npt.ArrayLike) -> Floats:
    """How far each symbol is moved at each of :data:`ZOOMS`, in pixels right and down.

    No symbol is moved by more than its radius, so that it covers its place.

    Parameters
    ----------
    longitude, latitude
        Places in degrees, shape (n,).
    radii
        Radii in pixels, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n, zooms, 2), rounded to pixels; zero where nothing overlaps.
    """
    size = np.asarray(radii, dtype=float)
    at_zooms = [
        _moved_apart(web_mercator_pixels(longitude, latitude, zoom), size) for zoom in ZOOMS
    ]
    return np.stack(at_zooms, axis=1).round()


def _moved_apart(points: Floats, radii: Floats) -> Floats:
    """Shift of each symbol at one zoom: pairs push each other apart, the smaller one further."""
    shift = np.zeros_like(points)
    needed = _OVERLAP * (radii[:, None] + radii[None, :])
    np.fill_diagonal(needed, 0)
    share = radii[None, :] / (radii[:, None] + radii[None, :])
    for _ in range(_ROUNDS):
        between = (points + shift)[:, None, :] - (points + shift)[None, :, :]
        distance = np.hypot(between[..., 0], between[..., 1])
        missing = np.clip(needed - distance, 0, None)
        if not missing.any():
            break
        direction = between / np.maximum(distance, 1e-9)[..., None]
        push = (0.5 * missing * share)[..., None] * direction
        shift += push.sum(axis=1)
        length = np.hypot(shift[:, 0], shift[:, 1])
        shift *= np.minimum(1, radii / np.maximum(length, 1e-9))[:, None]
    return shift


def at_zoom(moved: Floats, zoom: float) -> Floats:
    """Shifts at any zoom, as the component interpolates them; shape (n, 2)."""
    position = float(np.clip(zoom, ZOOMS[0], ZOOMS[-1])) - ZOOMS[0]
    below = min(int(position), len(ZOOMS) - 2)
    part = position - below
    result: Floats = (1 - part) * moved[:, below] + part * moved[:, below + 1]
    return result


def compact(moved: Floats) -> list[Sequence[Sequence[int]] | None]:
    """Shifts as JSON values: ``None`` for symbols that stay where they are."""
    return [rows.astype(int).tolist() if rows.any() else None for rows in moved]
