"""The style sheet: sizes of letters."""

from __future__ import annotations

import re
from pathlib import Path

import dashboard.markup

STYLE = Path(dashboard.markup.__file__).with_name("style.css").read_text(encoding="utf-8")


def test_sizes_of_letters_are_the_six_of_the_page():
    own = set(re.findall(r"font-size:\s*([\d.]+r?em)", STYLE))
    assert own == {".875rem"}  # Streamlit's own words, replaced
    used = set(re.findall(r"font-size:\s*var\(--([a-z]+)\)", STYLE))
    assert used == {"small", "dense", "body", "lead", "title", "largest"}
