"""Widths of windows, and of the maps in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dashboard
from dashboard.markup.breakpoints import (
    NARROW,
    PHONE_WIDTH,
    WIDTHS,
    WITH_SIDEBAR,
    main_width,
    map_size,
)

WIDER = [width for width in WIDTHS if width > PHONE_WIDTH]


@pytest.mark.parametrize("sidebar", [False, True])
@pytest.mark.parametrize("window", WIDER)
def test_map_has_the_whole_width_of_a_window_too_narrow_for_what_stands_beside(window, sidebar):
    width, _ = map_size(window, sidebar=sidebar)
    stacked = window < (WITH_SIDEBAR if sidebar else NARROW)
    assert (width == main_width(window, sidebar)) is stacked
    assert 0 < width < window


def test_style_sheet_stacks_columns_at_the_widths_that_maps_are_fitted_to():
    style = (Path(dashboard.__file__).parent / "markup" / "style.css").read_text(encoding="utf-8")
    for below in (NARROW, WITH_SIDEBAR):
        assert below in WIDTHS
        assert f"st-key-below_{below}_" in style
        assert re.search(rf"@media \(max-width: {below - 1}px\)", style)
