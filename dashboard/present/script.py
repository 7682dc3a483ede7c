"""The script that presents a page, and its words in the user's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from dashboard.markup.html import tag
from geo.i18n import mark, terms

PARAMETER = "present"
"""URL parameter with the number of the section that is shown; it belongs to the browser alone."""

SCRIPT = Path(__file__).with_name("present.js")

SCRIPT_URL = f"/present/present-{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]}.js"

_WORDS: Mapping[str, str] = {
    "open": mark("Present"),
    "before": mark("Previous section"),
    "next": mark("Next section"),
    "close": mark("Leave the presentation (Esc)"),
    "page": mark("{page} of {pages}"),
}


def script() -> Markup:
    """The element that loads the script, relative to the pages."""
    words = json.dumps(terms(_WORDS), ensure_ascii=False)
    return tag("script", src=f".{SCRIPT_URL}", defer=True, data_words=words)
