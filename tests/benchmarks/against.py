"""The map page beside other tools' maps of the same layers, interleaved in one run."""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from dashboard.markup.theme import LIGHT
from tests.benchmarks.opening import until_seen
from tests.benchmarks.table import Row, Scale, Shown
from tests.e2e.conftest import CHROMIUM_OPTIONS, ROOT, WIDE, chromium, free_port
from tests.e2e.replicas import wait_until_ready
from tests.e2e.screen import NO_PICTURE

PEERS = ROOT / "tests" / "benchmarks" / "peers"
LEAFLET = Path("/usr/share/javascript/leaflet/leaflet.js")
"""From Debian's libjs-leaflet. folium asks other hosts for it; here loopback answers at once."""

COUNT_FRAMES = """window.framesDrawn = 0;
const { clear } = WebGL2RenderingContext.prototype;
let last = 0;
WebGL2RenderingContext.prototype.clear = function (...what) {
  if (performance.now() - last > 8) framesDrawn++;  // a frame clears more than once
  last = performance.now();
  return clear.apply(this, what);
};"""
"""Script that counts the frames that WebGL draws."""

ROOM: FloatRect = {"x": 300, "y": 150, "width": 1100, "height": 740}
"""Where each of the apps has its map."""

COUNTRIES = ("Indonesia", "Thailand", "Viet Nam")


@dataclass(frozen=True)
class App:
    """One way to draw the map: how it is started, where it is, what colour its cities have."""

    name: str
    command: tuple[str, ...]
    page: str = ""
    city: str = LIGHT.city


APPS = (
    App("this dashboard", ("-m", "dashboard", "--port"), "explore?places=1&lang=en"),
    App(
        "st.pydeck_chart inline",
        ("-m", "streamlit", "run", str(PEERS / "inline.py"), "--server.port"),
        city="#0b4f8a",
    ),
    App(
        "streamlit-folium",
        ("-m", "streamlit", "run", str(PEERS / "folium_map.py"), "--server.port"),
        city="#0b4f8a",
    ),
)


@dataclass
class Costs:
    """Figures of one app, a value for each round."""

    ready: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    warm_data: list[float] = field(default_factory=list)
    cold_bytes: list[float] = field(default_factory=list)
    warm_bytes: list[float] = field(default_factory=list)
    act_bytes: list[float] = field(default_factory=list)
    act_cpu: list[float] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)


@contextmanager
def _running(app: App, folder: Path, costs: Costs) -> Iterator[tuple[str, psutil.Process]]:
    port = free_port()
    started = time.perf_counter()
    with (folder / f"{port}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *app.command, str(port)], cwd=ROOT, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{address}/_stcore/health")
        costs.ready.append(time.perf_counter() - started)
        yield f"{address}/{app.page}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=40)


def _answer_for_other_hosts(page: Page) -> None:
    """Playwright's own routes would turn the browser's cache off."""
    cdp = page.context.new_cdp_session(page)

    def answer(paused: dict[str, Any]) -> None:
        is_leaflet = paused["request"]["url"].endswith("leaflet.js") and LEAFLET.exists()
        told = {
            "requestId": paused["requestId"],
            "responseCode": 200,
            "body": base64.b64encode(LEAFLET.read_bytes() if is_leaflet else b"").decode(),
        }
        cdp.send("Fetch.fulfillRequest", told)

    cdp.on("Fetch.requestPaused", answer)
    cdp.send("Fetch.enable", {"patterns": [{"urlPattern": "https://*"}]})


