"""Width of the user's window, which is needed to fit maps to it."""

from __future__ import annotations

import streamlit as st

from dashboard.markup.breakpoints import WIDTH_COOKIE, WIDTHS
from dashboard.markup.html import tag

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
    """Width of the user's window, one of :data:`WIDTHS`.

    A browser without the cookie reports it during the first run of the page.
    """
    last_width = st.session_state.get("window_width") or _width_from_cookie()
    measure = st.components.v2.component("window_width", html=str(tag("span")), js=_SCRIPT)
    # It draws nothing; the style sheet hides its container.
    with st.container(key="window_width_probe"):
        result = measure(
            key="window_width_component",
            data={"widths": list(WIDTHS), "known": last_width},
            on_width_change=lambda: None,
            height=1,
        )
    width = int(result.width) if result.width in WIDTHS else last_width
    st.session_state["window_width"] = width
    return width


def _width_from_cookie() -> int:
    """The width in the browser's cookie; without one, phones are recognised by their user agent and
    other windows are assumed to be wide."""
    cookie = st.context.cookies.get(WIDTH_COOKIE, "")
    if cookie in map(str, WIDTHS):
        return int(cookie)
    return WIDTHS[0] if "Mobi" in st.context.headers.get("User-Agent", "") else WIDTHS[3]
