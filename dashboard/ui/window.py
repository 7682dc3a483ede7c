"""What the browser alone knows: the width of the window, to which maps are fitted, and that its
theme has changed."""

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
  // Streamlit changes its own colours with the system's theme or from its menu, and runs nothing.
  const app = document.querySelector(".stApp");
  const colour = () => getComputedStyle(app).backgroundColor;
  let ground = colour();
  const theme = new MutationObserver(() => {
    if (colour() !== ground) setStateValue("ground", (ground = colour()));
  });
  theme.observe(app, { attributeFilter: ["class"] });
  report();
  window.addEventListener("resize", report);
  return () => {
    theme.disconnect();
    window.removeEventListener("resize", report);
  };
}
"""


def watch_window() -> None:
    """Let the browser report the width of the window, and run the page again when its theme
    changes, so that its maps, charts and styles change with it."""
    known = window_width()
    component = st.components.v2.component("window", html=str(tag("span")), js=_SCRIPT)
    # It draws nothing; the style sheet hides its container.
    with st.container(key="window_watch"):
        result = component(
            key="window_component",
            data={"widths": list(WIDTHS), "known": known},
            on_width_change=lambda: None,
            on_ground_change=lambda: None,
            height=1,
        )
    st.session_state["window_width"] = int(result.width) if result.width in WIDTHS else known


def window_width() -> int:
    """Width of the user's window, one of :data:`WIDTHS`.

    A browser without the cookie reports it during the first run of a page.
    """
    width = st.session_state.get("window_width")
    return int(width) if width else _width_from_cookie()


def _width_from_cookie() -> int:
    """The width in the browser's cookie; without one, phones are recognised by their user agent and
    other windows are assumed to be wide."""
    cookie = st.context.cookies.get(WIDTH_COOKIE, "")
    if cookie in map(str, WIDTHS):
        return int(cookie)
    return WIDTHS[0] if "Mobi" in st.context.headers.get("User-Agent", "") else WIDTHS[3]
