"""Subsets of Streamlit's fonts draw all that the pages can show as the whole fonts do."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Browser

import dashboard
from dashboard.streamlit_internals import STATIC_DIR
from dashboard.web.middleware.streamlit_fonts import SUBSETS
from scripts.subset_fonts import icon_names
from tests.e2e.conftest import ROOT

MEDIA = STATIC_DIR / "static" / "media"

DIFFERENT = """async ({ whole, subset, texts, weights }) => {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    for (const [name, font] of Object.entries({ whole, subset }))
        document.fonts.add(await new FontFace(name, bytes(font), { weight: "100 900" }).load());
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 40];
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const drawn = (text, font, weight) => {
        pen.clearRect(0, 0, 640, 40);
        pen.font = `${weight} 24px ${font}, monospace`;
        pen.fillText(text, 4, 30);
        return pen.getImageData(0, 0, 640, 40).data.join();
    };
    return texts.filter((text) =>
        weights.some((weight) => drawn(text, "whole", weight) !== drawn(text, "subset", weight)));
}"""


def drawn_differently(
    browser: Browser, font: str, texts: set[str], weights: tuple[int, ...] = (400,)
) -> list[str]:
    """The texts that a subset draws differently from the whole font."""
    [name] = (name for name in SUBSETS if name.startswith(font))
    whole, subset = (MEDIA / name).read_bytes(), SUBSETS[name]
    page = browser.new_page()
    different: list[str] = page.evaluate(
        DIFFERENT,
        {
            "whole": base64.b64encode(whole).decode(),
            "subset": base64.b64encode(subset).decode(),
            "texts": sorted(texts),
            "weights": weights,
        },
    )
    page.close()
    return different


def test_every_icon_that_streamlit_or_a_page_names_is_drawn(browser: Browser) -> None:
    names = icon_names()
    assert {"chevron_right", "keyboard_double_arrow_left", "more_vert", "error"} <= names
    assert drawn_differently(browser, "MaterialSymbols", names) == []
    # What an icon looks like that is missing: other words than those differ.
    assert drawn_differently(browser, "MaterialSymbols", {"rocket_launch"}) == ["rocket_launch"]


def test_every_letter_of_texts_and_data_is_drawn(browser: Browser) -> None:
    texts = [path.read_text() for path in Path(dashboard.__file__).parent.rglob("*.p[oy]")]
    texts += [path.read_text() for path in (ROOT / "data" / "sources").glob("*.csv")]
    letters = {letter for letter in "".join(texts) if "\x20" <= letter < "\u2e80"}
    assert set("ñạế–−“→") <= letters
    assert drawn_differently(browser, "SourceSans", letters, (400, 600, 650)) == []


def test_words_are_set_as_by_the_whole_font(browser: Browser) -> None:
    words = {"AVATAR Tôi, fi ffl", "Phường Đống Đa: 1,234.5 km²", "Kota “Bandung” – 45%"}
    assert drawn_differently(browser, "SourceSans", words, (400, 600, 650)) == []
