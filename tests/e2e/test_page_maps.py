"""The maps of pages: drawn, pointed at, selected from, moved, and what stays without them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from dashboard.markup.theme import LIGHT, rgb
from geo.layers.catalogue import Catalogue
from tests.e2e.conftest import PHONE, WIDE, OpenWindow, Watched, watch
from tests.e2e.screen import (
    MAP,
    PICTURE,
    button,
    city,
    go_home,
    has_colour_at,
    has_symbol_at,
    map_picture,
    middle,
    part,
    picture,
    pixels_of,
    share_of,
    symbol_share,
    view,
)
from tests.e2e.test_explore import choose, expect_rows, query_of
from tests.e2e.test_places import give

CARD, STAGE, MAIN = ".map .card", ".map .stage", '[data-testid="stMain"]'


@pytest.fixture(scope="module")
def frames() -> list[object]:
    """What the browser sent to the app by websocket."""
    return []


@pytest.fixture(scope="module")
def explored(browser: Browser, server: str, frames: list[object]) -> Iterator[Watched]:
    page = browser.new_page(viewport=WIDE, locale="en-GB")
    page.set_default_timeout(60_000)
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    tab = watch(page, server, maps=True)
    tab.open("explore")
    yield tab
    tab.check()
    page.close()


@pytest.fixture
def explore(explored: Watched) -> Watched:
    """Explore with its map at home, without a filter, a selection or a card."""
    page = explored.page
    page.evaluate(f"document.querySelector('{MAIN}').scrollTop = 0")
    if page.locator(CARD).is_visible():
        button(page, "Close").last.click()
    if button(page, "Reset all filters").is_enabled():
        button(page, "Reset all filters").click()
        explored.settle()
    if "mode" in query_of(explored):
        choose_mode(page, "Projects")
        explored.settle()
    go_home(page)
    page.evaluate("document.activeElement.blur()")
    return explored


def open_card(tab: Watched, name: str) -> None:
    tab.page.mouse.click(*middle(city(tab.page, name)))
    expect(tab.page.locator(f"{CARD} strong")).to_contain_text(f"{name}, ")


def mode(page: Page) -> Locator:
    """The box in which one chooses what the map shows."""
    return page.locator(".st-key-map_options").get_by_role("combobox", name="The map shows")


def choose_mode(page: Page, name: str) -> None:
    mode(page).click()
    mode(page).fill(name)
    page.get_by_role("option", name=name, exact=True).click()


def scrolled(page: Page) -> float:
    return float(page.evaluate(f"document.querySelector('{MAIN}').scrollTop"))


def test_map_takes_two_thirds_of_the_window_and_has_its_legend_in_it(explore: Watched) -> None:
    page = explore.page
    stage = page.locator(STAGE).bounding_box()
    legend_in_map = page.locator(".map .key")
    legend = legend_in_map.bounding_box()
    assert stage is not None
    assert legend is not None
    assert stage["height"] >= 2 / 3 * WIDE["height"]
    assert stage["x"] < legend["x"] < legend["x"] + legend["width"] < stage["x"] + stage["width"]
    assert stage["y"] < legend["y"]
    assert legend["y"] + legend["height"] < stage["y"] + stage["height"]
    titles = [title for title in page.locator("section.legend h2").all() if title.is_visible()]
    assert [title.inner_text() for title in titles] == [
        "Projects, 2025 report\nprojects per city, by circle area"
    ]
    assert page.locator("section.legend").count() == legend_in_map.locator("section").count()


def test_land_sea_and_every_city_are_drawn_where_their_buttons_are(explore: Watched) -> None:
    page = explore.page
    drawn = map_picture(page)
    assert share_of(drawn, LIGHT.sea) > 0.2
    assert share_of(drawn, LIGHT.land) > 0.03
    assert share_of(drawn, LIGHT.context) > 0.01
    whole = picture(page)
    for name in ("Manila", "Da Nang", "Makassar", "Kuching", "Yangon"):
        assert has_symbol_at(whole, middle(city(page, name)), LIGHT.city), name
    assert page.locator(".map .cities button").count() == 38


def test_pointer_over_a_city_shows_its_name_and_figures(explore: Watched) -> None:
    page = explore.page
    page.mouse.move(*middle(city(page, "Manila")))
    tooltip = page.locator(".map .tooltip")
    expect(tooltip).to_be_visible()
    lines = tooltip.inner_text().split("\n")
    assert lines[0] == "Manila, Philippines"
    assert lines[1] == "Population: 1.9 million (2024, census)"
    assert lines[2].startswith("UN city: 24.7 million in 2025")
    page.mouse.move(*middle(page.locator(".map .scale")))
    expect(tooltip).to_be_hidden()


def test_click_opens_the_card_of_a_city_with_facts_and_links(explore: Watched) -> None:
    page = explore.page
    open_card(explore, "Manila")
    facts = page.locator(f"{CARD} p").first.inner_text().split("\n")
    assert [fact.split(":")[0] for fact in facts[:3]] == ["Population", "UN city", "Projects"]
    links = page.locator(CARD).get_by_role("link")
    found = links.evaluate_all("nodes => nodes.map(({text, href}) => [text, href])")
    assert found == [
        ["Open city profile", f"{explore.server}/city?city=manila"],
        ["Compare", f"{explore.server}/compare?city=manila"],
    ]
    assert query_of(explore) == {}


def is_ringed(page: Page, name: str) -> bool:
    """Whether the map marks a city as selected."""
    x, y = middle(city(page, name))
    symbol = city(page, name).bounding_box()
    assert symbol is not None
    # The button is 8 pixels higher than the symbol, and the ring 5 pixels outside it.
    ring = (x, y - (symbol["height"] - 8) / 2 - 5)
    return has_colour_at(picture(page), ring, LIGHT.selected, around=3)


def test_city_is_selected_from_its_card_and_removed_there(explore: Watched) -> None:
    page = explore.page
    open_card(explore, "Manila")
    card = page.locator(CARD)
    card.get_by_role("button", name="Select").click()
    page.wait_for_url("**city=manila")
    explore.settle()
    box = page.locator('[data-testid="stMultiSelect"]', has_text="Selected cities")
    assert box.locator("[data-tag]").all_inner_texts() == ["Manila"]
    assert page.locator("article.card h2").all_inner_texts() == ["Manila"]
    expect_rows(explore, 1)
    assert is_ringed(page, "Manila")
    open_card(explore, "Jakarta")
    card.get_by_role("button", name="Select").click()
    page.wait_for_url("**jakarta**")
    explore.settle()
    assert is_ringed(page, "Manila")
    assert is_ringed(page, "Jakarta")
    card.get_by_role("button", name="Remove from selection").click()
    page.wait_for_url("**city=manila")
    explore.settle()
    assert not is_ringed(page, "Jakarta")
    open_card(explore, "Manila")
    card.get_by_role("button", name="Remove from selection").click()
    page.wait_for_url("**/explore")
    explore.settle()
    expect_rows(explore, 38)
    assert box.locator("[data-tag]").count() == 0


def test_box_drawn_with_shift_selects_the_cities_in_it(explore: Watched) -> None:
    page = explore.page
    names = Catalogue()["cities"].set_index("city_id")["name"]
    spots = {city_id: middle(city(page, name)) for city_id, name in names.items()}
    corners = [spots[city_id] for city_id in ("cauayan-city", "davao-city")]
    (left, right), (top, bottom) = (sorted(edge) for edge in zip(*corners, strict=True))
    page.keyboard.down("Shift")
    page.mouse.move(left - 15, top - 15)
    page.mouse.down()
    page.mouse.move(right + 15, bottom + 15, steps=4)
    expect(page.locator(".map .box")).to_be_visible()
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator(".map .box")).to_be_hidden()
    page.wait_for_url("**city=**")
    explore.settle()
    inside = {
        city_id
        for city_id, (x, y) in spots.items()
        if left - 15 <= x <= right + 15 and top - 15 <= y <= bottom + 15
    }
    assert {"cauayan-city", "manila", "cebu-city", "davao-city"} <= inside
    assert set(query_of(explore)["city"].split(",")) == inside
    expect_rows(explore, len(inside))


def test_view_is_in_the_address_without_a_run_outlives_a_choice_and_is_undone_by_back(
    explore: Watched, frames: list[object]
) -> None:
    page = explore.page
    choose(explore, "Country", "Cambodia")
    at_home = middle(city(page, "Siem Reap"))
    sent = len(frames)
    button(page, "Zoom in").click()
    page.wait_for_url("**view=**")
    explore.settle()
    assert len(frames) == sent
    moved, spot = view(page), middle(city(page, "Siem Reap"))
    assert spot != pytest.approx(at_home, abs=5)
    choose_mode(page, "Focus areas")
    page.wait_for_url("**mode=focus**")
    explore.settle()
    assert view(page) == moved
    assert middle(city(page, "Siem Reap")) == pytest.approx(spot, abs=1)
    page.go_back()  # the choice
    page.wait_for_timeout(500)
    explore.settle()
    expect(mode(page)).to_have_value("Projects")
    assert set(query_of(explore)) == {"country", "view"}
    assert page.locator(".map").get_attribute("aria-label") == "Map: Member cities: Projects"
    assert middle(city(page, "Siem Reap")) == pytest.approx(spot, abs=1)
    page.go_back()  # the move
    page.wait_for_timeout(1_200)
    explore.settle()
    assert query_of(explore) == {"country": "KHM"}
    assert middle(city(page, "Siem Reap")) == pytest.approx(at_home, abs=2)


def test_view_of_a_pasted_address_is_the_first_one(explore: Watched, window: OpenWindow) -> None:
    tab = window(maps=True)
    tab.open("explore?view=121,14.6,8&mode=growth")
    assert view(tab.page) == (121, 14.6, 8)
    assert query_of(tab)["mode"] == "growth"
    stage = middle(tab.page.locator(STAGE))
    # The map's middle is that of its part between buttons and legend.
    assert middle(city(tab.page, "Manila")) == pytest.approx((stage[0] - 104, stage[1]), abs=25)


def test_wheel_over_a_map_scrolls_the_page_until_ctrl_is_held_or_the_map_has_the_focus(
    explore: Watched,
) -> None:
    page = explore.page
    page.mouse.move(*middle(page.locator(STAGE)))
    page.mouse.wheel(0, 120)
    expect(page.locator(".map .hint.shown")).to_have_text("Hold Ctrl and scroll to zoom")
    page.wait_for_timeout(1_000)
    assert scrolled(page) == 120
    assert "view=" not in page.url
    page.mouse.wheel(0, -120)
    page.wait_for_timeout(500)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_url("**view=**")
    nearer = view(page)[2]
    before = page.url
    page.locator(MAP).focus()
    page.mouse.wheel(0, 300)
    page.wait_for_url(lambda url: url != before)
    assert view(page)[2] < nearer
    assert scrolled(page) == 0


def test_city_is_reached_and_its_card_opened_with_the_keyboard(explore: Watched) -> None:
    page = explore.page
    city(page, "Bangkok").focus()
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.ariaLabel")
    assert focused.startswith("Banyuwangi, Indonesia. Population: ")
    page.keyboard.press("Enter")
    expect(page.locator(f"{CARD} strong")).to_have_text("Banyuwangi, Indonesia")
    assert page.evaluate("document.activeElement.href").endswith("/city?city=banyuwangi")
    page.keyboard.press("Escape")
    expect(page.locator(CARD)).to_be_hidden()
    assert page.evaluate("document.activeElement.ariaLabel") == focused


def shown_picture(page: Page) -> np.ndarray:
    """What the window shows where the map's picture lies, with everything over it."""
    box = page.locator(PICTURE).bounding_box()
    assert box is not None
    return part(pixels_of(page.screenshot()), box)


