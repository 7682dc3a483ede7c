"""Bare pages for the frames of other sites: their addresses, and the snippet that pages offer."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import i18n
from dashboard.maps.sources import urlencode
from dashboard.settings import OWN
from dashboard.ui import layout
from dashboard.web.embed.csp import frame_ancestors
from geo.i18n import tr

CHARTS, MAPS = "charts", "maps"
"""Second part of the address of a bare page."""

HEIGHTS = {CHARTS: 460, MAPS: 520}
"""Height of a frame in pixels, where its site has no other wish."""


def address(kind: str, name: str, query: Mapping[str, str]) -> str:
    """The path of a bare page, in the language of the running context."""
    asked = urlencode({**query, **i18n.parameters()})
    return f"/embed/{kind}/{name}" + (f"?{asked}" if asked else "")


def snippet(server: str, kind: str, name: str, query: Mapping[str, str], title: str) -> str:
    """The HTML that shows a bare page on another site.

    Parameters
    ----------
    server
        Address of the dashboard without a path, such as ``https://cities.example.org``.

    Examples
    --------
    >>> print(snippet("https://x.org", "charts", "support", {}, "Support asked for"))
    <iframe src="https://x.org/embed/charts/support" title="Support asked for"
      width="100%" height="460" style="border:0" loading="lazy"></iframe>
    """
    source = escape(server + address(kind, name, query))
    return (
        f'<iframe src="{source}" title="{escape(title)}"\n'
        f'  width="100%" height="{HEIGHTS[kind]}" style="border:0" loading="lazy"></iframe>'
    )


def server(page: str) -> str:
    """Address of the dashboard, from that of one of its pages.

    >>> server("https://x.org/cities/explore?country=IDN")
    'https://x.org/cities'
    """
    return page.partition("?")[0].rpartition("/")[0]


def beside(kind: str, name: str) -> DeltaGenerator:
    """Place of a source line and the snippet behind it."""
    return st.container(horizontal=True, key=f"takeaway_{kind}_{name}")


def offer(kind: str, name: str, query: Mapping[str, str], title: str) -> None:
    """The snippet of a chart or map, folded behind a word."""
    with st.popover(tr("Embed"), type="tertiary"):
        said = tr("To show this on another site, paste there:")
        st.html(f'<p class="embed">{escape(said)}</p>')
        here = server(st.context.url or "")
        st.code(snippet(here, kind, name, query, title), language=None, wrap_lines=True)
        st.html(f'<p class="embed note">{escape(_who())}</p>')


def map_note(name: str, query: Mapping[str, str], title: str, said: str = "") -> None:
    """What stands under a map: what it is for, how to zoom, whose boundaries, and its snippet.

    Parameters
    ----------
    query
        What the map shows; its bare page has the same.
    """
    with beside(MAPS, name):
        layout.source(f"{said} {tr(layout.ZOOM_NOTE)} {tr(layout.BOUNDARY_NOTE)}".strip())
        offer(MAPS, name, query, title)
    layout.missing_land()


def _who() -> str:
    follows = tr("It follows the reader's light or dark theme; theme=light or theme=dark fixes it.")
    if frame_ancestors() != OWN:
        return follows
    only_own = tr(
        "This server lets its own pages frame it only; its operator can name other sites."
    )
    return f"{follows} {only_own}"
