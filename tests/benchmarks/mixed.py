"""Memory of one process after everything that the dashboard offers was asked for, and at rest."""

from __future__ import annotations

import gzip
import random
import re
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import pairwise, product
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from dashboard.charts.export import FORMATS as CHART_IMAGES
from dashboard.charts.registry import CHARTS
from dashboard.datasets.files import FORMATS as DATA
from dashboard.datasets.files import TABLES
from dashboard.maps.picture import LAYOUTS
from dashboard.maps.picture_files import FORMATS as PICTURES
from dashboard.maps.registry import MAPS
from dashboard.maps.sources import SOURCES
from dashboard.navigation import PAGES
from dashboard.telemetry.metrics import PATHS
from geo import export
from geo.schema import LAYERS
from tests.benchmarks.session import Session
from tests.benchmarks.table import Row, Scale, Shown
from tests.benchmarks.visitors import served

LANGUAGES = ("en", "id")
CLIENTS = 4
REST_SECONDS = 150


@dataclass(frozen=True)
class Use:
    """What clients ask for in one pass; no two passes share a query.

    Attributes
    ----------
    filters
        Queries of filters of cities.
    cities, countries
        Subjects of pages, charts and briefings.
    years
        Years and spans by the name of the parameter.
    tiles
        Column and row, at zoom 7, of tiles of labels and land.
    theme, languages
        Theme and languages of images; pages are asked for in both.
    """

    filters: tuple[str, ...]
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    years: tuple[str, ...]
    tiles: tuple[tuple[int, int], ...]
    theme: str
    languages: tuple[str, ...] = LANGUAGES

    def pages(self) -> Iterator[tuple[str, str, str]]:
        """Page, query and language of every page run."""
        queries = {
            "explore": [f"{one}&places=1&panel=charts" for one in self.filters],
            "compare": [f"city={one},{other}" for one, other in _pairs(self.cities)],
            "plans": [one for one in self.filters if "near" not in one],
            "city": [f"city={city}" for city in self.cities],
            "country": [f"country={iso3}" for iso3 in self.countries],
            "urbanisation": self.years,
            "network": [f"year={year[-4:]}" for year in ("2019", "2024")],
            "data": [f"layer={name}" for name in ("places", "cities")],
        }
        for page, language in product(PAGES, LANGUAGES):
            for query in queries.get(page, [""]):
                yield page, query, language

    def files(self) -> Iterator[str]:
        """Every layer in every format, for every filter and whole."""
        for name, layer in LAYERS.items():
            for extension, query in product(export.formats_for(layer), ("", *self.filters)):
                yield f"/download/{name}.{extension}?{query}"
            yield f"/download/{name}.metadata.json?{self.filters[0]}"
        for name, query in product(SOURCES, ("", *self.filters)):
            yield f"/layers/{name}.geojson?{query}"

    def charts(self) -> Iterator[str]:
        """Every chart as image and as data, in both languages, and every table."""
        for name, chart in CHARTS.items():
            queries = self._queries(chart.parameters)
            for query, language in product(queries, self.languages):
                end = f"theme={self.theme}&lang={language}&{query}"
                yield from (f"/charts/{name}.{image}?{end}" for image in CHART_IMAGES)
                yield from (f"/charts/{name}.{data}?lang={language}&{query}" for data in DATA)
                yield f"/embed/charts/{name}?{end}"
        for name, table in TABLES.items():
            for query, data in product(self._queries(table.parameters), DATA):
                yield f"/tables/{name}.{data}?{query}"

    def _queries(self, parameters: tuple[str, ...]) -> tuple[str, ...]:
        if "near" in parameters:
            return self.filters
        if "over" in parameters or "edition" in parameters:
            return tuple(f"city={one},{other}" for one, other in _pairs(self.cities))
        if "city" in parameters:
            return tuple(f"city={city}" for city in self.cities)
        if "country" in parameters:
            return tuple(f"country={iso3}" for iso3 in self.countries)
        return ("",)

    def maps(self) -> Iterator[str]:
        """Every map as a picture, a preview and a page of its own, tiles, and briefings."""
        queries = {
            "explore": self.filters,
            "city": tuple(f"city={city}" for city in self.cities),
            "country": tuple(f"country={iso3}" for iso3 in self.countries),
            "urbanisation": self.years,
        }
        for name in MAPS:
            for query, language in product(queries.get(name, ("",)), self.languages):
                end = f"theme={self.theme}&lang={language}&{query}"
                for extension, size in product(PICTURES, LAYOUTS):
                    yield f"/maps/{name}.{extension}?size={size}&{end}"
                yield f"/maps/pages/{name}.svg?width=900&height=500&{end}"
                yield f"/embed/maps/{name}?{end}"
        for column, row in self.tiles:
            yield f"/labels/7/{column}/{row}.geojson?{self.filters[0]}"
            yield f"/land/7/{column}/{row}.geojson"
        for city, language in product(self.cities, self.languages):
            yield f"/maps/{city}.svg?theme={self.theme}&lang={language}"
            yield f"/briefing/{city}.pdf?lang={language}"
            yield f"/briefing/{city}.pptx?lang={language}"

    def service(self) -> Iterator[str]:
        """OGC API - Features: documents and items of every collection."""
        yield from (f"/ogc{path}?f={f}" for path in ("", "/openapi") for f in ("json", "html"))
        for name in LAYERS:
            for part, f in product(("", "/queryables", "/schema"), ("json", "html")):
                yield f"/ogc/collections/{name}{part}?f={f}"
            for offset in (0, 1_000):
                yield f"/ogc/collections/{name}/items?f=json&limit=1000&offset={offset}"
            yield f"/ogc/collections/{name}/items?f=html&limit=50"

    def paths(self) -> list[str]:
        """All paths, mixed."""
        paths = [*self.files(), *self.charts(), *self.maps(), *self.service()]
        random.Random(len(paths)).shuffle(paths)
        return paths


