"""The briefing of a member city: one A4 page as PDF, made with Typst.

``content`` gathers what it says, ``series`` draws the population, ``briefing.typ`` lays it out.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import typst

import geo
from dashboard.briefing.content import content
from geo.layers import Catalogue

_HERE = Path(__file__).parent
_MADE_BY = [
    *_HERE.glob("*.*"),
    *_HERE.glob("fonts/*.otf"),
    *_HERE.parent.glob("*.py"),
    *Path(geo.__file__).parent.glob("*.py"),
]

EDITION = hashlib.sha256(
    b"".join([version("typst").encode(), *(path.read_bytes() for path in sorted(_MADE_BY))])
).hexdigest()[:8]
"""Version of the form: changes when the code, layout or fonts that make the briefing do."""


def pdf(layers: Catalogue, city_id: str) -> bytes:
    """The briefing of a city; equal layers give equal bytes.

    Only the fonts of this package are used, so that every machine makes the same page. Texts
    reach Typst as JSON, never as markup.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    compiler = typst.Compiler(
        str(_HERE / "briefing.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
    )
    said = json.dumps(content(layers, city_id), ensure_ascii=False)
    made = compiler.compile(format="pdf", sys_inputs={"content": said})
    assert isinstance(made, bytes)
    return made
