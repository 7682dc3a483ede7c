"""A real server and a real browser; everything stays on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.memo import locked

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_OPTIONS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-gpu-compositing",  # pages are put together by the processor, which is quicker
    "--no-sandbox",
    "--font-render-hinting=none",  # the shell's own fits letters to pixels, and lines grow longer
]
_MAP_CODE = "/maps/component/map-"
_AT_REST = """(maps) => new Promise((resolve, reject) => {
    const start = performance.now();
    const all = '[data-testid="stSkeleton"]';
    const undrawn = ".map-holder:not(:has(.map[aria-busy='false'], .map-failed))";
    const charts = ".chart-holder:not([aria-busy='false'])";
    let looks = 0;
    const timer = setInterval(() => {
        const app = document.querySelector('[data-testid="stApp"]');
        const runs = app && app.dataset.testScriptState !== "notRunning";
        const awaited = document.querySelector(
            [all, charts, ...(maps ? [undrawn] : [])].join());
        looks = runs || awaited ? 0 : looks + 1;
        if (looks < 10 && performance.now() - start < 100_000) return;
        clearInterval(timer);
        if (looks < 10) reject(new Error("a script runs on")); else resolve();
    }, 50);
})"""
"""Resolves once, at ten looks in a row, no script of the app runs and every table is drawn, whose
code and place on the page come later than it; and every map, if maps are drawn."""
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_server(
    log: Path,
    layers: Path | None = None,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[str]:
    """The dashboard as ``python -m dashboard`` serves it; yields its address."""
    port = port or free_port()
    own = {"DASHBOARD_LAYERS": str(layers)} if layers else {}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **own, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://localhost:{port}"
            _wait_for(f"{address}/healthz", process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session", autouse=True)
def not_warm() -> None:
    """Servers do not open every page after their start, but where a test asks for it."""
    os.environ["DASHBOARD_WARM"] = "no"


@pytest.fixture(scope="session")
def server(shared_folder: Path) -> Iterator[str]:
    """The dashboard, whose bare pages a site at 127.0.0.1 may frame and one at localhost not.

    One for all workers: the first to need it starts it, the last to end stops it.
    """
    address, user = shared_folder / "address", shared_folder / f"user-{os.getpid()}"
    with ExitStack() as started:
        with locked(shared_folder / "server.lock"):
            if not address.exists():
                allowed = {"DASHBOARD_FRAME_ANCESTORS": "http://127.0.0.1:*"}
                running = running_server(shared_folder / "server.log", environment=allowed)
                address.write_text(started.enter_context(running))
                started.callback(_wait_for_users, shared_folder)
            user.touch()
        yield address.read_text()
        user.unlink()


def _wait_for_users(folder: Path) -> None:
    while True:
        with locked(folder / "server.lock"):
            users = [path.name.removeprefix("user-") for path in folder.glob("user-*")]
            if not any(Path("/proc", user).exists() for user in users):  # some may have crashed
                (folder / "address").unlink()
                return
        time.sleep(0.2)


def chromium() -> str:
    """Path of the Chromium that is installed.

    Its shell without windows draws the same pages with a fifth less work than the whole browser.
    """
    for name in ("chromium-headless-shell", "chromium"):
        if found := shutil.which(name):
            return found
    pytest.fail("Chromium is missing; scripts/setup test installs it.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_OPTIONS)
        yield launched
        launched.close()


@dataclass
class Watched:
    """A browser window and what it did that it should not."""

    page: Page
    server: str
    maps: bool = False
    left_loopback: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    layers_asked: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)
    map_code: list[tuple[CDPSession, str]] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """Open a page and wait until its map and script have settled."""
        self.page.goto(f"{self.server}/{path}")
        self.page.locator("header.page h1").wait_for()
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing changes any more, for half a second: no script runs, no table or map
        is still to be drawn; and no answer is awaited."""
        deadline = time.monotonic() + 120
        while True:
            with suppress(PlaywrightError):  # the page is left meanwhile
                self.page.evaluate(_AT_REST, self.maps)
                if not self.under_way:
                    return
            assert time.monotonic() < deadline, f"{self.page.url} does not come to rest"
            self.page.wait_for_timeout(100)

    def draw_maps(self) -> None:
        """Let the page load the code that draws its maps, which it has asked for, and wait."""
        self.maps = True
        deadline = time.monotonic() + 60
        while not self.map_code:
            assert time.monotonic() < deadline, f"{self.page.url} asks for no map"
            self.page.wait_for_timeout(50)
        for browser, request in self.map_code:
            browser.send("Fetch.continueRequest", {"requestId": request})
        self.settle()

    def headline(self) -> str:
        return self.page.locator("header.page p").inner_text()

    def told_404(self) -> None:
        """The browser has told of one address that there is not, and of nothing else."""
        [told] = self.console_errors
        assert "404" in told
        self.console_errors.clear()

    def check(self) -> None:
        assert self.left_loopback == []
        assert self.console_errors == []


