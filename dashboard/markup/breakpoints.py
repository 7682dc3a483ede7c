"""Window widths at which layouts change, and how much room a page's columns leave."""

from __future__ import annotations

WIDTHS = (390, 640, 800, 1000, 1200, 1340, 1400)
"""Window widths, in CSS pixels, that maps are fitted to; a window counts as the widest of these
that it holds, so that few resizes cause a rerun."""


PHONE = 640
"""Windows up to this width show one column."""


NARROW, WITH_SIDEBAR = 1000, 1340
"""Windows below these widths show a map and what stands beside it one under the other: pages
without and with a sidebar. Both are of :data:`WIDTHS`, and in the style sheet."""


def main_width(window: int, sidebar: bool = False) -> int:
    """Width in pixels of the column of a page, for windows wider than a phone's."""
    return min(window, 1400) - (160 if window >= WITH_SIDEBAR else 80) - (300 if sidebar else 0)


def map_size(window: int, beside: bool = True) -> tuple[int, int]:
    """Width and height in pixels of the room that a page's main map surely has.

    Parameters
    ----------
    window
        Width of the reader's window.
    beside
        Whether the filter's sidebar stands beside the page.
    """
    if window <= PHONE:
        return window - 40, 400
    width, height = main_width(window, beside), 560 if beside else 470
    if window < (WITH_SIDEBAR if beside else NARROW):
        return width, height
    return int(width * (0.73 if beside else 0.66)), height


GAP, AXIS = 18, 45
"""Pixels between two small charts, and of the axis before the first of a row."""


def panels(window: int, gap: int = GAP, axis: int = AXIS) -> tuple[int, int]:
    """How many small charts stand in a row, and the width in pixels of each.

    Parameters
    ----------
    window
        Width of the reader's window.
    gap, axis
        Pixels between two charts, and of the axis before the first.
    """
    columns = 2 if window <= PHONE else 6 if window >= 1200 else 4
    room = window - 45 if window <= PHONE else main_width(window)
    return columns, (room - axis) // columns - gap


COOKIE = "window_width"
"""Cookie by which a page tells the width, one of :data:`WIDTHS`, before its script runs: a second
run with another map would take as long again. It lasts until the browser is closed."""


TELL = (
    f"document.cookie = `{COOKIE}=${{Math.max({WIDTHS[0]}, "
    f"...{list(WIDTHS)}.filter((width) => width <= window.innerWidth))}}; SameSite=Strict`"
)
"""JavaScript that sets the cookie."""
