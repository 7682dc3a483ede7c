"""The script that presents a page, and its words in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from dashboard.markup.page_script import page_script
from geo.i18n import mark, terms

PARAMETER = "present"
"""URL parameter with the number of the section that is shown; it belongs to the browser alone."""

SCRIPT = page_script("/present/present-{name}.js", Path(__file__).with_name("present.js"))

_WORDS: Mapping[str, str] = {
    "open": mark("Present"),
    "before": mark("Previous section"),
    "next": mark("Next section"),
    "close": mark("Leave the presentation (Esc)"),
    "page": mark("{page} of {pages}"),
}


def script() -> Markup:
    """The element that loads the script, relative to the pages."""
    return SCRIPT.element(data_words=terms(_WORDS))
