"""Languages in a real browser: switched, kept from page to page, and with room for longer words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dashboard.i18n import CATALOGUES_VARIABLE
from dashboard.i18n.template import code_messages
from tests.e2e.conftest import PHONE, WIDE, OpenWindow, running_server
from tests.e2e.test_explore import query_of
from tests.e2e.test_looks import PAGES

LONGER = "eo"
"""Code under which the tests serve English with words that are longer by two fifths."""


def longer(message: str) -> str:
    """``message`` with one letter more for each two and a half, in words of its own length."""
    extra = max(1, round(0.4 * len(message)))
    word = "nememorebla"
    filler = " ".join([word] * (extra // (len(word) + 1) + 1))[:extra].strip()
    return f"{message} {filler}"


@pytest.fixture(scope="module")
def longer_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard in a language whose every message is two fifths longer."""
    folder = tmp_path_factory.mktemp("catalogues")
    catalogue = Catalog(locale=LONGER)
    for message in code_messages():
        if isinstance(message.id, str) and message.id:
            catalogue.add(message.id, longer(message.id))
        elif message.id:
            catalogue.add(message.id, tuple(map(longer, message.id)))
    (folder / LONGER).mkdir()
    with (folder / LONGER / "messages.po").open("wb") as file:
        write_po(file, catalogue)
    log = tmp_path_factory.mktemp("server") / "server.log"
    with running_server(log, environment={CATALOGUES_VARIABLE: str(folder)}) as address:
        yield address


@pytest.mark.parametrize("name", PAGES)
def test_page_holds_words_that_are_two_fifths_longer(
    window: OpenWindow, longer_server: str, name: str
) -> None:
    tab = window(size=PHONE, address=longer_server)
    path = PAGES[name]
    page = tab.open(f"{path}{'&' if '?' in path else '?'}lang={LONGER}")
    assert "nemem" in page.locator("p.question").inner_text()
    assert page.locator('[data-testid="stException"]').count() == 0
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        tab.settle()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        cut = page.locator("header.page, dl.figures > div, section.legend").evaluate_all(
            "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).length"
        )
        assert cut == 0


def test_switch_changes_language_of_page_document_and_links(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("city?city=dili")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="Bahasa Indonesia").click()
    page.get_by_role("link", name="English").wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "dili", "lang": "id"}
    assert page.evaluate("document.documentElement.lang") == "id"
    assert page.locator("p.question").get_by_text("Profil kota", exact=True).is_visible()
    hrefs = page.locator("p.ways a").evaluate_all("nodes => nodes.map(node => node.href)")
    assert hrefs
    assert all("lang=id" in href for href in hrefs)


def test_language_stays_from_page_to_page(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("?lang=id")
    page.get_by_role("link", name="Negara", exact=True).click()
    page.get_by_text("Seberapa besar proporsi penduduk perkotaan negara ini").wait_for()
    tab.settle()
    assert query_of(tab)["lang"] == "id"


def test_browser_decides_where_the_address_does_not(window: OpenWindow) -> None:
    tab = window(locale="id-ID")
    page = tab.open("")
    assert page.evaluate("document.documentElement.lang") == "id"
    assert tab.headline().startswith("Dari 85 janji bertenggat, ")
    assert "lang" not in page.url


def test_words_of_streamlit_are_replaced_where_the_page_speaks_another_language(
    window: OpenWindow,
) -> None:
    tab = window()
    page = tab.open("explore?lang=id")
    box = page.locator('[data-testid="stMultiSelect"] input').first
    box.click()
    box.press_sequentially("zzz")
    empty = page.get_by_text("No results")
    empty.wait_for()
    font, content = empty.evaluate(
        "element => [getComputedStyle(element).fontSize,"
        " getComputedStyle(element, '::after').content]"
    )
    assert font == "0px"
    assert len(content) > 10
