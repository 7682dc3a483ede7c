"""Action plans, city, country and network in a real browser: choose, follow, take away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from dashboard.markup.theme import LIGHT
from dashboard.pages.network.timeline import leading_colours
from geo.layers.catalogue import Catalogue
from tests.e2e.conftest import PHONE, OpenWindow, Watched
from tests.e2e.screen import map_picture, share_of
from tests.e2e.test_explore import query_of


def choose(window: Watched, label: str, option: str) -> None:
    """Choose an option of a select box and wait until the address tells of it."""
    before = window.page.url
    box = window.page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    window.page.get_by_role("option", name=option, exact=True).click()
    window.page.wait_for_url(lambda url: url != before)
    window.settle()


def title(page: Page) -> str:
    return page.locator("header.page h1").inner_text()


def test_choosing_a_city_changes_page_and_address(window: OpenWindow) -> None:
    tab = window()
    tab.open("city?city=da-nang")
    assert title(tab.page) == "Da Nang"
    choose(tab, "City", "Manila")
    assert title(tab.page) == "Manila"
    assert query_of(tab) == {"city": "manila"}


def test_briefing_of_a_city_is_a_pdf_of_its_own(window: OpenWindow, tmp_path: Path) -> None:
    tab = window()
    tab.open("city?city=phuket")
    address = tab.page.get_by_role("link", name="Briefing on one page (PDF)").get_attribute("href")
    assert address is not None
    answer = tab.page.request.get(f"{tab.server}/{address.lstrip('./')}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_revision_changes_figures_of_a_country(window: OpenWindow) -> None:
    tab = window()
    tab.open("country?country=KHM")
    newer = tab.headline()
    choose(tab, "Revision of the urban share", "UN 2018 revision")
    assert query_of(tab) == {"country": "KHM", "revision": "wdi-2025-07"}
    assert tab.headline() != newer
    assert "UN 2018 revision" in tab.headline()


def test_city_of_a_country_is_one_click_away(window: OpenWindow) -> None:
    tab = window()
    tab.open("country?country=LAO")
    tab.page.get_by_role("link", name="Vientiane").first.click()
    tab.page.get_by_role("heading", name="Vientiane", level=1).wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "vientiane"}


def test_revision_changes_the_growth_of_a_country(window: OpenWindow) -> None:
    tab = window()
    tab.open("country?country=KHM")
    bars = tab.page.locator('[data-testid="stVegaLiteChart"]').nth(1).locator("path[aria-label]")
    newer = bars.evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    choose(tab, "Revision of the urban share", "UN 2018 revision")
    older = bars.evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    assert len(newer) == len(older) == 2024 - 1960
    assert newer != older


def test_history_of_a_project_is_one_click_away_from_its_city(window: OpenWindow) -> None:
    tab = window(maps=False)
    page = tab.open("city?city=siem-reap")
    page.get_by_role("link", name="Smart Tourism", exact=True).first.click()
    page.locator("article.plan-history h3", has_text="Smart Tourism").wait_for()


def test_earlier_reports_of_a_project_unfold(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("city?city=siem-reap")
    article = page.locator("div.histories article", has_text="Smart Tourism").first
    earlier = article.locator("details", has_text="Report of 2022")
    assert not earlier.get_by_text("Objective").is_visible()
    earlier.locator("summary").click()
    assert earlier.get_by_text("Objective").is_visible()
    assert earlier.get_by_text("M&E Report 2022, p").is_visible()


@pytest.mark.parametrize(
    ("path", "heading", "label", "option", "query"),
    [
        ("city?city=atlantis", "City", "City", "Manila", {"city": "manila"}),
        ("country?country=XXX", "Country", "Country", "Lao PDR", {"country": "LAO"}),
    ],
)
def test_unknown_id_shows_nothing_but_a_warning_until_one_is_chosen(
    path: str, heading: str, label: str, option: str, query: dict[str, str], window: OpenWindow
) -> None:
    tab = window()
    page = tab.open(path)
    assert title(page) == heading
    assert page.locator('[data-testid="stAlert"]').count() == 1
    assert page.locator("header.section").count() == 0
    assert page.locator("nav.languages").count() == 1
    choose(tab, label, option)
    assert title(page) == option
    assert query_of(tab) == query
    assert page.locator('[data-testid="stAlert"]').count() == 0


CONTROLS = (
    *(".st-key-languages", '[data-testid="stHeader"]', '[data-testid="stSelectbox"]'),
    *("p.ways", "div.downloads", ".pictures"),
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
    const said = words.currentNode.textContent.trim(), element = words.currentNode.parentElement;
    if (!said || element.closest('style, script') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const colour = element.closest('svg') ? style.fill : style.color;
    if (1.05 / (luminance(colour) + .05) < 4.5) pale.push(`${said}: ${colour}`);
  }
  return pale;
}"""
"""Words on paper with less contrast to white than 4.5:1 (WCAG 2.2)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["city?city=jakarta", "country?country=KHM"])
def test_page_is_printed_dark_on_white_without_controls_from_either_theme(
    path: str, scheme: str, window: OpenWindow
) -> None:
    tab = window(scheme=scheme)
    page = tab.open(path)
    page.emulate_media(media="print")
    for control in CONTROLS:
        found = page.locator(control)
        assert found.count() > 0, control
        assert not any(found.nth(at).is_visible() for at in range(found.count())), control
    for ground in ("body", ".stApp", '[data-testid="stMain"]'):
        colour = page.locator(ground).evaluate("node => getComputedStyle(node).backgroundColor")
        assert colour == "rgb(255, 255, 255)", ground
    assert page.evaluate(DARK_ON_WHITE) == []
    maps = page.locator("figure.map img")
    printed = [at for at in range(maps.count()) if maps.nth(at).is_visible()]
    for at in printed:
        assert "theme=light" in str(maps.nth(at).get_attribute("src"))
    assert len(printed) == path.startswith("city")
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_earlier_reports_of_a_project_are_printed_unfolded(window: OpenWindow) -> None:
    page = window().open("city?city=siem-reap")
    earlier = page.locator("div.histories details").first.locator("dl")
    assert not earlier.is_visible()
    page.emulate_media(media="print")
    assert earlier.is_visible()


def test_tables_of_a_city_need_no_scrolling_in_a_narrow_window(window: OpenWindow) -> None:
    page = window(PHONE).open("city?city=siem-reap")
    wider = page.locator("div.scroll:has(table.city)").evaluate_all(
        "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1)"
        ".map(node => node.ariaLabel)"
    )
    assert wider == []


def test_map_of_the_network_plays_along_with_the_year(window: OpenWindow) -> None:
    tab = window()
    with tab.page.expect_request(lambda request: "joined=..2018" in request.url):
        tab.open("network?year=2018")
    tab.page.get_by_role("slider", name="Year").focus()
    before = tab.page.url
    with tab.page.expect_request(lambda request: "joined=..2019" in request.url):
        tab.page.keyboard.press("ArrowRight")
        tab.page.wait_for_url(lambda url: url != before)
    tab.settle()
    assert query_of(tab)["year"] == "2019"


def test_land_of_the_network_changes_colour_with_the_chair(window: OpenWindow) -> None:
    tab = window()
    tab.open("network?year=2022")
    chair, _ = leading_colours(LIGHT)
    before = share_of(map_picture(tab.page), chair)
    tab.page.get_by_role("slider", name="Year").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.get_by_text("Chair: Indonesia").wait_for()
    tab.settle()
    # From Cambodia to Indonesia.
    assert share_of(map_picture(tab.page), chair) > 4 * before > 0


def test_land_and_agglomerations_change_with_the_year(window: OpenWindow) -> None:
    tab = window()
    tab.open("urbanisation?year=1975&wup=2018")
    before = map_picture(tab.page)
    tab.page.get_by_role("slider", name="Year").focus()
    for year in (1984, 1993, 2002, 2011):  # one by one: a slower answer would undo a later press
        tab.page.keyboard.press("PageUp")
        tab.page.wait_for_url(f"**/*year={year}*")
    tab.settle()
    after = map_picture(tab.page)
    low, high = LIGHT.share[0], LIGHT.share[2]
    assert share_of(after, low) < 0.5 * share_of(before, low)
    assert share_of(after, high) > 2 * share_of(before, high)
    assert share_of(after, LIGHT.city) > 1.5 * share_of(before, LIGHT.city)


def test_history_of_a_project_opens_from_its_address(window: OpenWindow) -> None:
    project = Catalogue()["projects"].iloc[0]
    tab = window(maps=False)
    page = tab.open(f"plans?project={project['project_id']}")
    assert query_of(tab)["project"] == project["project_id"]
    assert page.get_by_text(project["name"]).first.is_visible()


def test_filter_of_action_plans_narrows_the_matrix_and_the_address(window: OpenWindow) -> None:
    tab = window(maps=False)
    page = tab.open("plans?country=KHM")
    assert page.get_by_role("link", name="Siem Reap").first.is_visible()
    assert page.get_by_role("link", name="Jakarta").count() == 0


def test_action_plans_without_a_result_keep_bar_and_foot(window: OpenWindow) -> None:
    page = window(maps=False).open("plans?city=semarang&focus=civic-social")
    assert page.get_by_text("Loosen one of these").is_visible()
    assert page.get_by_role("link", name="Bahasa Indonesia").is_visible()
    assert page.locator("footer.stamp").is_visible()


def test_urbanisation_plays_year_after_year_and_keeps_the_last_one(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("urbanisation?year=2001")
    heading = page.locator("header.section h2").first
    assert heading.inner_text() == "2001"
    play = page.get_by_text("Play the years")
    play.click()
    page.wait_for_function(
        """() => {
            const year = (part) => Number(part.match(/[0-9]{4}/)[0]);
            const said = (selector) => document.querySelector(selector).innerText;
            const map = document.querySelector('[data-testid="stDeckGlJsonChart"]').ariaLabel;
            const slider = document.querySelector('.stSlider input').ariaValueText;
            const parts = [said("header.section h2"), said("p.caption"), slider, map];
            return parts.every((part) => year(part) >= 2003 && year(part) === year(parts[0]));
        }"""
    )
    play.click()
    tab.settle()
    stopped = heading.inner_text()
    assert 2003 <= int(stopped[:4]) < 2036
    assert query_of(tab)["year"] == stopped[:4]


def test_un_cities_of_2025_play_over_the_years_that_have_figures(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("urbanisation")
    heading = page.locator("header.section h2").first
    assert heading.inner_text() == "2025"
    play = page.get_by_text("Play the years")
    play.click()
    page.wait_for_function(
        "() => document.querySelector('header.section h2').innerText.startsWith('2000')"
    )
    play.click()
    page.get_by_role("slider", name="Year").wait_for()
    tab.settle()
    assert query_of(tab).get("year", "2025") in {"1975", "2000", "2025", "2050"}


def test_earlier_revision_of_a_city_is_one_click_away(window: OpenWindow) -> None:
    tab = window(maps=False)
    page = tab.open("city?city=hanoi")
    assert page.get_by_text("Hanoi corresponds to the UN city").first.is_visible()
    page.get_by_text("Agglomerations of 2018").click()
    page.get_by_text("people in the urban agglomeration, projected").wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "hanoi", "wup": "2018"}
    assert page.get_by_text("people in the UN city").count() == 0


def test_un_cities_of_a_country_are_on_its_map(window: OpenWindow) -> None:
    tab = window()
    with tab.page.expect_request(
        lambda request: "/layers/un-cities" in request.url and "country=KHM" in request.url
    ):
        tab.open("country?country=KHM")
    tab.settle()
    assert tab.page.get_by_text("10 UN cities of 50,000 people or more").is_visible()


def test_map_of_a_year_before_the_first_share_says_no_data(window: OpenWindow) -> None:
    page = window(maps=False).open("urbanisation?year=1955")
    assert page.get_by_text("no data: this series runs from 1960 to 2024").is_visible()


def test_network_plays_year_after_year(window: OpenWindow) -> None:
    tab = window(maps=False)
    page = tab.open("network?year=2019")
    play = page.get_by_text("Play the years")
    play.click()
    page.wait_for_function(
        """() => {
            const said = (selector) => document.querySelector(selector).innerText;
            const slider = document.querySelector(".stSlider input").ariaValueText;
            return said("p.said").startsWith("2021: 26 cities")
                && said("li.chosen h3") === "2021" && slider === "2021";
        }"""
    )
    play.click()
    tab.settle()
    assert int(query_of(tab).get("year", "2026")) >= 2021


def test_map_of_action_plans_follows_the_filter(window: OpenWindow) -> None:
    tab = window()
    with tab.page.expect_request(
        lambda request: "/layers/cities" in request.url and "country=IDN" in request.url
    ):
        tab.open("plans?country=IDN")
    tab.settle()
    assert share_of(map_picture(tab.page), LIGHT.land) > 0.02