def assert_map_shown(pixels: np.ndarray) -> None:
    assert share_of(pixels, LIGHT.sea) > 0.2
    assert share_of(pixels, LIGHT.land) > 0.02
    assert symbol_share(pixels, LIGHT.city) > 0.001


def test_paper_has_the_picture_of_the_map_alone(explore: Watched) -> None:
    page = explore.page
    page.emulate_media(media="print")
    try:
        for on_screen in (MAP, PICTURE, ".map .controls", ".map .key"):
            assert page.locator(on_screen).is_hidden()
        picture = page.locator("img.on-paper")
        expect(picture).to_be_visible()
        assert_map_shown(pixels_of(picture.screenshot()))
    finally:
        page.emulate_media(media="screen")


def test_without_webgl_the_picture_stays_and_one_sentence_says_why(window: OpenWindow) -> None:
    tab = window(maps=True)
    tab.page.add_init_script(
        """const getContext = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
            return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...options);
        }"""
    )
    page = tab.open("explore")
    sentence = page.get_by_text("This browser cannot display the map (WebGL is not available).")
    expect(sentence).to_be_visible()
    assert sentence.count() == 1
    assert_map_shown(shown_picture(page))
    expect_rows(tab, 38)
    assert all("WebGL" in error for error in tab.console_errors)
    tab.console_errors.clear()


