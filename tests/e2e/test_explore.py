"""Explore in a real browser: draw, click, filter, share, download."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyogrio
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from dashboard.maps.deck import fit, fit_cities, fit_countries
from dashboard.maps.view import REGION, View
from dashboard.markup.breakpoints import map_size
from dashboard.markup.theme import LIGHT
from geo.layers.catalogue import Catalogue
from tests.e2e.conftest import OpenWindow, Watched
from tests.e2e.screen import MAP, has_colour_at, map_picture, picture, share_of, spot

ROOM, HEIGHT = map_size(1400)  # the widest of the known widths that fits a window of 1440
WHOLE_REGION = fit(REGION, ROOM, HEIGHT)


@pytest.fixture(scope="module")
def points() -> dict[str, tuple[float, float]]:
    cities = Catalogue().geo("cities")
    return dict(
        zip(cities["city_id"], zip(cities.geometry.x, cities.geometry.y, strict=True), strict=True)
    )


def hover_city(window: Watched, view: View, point: tuple[float, float]) -> str:
    """Move to a city on the map and wait for its card; what the card says."""
    x, y = spot(window.page, view, *point)
    card = window.page.locator(".deck-tooltip")
    for step in range(60):  # the first look-up compiles shaders, which takes its time on a CPU
        window.page.mouse.move(x + step % 2, y)
        window.page.wait_for_timeout(250)
        if card.is_visible():
            return card.inner_text()
    raise AssertionError("no card appeared")


def click_city(window: Watched, view: View, point: tuple[float, float]) -> None:
    """Click a city on the map and wait until the address tells of it."""
    before = window.page.url
    for attempt in range(3):
        hover_city(window, view, point)
        window.page.mouse.down()
        window.page.wait_for_timeout(150)  # the map looks up what is pressed before the release
        window.page.mouse.up()
        try:
            # Drawn by the CPU, the map can be too late for a press; then nothing happens at all.
            window.page.wait_for_url(lambda url: url != before, timeout=10_000)
            break
        except PlaywrightTimeoutError:
            if attempt == 2:
                raise
    window.settle()


def query_of(window: Watched) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(window.page.url).query).items()}


def rows_in_table(window: Watched) -> int:
    grid = window.page.locator('[data-testid="stDataFrame"] [role="grid"]').first
    grid.wait_for(state="attached")
    return int(grid.get_attribute("aria-rowcount") or 0) - 1  # the heading is a row too


def expect_rows(window: Watched, count: int) -> None:
    """The grid is drawn again some time after the script has ended."""
    grid = window.page.locator('[data-testid="stDataFrame"] [role="grid"]').first
    expect(grid).to_have_attribute("aria-rowcount", str(count + 1), timeout=20_000)


def choose(window: Watched, label: str, option: str) -> None:
    """Choose an option of a multiselect in the sidebar."""
    before = window.page.url
    window.page.get_by_role("combobox", name=label).fill(option)
    window.page.get_by_role("option", name=option, exact=True).click()
    window.page.wait_for_url(lambda url: url != before)
    window.page.keyboard.press("Escape")
    window.settle()


def test_every_city_is_drawn_has_a_card_and_is_selected_and_let_go_by_a_click(
    window: OpenWindow, points: dict[str, tuple[float, float]]
) -> None:
    tab = window(maps=True)
    tab.open("explore")
    drawn = map_picture(tab.page)
    assert share_of(drawn, LIGHT.sea) > 0.2
    assert share_of(drawn, LIGHT.land) > 0.03
    assert share_of(drawn, LIGHT.context) > 0.01
    whole = picture(tab.page)
    for city_id in ("manila", "da-nang", "makassar", "kuching", "yangon"):
        at = spot(tab.page, WHOLE_REGION, *points[city_id])
        assert has_colour_at(whole, at, LIGHT.city), city_id
    tooltip = hover_city(tab, WHOLE_REGION, points["manila"])
    assert tooltip.startswith("Manila, Philippines")
    assert "Population: 1.9 million (2024, census)" in tooltip
    assert "UN city: 24.7 million in 2025" in tooltip
    click_city(tab, WHOLE_REGION, points["manila"])
    assert tab.page.locator("article.card h2").all_inner_texts() == ["Manila"]
    assert query_of(tab)["city"] == "manila"
    expect_rows(tab, 1)
    x, y = spot(tab.page, WHOLE_REGION, *points["manila"])
    # The ring is 5 pixels outside the symbol; the name stands on the right, the card below it.
    ring = (x - 18 * (2 / 8) ** 0.5 - 5, y)
    assert has_colour_at(picture(tab.page), ring, LIGHT.selected, around=3)
    click_city(tab, WHOLE_REGION, points["da-nang"])
    assert query_of(tab)["city"] == "manila,da-nang"
    expect_rows(tab, 2)
    click_city(tab, WHOLE_REGION, points["manila"])
    assert query_of(tab)["city"] == "da-nang"


def test_filter_changes_map_table_headline_and_address(
    window: OpenWindow, points: dict[str, tuple[float, float]]
) -> None:
    tab = window(maps=True)
    tab.open("explore")
    expect_rows(tab, 38)
    choose(tab, "Country", "Indonesia")
    assert query_of(tab) == {"country": "IDN"}
    assert tab.headline().startswith("6 of 38 member cities")
    expect_rows(tab, 6)
    assert any("country=IDN" in address for address in tab.layers_asked)
    cities = Catalogue().geo("cities")
    view = fit_cities(cities[cities["iso3"] == "IDN"], ROOM, HEIGHT)
    whole = picture(tab.page)
    assert has_colour_at(whole, spot(tab.page, view, *points["jakarta"]), LIGHT.city)
    singapore = spot(tab.page, view, *points["kuching"])
    box = tab.page.locator(MAP).first.bounding_box()
    assert box is not None
    if box["y"] < singapore[1]:
        assert not has_colour_at(whole, singapore, LIGHT.city)


def test_pasted_address_restores_filter_selection_mode_and_year(window: OpenWindow) -> None:
    tab = window()
    tab.open(
        "explore?country=IDN,PHL&status=completed,ongoing_or_planning&population=1000000.."
        "&city=jakarta,manila&mode=share&year=1990&revision=wdi-2025-07&panel=projects"
    )
    first = (tab.headline(), query_of(tab))
    assert first[0].startswith("2 of 38 member cities")
    assert tab.page.get_by_text("Urban share, 1990").is_visible()
    assert tab.page.get_by_text("July 2025").first.is_visible()
    again = window()
    again.open(tab.page.url.split("/", 3)[3])
    assert (again.headline(), query_of(again)) == first
    expect_rows(again, rows_in_table(tab))


def test_filter_of_a_pasted_address_outlives_an_early_click(window: OpenWindow) -> None:
    tab = window()
    tab.page.goto(f"{tab.server}/explore?country=VNM,THA&growth=1..")
    tab.page.get_by_role("radio", name="Charts").click()
    tab.page.wait_for_url("**panel=charts")
    tab.settle()
    assert query_of(tab) == {"country": "VNM,THA", "growth": "1..", "panel": "charts"}


def test_moving_a_slider_filters(window: OpenWindow) -> None:
    tab = window()
    tab.open("explore")
    handle = tab.page.get_by_role("slider", name="Joined the network").first
    handle.focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowRight")
    tab.page.wait_for_url("**joined=2023..")
    tab.settle()
    expect_rows(tab, 12)


def test_reset_brings_back_all_cities_and_a_plain_address(window: OpenWindow) -> None:
    tab = window()
    tab.open("explore?country=KHM&q=water")
    tab.page.get_by_role("button", name="Reset all filters").click()
    tab.page.wait_for_url("**/explore")
    tab.settle()
    assert tab.headline().startswith("All 38 member cities")
    assert query_of(tab) == {}


def test_downloaded_geojson_has_the_rows_on_screen(window: OpenWindow, tmp_path: Path) -> None:
    tab = window()
    tab.open("explore?country=VNM,THA&panel=cities")
    on_screen = rows_in_table(tab)
    tab.page.get_by_role("radio", name="Download").click()
    tab.page.wait_for_url("**panel=download")
    tab.settle()
    with tab.page.expect_download() as started:
        links = tab.page.locator("div.downloads", has_text="Member cities")
        links.get_by_text("GeoJSON", exact=True).click()
    target = tmp_path / started.value.suggested_filename
    started.value.save_as(target)
    read = pyogrio.read_dataframe(target)
    assert re.fullmatch(r"asean-smart-cities_cities_THA-VNM_\w{8}\.geojson", target.name)
    assert len(read) == on_screen
    assert set(read["iso3"]) == {"VNM", "THA"}


def test_unknown_parts_of_an_address_are_named_and_the_rest_works(window: OpenWindow) -> None:
    tab = window()
    tab.open("explore?country=ATL&focus=built-infrastructure&mode=moon")
    warnings = tab.page.locator('[data-testid="stAlert"]')
    assert "'ATL' is not known" in warnings.nth(0).inner_text()
    assert "'moon' is not known" in warnings.nth(1).inner_text()
    assert " of 38 member cities" in tab.headline()


def test_urban_share_colours_the_countries_and_places_are_drawn_when_asked_for(
    window: OpenWindow,
) -> None:
    tab = window(maps=True)
    tab.open("explore?mode=share")
    drawn = map_picture(tab.page)
    before = [share_of(drawn, colour) for colour in LIGHT.share[1:]]
    assert min(before) > 0.002
    tab.page.get_by_text("7,618 GeoNames places").click()
    tab.page.wait_for_url("**places=1**")
    tab.settle()
    assert query_of(tab) == {"mode": "share", "places": "1"}
    drawn = map_picture(tab.page)
    assert sum(share_of(drawn, colour) for colour in LIGHT.share[1:]) < sum(before) * 0.95


def test_selection_goes_to_compare(
    window: OpenWindow, points: dict[str, tuple[float, float]]
) -> None:
    tab = window()
    tab.open("explore?city=hanoi,manila")
    tab.page.get_by_text("Compare these cities").click()
    tab.page.get_by_role("heading", name="Compare cities").wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "hanoi,manila"}
    assert tab.headline().startswith("Of 2 cities")


def test_city_is_selected_and_compared_with_the_keyboard_alone(window: OpenWindow) -> None:
    tab = window()
    page = tab.open("explore")
    box = page.get_by_role("combobox", name="Selected cities")
    box.focus()
    for name in ("Dili", "Manila"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        tab.settle()
    page.keyboard.press("Escape")
    assert query_of(tab)["city"] == "dili,manila"
    expect_rows(tab, 2)
    page.get_by_role("link", name="Compare these cities").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Compare cities", level=1).wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "dili,manila"}


def test_map_is_zoomed_to_a_small_state_from_the_box_and_the_address(window: OpenWindow) -> None:
    tab = window(maps=True)
    tab.open("explore?at=SGP")
    singapore = Catalogue().geo("countries").query("iso3 == 'SGP'")
    view = fit_countries(singapore, ROOM, HEIGHT)
    city = Catalogue().geo("cities").set_index("city_id").geometry["singapore"]
    drawn = picture(tab.page)
    assert has_colour_at(drawn, spot(tab.page, view, city.x, city.y), LIGHT.city)
