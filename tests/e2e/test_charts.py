"""Charts on pages: drawn from their address, picked, filled the screen, replaced by an image."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenWindow

CHARTS = "explore?panel=charts&lang=en"


def test_point_of_a_city_opens_its_card_on_the_map(window: OpenWindow) -> None:
    tab = window(maps=True)
    page = tab.open(CHARTS)
    points = page.locator(".chart-holder").nth(1).locator(".mark-symbol.role-mark path")
    point = points.and_(page.locator('[aria-label*="Manila"]'))
    point.scroll_into_view_if_needed()
    point.click()
    tab.settle()
    expect(page.locator(".map .card")).to_contain_text("Manila")


def test_chart_follows_the_filter_and_is_fetched_once(window: OpenWindow) -> None:
    tab = window()
    fetched: list[str] = []
    tab.page.on("request", lambda request: fetched.append(request.url))
    page = tab.open(f"{CHARTS}&country=THA")
    points = page.locator(".chart-holder").nth(1).locator(".mark-symbol.role-mark path")
    labels = points.evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert labels
    assert all("Thailand" in label for label in labels)
    specifications = [url for url in fetched if ".vl.json" in url]
    assert len(specifications) == len(set(specifications)) == 2
    page.get_by_role("radio", name="Cities", exact=True).click()
    tab.settle()
    page.get_by_role("radio", name="Charts", exact=True).click()
    tab.settle()
    again = [url for url in fetched if ".vl.json" in url]
    assert set(again) == set(specifications)


def test_chart_fills_the_screen_with_title_and_source(window: OpenWindow) -> None:
    page = window().open(CHARTS)
    holder = page.locator(".chart-holder").first
    holder.scroll_into_view_if_needed()
    button = holder.get_by_role("button", name="Full screen")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chart-holder:fullscreen")).to_be_visible()
    shown = page.evaluate(
        """() => ["::before", "::after"].map((part) =>
            getComputedStyle(document.fullscreenElement, part).content)"""
    )
    assert "by focus area" in shown[0]
    assert "Source: " in shown[1]
    drawing = holder.locator("svg.marks").bounding_box()
    assert drawing is not None
    assert drawing["height"] > 500


def test_image_stands_for_a_chart_that_cannot_be_fetched(window: OpenWindow) -> None:
    tab = window()
    tab.page.route("**/*.vl.json*", lambda route: route.abort())
    tab.page.goto(f"{tab.server}/{CHARTS}")
    image = tab.page.locator(".chart-holder > img").first
    expect(image).to_be_visible(timeout=30_000)
    assert image.get_attribute("alt")
    assert image.evaluate("node => node.decode().then(() => node.naturalWidth)") > 0
    assert all("ERR_FAILED" in error for error in tab.console_errors)
    tab.console_errors.clear()
