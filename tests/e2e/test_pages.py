"""The overview's map on narrow and dark screens, and pages of a server with a damaged layer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from dashboard.markup.theme import DARK
from geo.layers.files import LAYERS_DIR
from tests.e2e.conftest import PHONE, OpenWindow, running_server
from tests.e2e.screen import assert_drawn_as_in_its_picture, assert_rings_of_statuses, label_windows


def test_overview_draws_the_projects_of_the_cities_by_status_in_the_dark(
    window: OpenWindow,
) -> None:
    tab = window(scheme="dark")
    tab.open()
    assert_rings_of_statuses(assert_drawn_as_in_its_picture(tab, DARK), DARK)


def test_map_is_fitted_to_a_phone_at_once(window: OpenWindow) -> None:
    tab = window(size=PHONE, maps=True)
    windows = label_windows(tab.page)
    with tab.page.expect_request(re.compile("/labels/")):
        tab.open()
    assert len(windows) == 1


def test_damaged_layer_is_named_on_the_first_page_after_a_start_and_other_pages_work(
    window: OpenWindow, tmp_path: Path
) -> None:
    layers = tmp_path / "layers"
    shutil.copytree(LAYERS_DIR, layers)
    damaged = layers / "places.parquet"
    damaged.write_bytes(damaged.read_bytes()[:2_000])
    with running_server(tmp_path / "server.log", layers) as address:
        tab = window(address=address)
        page = tab.open("data?layer=places")
        assert page.get_by_role("link", name="Overview").is_visible()
        assert page.get_by_text("places.parquet is damaged").first.is_visible()
        assert page.locator("table.layers").get_by_text("Member cities", exact=True).is_visible()
        assert "Traceback" not in page.content()
        tab.open("")
        assert "fell due by 2025" in tab.headline()
        page.close()
