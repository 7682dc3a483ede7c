"""How wide the reader's window is: a map can only be fitted to a window whose width is known."""

from __future__ import annotations

import streamlit as st

from dashboard.markup.breakpoints import COOKIE, WIDTHS

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

    A browser that keeps no cookie tells it in the first run of the page.
    """
    known = st.session_state.get("window_width") or _told()
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


def _told() -> int:
    """The width that the browser's cookie tells; without one a phone is told by its user agent,
    and any other window is taken for a wide one."""
    said = st.context.cookies.get(COOKIE, "")
    if said in map(str, WIDTHS):
        return int(said)
    return WIDTHS[0] if "Mobi" in st.context.headers.get("User-Agent", "") else WIDTHS[3]
