"""Two fonts of Streamlit are served as subsets, those of the installed version only."""

from __future__ import annotations

import dashboard.server
from dashboard.streamlit_internals import STATIC_DIR
from dashboard.web.http import IMMUTABLE
from dashboard.web.middleware.streamlit_fonts import SUBSETS
from tests.dashboard.asgi import ask

MEDIA = STATIC_DIR / "static" / "media"


def test_installed_streamlit_has_its_subsets():
    wanted = ("MaterialSymbols-Rounded.", "SourceSansVF-Upright.")
    found = {path.name for path in MEDIA.glob("*.woff2") if path.name.startswith(wanted)}
    assert set(SUBSETS) == found, "run scripts/subset-fonts"


def test_subsets_are_served_in_place_of_the_fonts_and_for_good():
    for name, subset in SUBSETS.items():
        answer = ask(dashboard.server.app, f"/static/media/{name}")
        assert (answer.status, answer.body) == (200, subset)
        assert len(subset) < (MEDIA / name).stat().st_size / 2
        assert answer.headers["content-type"] == "font/woff2"
        assert answer.headers["cache-control"] == IMMUTABLE


def test_other_fonts_are_streamlits_own():
    [font] = MEDIA.glob("SourceCodeVF-Upright.*.woff2")
    assert ask(dashboard.server.app, f"/static/media/{font.name}").body == font.read_bytes()
