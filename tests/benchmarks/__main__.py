"""Measure what the design promises, print a table and draw a plot.

``python -m tests.benchmarks`` runs all; ``python -m tests.benchmarks build export`` some, and
``--short`` a form of each that takes less than two minutes.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, FloatRect, sync_playwright
from streamlit.proto.WidgetStates_pb2 import WidgetState

from dashboard.markup.theme import LIGHT
from geo import export
from geo.build.run import build
from geo.export.record import Record
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from tests.benchmarks import against, layers, load, mixed, plot, service, serving
from tests.benchmarks.enrich import enrich_cost
from tests.benchmarks.machine import loop, machine
from tests.benchmarks.opening import until_seen
from tests.benchmarks.session import Rerun, Session
from tests.benchmarks.table import Row, Scale, Shown, seconds, spread
from tests.e2e.conftest import CHROMIUM_OPTIONS, WIDE, chromium, running_server
from tests.e2e.screen import NO_PICTURE


def build_time() -> Iterator[Row]:
    """Build all layers from the source tables."""
    with tempfile.TemporaryDirectory() as folder:
        times = [seconds(lambda: build(layer_dir=Path(folder))) for _ in range(Scale.of(3, 1))]
    yield Row("build of all layers", spread(times, "s", 1), f"{len(times)} builds")


def export_time() -> Iterator[Row]:
    """Export all populated places in every format."""
    catalogue, layer = Catalogue(), LAYERS["places"]
    places, record = catalogue["places"], Record.from_layer(layer, catalogue.info("places"))
    for extension in export.FORMATS:
        content = export.encode(places, layer, extension, record)
        times = [
            1_000 * seconds(partial(export.encode, places, layer, extension, record))
            for _ in range(20)
        ]
        said = f"{spread(times, 'ms')}, {len(content) / 1e6:.2f} MB"
        yield Row(f"export of {len(places):,} places, {extension}", said, "20 exports")


def _interactions(session: Session) -> Iterator[Rerun]:
    """Filter, look, select and search on Explore with all places shown."""
    country = session.widget("multiselect", "Country")
    search = session.widget("text_input", "Search cities, projects and plans")
    # Query strings as the browser sends them back: those that the page wrote itself.
    asked = ["places=1"]

    def rerun(query: str, *changed: WidgetState) -> Rerun:
        measured = session.run(asked[0], changed)
        asked[0] = query
        return measured

    for codes in itertools.islice(itertools.cycle((["Indonesia"], ["Thailand"], [])), 15):
        state = WidgetState(id=country)
        state.string_array_value.data.extend(codes)
        query = {"Indonesia": "country=IDN&", "Thailand": "country=THA&"}.get("".join(codes), "")
        yield rerun(f"{query}places=1", state)
    for words in itertools.islice(itertools.cycle(("water", "traffic", "")), 15):
        state = WidgetState(id=search, string_value=words)
        yield rerun(f"q={words}&places=1" if words else "places=1", state)


def explore_cost() -> Iterator[Row]:
    """Bytes and seconds of an interaction on Explore with all places shown."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "log") as server,
        Session(server, "explore") as session,
    ):
        first = session.run("places=1")
        yield Row("first run of Explore", f"{first.bytes / 1e3:.1f} kB", "1 session")
        measured = list(_interactions(session))
    sizes = [rerun.bytes / 1e3 for rerun in measured]
    wire = [rerun.wire / 1e3 for rerun in measured]
    times = [1_000 * rerun.seconds for rerun in measured]
    often = f"{len(measured)} interactions"
    what = "websocket bytes per interaction, all places shown"
    yield Row(what, spread(wire, "kB", 1), often)
    yield Row("the same before compression", spread(sizes, "kB", 1), often)
    yield Row("server time per rerun", spread(times, "ms"), often, (), median(times) / 1_000)


_ROOM: FloatRect = {"x": 150, "y": 400, "width": 650, "height": 350}
"""Part of the window where Overview has its map."""


def _open_times(browser: Browser, server: str) -> tuple[float, ...]:
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    cold = until_seen(page, LIGHT.city, _ROOM, lambda: page.goto(server))
    page.wait_for_load_state("networkidle")
    warm = until_seen(page, LIGHT.city, _ROOM, lambda: page.reload())
    page.wait_for_load_state("networkidle")
    page.add_init_script(NO_PICTURE)
    live = until_seen(page, LIGHT.city, _ROOM, lambda: page.reload())
    context.close()
    return cold, warm, live


def map_time() -> Iterator[Row]:
    """From opening Overview to its cities seen, on the picture of the map and then drawn by WebGL,
    in Chromium without a graphics card."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "log") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_OPTIONS)
        times = [_open_times(browser, server) for _ in range(Scale.of(5, 2))]
        browser.close()
    kinds = ("seen, cold cache", "seen, warm cache", "that moves, warm cache")
    for kind, values in zip(kinds, zip(*times, strict=True), strict=True):
        what = f"Overview opened to map {kind}"
        yield Row(what, spread(values, "s", 1), f"{len(values)} windows", (), median(values))


def serving_cost() -> Iterator[Row]:
    """What the middlewares add to a request."""
    for what, times in serving.costs():
        yield Row(what, spread(times, "µs"), f"{len(times):,} requests")


BENCHMARKS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "build": build_time,
    "layers": layers.reading,
    "growth": layers.growth,
    "export": export_time,
    "ogc": service.ogc,
    "enrich": enrich_cost,
    "explore": explore_cost,
    "map": map_time,
    "serving": serving_cost,
    "against": against.against,
    "load": load.load,
    "replicas": load.replicas,
    "readers": load.readers_growth,
    "memory": load.memory,
    "mixed": mixed.mixed,
    "soak": load.soak,
}


def _ratio(row: Row) -> str:
    if row.seconds is None:
        return ""
    reruns, starts = row.seconds / machine().rerun, row.seconds / machine().start
    return f"; {reruns:.1f} plain reruns" if reruns < 100 else f"; {starts:.1f} plain starts"


def main() -> None:
    """Run benchmarks by name, print what they measure and plot it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--plot",
        type=Path,
        default=Path("benchmarks.svg"),
        metavar="FILE",
        help="where the plot goes, .svg or .png (default: benchmarks.svg)",
    )
    parser.add_argument(
        "--short", action="store_true", help="fewer rounds: each in less than two minutes"
    )
    options = parser.parse_args()
    Scale.short = options.short
    names = options.names or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    shown: list[Shown] = []
    for row in itertools.chain(machine().rows(), *(BENCHMARKS[name]() for name in names)):
        shown += row.shown
        often = f" ({row.often})" if row.often else ""
        print(f"{row.what:<52} {row.figure}{often}{_ratio(row)}", flush=True)
    print(f"{'machine: the same loop again':<52} {loop():.2f} s")
    if shown:
        plot.save(shown, options.plot)
        print(f"{options.plot}: a plot of {len(shown)} values")


if __name__ == "__main__":
    main()
