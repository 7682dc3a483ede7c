"""What is seen first: the Overview on one screen, a page on a projector, the keyboard's way in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.e2e.conftest import PHONE, WIDE, OpenWindow

PROJECTOR: ViewportSize = {"width": 1920, "height": 1080}

BOTTOM = "(node) => node.getBoundingClientRect().bottom"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_overview_answers_with_sentence_map_and_chart_on_one_screen(
    window: OpenWindow, size: ViewportSize
) -> None:
    page = window(size).open()
    assert "fell due by 2025" in page.locator("header.page p").inner_text()
    for part in (".map-holder", ".chart-holder svg.marks"):
        assert page.locator(part).first.evaluate(BOTTOM) <= size["height"], part


RING = """() => {
  for (let node = document.activeElement, up = 0; node && up < 5; node = node.parentElement, up++) {
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return true;
  }
  return false;
}"""


def test_keyboard_skips_the_filters_and_the_focus_is_seen_everywhere(window: OpenWindow) -> None:
    page = window().open("explore")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    for step in range(40):
        assert page.evaluate(RING), f"no focus is seen after {step} steps"
        page.keyboard.press("Tab")
    page.get_by_role("link", name="Skip to content").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.url.endswith("/explore")


def shown(page: Page) -> str:
    return page.locator(".present-bar output").inner_text()


def test_arrows_step_through_the_sections_of_a_presented_page_and_escape_leaves(
    window: OpenWindow,
) -> None:
    tab = window(PROJECTOR)
    page = tab.open()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    page.get_by_role("button", name="Present").click()
    page.locator(".present-bar output", has_text="1 of").wait_for()
    pages = int(shown(page).split()[-1])
    assert shown(page) == f"1 of {pages}"
    header = page.locator('[data-testid="stHeader"]')
    assert not header.is_visible()
    assert not page.locator(".stPopover").filter(visible=True).count()
    glance = page.get_by_role("heading", name="The network at a glance")
    assert not glance.is_visible()
    page.keyboard.press("ArrowRight")
    assert shown(page) == f"2 of {pages}"
    assert glance.is_visible()
    assert not page.locator("header.page h1").is_visible()
    assert page.url.endswith("?present=2")
    page.keyboard.press("PageUp")
    assert shown(page) == f"1 of {pages}"
    page.keyboard.press("Escape")
    header.wait_for()
    assert "present" not in page.url


def test_address_opens_a_section_and_the_page_knows_no_parameter_of_it(window: OpenWindow) -> None:
    page = window(PROJECTOR).open("network?present=2")
    page.locator(".present-bar output", has_text="2 of").wait_for()
    assert page.get_by_role("heading", name="Year by year").is_visible()
    assert not page.locator(".stAlert").count()
    page.emulate_media(media="print")
    assert page.locator("header.page h1").is_visible()
    assert not page.locator(".present-bar").is_visible()
    assert page.locator(".map-holder .map-preview").is_hidden()
    page.emulate_media(media="screen")


def test_paper_says_when_and_where_it_was_printed(window: OpenWindow) -> None:
    page = window().open("glossary?lang=id")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = str(page.locator("header.page").get_attribute("data-printed"))
    assert printed.endswith(page.url)
    assert any(month in printed for month in ("Januari", "Desember", "20"))
