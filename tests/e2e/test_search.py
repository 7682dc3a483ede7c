"""The search of the bar by mouse, by keyboard and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, OpenWindow


def search(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Search everything").fill(text)
    page.locator("dialog.search [role=option]").first.wait_for()


def test_search_by_mouse_leads_to_the_city(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("glossary")
    page.get_by_role("button", name="Search everything").click()
    search(page, "Saigon")
    page.get_by_role("option", name="Ho Chi Minh City").click()
    page.wait_for_url("**/city?city=ho-chi-minh-city")
    page.locator("header.page h1").wait_for()
    tab.settle()


def test_search_by_keyboard_leads_to_the_project(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("data")
    page.keyboard.press("/")
    page.keyboard.type("flod", delay=20)
    first = page.get_by_role("option").first
    first.wait_for()
    expect(page.get_by_role("status").filter(has_text="flod")).to_have_text(
        "No text contains “flod”; searched for “flood” instead."
    )
    box = page.get_by_role("combobox", name="Search everything")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "?")
    page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans?project=kuching--integrated-flood-management")
    page.locator("header.page h1").wait_for()
    tab.settle()


def test_escape_closes_and_a_slash_in_a_field_is_a_letter(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("explore")
    page.keyboard.press("/")
    expect(page.locator("dialog.search")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.search")).to_be_hidden()
    field = page.get_by_role("textbox", name="Search cities, projects and plans")
    field.press("/")
    expect(field).to_have_value("/")
    expect(page.locator("dialog.search")).to_be_hidden()


def test_search_leads_to_the_same_search_in_explore(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("glossary?lang=id")
    page.keyboard.press("/")
    page.keyboard.type("banjir", delay=20)
    page.locator("dialog.search [role=option]").first.wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore?q=banjir&lang=id")
    page.locator("header.page h1").wait_for()
    tab.settle()
    assert tab.headline().startswith("6 dari 38 kota anggota")


COVERED = """() => {
    const box = document.querySelector("button.search-open").getBoundingClientRect();
    const others = document.querySelectorAll(`.st-key-languages a, .st-key-languages span,
        [data-testid="stMainMenu"], [data-testid="stTopNavLink"],
        [data-testid="stTopNavSection"], [data-testid="stExpandSidebarButton"]`);
    return [...others].filter((one) => {
        const other = one.getBoundingClientRect();
        return other.width && other.height && other.left < box.right
            && box.left < other.right && other.top < box.bottom && box.top < other.bottom;
    }).map((one) => one.outerHTML.slice(0, 200));
}"""


@pytest.mark.parametrize("path", ["explore", "network?lang=id"])
def test_search_covers_nothing_of_the_bar(window: OpenWindow, path: str) -> None:
    tab = window()
    page = tab.open(path)
    for width in (1440, 1280, 1024, 769, 767, 390, 360):
        page.set_viewport_size({"width": width, "height": 700})
        tab.settle()
        assert page.evaluate(COVERED) == [], width


def test_search_on_a_phone_fits_and_is_sound_for_readers_of_the_screen(window: OpenWindow) -> None:
    tab = window(size=PHONE)
    page = tab.open("glossary")
    page.get_by_role("button", name="Search everything").click()
    search(page, "bus")
    frame = page.locator("dialog.search").bounding_box()
    assert frame is not None
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    report = Axe().run(page, context="dialog.search")
    assert report.response["violations"] == []
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog.search")).to_be_hidden()


def test_number_beside_a_slider_is_set_and_given_up(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("explore")
    field = page.get_by_role("spinbutton", name="Official population: from")
    field.fill("1234567")
    field.press("Enter")
    page.wait_for_url("**population=1234567..")
    tab.settle()
    expect(page.get_by_role("slider", name="Official population").first).to_have_attribute(
        "aria-valuetext", "1.23 million"
    )
    field.fill("")
    field.press("Enter")
    page.wait_for_url("**/explore")
    tab.settle()
    assert tab.headline().startswith("All 38 member cities")
