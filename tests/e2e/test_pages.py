"""Every page in a real browser: drawn, quiet, on narrow and dark screens, after a cold start."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from dashboard.markup.theme import DARK, LIGHT
from geo.layers.files import LAYERS_DIR
from tests.e2e.conftest import PHONE, WIDE, OpenWindow, running_server
from tests.e2e.screen import MAP, PLACE, map_picture, part, pixels_of, share_of


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_overview_draws_the_choropleth_and_the_cities(
    window: OpenWindow, scheme: str, palette: object
) -> None:
    tab = window(scheme=scheme)
    tab.open()
    colours = LIGHT if scheme == "light" else DARK
    drawn = map_picture(tab.page)
    assert share_of(drawn, colours.sea) > 0.2
    assert share_of(drawn, colours.city) > 0.001
    assert all(share_of(drawn, colour) > 0.002 for colour in colours.share[1:])


@pytest.mark.parametrize("path", ["", "explore?mode=growth&country=IDN", "network?year=2023"])
def test_picture_stands_where_webgl_draws_the_map_later(window: OpenWindow, path: str) -> None:
    tab = window()
    page, held = tab.page, []
    page.route("**/DeckGlJsonChart*.js", lambda route: held.append(route))
    with page.expect_response("**/maps/pages/*.svg?*") as told:
        page.goto(f"{tab.server}/{path}")
    assert told.value.ok
    while not held:
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)
    early = part(pixels_of(page.screenshot()), page, PLACE)
    assert page.locator(MAP).count() == 0
    held[0].continue_()
    page.locator(MAP).first.wait_for()
    tab.settle()
    drawn = map_picture(page)
    assert early.shape == drawn.shape
    # Names are only on the map, and edges are smoothed in other ways.
    assert (np.abs(early - drawn).max(axis=2) > 40).mean() < 0.05
    for colour in (LIGHT.sea, LIGHT.context, LIGHT.city):
        share = share_of(drawn, colour)
        assert share_of(early, colour) == pytest.approx(share, rel=0.1, abs=0.002)


def test_compare_draws_a_map_of_each_city(window: OpenWindow) -> None:
    page = window().open("compare?city=jakarta,manila,phuket")
    images = page.locator("figure.map img")
    widths = images.evaluate_all("nodes => nodes.map(node => node.naturalWidth)")
    assert len(widths) == 3
    assert min(widths) > 0


def test_address_of_a_page_works_as_the_first_one_after_a_start(
    window: OpenWindow, tmp_path: Path
) -> None:
    with running_server(tmp_path / "server.log") as address:
        tab = window(address=address, maps=False)
        page = tab.open("compare?city=jakarta,manila")
        assert page.get_by_role("link", name="Overview").is_visible()
        page.close()


def test_damaged_layer_is_named_in_one_sentence_and_other_pages_work(
    window: OpenWindow, tmp_path: Path
) -> None:
    layers = tmp_path / "layers"
    shutil.copytree(LAYERS_DIR, layers)
    damaged = layers / "places.parquet"
    damaged.write_bytes(damaged.read_bytes()[:2_000])
    with running_server(tmp_path / "server.log", layers) as address:
        tab = window(address=address, maps=False)
        page = tab.open("data")
        page.get_by_text("Places with a population in GeoNames (places)").click()
        assert page.get_by_text("places.parquet is damaged").is_visible()
        assert page.get_by_text("Member cities (cities)").is_visible()
        assert "Traceback" not in page.content()
        tab.open("")
        assert tab.headline().startswith("38 member cities in 11 countries")
        page.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_map_is_fitted_to_the_window_at_once(window: OpenWindow, size: dict[str, int]) -> None:
    tab = window(size=size)
    asked: list[str] = []
    tab.page.on(
        "request", lambda request: asked.append(request.url) if "/labels/" in request.url else None
    )
    tab.open()
    assert len({re.search(r"window=([^&]+)", url)[1] for url in asked}) == 1  # type: ignore[index]
