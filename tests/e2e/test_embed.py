"""Charts and maps in the frame of another site: drawn for who may frame them, and for no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page

from dashboard.markup.theme import DARK, LIGHT, Palette
from tests.e2e.conftest import OpenWindow
from tests.e2e.screen import picture, share_of, symbol_share
from tests.e2e.test_looks import violations

FRAMES = {"map": "embed/maps/explore?country=IDN", "chart": "embed/charts/support", "page": ""}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def other_site(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a site on loopback that frames parts of the dashboard."""
    root: Path = tmp_path_factory.mktemp("site")
    for name, path in FRAMES.items():
        frame = f'<iframe src="{server}/{path}" width="600" height="400"></iframe>'
        (root / f"{name}.html").write_text(f"<!doctype html><title>site</title>{frame}")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield site.server_address[1]
    site.shutdown()


def framed(page: Page, address: str) -> Frame:
    """The frame of a site's page, once it has loaded."""
    page.goto(address, wait_until="load")
    page.wait_for_load_state("networkidle")
    return page.frames[1]


def drawn_share(page: Page, colours: Palette) -> dict[str, float]:
    """Share of the window in the map's colours, once the cities are drawn."""
    shares: dict[str, float] = {}
    for _ in range(20):
        shown = picture(page)
        shares = {name: share_of(shown, getattr(colours, name)) for name in ("sea", "land")}
        shares["city"] = symbol_share(shown, colours.city)
        if shares["city"] > 0.0015:
            break
    return shares


def test_allowed_site_frames_a_map_that_takes_the_theme_of_the_user_and_leaves_the_wheel(
    browser: Browser, other_site: int
) -> None:
    page = browser.new_page(viewport={"width": 620, "height": 420}, color_scheme="light")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    frame = framed(page, f"http://127.0.0.1:{other_site}/map.html")
    frame.locator("#map canvas").first.wait_for()
    for colours in (LIGHT, DARK):
        page.emulate_media(color_scheme=colours.name)
        shares = drawn_share(page, colours)
        assert shares["sea"] > 0.1
        assert shares["land"] > 0.01
        assert shares["city"] > 0.0015
    # Nothing of Streamlit's: no websocket, no cookie that a browser would keep from a frame.
    assert not any("_stcore" in url for url in asked)
    assert page.context.cookies() == []
    page.set_viewport_size({"width": 620, "height": 300})
    frame.locator("#map canvas").first.hover(position={"x": 50, "y": 100})
    page.mouse.wheel(0, 60)
    page.wait_for_function("() => scrollY === 60")
    page.close()


def test_allowed_site_frames_the_chart(browser: Browser, other_site: int) -> None:
    page = browser.new_page(java_script_enabled=False)
    frame = framed(page, f"http://127.0.0.1:{other_site}/chart.html")
    assert frame.locator("h1").inner_text() == "Support requested in 2018"
    assert frame.locator("svg:visible").count() == 1
    page.close()


@pytest.mark.parametrize(
    ("host", "name"), [("localhost", "map"), ("localhost", "chart"), ("127.0.0.1", "page")]
)
def test_other_site_is_refused_and_so_is_a_whole_page(
    browser: Browser, other_site: int, host: str, name: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    frame = framed(page, f"http://{host}:{other_site}/{name}.html")
    assert any("frame-ancestors" in text for text in said)
    assert frame.url == "chrome-error://chromewebdata/"
    page.close()


@pytest.mark.parametrize(
    "path", ["embed/maps/explore?mode=growth&lang=id", "embed/charts/pressure", "embed/maps/city"]
)
def test_bare_page_fits_its_frame_and_breaks_no_rule_of_access(
    window: OpenWindow, path: str
) -> None:
    shown = window(scheme="dark", maps=True)
    shown.page.goto(f"{shown.server}/{path}")
    shown.page.wait_for_load_state("networkidle")
    assert violations(shown.page) == []
    for width, height in ((600, 400), (390, 500)):
        shown.page.set_viewport_size({"width": width, "height": height})
        wide, high = shown.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert wide <= width
        assert high <= height
