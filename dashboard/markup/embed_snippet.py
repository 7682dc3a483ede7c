"""URLs of embedded charts and maps, and the HTML that other sites paste to show them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dashboard import i18n
from dashboard.markup.urls import urlencode

CHARTS, MAPS = "charts", "maps"
"""Second part of the address of a bare page."""


HEIGHTS = {CHARTS: 460, MAPS: 520}
"""Height of a frame in pixels, where its site has no other wish."""


def embed_url(kind: str, name: str, query: Mapping[str, str]) -> str:
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
    source = escape(server + embed_url(kind, name, query))
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
