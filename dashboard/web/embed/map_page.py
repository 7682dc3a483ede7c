"""A map as a bare page: the browser asks for a deck of the size that the frame gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import orjson
import pydeck

from dashboard import i18n
from dashboard.maps import city_map as locator
from dashboard.maps.cards import facts_of
from dashboard.maps.legends import BOUNDARY_NOTE
from dashboard.maps.registry import MAPS, PageMap, page_map
from dashboard.markup.tables import records
from dashboard.markup.urls import urlencode
from dashboard.pages.city import text as cityview
from dashboard.web.embed.chart_page import inline
from dashboard.web.embed.html import THEMES, document, themed
from geo.analysis.projects import leading_focus_areas
from geo.errors import NotFoundError, QueryError, no_such
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue

CITY = "city"
"""Name of the map around one city, which is a picture."""

NAMES = (*MAPS, CITY)

SIZE = (600, 300)
"""Width and height in pixels that a map is described for where no frame says."""

SCRIPTS = {
    "deck.js": Path(pydeck.__file__).with_name("nbextension") / "static" / "index.js",
    "map.js": Path(__file__).with_name("map.js"),
}
"""Scripts of a bare map: the map library as pydeck brings it, and what hands it the deck."""


@cache
def script(name: str) -> tuple[bytes, str]:
    """A script of :data:`SCRIPTS` and its version."""
    content = SCRIPTS[name].read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def page(name: str, layers: Catalogue, query: Mapping[str, str], theme: str) -> str:
    """The bare page of a map.

    Raises
    ------
    NotFoundError
        If no page of this name has a map.
    QueryError
        If the query asks for something unknown.
    """
    if name == CITY:
        return _city(layers, query, theme)
    if name not in MAPS:
        message = mark("There is no map {name}; there are {known}.")
        raise NotFoundError(no_such(message, name, NAMES))
    found = page_map(name, layers, query, SIZE)
    found_legends = found.legends(THEMES["light"])
    legends = themed(
        theme,
        lambda colours: "".join(replace(one, source="").html() for one in found.legends(colours)),
    )
    asked = {**query, **i18n.parameters(), "v": layers.version}
    box = (
        f'<div id="map" role="region" aria-label="{escape(tr("Map"))}" data-theme="{theme}" '
        f'data-deck="{escape(f"{name}.json?{urlencode(asked)}")}" '
        f'data-failed="{escape(tr("The map could not be drawn."))}"></div>'
    )
    scripts = [f"/embed/{script_name}?v={script(script_name)[1]}" for script_name in SCRIPTS]
    query_of_page = urlencode({**found.query, **i18n.parameters()})
    there = f"/{found.page}" + (f"?{query_of_page}" if query_of_page else "")
    body = f'{_read_aloud(found)}<div class="stage">{box}<div class="legends">{legends}</div></div>'
    sources = dict.fromkeys(one.source.rstrip(".") for one in found_legends if one.source)
    notes = (f"{'; '.join(sources)}.", tr(BOUNDARY_NOTE))
    return document(found.title, theme, body, notes, there, scripts)


def _read_aloud(found: PageMap) -> str:
    """What the map shows, for those who do not see it: a sentence, and the facts of each city."""
    leads = leading_focus_areas(found.cities)
    cities = "".join(
        f"<li>{escape(city['name'])}, {escape(city['country'])}. {escape('; '.join(facts))}</li>"
        for city, lead in zip(records(found.cities), leads, strict=True)
        for facts in [facts_of(city, lead)]
    )
    return f'<div class="unseen"><p>{escape(found.summary)}</p><ul>{cities}</ul></div>'


def _city(layers: Catalogue, query: Mapping[str, str], theme: str) -> str:
    state, problems = cityview.read(query, list(layers["cities"]["city_id"]))
    if problems:
        raise QueryError(" ".join(problems))
    city_id = state.city_id
    [city] = records(layers["cities"].query("city_id == @city_id"))
    alt = locator.alt(layers, city)
    picture = themed(
        theme,
        lambda colours: inline(locator.svg(layers, city_id, colours), f"{colours.name}-", alt),
    )
    notes = (tr("Boundaries: Natural Earth; places: GeoNames."), tr(BOUNDARY_NOTE))
    there = f"/city?{urlencode({'city': city_id, **i18n.parameters()})}"
    figure = f'<figure class="city">{picture}</figure>'
    return document(f"{city['name']}, {city['country']}", theme, figure, notes, there)


def description(
    name: str, layers: Catalogue, query: Mapping[str, str], theme: str, size: tuple[int, int]
) -> bytes:
    """The deck of a map and its hover card as JSON, for a window of some size."""
    colours = THEMES[theme]
    found = page_map(name, layers, query, size)
    drawn = found.draw(found.map, colours)
    return orjson.dumps({"deck": orjson.loads(drawn.to_json()), "card": drawn._tooltip})
