"""The host's own base map, drawn in the browser by a server that was started with one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboard.maps.basemap_layers import ROADS
from dashboard.markup.theme import LIGHT, rgb
from tests.basemap_archive import write_archive
from tests.e2e.conftest import ROOT, running_server, watch
from tests.e2e.screen import map_picture, share_of

EXPLORE = "embed/maps/explore?mode=projects&theme=light"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("basemap")
    archive = write_archive(folder / "a.pmtiles")
    with running_server(folder / "log", environment={"DASHBOARD_BASEMAP": str(archive)}) as address:
        yield address


def over(opacity: int, colour: str, below: str) -> str:
    """A translucent colour on another, as ``#rrggbb``."""
    share = opacity / 255
    pairs = zip(rgb(colour), rgb(below), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def test_roads_are_drawn_from_zoom_8_on_and_no_other_host_is_asked(
    browser: Browser, own_server: str
) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 600}, color_scheme="light")
    watched = watch(page, own_server, maps=True)
    tiles: list[str] = []
    page.on("request", lambda sent: tiles.append(sent.url) if "/basemap/" in sent.url else None)
    highway = over(ROADS["highway"][1], LIGHT.muted, LIGHT.land)
    shares = {}
    for zoom in (7.9, 9):
        page.goto(f"{own_server}/{EXPLORE}&view=106.9,-6.5,{zoom}")
        page.locator('.map[aria-busy="false"]').wait_for(timeout=60_000)
        shares[zoom] = share_of(map_picture(page), highway)
        assert bool(tiles) == (zoom >= 8)
    # The road is at least one line of pixels of 600; edges of symbols may have its colour too.
    assert shares[7.9] < 0.0001
    assert shares[9] > 0.0008
    watched.check()
    page.close()


def test_wrong_archive_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pmtiles"
    wrong.write_text("roads")
    ended = subprocess.run(
        [sys.executable, "-m", "dashboard", "--port", "0"],
        cwd=ROOT,
        env={"DASHBOARD_BASEMAP": str(wrong), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("DASHBOARD_BASEMAP is '")
