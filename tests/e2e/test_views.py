"""Action plans, city, country and network in a real browser: choose, follow, take away."""

from __future__ import annotations

from playwright.sync_api import Page

from dashboard.markup.theme import LIGHT
from dashboard.pages.network.timeline import leading_colours
from geo.layers.catalogue import Catalogue
from tests.e2e.conftest import PHONE, OpenWindow, Watched
from tests.e2e.screen import map_picture, share_of, symbol_share
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


def test_city_is_chosen_after_an_unknown_one_and_has_a_briefing_of_its_own(
    window: OpenWindow,
) -> None:
    tab = window()
    page = tab.open("city?city=atlantis")
    assert_nothing_but_a_warning(page, "City")
    tab.told_404()
    choose(tab, "City", "Manila")
    assert title(page) == "Manila"
    assert query_of(tab) == {"city": "manila"}
    assert page.locator('[data-testid="stAlert"]').count() == 0
    choose(tab, "City", "Phuket")
    assert title(page) == "Phuket"
    address = page.get_by_role("link", name="Briefing, PDF").get_attribute("href")
    assert address is not None
    answer = page.request.get(f"{tab.server}/{address.lstrip('./')}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_country_is_chosen_after_an_unknown_one_and_leads_to_its_city(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("country?country=XXX")
    assert_nothing_but_a_warning(page, "Country")
    tab.told_404()
    choose(tab, "Country", "Lao PDR")
    assert title(page) == "Lao PDR"
    assert query_of(tab) == {"country": "LAO"}
    assert page.locator('[data-testid="stAlert"]').count() == 0
    page.get_by_role("link", name="Vientiane").first.click()
    page.get_by_role("heading", name="Vientiane", level=1).wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "vientiane"}


def assert_nothing_but_a_warning(page: Page, heading: str) -> None:
    assert title(page) == heading
    assert page.locator('[data-testid="stAlert"]').count() == 1
    assert page.locator("header.section").count() == 0
    assert page.locator("nav.languages").count() == 1


def test_country_has_its_un_cities_on_the_map_and_figures_of_two_revisions(
    window: OpenWindow,
) -> None:
    tab = window(maps=True)
    page = tab.page
    with page.expect_request(
        lambda request: "/layers/un-cities" in request.url and "country=KHM" in request.url
    ):
        tab.open("country?country=KHM")
    assert page.get_by_text("10 UN cities with 50,000 or more people each").is_visible()
    headline = tab.headline()
    bars = page.locator(".chart-holder").nth(1).locator("path[aria-label]")
    newer = bars.evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    choose(tab, "UN revision for urban share", "UN 2018 revision")
    assert query_of(tab) == {"country": "KHM", "revision": "wdi-2025-07"}
    assert tab.headline() != headline
    assert "UN 2018 revision" in tab.headline()
    older = bars.evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    assert len(newer) == len(older) == 2024 - 1960
    assert newer != older


def test_reports_of_a_project_unfold_print_unfolded_and_lead_to_its_history(
    window: OpenWindow,
) -> None:
    tab = window()
    page = tab.open("city?city=siem-reap")
    article = page.locator("div.histories article", has_text="Smart Tourism").first
    earlier = article.locator("details", has_text="2022 report")
    assert not earlier.get_by_text("Objective").is_visible()
    page.emulate_media(media="print")
    assert earlier.get_by_text("Objective").is_visible()
    page.emulate_media(media="screen")
    earlier.locator("summary").click()
    assert earlier.get_by_text("Objective").is_visible()
    assert earlier.get_by_text("M&E Report 2022, p").is_visible()
    page.set_viewport_size(PHONE)
    wider = page.locator("div.scroll:has(table.city)").evaluate_all(
        "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1)"
        ".map(node => node.ariaLabel)"
    )
    assert wider == []  # tables need no scrolling in a narrow window
    page.get_by_role("link", name="Smart Tourism", exact=True).first.click()
    page.locator("article.plan-history h3", has_text="Smart Tourism").wait_for()


def test_map_of_the_network_follows_the_year_and_its_chair(window: OpenWindow) -> None:
    tab = window(maps=True)
    page = tab.page
    with page.expect_request(lambda request: "joined=..2022" in request.url):
        tab.open("network?year=2022")
    page.locator(".map").scroll_into_view_if_needed()
    chair, _ = leading_colours(LIGHT)
    before, url = share_of(map_picture(page), chair), page.url
    page.get_by_role("slider", name="Year").focus()
    with page.expect_request(lambda request: "joined=..2023" in request.url):
        page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda there: there != url)
    page.locator(".map .key").get_by_text("Chair: Indonesia").wait_for()
    tab.settle()
    assert query_of(tab)["year"] == "2023"
    assert page.locator("li.chosen h3").inner_text() == "2023"
    # From Cambodia to Indonesia.
    assert share_of(map_picture(page), chair) > 4 * before > 0


def year_shown(page: Page) -> int:
    """The year that the slider, the label and the panel of a page's map agree on; 0 for none."""
    parts = page.evaluate(
        """() => [
            document.querySelector(".map .timeline input").getAttribute("aria-valuetext"),
            document.querySelector(".map .timeline output").value,
            document.querySelector(".map").ariaLabel,
            document.querySelector(".map .panel").innerText,
        ].map((text) => Number(text.match(/[0-9]{4}/)[0]))"""
    )
    return int(parts[0]) if len(set(parts)) == 1 else 0