class Wire:
    """Counts what comes over the wire to a page, by HTTP as transferred and by websocket."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0.0
        self._first, self._last = 0.0, 0.0
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.on("Network.requestWillBeSent", lambda e: self._sent(e["timestamp"]))
        cdp.on("Network.loadingFinished", lambda e: self._add(e["encodedDataLength"], e))
        cdp.on("Network.webSocketFrameReceived", lambda e: self._add(_size(e["response"]), e))

    def _sent(self, at: float) -> None:
        self._first = self._first or at

    def _add(self, size: float, event: dict[str, Any]) -> None:
        self.bytes += size
        self._last = event["timestamp"]

    def seconds(self) -> float:
        """From the first request until the last answer so far, be it from the cache."""
        return self._last - self._first

    def take(self) -> float:
        """Bytes since it was last asked."""
        taken, self.bytes = self.bytes, 0.0
        self._first = 0.0
        return taken


def _size(frame: dict[str, object]) -> float:
    payload = str(frame["payloadData"])
    return len(payload) * 3 / 4 if frame["opcode"] == 2 else len(payload)


def _settle(page: Page) -> None:
    page.wait_for_timeout(500)
    page.locator('[data-testid="stApp"][data-test-script-state="running"]').wait_for(
        state="detached"
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)


def _frames_per_second(page: Page, seconds: float = 5) -> float:
    """Frames that WebGL draws while the map is dragged; 0 for a map without it."""
    if not page.locator("canvas").count():
        return 0  # it is in a frame of its own
    x, y = ROOM["x"] + 0.4 * ROOM["width"], ROOM["y"] + 0.6 * ROOM["height"]
    page.mouse.move(x, y)
    page.mouse.down()
    started, step = time.perf_counter(), 0
    page.evaluate("framesDrawn = 0")
    while time.perf_counter() - started < seconds:
        step += 1
        page.mouse.move(x + 3 * (step % 40), y + step % 20)
    drawn = float(page.evaluate("framesDrawn"))
    page.mouse.up()
    return drawn / (time.perf_counter() - started)


def _round(browser: Browser, app: App, address: str, process: psutil.Process, costs: Costs) -> None:
    context = browser.new_context(viewport=WIDE, locale="en-GB")
    page = context.new_page()
    _answer_for_other_hosts(page)
    wire = Wire(page)
    costs.cold.append(until_seen(page, app.city, ROOM, lambda: page.goto(address)))
    _settle(page)
    costs.cold_bytes.append(wire.take())
    costs.warm.append(until_seen(page, app.city, ROOM, page.reload))
    costs.warm_data.append(wire.seconds())
    _settle(page)
    costs.warm_bytes.append(wire.take())
    page.add_init_script(NO_PICTURE)
    page.add_init_script(COUNT_FRAMES)
    costs.live.append(until_seen(page, app.city, ROOM, page.reload))
    _settle(page)
    if frames := _frames_per_second(page):
        costs.frames.append(frames)
    wire.take()
    for country in COUNTRIES:
        before = sum(process.cpu_times()[:2])
        box = page.get_by_role("combobox", name="Country").first
        box.click()
        box.fill(country)
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        _settle(page)
        costs.act_cpu.append(sum(process.cpu_times()[:2]) - before)
        costs.act_bytes.append(wire.take())
    context.close()


def against() -> Iterator[Row]:
    """Bytes, seconds and CPU of the same map by three tools."""
    costs = {app.name: Costs() for app in APPS}
    with (
        tempfile.TemporaryDirectory() as folder,
        ExitStack() as running,
        sync_playwright() as playwright,
    ):
        servers = {
            app.name: running.enter_context(_running(app, Path(folder), costs[app.name]))
            for app in APPS
        }
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_OPTIONS)
        for _ in range(Scale.of(3, 1)):
            for app in APPS:
                _round(browser, app, *servers[app.name], costs[app.name])
        browser.close()
    ours = costs[APPS[0].name]
    figures = {
        "start to ready": ("ready", 1, "s"),
        "open to map seen, cold cache": ("cold", 1, "s"),
        "open to map seen, warm cache": ("warm", 1, "s"),
        "open to map that moves, warm cache": ("live", 1, "s"),
        "open to data in the browser, warm cache": ("warm_data", 1, "s"),
        "bytes of a cold load": ("cold_bytes", 1e3, "kB"),
        "bytes of a warm load": ("warm_bytes", 1e3, "kB"),
        "bytes of an interaction": ("act_bytes", 1e3, "kB"),
        "server CPU of an interaction": ("act_cpu", 1e-3, "ms"),
        "frames while the map is dragged": ("frames", 1, "per second"),
    }
    for what, (name, scale, unit) in figures.items():
        own = median(getattr(ours, name))
        for app in (app for app in APPS if getattr(costs[app.name], name)):
            value = median(getattr(costs[app.name], name))
            ratio = f", {value / own:.1f} times ours" if app is not APPS[0] and own else ""
            often = f"median of {len(getattr(costs[app.name], name))}"
            shown = (Shown(f"{what}, {unit}", app.name, value / scale),)
            measured = value if unit == "s" else None
            figure = f"{value / scale:.2f} {unit}{ratio}"
            yield Row(f"{what}, {app.name}", figure, often, shown, measured)
