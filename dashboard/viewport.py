"""How wide the reader's window is: a map can only be fitted to a window whose width is known."""

from __future__ import annotations

import streamlit as st

WIDTHS = (390, 640, 800, 1000, 1200, 1400)
"""Window widths, in CSS pixels, that maps are fitted to; a window counts as the widest of these
that it holds, so that few resizes cause a rerun."""

PHONE = 640
"""Windows up to this width show one column."""


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
    main = min(window, 1400) - 160 - (300 if beside else 0)
    return int(main * (0.73 if beside else 0.66)), 560 if beside else 470


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
    room = window - 45 if window <= PHONE else min(window, 1400) - 160
    return columns, (room - axis) // columns - gap


_SCRIPT = """
export default function ({ data, setStateValue }) {
  const report = () => {
    const fitting = data.widths.filter((width) => width <= window.innerWidth);
    const width = fitting.length ? fitting[fitting.length - 1] : data.widths[0];
    if (width !== data.known) setStateValue("width", width);
  };
  report();
  window.addEventListener("resize", report);
  return () => window.removeEventListener("resize", report);
}
"""


def window_width() -> int:
    """Width of the reader's window, one of :data:`WIDTHS`.

    Before the browser has said, a phone is told by its user agent; any other window is taken
    for a wide one.
    """
    agent = st.context.headers.get("User-Agent", "")
    known = st.session_state.get("window_width", WIDTHS[0] if "Mobi" in agent else WIDTHS[3])
    measure = st.components.v2.component("window_width", html="<span></span>", js=_SCRIPT)
    # It draws nothing, so it goes where an empty block disturbs no one.
    with st.container(key="window_width_probe"):
        said = measure(
            key="window_width_component",
            data={"widths": list(WIDTHS), "known": known},
            on_width_change=lambda: None,
            height=1,
        )
    width = int(said.width) if said.width in WIDTHS else known
    st.session_state["window_width"] = width
    return width
