"""The search of the bar: its script, and its words in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from dashboard.markup.page_script import page_script
from geo.i18n import mark, terms

SCRIPT = page_script("/search/box-{name}.js", Path(__file__).with_name("box.js"))

_WORDS: Mapping[str, str] = {
    "open": mark("Search"),
    "label": mark("Search everything"),
    "placeholder": mark("City, project, plan, place …"),
    "close": mark("Close"),
    "results": mark("Results"),
    "nothing": mark("Nothing found. Try fewer or different words."),
    "failed": mark("Search is not responding. Please try again."),
    "map": mark("On the map"),
    "all": mark("Show all cities and projects in Explore"),
}


def script() -> Markup:
    """The element that loads the script, relative to the pages."""
    return SCRIPT.element(data_labels=terms(_WORDS))
