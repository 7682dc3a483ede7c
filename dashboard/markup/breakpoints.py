"""Window widths at which layouts change, and the resulting sizes of maps and panels."""

from __future__ import annotations

WIDTHS = (390, 640, 800, 1000, 1200, 1340, 1400)
"""Window widths in CSS pixels for which maps are fitted; windows are rounded down to one of these,
so that few resizes cause a rerun."""


PHONE_WIDTH = 640
"""Windows up to this width have a single column."""


NARROW, WITH_SIDEBAR = 1000, 1340
"""Windows below these widths stack a map and the column next to it, on pages without and with a
sidebar. Both are in :data:`WIDTHS` and in the style sheet."""


def main_width(window: int, sidebar: bool = False) -> int:
    """Width in pixels of the main column of a page, for windows wider than a phone's."""
    return min(window, 1400) - (160 if window >= WITH_SIDEBAR else 80) - (300 if sidebar else 0)


def map_size(window: int, sidebar: bool = True) -> tuple[int, int]:
    """Width and height in pixels that a page's main map is guaranteed to have.

    Parameters
    ----------
    window
        Width of the user's window.
    sidebar
        Whether the page has a sidebar with filters.
    """
    if window <= PHONE_WIDTH:
        return window - 40, 400
    width, height = main_width(window, sidebar), 560 if sidebar else 470
    if window < (WITH_SIDEBAR if sidebar else NARROW):
        return width, height
    return int(width * (0.73 if sidebar else 0.66)), height


def full_map_size(window: int) -> tuple[int, int]:
    """Width and height in pixels of a map below the options of a page with a sidebar; see
    :func:`map_size`."""
    if window <= PHONE_WIDTH:
        return map_size(window)
    return main_width(window, sidebar=True), 560


COMPACT_HEIGHT = 264
"""Height in pixels of the Overview's map on a phone, where it has no buttons; in the style sheet
too."""

_BUTTONS, _MARGIN = 60, 16
"""Pixels above a narrow map for the row of buttons, and without them."""


def compact_map_size(window: int) -> tuple[int, int]:
    """Width and height in pixels of the Overview's map; see :func:`map_size`."""
    if window <= PHONE_WIDTH:
        return window - 40, COMPACT_HEIGHT - _MARGIN + _BUTTONS
    return map_size(window, sidebar=False)


def map_room(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels that buttons and legend leave of a map; as in ``map.css``."""
    width, height = size
    if width < 540:
        return width, height - _BUTTONS
    return (width - 54 if width < 720 else width - 312), height


PANEL_GAP, AXIS_WIDTH = 18, 45
"""Pixels between two panels, and width of the axis of the first panel of a row."""


def panel_size(window: int, gap: int = PANEL_GAP, axis: int = AXIS_WIDTH) -> tuple[int, int]:
    """Number of panels per row, and the width of each in pixels.

    Parameters
    ----------
    window
        Width of the user's window.
    gap, axis
        Pixels between two panels, and width of the axis of the first.
    """
    columns = 2 if window <= PHONE_WIDTH else 6 if window >= 1200 else 4
    available = window - 45 if window <= PHONE_WIDTH else main_width(window)
    return columns, (available - axis) // columns - gap


WIDTH_COOKIE = "window_width"
"""Session cookie with the window width, one of :data:`WIDTHS`, so that the first script run knows
it: a second run with another map would take as long again."""


WIDTH_COOKIE_SCRIPT = (
    f"document.cookie = `{WIDTH_COOKIE}=${{Math.max({WIDTHS[0]}, "
    f"...{list(WIDTHS)}.filter((width) => width <= window.innerWidth))}}; SameSite=Strict`"
)
"""JavaScript that sets the cookie."""