OpenWindow = Callable[..., Watched]
Scheme = Literal["light", "dark"]


class Contexts:
    """Browser contexts that tests take in turn: scripts of the app stay compiled in them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []

    def take(self, size: ViewportSize, scheme: Scheme, locale: str) -> BrowserContext:
        """A context without cookies and stored values that no other window has."""
        kind = f"{size} {scheme} {locale}"
        free = self._free.get(kind)
        context = (
            free.pop()
            if free
            else self._browser.new_context(
                viewport=size, color_scheme=scheme, accept_downloads=True, locale=locale
            )
        )
        context.set_default_timeout(60_000)  # the machine may be busy otherwise
        self._taken.append((kind, context))
        return context

    def give_back(self) -> None:
        """Forget what the windows of a test have left behind."""
        for kind, context in self._taken:
            for page in context.pages:
                if page.url.startswith("http"):
                    page.evaluate("localStorage.clear()")
                page.close()
            context.clear_cookies()
            self._free.setdefault(kind, []).append(context)
        self._taken.clear()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest.fixture
def window(server: str, contexts: Contexts) -> Iterator[OpenWindow]:
    """Opens watched windows; when the test ends, none may have erred or left loopback.

    Without ``maps``, each stays the picture that it is at first: to draw one by the processor is
    two thirds of a page's work, which a test of words need not wait for.
    """
    opened: list[Watched] = []

    def open_window(
        size: ViewportSize = WIDE,
        scheme: Scheme = "light",
        address: str = server,
        locale: str = "en-GB",
        maps: bool = False,
    ) -> Watched:
        watched = watch(contexts.take(size, scheme, locale).new_page(), address, maps)
        opened.append(watched)
        return watched

    yield open_window
    try:
        for watched in opened:
            watched.check()
    finally:
        contexts.give_back()


def watch(page: Page, server: str, maps: bool) -> Watched:
    """Note what a window does from now on; ``maps`` is whether it draws its maps."""
    watched = Watched(page, server, maps)
    if not maps:
        _leave_pictures(watched)
    page.on("request", lambda request: _note_request(watched, request))
    page.on("requestfinished", lambda request: watched.under_way.discard(request))
    page.on("requestfailed", lambda request: watched.under_way.discard(request))
    page.on("console", lambda message: _note_console(watched, message))
    page.on("pageerror", lambda error: watched.console_errors.append(str(error)))
    return watched


def _leave_pictures(watched: Watched) -> None:
    """Hold back the answer to the request for the code that draws maps.

    Not by ``page.route``, which would switch the browser's cache off.
    """
    browser = watched.page.context.new_cdp_session(watched.page)
    browser.on(
        "Fetch.requestPaused",
        lambda paused: watched.map_code.append((browser, str(paused["requestId"]))),
    )
    browser.send("Fetch.enable", {"patterns": [{"urlPattern": f"*{_MAP_CODE}*.js"}]})


def _note_request(watched: Watched, request: Request) -> None:
    parts = urlsplit(request.url)
    if watched.maps or _MAP_CODE not in parts.path:
        watched.under_way.add(request)
    if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {
        "localhost",
        "127.0.0.1",
    }:
        watched.left_loopback.append(request.url)
    if parts.path.startswith("/layers/"):
        watched.layers_asked.append(f"{parts.path}?{parts.query}")


def _note_console(watched: Watched, message: object) -> None:
    if message.type == "error":  # type: ignore[attr-defined]
        watched.console_errors.append(message.text)  # type: ignore[attr-defined]
