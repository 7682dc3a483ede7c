"""URLs of embedded charts and maps, and the HTML that other sites paste to show them."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from dashboard import i18n
from dashboard.markup.urls import urlencode

CHARTS, MAPS = "charts", "maps"
"""Second path segment of the URL of an embed page."""


HEIGHTS = {CHARTS: 460, MAPS: 520}
"""Default height of a frame in pixels."""


def embed_url(kind: str, name: str, query: Mapping[str, str]) -> str:
    """The URL path of an embed page, in the active language."""
    params = urlencode({**query, **i18n.language_params()})
    return f"/embed/{kind}/{name}" + (f"?{params}" if params else "")


def snippet(server_url: str, kind: str, name: str, query: Mapping[str, str], title: str) -> str:
    """The HTML that embeds a page on another site.

    Parameters
    ----------
    server_url
        URL of the dashboard without a path, such as ``https://cities.example.org``.

    Examples
    --------
    >>> print(snippet("https://x.org", "charts", "support", {}, "Support asked for"))
    <iframe src="https://x.org/embed/charts/support" title="Support asked for"
      width="100%" height="460" style="border:0" loading="lazy"></iframe>
    """
    frame = Markup(
        '<iframe src="{source}" title="{title}"\n'
        '  width="100%" height="{height}" style="border:0" loading="lazy"></iframe>'
    )
    source = server_url + embed_url(kind, name, query)
    return str(frame.format(source=source, title=title, height=HEIGHTS[kind]))


def server_url(page: str) -> str:
    """Address of the dashboard, from that of one of its pages.

    >>> server_url("https://x.org/cities/explore?country=IDN")
    'https://x.org/cities'
    """
    return page.partition("?")[0].rpartition("/")[0]