def wait_for_year(page: Page, first: int) -> int:
    """Wait until the map shows a year from ``first`` on; that year."""
    for _ in range(1_200):
        if (year := year_shown(page)) >= first:
            return year
        page.wait_for_timeout(50)
    raise AssertionError(f"the map does not come to {first}")


def test_network_plays_year_after_year_in_the_browser_and_the_page_follows_at_rest(
    window: OpenWindow,
) -> None:
    tab = window(maps=True)
    page, frames = tab.page, []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    tab.open("network?year=2019")
    sent = len(frames)
    page.get_by_role("button", name="Play through the years").click()
    wait_for_year(page, 2021)
    assert page.locator(".map .panel p").first.inner_text().startswith(f"{year_shown(page)}: ")
    assert len(frames) == sent
    page.get_by_role("button", name="Pause").click()
    page.wait_for_url(lambda url: "year=2019" not in url)
    tab.settle()
    stopped = year_shown(page)
    assert query_of(tab).get("year", "2026") == str(stopped)
    assert page.locator("li.chosen h3").inner_text() == str(stopped)
    assert len(frames) > sent


def test_map_of_urbanisation_changes_with_the_year_and_plays_on_from_there(
    window: OpenWindow,
) -> None:
    tab = window(maps=True)
    page = tab.open("urbanisation?year=1975&wup=2018")
    assert year_shown(page) == 1975
    before = map_picture(page)
    page.get_by_role("slider", name="Year").fill(str(2011 - 1950))
    page.wait_for_url("**/*year=2011*")
    tab.settle()
    after = map_picture(page)
    low, high = LIGHT.share[0], LIGHT.share[2]
    assert share_of(after, low) < 0.5 * share_of(before, low)
    assert share_of(after, high) > 2 * share_of(before, high)
    assert symbol_share(after, LIGHT.city) > 1.5 * symbol_share(before, LIGHT.city)
    page.get_by_role("button", name="Play through the years").click()
    wait_for_year(page, 2013)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_url(lambda url: "year=2011" not in url)
    tab.settle()
    stopped = year_shown(page)
    assert 2013 <= stopped < 2036
    assert query_of(tab)["year"] == str(stopped)


def test_years_of_un_cities_play_anew_after_the_last_and_stop_there(window: OpenWindow) -> None:
    tab = window(maps=True)
    page = tab.open("urbanisation?year=2050")
    assert year_shown(page) == 2050
    page.evaluate(
        """() => {
            window.seen = [];
            const panel = document.querySelector(".map .panel");
            new MutationObserver(() => seen.push(Number(panel.innerText.match(/[0-9]{4}/)[0])))
                .observe(panel, { childList: true });
        }"""
    )
    page.get_by_role("button", name="Play through the years").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play through the years").wait_for(timeout=90_000)
    tab.settle()
    assert page.evaluate("seen.filter((year, index) => year !== seen[index - 1])") == [
        *(1975, 2000, 2025, 2050)
    ]
    assert year_shown(page) == 2050
    assert query_of(tab)["year"] == "2050"


def test_map_of_a_year_before_the_first_share_says_no_data(window: OpenWindow) -> None:
    page = window(maps=True).open("urbanisation?year=1955")
    assert (
        page.locator(".map .key")
        .get_by_text("no data: this series covers 1960 to 2024")
        .is_visible()
    )


def test_earlier_revision_of_a_city_is_one_click_away(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("city?city=hanoi")
    assert page.get_by_text("Hanoi corresponds to the UN city").first.is_visible()
    page.get_by_text("Agglomerations of 2018").click()
    page.get_by_text("people in the urban agglomeration, projected").wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "hanoi", "wup": "2018"}
    assert page.get_by_text("people in the UN city").count() == 0


def test_history_of_a_project_opens_from_its_address(window: OpenWindow) -> None:
    project = Catalogue()["projects"].iloc[0]
    tab = window()
    page = tab.open(f"plans?project={project['project_id']}")
    assert query_of(tab)["project"] == project["project_id"]
    assert page.get_by_text(project["name"]).first.is_visible()


def test_filter_of_action_plans_narrows_the_matrix_and_the_map(window: OpenWindow) -> None:
    tab = window(maps=True)
    page = tab.page
    with page.expect_request(
        lambda request: "/layers/cities" in request.url and "country=KHM" in request.url
    ):
        tab.open("plans?country=KHM")
    page.locator(".map").scroll_into_view_if_needed()
    assert share_of(map_picture(page), LIGHT.land) > 0.02
    assert page.get_by_role("link", name="Siem Reap").first.is_visible()
    assert page.get_by_role("link", name="Jakarta").count() == 0


def test_action_plans_without_a_result_keep_bar_and_foot(window: OpenWindow) -> None:
    page = window().open("plans?city=semarang&focus=civic-social")
    assert page.get_by_text("Clear one of these").is_visible()
    assert page.get_by_role("link", name="Bahasa Indonesia").is_visible()
    assert page.locator("footer.stamp").is_visible()
