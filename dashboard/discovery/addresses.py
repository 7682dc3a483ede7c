"""Addresses of pages and of what describes them, without loading the texts of the pages."""

from __future__ import annotations

from dashboard.markup.urls import urlencode
from geo.parameters import Query

FEED_PATH, CATALOGUE_PATH, API_PATH = "/feed.atom", "/catalog.json", "/openapi.json"


def page_path(page: str, query: Query) -> str:
    """URL path and query of a page.

    >>> page_path("overview", {}), page_path("city", {"city": "da-nang"})
    ('/', '/city?city=da-nang')
    """
    path = "/" if page == "overview" else f"/{page}"
    return path + (f"?{urlencode(query)}" if query else "")
