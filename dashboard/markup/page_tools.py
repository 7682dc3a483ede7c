"""The script of what every page has: its panel of downloads and the index of its sections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from dashboard.markup.html import tag
from dashboard.markup.page_script import page_script
from geo import export
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import mark, terms, tr

SCRIPT = page_script("/scripts/page-{name}.js", Path(__file__).with_suffix(".js"))

_WORDS: Mapping[str, str] = {
    "title": mark("Download"),
    "close": mark("Close"),
    "copy": mark("Copy"),
    "copied": mark("Copied"),
    "cite": mark("Cite"),
    "download": mark("Data"),
    "charts": mark("Charts"),
    "tables": mark("Tables"),
    "maps": mark("Maps"),
}
"""Words of the panel; the last four head its parts, by the first segment of the files' URLs."""


def script() -> Markup:
    """The element that loads the script, relative to the pages."""
    formats = {extension: tr(format.title) for extension, format in export.FORMATS.items()}
    labels = {**terms(_WORDS), "formats": {**formats, METADATA: tr("Metadata")}}
    return SCRIPT.element(data_labels=labels)


def download_button() -> Markup:
    """The button at the top of a page that opens the panel; hidden while the page has no files."""
    return tag(
        "button", tr("Download"), type="button", class_="download-open", aria_haspopup="dialog"
    )


def section_index() -> Markup:
    """Where the script lists the sections that :func:`dashboard.ui.layout.section` names."""
    return tag("nav", class_="sections", aria_label=tr("Sections of this page"))
