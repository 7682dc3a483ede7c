"""The component that draws maps: its script, and what the server sends to it.

The script is built from ``src/`` by ``scripts/build-map`` and committed, so that serving needs no
Node. Its name contains a digest of its sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard import i18n
from dashboard.maps.legends import source_text
from dashboard.maps.notes import basemap_note
from dashboard.maps.registry import PageMap
from dashboard.maps.view import REACH
from dashboard.markup.theme import Palette
from dashboard.markup.urls import urlencode
from geo.i18n import language, mark, terms

_FOLDER = Path(__file__).parent

SCRIPT = next((_FOLDER / "built").glob("map-*.js"))
"""The built script."""

SCRIPT_URL = f"/maps/component/{SCRIPT.name}"

ZOOMS = (1.5, 12.0)
"""Least and greatest zoom of a map."""

_COLOURS = ("ground", "text", "muted", "rule", "sea", "accent")

_TEXTS = {
    "map": mark("Map"),
    "zoomIn": mark("Zoom in"),
    "zoomOut": mark("Zoom out"),
    "home": mark("Reset view"),
    "fullScreen": mark("Full screen"),
    "save": mark("Save as image"),
    "link": mark("Copy link to this view"),
    "copied": mark("Link copied"),
    "legend": mark("Legend"),
    "failed": mark("This browser cannot display the map (WebGL is not available)."),
    "wheel": mark("Hold Ctrl and scroll to zoom"),
    "fingers": mark("Use two fingers to move the map"),
    "close": mark("Close"),
    "cityPage": mark("Open city profile"),
    "compare": mark("Compare"),
    "select": mark("Select"),
    "deselect": mark("Remove from selection"),
    "km": mark("km"),
    "years": mark("Years"),
    "year": mark("Year"),
    "play": mark("Play through the years"),
    "pause": mark("Pause"),
    "yearBefore": mark("Previous year"),
    "yearAfter": mark("Next year"),
    "speed": mark("Speed"),
}


def source_digest() -> str:
    """Digest of the sources of the script, as its name contains it."""
    names = ["package-lock.json", "build.mjs"]
    names += [f"src/{path.name}" for path in (_FOLDER / "src").iterdir()]
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + (_FOLDER / name).read_bytes())
    return digest.hexdigest()[:12]


SECONDS_A_YEAR: Mapping[str, float] = {"urbanisation": 1.0, "network": 2.0}
"""How long a year of a page's map is shown while the years play."""


def map_data(page_map: PageMap, colours: Palette) -> dict[str, Any]:
    """What the script needs to draw a map; see ``MapData`` in ``src/types.ts``."""
    city = urlencode({**i18n.language_params(), "city": ""})
    return {
        **frame(page_map, colours),
        **({"timeline": _timeline(page_map, colours)} if page_map.years else {}),
        "view": asdict(page_map.map.view),
        "zooms": ZOOMS,
        "bounds": REACH,
        "colours": {name: getattr(colours, name) for name in _COLOURS},
        "cityUrl": f"/city?{city}",
        "compareUrl": f"/compare?{city}",
        "texts": dict(terms(_TEXTS)),
        "language": language().code,
    }


def _timeline(page_map: PageMap, colours: Palette) -> dict[str, Any]:
    view = page_map.map.view
    params = {
        **{name: value for name, value in page_map.query.items() if name != "year"},
        **i18n.language_params(),
        "width": str(view.width),
        "height": str(view.height),
        "theme": colours.name,
        "v": page_map.map.version,
    }
    return {
        "years": list(page_map.years),
        "year": page_map.year,
        "url": f"/maps/{page_map.page}/years.json?{urlencode(params)}",
        "seconds": SECONDS_A_YEAR[page_map.page],
    }


def frame(page_map: PageMap, colours: Palette) -> dict[str, Any]:
    """What differs between the years of a map; see ``Frame`` in ``src/types.ts``."""
    legends = page_map.legends(colours)
    deck = page_map.draw(page_map.map, colours)
    # Apart from the deck, whose texts that begin with "@@=" are evaluated.
    inline = {layer.id: layer.data for layer in deck.layers if not isinstance(layer.data, str)}
    for layer in deck.layers:
        if layer.id in inline:
            layer.data = ""
    return {
        "deck": deck.to_json(),
        "inline": inline,
        "title": page_map.title,
        "summary": page_map.summary,
        "legend": "".join(str(legend.html()) for legend in legends),
        "source": f"{source_text(legends)} {basemap_note()}".strip(),
        "panel": str(page_map.panel(colours)),
    }
