"""What maps can show: all member states in every window, and land wherever a window ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.maps.component import ZOOMS
from dashboard.maps.deck import fit
from dashboard.maps.view import REACH, REGION
from geo.refresh.natural_earth import WINDOW

BUTTONS, LEGEND = 60, 260


def test_maps_end_where_the_land_ends() -> None:
    assert REACH == WINDOW


@pytest.mark.parametrize(
    ("width", "height", "beside"),
    [
        (280, 565, BUTTONS),
        (330, 400, BUTTONS),
        (350, 600, BUTTONS),
        (1040, 400, BUTTONS + LEGEND),
        (2600, 1000, BUTTONS + LEGEND),
    ],
)
def test_window_shows_all_member_states_beside_buttons_and_legend(
    width: int, height: int, beside: int
) -> None:
    view = fit(REGION, width - beside, height)
    assert ZOOMS[0] <= view.zoom
    shown, reach = replace(view, width=width).window(), REACH
    assert shown[2] - shown[0] <= reach[2] - reach[0]
    assert reach[1] <= shown[1] < shown[3] <= reach[3]
