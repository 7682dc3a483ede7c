"""What ``html_shell.js`` and the style sheet mend of Streamlit's bar and drawer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, ViewportSize

from tests.e2e.conftest import PHONE, OpenWindow
from tests.e2e.test_explore import query_of

TABLET: ViewportSize = {"width": 1024, "height": 768}


def drawer(page: Page) -> Locator:
    return page.locator('[data-testid="stSidebar"][data-collapsed="false"]')


@pytest.mark.parametrize(
    ("path", "opens", "closes"),
    [
        ("explore?country=KHM", "Menu & filters", "Close"),
        ("network", "Menu", "Close"),
        ("explore?lang=id", "Menu & filter", "Tutup"),
    ],
)
def test_buttons_of_the_drawer_say_what_they_do_and_nothing_else_changes(
    window: OpenWindow, path: str, opens: str, closes: str
) -> None:
    tab = window(PHONE)
    page = tab.open(path)
    before = query_of(tab)
    button = page.get_by_role("button", name=opens, exact=True)
    assert button.evaluate("node => getComputedStyle(node, '::after').content") == f'"{opens}"'
    button.click()
    # Nothing may lie over the button: what is clicked is what a finger would hit.
    page.get_by_role("button", name=closes, exact=True).click()
    button.wait_for()
    assert drawer(page).count() == 0
    assert query_of(tab) == before


def test_escape_closes_the_drawer_but_first_a_list_in_it(window: OpenWindow) -> None:
    tab = window(PHONE)
    page = tab.open("explore")
    page.get_by_role("button", name="Menu & filters").click()
    tab.settle()  # a list that opens while its drawer moves is closed again
    page.get_by_role("combobox", name="Country").click()
    page.get_by_role("option", name="Cambodia").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("option", name="Cambodia").wait_for(state="hidden")
    assert drawer(page).count() == 1
    page.keyboard.press("Escape")
    drawer(page).wait_for(state="hidden")
    opener = page.get_by_role("button", name="Menu & filters")
    opener.wait_for()
    assert opener.evaluate("node => node === document.activeElement")


def test_drawer_is_closed_on_the_next_page_and_after_a_reload(window: OpenWindow) -> None:
    tab = window(PHONE)
    page = tab.open("explore")
    page.get_by_role("button", name="Menu & filters").click()
    drawer(page).wait_for()
    page.reload()
    page.locator("header.page h1").wait_for()
    tab.settle()
    assert drawer(page).count() == 0
    page.get_by_role("button", name="Menu & filters").click()
    drawer(page).get_by_role("link", name="Network").click()
    page.get_by_role("heading", level=1, name="Network").wait_for()
    tab.settle()
    assert drawer(page).count() == 0


def test_sidebar_of_a_wide_window_stays_as_the_reader_left_it(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("explore")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Filters", exact=True).wait_for()
    page.reload()
    page.locator("header.page h1").wait_for()
    tab.settle()
    assert page.get_by_role("button", name="Filters", exact=True).is_visible()


@pytest.mark.parametrize("language", ["en", "id"])
def test_pages_and_languages_stand_apart_in_the_bar(window: OpenWindow, language: str) -> None:
    page = window(TABLET).open(f"explore?lang={language}")
    ends = page.locator('[data-testid="stTopNav"] .rc-overflow-item').evaluate_all(
        "nodes => nodes.filter(node => node.style.opacity !== '0')"
        ".map(node => node.getBoundingClientRect().right)"
    )
    languages = page.locator("nav.languages").bounding_box()
    assert languages is not None
    assert max(ends) + 12 <= languages["x"]


def test_page_keeps_its_title_can_be_cited_and_an_address_of_none_is_said(
    window: OpenWindow,
) -> None:
    tab = window()
    page = tab.open("compare?city=jakarta,manila")
    page.wait_for_function("document.title === 'Jakarta and Manila · Compare · ASEAN Smart Cities'")
    cite = page.locator("a.cite").first
    cite.click()
    dialog = page.get_by_role("dialog", name="Cite: ")
    assert "@misc{asean-smart-cities-" in dialog.inner_text()
    assert dialog.get_by_role("button", name="Copy").count() == 2
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert cite.evaluate("node => node === document.activeElement")
    page.evaluate(
        "history.pushState({}, '', './nowhere'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    page.get_by_role("heading", name="There is no such page").wait_for()
    assert page.get_by_role("link", name="Compare").count() == 1
    tab.told_404()
