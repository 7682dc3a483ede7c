"""A briefing as PDF on A4, set with Typst and tagged for PDF/UA-1; equal data give equal bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import typst

from dashboard.briefing.document import COLOURS, Document, as_json, pages_language
from dashboard.briefing.stamp import Stamp
from geo.i18n import tr

_HERE = Path(__file__).parent
FONTS = _HERE.parent / "fonts"

STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1; Typst refuses to write a file that it knows to miss it."""


def pdf(document: Document, stamp: Stamp) -> bytes:
    """The briefing as PDF.

    Only the fonts of the dashboard are used, so that all machines produce the same pages. Texts are
    passed to Typst as JSON, never as markup.
    """
    compiler = typst.Compiler(
        str(_HERE / "briefing.typ"),
        root=str(_HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    content = {
        **as_json(document),
        "lang": pages_language(),
        "colours": COLOURS,
        "network": tr("ASEAN Smart Cities Network"),
        "author": tr("ASEAN Smart Cities dashboard"),
        "sources_title": tr("Sources"),
        "stamp": as_json(stamp),
        "url": stamp.url(document),
    }
    inputs = {"content": json.dumps(content, ensure_ascii=False)}
    made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=[STANDARD])
    assert isinstance(made, bytes)
    return made
