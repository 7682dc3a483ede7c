"""The component that draws maps: its script, and what the server sends to it.

The script is built from ``src/`` by ``scripts/build-map`` and committed, so that serving needs no
Node. Its name contains a digest of its sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard import i18n
from dashboard.maps.registry import PageMap
from dashboard.markup.theme import Palette
from dashboard.markup.urls import urlencode
from geo.i18n import language, mark, terms

_FOLDER = Path(__file__).parent

SCRIPT = next((_FOLDER / "built").glob("map-*.js"))
"""The built script."""

SCRIPT_URL = f"/maps/component/{SCRIPT.name}"

ZOOMS = (2.0, 10.0)
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


def map_data(page_map: PageMap, bounds: Sequence[float], colours: Palette) -> dict[str, Any]:
    """What the script needs to draw a map; see ``MapData`` in ``src/types.ts``.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees of what the map can reach.
    """
    legends = page_map.legends(colours)
    sources = dict.fromkeys(legend.source.rstrip(".") for legend in legends if legend.source)
    view, params = page_map.map.view, i18n.language_params()
    return {
        "deck": page_map.draw(page_map.map, colours).to_json(),
        "view": asdict(view),
        "zooms": ZOOMS,
        "bounds": [float(edge) for edge in bounds],
        "title": page_map.title,
        "summary": page_map.summary,
        "legend": "".join(str(legend.html()) for legend in legends),
        "source": "; ".join(sources),
        "colours": {name: getattr(colours, name) for name in _COLOURS},
        "cityUrl": f"/city?{urlencode(params)}&city=" if params else "/city?city=",
        "compareUrl": f"/compare?{urlencode(params)}&city=" if params else "/compare?city=",
        "texts": dict(terms(_TEXTS)),
        "language": language().code,
    }
