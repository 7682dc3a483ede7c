"""URLs of downloads and briefings."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote
from urllib.parse import urlencode as _urlencode

from dashboard import i18n
from dashboard.data.current import catalogue
from geo.analysis.filter import Filter


def urlencode(query: Mapping[str, str]) -> str:
    """Encode a query string, leaving commas readable."""
    return _urlencode(query, quote_via=quote, safe=",.:")


def download_url(layer: str, extension: str, city_filter: Filter | None = None) -> str:
    """The URL path of a download; it depends on the language only with a text search."""
    params = city_filter.to_query() if city_filter else {}
    query = urlencode({**params, **(i18n.language_params() if "q" in params else {})})
    return f"/download/{layer}.{extension}" + (f"?{query}" if query else "")


def briefing_url(name: str, extension: str, query: Mapping[str, str]) -> str:
    """The URL path of a briefing, with the version of data and code so that it can be cached
    forever.

    Parameters
    ----------
    name
        Id of a city, ``country/`` and the code of a member state, ``compare``, ``network`` or
        ``meeting``.
    """
    params = {**query, **i18n.language_params(), "v": catalogue().version}
    return f"/briefing/{name}.{extension}?{urlencode(params)}"
