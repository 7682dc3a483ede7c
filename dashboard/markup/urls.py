"""URLs of pages, files and images, built in one place."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote
from urllib.parse import urlencode as _urlencode

from dashboard import i18n
from dashboard.data.current import catalogue
from geo.analysis.filter import Filter


def urlencode(query: Mapping[str, str]) -> str:
    """A query string that leaves commas readable."""
    return _urlencode(query, quote_via=quote, safe=",.:")


def download_url(layer: str, extension: str, wanted: Filter | None = None) -> str:
    """The path of a download; a search alone depends on the language of the page with the link."""
    asked = wanted.to_query() if wanted else {}
    query = urlencode({**asked, **(i18n.parameters() if "q" in asked else {})})
    return f"/download/{layer}.{extension}" + (f"?{query}" if query else "")


def briefing_url(city_id: str) -> str:
    """The path of a city's briefing, with the version of data and code so that it can be kept for
    good."""
    query = {**i18n.parameters(), "v": catalogue().version}
    return f"/briefing/{city_id}.pdf?{urlencode(query)}"
