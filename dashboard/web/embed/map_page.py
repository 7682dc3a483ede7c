"""Embed page of a map: the browser requests a deck for the size of its frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import orjson
from markupsafe import Markup

from dashboard import i18n
from dashboard.maps.cards import city_facts
from dashboard.maps.component import SCRIPT_URL, map_data
from dashboard.maps.legends import source_text
from dashboard.maps.notes import map_note
from dashboard.maps.registry import PageMap, page_map
from dashboard.markup.html import items, tag
from dashboard.markup.tables import records
from dashboard.markup.urls import urlencode
from dashboard.web.embed.html import THEMES, document
from geo.analysis.projects import leading_focus_areas
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

SIZE = (600, 300)
"""Default width and height in pixels of a map."""

_SCRIPT = Path(__file__).with_name("map.js")


@cache
def script() -> tuple[bytes, str]:
    """The script of an embedded map, and its version."""
    content = _SCRIPT.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def page(name: str, layers: Catalogue, query: Mapping[str, str], theme: str) -> str:
    """The embed page of a map.

    Raises
    ------
    NotFoundError
        If no page of this name has a map.
    QueryError
        If a parameter is invalid.
    """
    map_page = page_map(name, layers, query, SIZE)
    params = {**query, **i18n.language_params(), "v": layers.version}
    box = tag(
        "div",
        id="map",
        class_="map-holder",
        data_theme=theme,
        data_map=f"{name}.json?{urlencode(params)}",
        data_script=f"../..{SCRIPT_URL}",
        data_failed=tr("The map could not be drawn."),
    )
    scripts = [f"/embed/map.js?v={script()[1]}"]
    query_of_page = urlencode({**map_page.query, **i18n.language_params()})
    page_path = f"/{map_page.page}" + (f"?{query_of_page}" if query_of_page else "")
    body = _screen_reader_text(map_page) + box
    notes = (source_text(map_page.legends(THEMES["light"])), map_note())
    return document(map_page.title, theme, body, notes, page_path, scripts)


def _screen_reader_text(map_page: PageMap) -> Markup:
    """The content of the map for screen readers: a summary, and the facts of each city."""
    leads = leading_focus_areas(map_page.cities)
    cities = items(
        "ul",
        (
            f"{city['name']}, {city['country']}. {'; '.join(city_facts(city, lead))}"
            for city, lead in zip(records(map_page.cities), leads, strict=True)
        ),
    )
    return tag("div", tag("p", map_page.summary), cities, class_="unseen")


def map_json(
    name: str, layers: Catalogue, query: Mapping[str, str], theme: str, size: tuple[int, int]
) -> bytes:
    """A map as JSON, for a viewport of ``size`` pixels; see :func:`map_data`."""
    return orjson.dumps(map_data(page_map(name, layers, query, size), THEMES[theme]))
