"""The component that draws maps: its script, and what the server sends to it.

The script is built from ``src/`` by ``scripts/build-map`` and committed, so that serving needs no
Node. Its name contains a digest of its sources.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard import i18n
from dashboard.maps.legends import sources_of
from dashboard.maps.registry import PageMap
from dashboard.maps.view import REACH
from dashboard.markup.theme import Palette
from dashboard.markup.urls import urlencode
from geo.i18n import language, mark, terms

_FOLDER = Path(__file__).parent

SCRIPT = next((_FOLDER / "built").glob("map-*.js"))
"""The built script."""

SCRIPT_URL = f"/maps/component/{SCRIPT.name}"

ZOOMS = (1.5, 10.0)
"""Least and greatest zoom of a map."""

_COLOURS = ("ground", "text", "muted", "rule", "sea", "accent")

_TEXTS = {
    "map": mark("Map"),
    "zoomIn": mark("Zoom in"),
    "zoomOut": mark("Zoom out"),
    "home": mark("Back to the first view"),
    "fullScreen": mark("Full screen"),
    "save": mark("Save as a picture"),
    "link": mark("Copy the link to this view"),
    "copied": mark("Link copied"),
    "legend": mark("Legend"),
    "failed": mark("This browser cannot draw the map (it has no WebGL)."),
    "wheel": mark("Hold Ctrl to zoom with the wheel"),
    "fingers": mark("Use two fingers to move the map"),
    "close": mark("Close"),
    "cityPage": mark("All about this city"),
    "compare": mark("Compare"),
    "select": mark("Select"),
    "deselect": mark("Remove from the selection"),
    "km": mark("km"),
}


def source_digest() -> str:
    """Digest of the sources of the script, as its name contains it."""
    names = ["package-lock.json", "build.mjs"]
    names += [f"src/{path.name}" for path in (_FOLDER / "src").iterdir()]
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + (_FOLDER / name).read_bytes())
    return digest.hexdigest()[:12]


def map_data(page_map: PageMap, colours: Palette) -> dict[str, Any]:
    """What the script needs to draw a map; see ``MapData`` in ``src/types.ts``."""
    legends, city = page_map.legends(colours), urlencode({**i18n.language_params(), "city": ""})
    deck = page_map.draw(page_map.map, colours)
    # Apart from the deck, whose texts that begin with "@@=" are evaluated.
    inline = {layer.id: layer.data for layer in deck.layers if not isinstance(layer.data, str)}
    for layer in deck.layers:
        if layer.id in inline:
            layer.data = ""
    return {
        "deck": deck.to_json(),
        "inline": inline,
        "view": asdict(page_map.map.view),
        "zooms": ZOOMS,
        "bounds": REACH,
        "title": page_map.title,
        "summary": page_map.summary,
        "legend": "".join(str(legend.html()) for legend in legends),
        "source": sources_of(legends),
        "colours": {name: getattr(colours, name) for name in _COLOURS},
        "cityUrl": f"/city?{city}",
        "compareUrl": f"/compare?{city}",
        "texts": dict(terms(_TEXTS)),
        "language": language().code,
    }