def test_own_places_are_drawn_with_their_names_as_text(window: OpenWindow) -> None:
    tab = window(maps=True)
    page = give(tab, "name,lon,lat\n<b>Camp</b>,115.5,-2\nBuôn Ma Thuột,108.05,12.67\n")
    page.locator(STAGE).evaluate("node => node.scrollIntoView({block: 'center'})")
    box = page.locator(MAP).bounding_box()
    assert box is not None
    drawn = map_picture(page)
    own = np.abs(drawn - np.array(rgb(LIGHT.accent))).max(axis=2) <= 6
    rows, columns = np.nonzero(own)
    assert 50 < len(rows) < 150  # two symbols of 9 pixels
    camp = rows > rows.mean()
    page.mouse.move(box["x"] + columns[camp].mean(), box["y"] + rows[camp].mean())
    tooltip = page.locator(".map .tooltip")
    expect(tooltip).to_be_visible()
    assert tooltip.inner_text().startswith("<b>Camp</b>\nIndonesia\n")
    assert tooltip.locator("b").count() == 0


def touch(fingers: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    fingers.send(
        "Input.dispatchTouchEvent",
        {
            "type": kind,
            "touchPoints": [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(points)],
        },
    )


def test_one_finger_scrolls_the_page_and_two_move_the_map(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB")
    context.set_default_timeout(60_000)
    tab = watch(context.new_page(), server, maps=True)
    page = tab.open("explore")
    page.locator(STAGE).scroll_into_view_if_needed()
    page.locator(STAGE).evaluate("node => node.scrollIntoView({block: 'center'})")
    before = scrolled(page)
    x, y = middle(page.locator(STAGE))
    fingers = context.new_cdp_session(page)
    touch(fingers, "touchStart", (x, y))
    for step in range(1, 9):
        touch(fingers, "touchMove", (x, y - 15 * step))
    touch(fingers, "touchEnd")
    expect(page.locator(".map .hint")).to_have_text("Use two fingers to move the map")
    page.wait_for_timeout(1_000)
    assert scrolled(page) > before + 50
    assert "view=" not in page.url
    before = scrolled(page)
    x, y = middle(page.locator(STAGE))
    touch(fingers, "touchStart", (x - 30, y), (x + 30, y))
    for step in range(1, 9):
        touch(fingers, "touchMove", (x - 30, y - 10 * step), (x + 30, y - 10 * step))
    touch(fingers, "touchEnd")
    page.wait_for_url("**view=**")
    assert scrolled(page) == before
    tab.check()
    context.close()
