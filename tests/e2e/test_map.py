"""The component that draws maps, by mouse, touch and keyboard, on an embedded map."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, focus_area_column
from tests.e2e.conftest import watch
from tests.e2e.screen import button, city, go_home, middle, view

PATH = "embed/maps/explore?mode=focus"
READY = '.map[aria-busy="false"]'


def open_map(page: Page, server: str, path: str = PATH) -> Page:
    page.goto(f"{server}/{path}")
    page.locator(READY).wait_for(timeout=60_000)
    return page


@pytest.fixture(scope="module")
def wide(browser: Browser, server: str) -> Iterator[Page]:
    """A map with room for its legend, at home before each test."""
    page = browser.new_page(viewport={"width": 1200, "height": 760})
    watched = watch(page, server, maps=True)
    yield open_map(page, server)
    watched.check()
    page.close()


@pytest.fixture(autouse=True)
def at_home(request: pytest.FixtureRequest) -> None:
    if "wide" in request.fixturenames:
        page: Page = request.getfixturevalue("wide")
        page.keyboard.press("Escape")
        go_home(page)


def test_every_city_lies_between_buttons_and_legend(wide: Page) -> None:
    cities = wide.locator(".map .cities button")
    assert cities.count() == 38
    left = wide.locator(".map .controls").bounding_box()
    right = wide.locator(".map .key").bounding_box()
    assert left is not None
    assert right is not None
    for index in range(38):
        x, _ = middle(cities.nth(index))
        assert left["x"] + left["width"] < x < right["x"]


def test_buttons_zoom_and_lead_home_and_the_address_tells_without_a_request(wide: Page) -> None:
    pages: list[str] = []
    wide.on("request", lambda request: pages.append(request.url))
    x, y = middle(city(wide, "Manila"))
    button(wide, "Zoom in").click()
    wide.wait_for_url("**view=**")
    first = wide.url
    wide.wait_for_timeout(900)
    assert middle(city(wide, "Manila")) != (x, y)
    button(wide, "Zoom in").click()
    expect(wide).not_to_have_url(first)
    nearer = view(wide)[2]
    wide.wait_for_timeout(900)
    button(wide, "Zoom out").click()
    expect(wide).to_have_url(first)
    assert view(wide)[2] == pytest.approx(nearer - 1, abs=0.01)
    wide.wait_for_timeout(900)
    button(wide, "Reset view").click()
    wide.wait_for_timeout(900)
    assert "view=" not in wide.url
    assert middle(city(wide, "Manila")) == pytest.approx((x, y), abs=1)
    assert all("/labels/" in url for url in pages), pages


def test_view_of_an_address_is_the_first_one(browser: Browser, server: str) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 600})
    open_map(page, server, f"{PATH}&view=121,14.6,8")
    x, y = middle(page.locator(".map .stage"))
    # The view is between the buttons and the legend.
    assert middle(city(page, "Manila")) == pytest.approx((x - 102, y), abs=25)
    page.close()


def test_wheel_scrolls_the_page_until_ctrl_is_held(wide: Page) -> None:
    wide.mouse.move(*middle(wide.locator(".map .stage")))
    wide.locator(".map .stage").evaluate("() => document.activeElement.blur()")
    wide.mouse.wheel(0, -200)
    expect(wide.locator(".map .hint.shown")).to_have_text("Hold Ctrl and scroll to zoom")
    wide.wait_for_timeout(700)
    assert "view=" not in wide.url
    wide.keyboard.down("Control")
    wide.mouse.wheel(0, -200)
    wide.keyboard.up("Control")
    wide.wait_for_url("**view=**")


def test_click_opens_the_card_of_a_city_with_links_and_a_click_beside_closes_it(
    wide: Page,
) -> None:
    x, y = middle(city(wide, "Kuching"))
    wide.mouse.move(x, y)
    expect(wide.locator(".map .tooltip")).to_contain_text("Kuching, Malaysia")
    wide.mouse.click(x, y)
    card = wide.locator(".map .card")
    expect(card).to_contain_text("Projects:")
    links = card.get_by_role("link").evaluate_all("nodes => nodes.map(node => node.pathname)")
    assert links == ["/city", "/compare"]
    box = card.bounding_box()
    assert box is not None
    assert abs(box["x"] - x) < 320
    wide.mouse.click(x, y + 120)
    expect(card).to_be_hidden()


def test_cities_are_reached_opened_and_left_with_the_keyboard(wide: Page) -> None:
    city(wide, "Bangkok").focus()
    wide.keyboard.press("Tab")  # in the order of their names
    focused = wide.evaluate("() => document.activeElement.ariaLabel")
    assert focused.startswith("Banyuwangi, Indonesia.")
    outline = wide.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    wide.keyboard.press("Enter")
    expect(wide.locator(".map .card")).to_contain_text("Banyuwangi, Indonesia")
    assert wide.evaluate("() => document.activeElement.pathname") == "/city"
    wide.keyboard.press("Escape")
    expect(wide.locator(".map .card")).to_be_hidden()
    assert wide.evaluate("() => document.activeElement.ariaLabel") == focused


def test_entry_of_the_legend_leaves_its_cities_alone_until_it_is_pressed_again(wide: Page) -> None:
    cities = Catalogue()["cities"]
    key, symbols = wide.locator(".map .key"), wide.locator(".map .cities button")
    entry = key.get_by_role("button", name="no project")
    entry.click()
    expect(symbols).to_have_count(int((cities["projects"] == 0).sum()))
    expect(entry).to_have_attribute("aria-pressed", "true")
    area = key.get_by_role("button", name=FOCUS_AREAS["civic-social"])
    area.click()
    expect(symbols).to_have_count(int((cities[focus_area_column("civic-social")] > 0).sum()))
    expect(entry).to_have_attribute("aria-pressed", "false")
    area.click()
    expect(symbols).to_have_count(len(cities))


def test_picture_has_the_map_with_title_and_legend(wide: Page, tmp_path: Path) -> None:
    with wide.expect_download() as download:
        button(wide, "Save as image").click()
    assert download.value.suggested_filename == "Member-cities-Focus-areas.png"
    picture = Image.open(io.BytesIO(Path(download.value.path()).read_bytes())).convert("RGB")
    stage = wide.locator(".map .stage").bounding_box()
    assert stage is not None
    assert picture.width == pytest.approx(stage["width"], abs=1)
    assert picture.height > stage["height"] + 100
    colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {(79, 140, 229), (21, 140, 110)} <= colours  # two focus areas


def test_full_screen_has_title_and_legend(wide: Page) -> None:
    button(wide, "Full screen").click()
    expect(wide.locator(".map .heading")).to_be_visible()
    expect(wide.locator(".map .key")).to_be_visible()
    button(wide, "Full screen").click()
    expect(wide.locator(".map .heading")).to_be_hidden()


def test_one_finger_scrolls_and_buttons_are_as_large_as_a_finger(
    browser: Browser, server: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True
    )
    page = open_map(context.new_page(), server)
    for part in page.locator(".map .controls button").all():
        box = part.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    x, y = middle(page.locator(".map .stage"))
    fingers = context.new_cdp_session(page)
    for kind, shift in (("touchStart", 0), ("touchMove", 40), ("touchMove", 80)):
        fingers.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x - shift, "y": y}]},
        )
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".map .hint")).to_have_text("Use two fingers to move the map")
    page.wait_for_timeout(700)
    assert "view=" not in page.url
    context.close()


def test_map_says_in_one_sentence_that_there_is_no_webgl(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{server}/{PATH}")
    expect(
        page.get_by_text("This browser cannot display the map (WebGL is not available).")
    ).to_be_visible()
    page.close()
