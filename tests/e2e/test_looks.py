"""Every page as users see it: drawn, accessible, within its window, and as in its reference.

``--update-looks`` writes the references anew; look at each picture that changed before it is
committed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, ViewportSize, expect

from dashboard.markup.theme import LIGHT
from tests.e2e.conftest import PHONE, WIDE, OpenWindow
from tests.e2e.screen import (
    PICTURE,
    assert_drawn_as_in_its_picture,
    assert_rings_of_statuses,
    style_script,
)
from tests.e2e.visual_regression import REFERENCES, SCALE, changes, shrunk

PAGES = {
    "overview": "",
    "explore": "explore?country=IDN,PHL&city=jakarta",
    "compare": "compare?city=jakarta,manila,phuket",
    "plans": "plans?country=MYS",
    "city": "city?city=da-nang",
    "country": "country?country=KHM",
    "urbanisation": "urbanisation",
    "network": "network",
    "places": "places",
    "data": "data",
    "glossary": "glossary",
}
"""Name of a reference -> address."""

WINDOWS = {"wide": WIDE, "phone": PHONE}

BETWEEN: tuple[ViewportSize, ...] = (
    {"width": 1024, "height": 768},
    {"width": 1920, "height": 1080},
)
"""A tablet and a projector, in which each page is read."""

SHOWN = [
    *((name, kind, "en") for name in PAGES for kind in WINDOWS),
    *((name, "phone", "id") for name in ("overview", "explore", "plans", "city", "data")),
]
"""Page, window and language of each picture. Words of another language move most in a narrow
window, and on pages that have most of them. In a wide window maps are drawn; elsewhere they stay
the pictures that they are until then."""

DARK = ("overview", "explore", "plans", "city", "urbanisation")
"""Pages with a picture in dark colours too: all that have a chart, a map or a filter of a kind."""

PRINTED = {"city": 1, "country": 1}
"""Page that is meant for paper -> maps on it."""

OF_STREAMLIT = {"presentation-role-conflict": {"enabled": False}}
"""Rules that Streamlit's own widgets break: its upload area is called presentational and has a
label. The button in it is reached and named as it should be."""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

CONTRAST = ("color-contrast", "link-in-text-block")
"""Rules of what may differ between light and dark."""

LAYOUT = ("target-size", "scrollable-region-focusable")
"""Rules of what may differ between widths."""

LATE_MAPS = 8
"""Further pictures of a page before it counts as changed."""

LONGEST = 5_000
"""Pixels of a page that a reference holds."""

HIGH = 1_200
"""Pixels of a window in which maps that take a part of its height have their greatest."""

SHORTER = 40
"""Pixels by which a window is shorter at first than the page was, to tell of one that shrank."""


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds, by all rules or some: impact, rule and the first element of each."""
    options = {
        "runOnly": {"type": "tag", "values": list(RULES)},
        "rules": OF_STREAMLIT,
        "resultTypes": ["violations"],  # of the rest, one element each, not thousands
    }
    if rules:
        options = {"runOnly": {"type": "rule", "values": list(rules)}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['impact']}: {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def page_length(page: Page) -> int:
    """Pixels of a page that a reference holds."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    return min(int(height), LONGEST)


def whole_page(page: Page, width: int) -> Image.Image:
    """The page as long as it is, as references are kept."""
    page.set_viewport_size({"width": width, "height": page_length(page)})
    return shrunk(page.screenshot(animations="disabled", caret="hide"))


def tall_map(window: int) -> str:
    """Style that keeps the height that a tall map has in a window, whatever becomes of it."""
    height = max(560, round(0.67 * window))
    return (
        f".stApp .map-holder.tall {{ --map-height: {height}px }}"
        f".stApp .stElementContainer.st-key-explore_map {{ min-height: {height}px }}"
    )


CONTROLS = (
    *(".st-key-languages", '[data-testid="stHeader"]', '[data-testid="stSelectbox"]'),
    *("p.ways", "button.files", "button.download-open", "nav.sections", "details.rest > summary"),
)

DARK_ON_WHITE = """() => {
  const luminance = colour => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(
      value => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4);
    return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2];
  };
  const pale = [];
  const words = document.createTreeWalker(
    document.querySelector('.stApp'), NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode.textContent.trim(), element = words.currentNode.parentElement;
    if (!text || element.closest('style, script') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const colour = element.closest('svg') ? style.fill : style.color;
    if (1.05 / (luminance(colour) + .05) < 4.5) pale.push(`${text}: ${colour}`);
  }
  return pale;
}"""
"""Words on paper with less contrast to white than 4.5:1 (WCAG 2.2)."""


def assert_printed_dark_on_white_without_controls(page: Page, maps: int) -> None:
    page.emulate_media(media="print")
    for control in CONTROLS:
        found = page.locator(control)
        assert found.count() > 0, control
        assert not any(each.is_visible() for each in found.all()), control
    for ground in ("body", ".stApp", '[data-testid="stMain"]'):
        colour = page.locator(ground).evaluate("node => getComputedStyle(node).backgroundColor")
        assert colour == "rgb(255, 255, 255)", ground
    assert page.evaluate(DARK_ON_WHITE) == []
    printed = page.locator("img.on-paper")
    expect(printed).to_have_count(maps)
    for picture in printed.all():
        expect(picture).to_be_visible()  # it is fetched only now
        assert "theme=dark" not in str(picture.get_attribute("src"))
    assert not page.locator(".map-holder :is(.map-preview, .stage)").filter(visible=True).count()
    assert page.pdf(format="A4").startswith(b"%PDF-")


def read(page: Page, width: int, language: str) -> None:
    """What holds on every page in every window."""
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator('[data-testid="stException"]').count() == 0
    assert page.locator('[data-testid="stAlertContentError"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    images = page.locator("figure.map img")
    assert all(images.evaluate_all("nodes => nodes.map(node => node.naturalWidth > 0)"))
    if language == "en":  # rules of access do not depend on the language, and take their time
        assert violations(page) == []


def assert_looks_as(reference: Path, page: Page, width: int, renewed: bool) -> None:
    """Compare with a reference, or write it anew."""
    before, now = None if renewed else opened(reference), whole_page(page, width)
    # Symbols and labels of a map come after the page, and on a busy machine late.
    for _ in range(LATE_MAPS):
        if before and not changes(before, now):
            break
        page.wait_for_timeout(1_000)
        earlier, now = now, whole_page(page, width)
        if renewed and now == earlier:
            now.save(reference, quality=75, method=6)
            return
    assert before, "the page does not come to rest"
    assert changes(before, now) == []


def opened(reference: Path) -> Image.Image:
    with Image.open(reference) as image:
        return image.convert("RGB")


@pytest.mark.parametrize(("name", "kind", "language"), SHOWN)
def test_page_is_drawn_accessible_printable_and_looks_as_its_reference(
    window: OpenWindow, request: pytest.FixtureRequest, name: str, kind: str, language: str
) -> None:
    size, path = WINDOWS[kind], PAGES[name]
    width = size["width"]
    reference = REFERENCES / f"{name}_{kind}_{language}.webp"
    renewed = bool(request.config.getoption("--update-looks"))
    tab = window(size=size)
    # Windows as high as a page would make maps higher that take two thirds of the window.
    tab.page.add_init_script(style_script(tall_map(size["height"])))
    address = f"{path}{'&' if '?' in path else '?'}lang={language}"
    if renewed:
        tab.open(address)
        length = page_length(tab.page)
        tab.map_code.clear()  # of the page that is left
    else:
        length = opened(reference).height * SCALE
    # Drawn once at about its length: to grow later means to draw all maps again.
    height = max(size["height"], length - SHORTER)
    tab.page.set_viewport_size({"width": width, "height": height})
    page = tab.open(address)
    read(page, width, language)
    if kind == "wide" and page.locator(PICTURE).count():
        drawn = assert_drawn_as_in_its_picture(tab, LIGHT)
        if name == "overview":
            assert_rings_of_statuses(drawn, LIGHT)
    assert_looks_as(reference, page, width, renewed)
    if kind == "phone":
        return
    for other in BETWEEN:
        page.set_viewport_size(other)
        tab.settle()
        assert page.evaluate("document.documentElement.scrollWidth") <= other["width"]
        assert violations(page, LAYOUT) == []
    page.set_viewport_size({"width": width, "height": max(height, HIGH)})
    page.emulate_media(color_scheme="dark")  # as of a system that changes with the hour
    tab.settle()
    assert violations(page, CONTRAST) == []
    if name in DARK:
        assert_looks_as(REFERENCES / f"{name}_dark_en.webp", page, width, renewed)
    if name in PRINTED:
        assert_printed_dark_on_white_without_controls(page, PRINTED[name])


def legend(left: int, top: int) -> Image.Image:
    """A small page with a legend at a place."""
    image = Image.new("RGB", (360, 240), "white")
    draw = ImageDraw.Draw(image)
    for row, colour in enumerate(("#b9d2e7", "#4488bd", "#0b5a97")):
        draw.rectangle((left, top + 14 * row, left + 9, top + 14 * row + 8), fill=colour)
        label = f"{15 * row} to {15 * (row + 1)}%"
        draw.text((left + 14, top + 14 * row - 1), label, "#16222e", ImageFont.load_default(9))
    return image


def test_picture_is_the_same_as_itself_with_the_noise_of_another_font_hint():
    before = legend(40, 60)
    noise = np.random.default_rng(1).integers(-12, 13, (240, 360, 3))
    noisy = np.clip(np.asarray(before, dtype=int) + noise, 0, 255).astype("uint8")
    assert changes(before, Image.fromarray(noisy)) == []


def test_picture_with_a_moved_legend_is_another():
    assert changes(legend(40, 60), legend(40, 72)) != []
    assert changes(legend(40, 60), legend(52, 60)) != []
