"""Explore in a real browser: filter, share, download."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyogrio
from playwright.sync_api import expect

from dashboard.markup.theme import LIGHT
from tests.e2e.conftest import OpenWindow, Watched
from tests.e2e.screen import city, go_home, has_symbol_at, map_picture, middle, picture, share_of


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


def test_filter_changes_map_table_headline_and_address(window: OpenWindow) -> None:
    tab = window(maps=True)
    tab.open("explore")
    expect_rows(tab, 38)
    choose(tab, "Country", "Indonesia")
    assert query_of(tab) == {"country": "IDN"}
    assert tab.headline().startswith("6 of 38 member cities")
    expect_rows(tab, 6)
    assert any("country=IDN" in address for address in tab.layers_asked)
    assert tab.page.locator(".map .cities button").count() == 6
    assert city(tab.page, "Kuching").count() == 0
    whole = picture(tab.page)
    for name in ("Jakarta", "Makassar"):
        assert has_symbol_at(whole, middle(city(tab.page, name)), LIGHT.city), name
    tab.page.go_back()
    expect_rows(tab, 38)
    tab.settle()
    assert query_of(tab) == {}
    tab.page.go_forward()
    expect_rows(tab, 6)
    tab.settle()
    assert query_of(tab) == {"country": "IDN"}


def test_pasted_address_restores_filter_selection_mode_and_year(window: OpenWindow) -> None:
    tab = window(maps=True)
    tab.open(
        "explore?country=IDN,PHL&status=completed,ongoing_or_planning&population=1000000.."
        "&city=jakarta,manila&mode=share&year=1990&revision=wdi-2025-07&panel=projects"
    )
    first = (tab.headline(), query_of(tab))
    assert first[0].startswith("2 of 38 member cities")
    legend = tab.page.locator(".map .key")
    assert legend.get_by_text("Urban share, 1990").is_visible()
    assert legend.get_by_text("July 2025").is_visible()
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
    tab.page.get_by_role("button", name="Download", exact=True).click()
    with tab.page.expect_download() as started:
        row = tab.page.get_by_role("dialog").get_by_role("row", name="Member cities")
        row.get_by_role("link", name="GeoJSON", exact=True).click()
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
    assert warnings.all_inner_texts() == [
        "This link contains 2 things we don't recognise: ATL and moon."
    ]
    assert " of 38 member cities" in tab.headline()


def test_urban_share_colours_the_countries_and_places_are_drawn_when_asked_for(
    window: OpenWindow,
) -> None:
    tab = window(maps=True)
    tab.open("explore?mode=share")
    drawn = map_picture(tab.page)
    before = [share_of(drawn, colour) for colour in LIGHT.share[1:]]
    assert min(before) > 0.002
    tab.page.get_by_text("Show 7,618 GeoNames places").click()
    tab.page.wait_for_url("**places=1**")
    tab.settle()
    assert query_of(tab) == {"mode": "share", "places": "1"}
    drawn = map_picture(tab.page)
    assert sum(share_of(drawn, colour) for colour in LIGHT.share[1:]) < sum(before) * 0.95


def test_filter_leaves_out_places_that_were_loaded_before(window: OpenWindow) -> None:
    tab = window(maps=True)
    tab.open("explore?places=1&view=100.9,13.2,5.5")
    every = map_picture(tab.page)
    choose(tab, "Country", "Thailand")
    go_home(tab.page)
    filtered = map_picture(tab.page)
    assert len({address for address in tab.layers_asked if "places" in address}) == 1
    tab.open("explore?places=1&country=THA")
    assert np.abs(filtered.astype(int) - map_picture(tab.page)).mean() < 0.1
    tab.open("explore?places=1&country=THA&view=100.9,13.2,5.5")
    assert np.abs(every.astype(int) - map_picture(tab.page)).mean() > 0.5


def test_selection_goes_to_compare(window: OpenWindow) -> None:
    tab = window()
    tab.open("explore?city=hanoi,manila")
    tab.page.get_by_text("Compare these cities").click()
    tab.page.get_by_role("heading", name="Compare cities").wait_for()
    tab.settle()
    assert query_of(tab) == {"city": "hanoi,manila"}
    assert tab.headline().startswith("Of these 2 cities, ")


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


def test_map_is_zoomed_to_a_small_state_from_the_address(window: OpenWindow) -> None:
    tab = window(maps=True)
    page = tab.open("explore?at=SGP")
    singapore, stage = city(page, "Singapore"), page.locator(".map .stage").bounding_box()
    assert stage is not None
    x, y = middle(singapore)
    assert has_symbol_at(picture(page), (x, y), LIGHT.city)
    assert abs(x - stage["x"] - stage["width"] / 2) < 0.25 * stage["width"]
    assert abs(y - stage["y"] - stage["height"] / 2) < 0.25 * stage["height"]
    scale = page.locator(".map .scale").inner_text()
    assert int(scale.removesuffix(" km")) <= 10