def _pairs(cities: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return pairwise(cities)


def _square(column: int, row: int, side: int) -> tuple[tuple[int, int], ...]:
    return tuple(product(range(column, column + side), range(row, row + side)))


SHORT = (
    Use(
        ("country=IDN",),
        ("jakarta", "manila"),
        ("IDN",),
        ("year=2018",),
        _square(100, 60, 3),
        "light",
        ("en",),
    ),
    Use(
        ("country=THA",),
        ("bangkok", "da-nang"),
        ("THA",),
        ("year=2000",),
        _square(103, 62, 3),
        "dark",
        ("id",),
    ),
)
FULL = (
    Use(
        ("country=IDN", "country=VNM,KHM", "q=water", "country=MYS", "near=jakarta&within=200"),
        ("jakarta", "manila", "phuket", "hanoi", "makassar", "davao-city"),
        ("IDN", "VNM", "LAO"),
        ("year=2018", "year=2030", "year=1990"),
        _square(98, 58, 6),
        "light",
    ),
    Use(
        ("country=THA", "country=PHL,MMR", "q=traffic", "country=SGP", "near=bangkok&within=300"),
        ("bangkok", "da-nang", "singapore", "dili", "yangon", "kuala-lumpur"),
        ("THA", "PHL", "MMR"),
        ("year=2000", "year=2040", "year=2010"),
        _square(104, 58, 6),
        "dark",
    ),
)


class _Clients:
    """A few clients, each from an address of its own, that ask at the same time."""

    def __init__(self, server: str) -> None:
        self.server, self.errors = server, list[str]()
        self.sources = [f"127.0.0.{number + 2}" for number in range(CLIENTS)]

    def use(self, asked: Use) -> int:
        """Ask for all of it and say how many answers that took."""
        paths, pages = asked.paths(), list(asked.pages())
        with ThreadPoolExecutor(CLIENTS + 1) as threads:
            seen = threads.submit(self._look, pages)
            for number, source in enumerate(self.sources):
                threads.submit(self._fetch, source, paths[number::CLIENTS])
            seen.result()
        return len(paths) + len(pages)

    def _fetch(self, source: str, paths: list[str]) -> None:
        host = urlsplit(self.server).netloc
        connection = HTTPConnection(host, timeout=120, source_address=(source, 0))
        for path in paths:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            content = answer.read()
            # Some filters leave a chart nothing to draw.
            if answer.status not in (200, 400):
                text = gzip.decompress(content) if answer.headers["Content-Encoding"] else content
                self.errors.append(f"{path}: {answer.status} {text[:200]!r}")
        connection.close()

    def _look(self, pages: list[tuple[str, str, str]]) -> None:
        for number, (page, query, language) in enumerate(pages):
            with Session(self.server, page, self.sources[number % CLIENTS]) as session:
                session.run("&".join(filter(None, (query, f"lang={language}"))))
                for element in session.elements:
                    if element.WhichOneof("type") == "exception":
                        self.errors.append(f"{page}?{query}: {element}"[:300])


def _resident(process: psutil.Process) -> float:
    """MB of the process and of those that it has started."""
    running = [process, *process.children(recursive=True)]
    return float(sum(each.memory_info().rss for each in running) / 1e6)


_METRIC = re.compile(r'^dashboard_cache_(bytes|entries)\{cache="(.*)"\} (\S+)$', re.MULTILINE)


def _caches(server: str) -> Iterator[Row]:
    """Bytes and entries of each cache, as the server's metrics state them."""
    with urllib.request.urlopen(server + PATHS[0]) as answer:
        found = _METRIC.findall(answer.read().decode())
    held = {(kind, name): float(value) for kind, name, value in found}
    for name in dict.fromkeys(name for _, name, _ in found):
        size, entries = held["bytes", name] / 1e6, held["entries", name]
        yield Row(f"cache: {name}", f"{size:.1f} MB", f"{entries:.0f} entries")


def _mixed(passes: tuple[Use, ...]) -> Iterator[Row]:
    unlimited = {"DASHBOARD_SHARE": "0"}
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), unlimited) as running:
        server, process = running
        clients = _Clients(server)
        points = [("after the start", _resident(process))]
        yield Row("memory after the start", f"{points[-1][1]:.0f} MB")
        for number, asked in enumerate(passes, 1):
            started = time.monotonic()
            answers = clients.use(asked)
            points.append((f"after pass {number}", _resident(process)))
            often = f"{answers:,} answers in {time.monotonic() - started:.0f} s"
            yield Row(f"memory after pass {number}", f"{points[-1][1]:.0f} MB", often)
        time.sleep(REST_SECONDS)
        points.append(("at rest", _resident(process)))
        shown = tuple(Shown("memory in MB, mixed use", *point) for point in points)
        yield Row(f"memory after {REST_SECONDS} s at rest", f"{points[-1][1]:.0f} MB", "", shown)
        yield from _caches(server)
        yield Row("errors", str(len(clients.errors)))
        yield from (Row("error", error) for error in clients.errors[:5])


def mixed() -> Iterator[Row]:
    """All pages, layers, charts and maps in all formats by four clients, in two passes."""
    return _mixed(SHORT if Scale.short else FULL)
