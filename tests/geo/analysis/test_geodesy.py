"""Distances on the ellipsoid."""

from __future__ import annotations

import pytest

from geo.analysis.geodesy import circle, distances_km


@pytest.mark.parametrize("km", [25, 200, 1_000])
def test_circle_is_closed_and_lies_at_its_distance(km: float) -> None:
    line = circle(100.5, 13.75, km)
    assert line[0] == line[-1]
    longitudes, latitudes = zip(*line, strict=True)
    assert distances_km(100.5, 13.75, longitudes, latitudes) == pytest.approx(km, abs=0.02)
