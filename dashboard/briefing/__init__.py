"""The briefing of a member city: two A4 pages as PDF, typeset with Typst.

``content`` collects texts and values, ``series`` draws the population, ``briefing.typ`` is the
template.
"""

from __future__ import annotations

import json
from pathlib import Path

import typst

from dashboard.briefing.content import content
from geo.layers.catalogue import Catalogue

_HERE = Path(__file__).parent
_FONTS = _HERE.parent / "fonts"


def pdf(layers: Catalogue, city_id: str) -> bytes:
    """The briefing of a city as PDF; equal layers give equal bytes.

    Only the fonts of the dashboard are used, so that all machines produce the same page. Texts are
    passed to Typst as JSON, never as markup.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    compiler = typst.Compiler(
        str(_HERE / "briefing.typ"),
        root=str(_HERE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
    )
    content_json = json.dumps(content(layers, city_id), ensure_ascii=False)
    document = compiler.compile(format="pdf", sys_inputs={"content": content_json})
    assert isinstance(document, bytes)
    return document
