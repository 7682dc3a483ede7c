"""The panel of downloads and the index of sections, by mouse and keyboard."""

from __future__ import annotations

import urllib.request

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import PHONE, OpenWindow


def top(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["y"]


def test_downloads_and_sections_of_a_city(window: OpenWindow) -> None:
    tab = window(size=PHONE)
    page = tab.open("city?city=da-nang&lang=en#projects")

    # The address goes to the section, below the index that stays in sight.
    index = page.locator("nav.sections")
    current = index.locator("[aria-current]")
    expect(current).to_have_text("Projects")
    assert top(index) < top(page.locator("#projects")) < 200

    # A link of the index goes to another one, without a run of the page.
    index.get_by_role("link", name="Partners").click()
    expect(current).to_have_text("Partners")
    assert page.url.endswith("#partners")

    # The button below a table opens the panel at its files; Escape closes it.
    page.locator('button.files[aria-label="Download: All partnerships"]').click()
    dialog = page.get_by_role("dialog")
    assert page.evaluate("document.activeElement.textContent") == "CSV"
    assert dialog.locator("tr.asked th").inner_text() == "All partnerships"
    for link in (dialog.locator("tr.asked a").first, dialog.locator("tr a").first):
        address = str(link.get_attribute("href")).removeprefix(".")
        with urllib.request.urlopen(tab.server + address) as answer:
            assert answer.status == 200
    page.keyboard.press("Escape")
    assert not dialog.is_visible()

    # A heading sorts its table, by keyboard too.
    heading = page.locator("table.projects th:has(> button.sort)").first
    names = page.locator("table.projects tbody th")
    page.evaluate("document.querySelector('table.projects button.sort').focus()")
    listed = names.all_inner_texts()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert names.all_inner_texts() == sorted(listed)
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert names.all_inner_texts() == sorted(listed, reverse=True)

    # A long table shows its beginning, and all of it once it is opened.
    folded = page.locator("details.rest:not(.fits)").first
    after = page.locator("footer.stamp")
    before = top(after)
    folded.locator("summary").click()
    assert top(after) > before
    assert folded.locator("summary").inner_text() == "Show fewer"


def test_page_without_files_has_no_button_for_them(window: OpenWindow) -> None:
    page = window().open("glossary")
    expect(page.locator("button.download-open")).to_be_attached()
    expect(page.locator("button.download-open")).to_be_hidden()
