"""Readers that use the dashboard as people do, without a browser, on loopback only."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.benchmarks.session import Session
from tests.e2e.replicas import Replica

COUNTRIES = {"Indonesia": "IDN", "Thailand": "THA", "Viet Nam": "VNM", "Malaysia": "MYS"}
WORDS = ("water", "traffic", "waste", "")
CITIES = ("jakarta", "manila", "phuket", "da-nang", "kuala-lumpur", "bangkok", "singapore", "dili")
FILES = (
    "/download/cities.geojson?country={iso3}",
    "/download/projects.csv?country={iso3}",
    "/download/places.parquet?country={iso3}",
    "/layers/cities.geojson",
)


@dataclass
class Measured:
    """What readers saw.

    Attributes
    ----------
    openings
        Seconds of the first run of each session.
    reruns
        When each rerun ended (monotonic seconds) and how long it took, in seconds.
    charts
        Seconds of each chart that a browser would fetch, those of its cache aside.
    files
        Seconds of each download.
    errors
        What went wrong, in words.
    """

    openings: list[float] = field(default_factory=list)
    reruns: list[tuple[float, float]] = field(default_factory=list)
    charts: list[float] = field(default_factory=list)
    files: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def served(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, psutil.Process]]:
    """A dashboard of its own: address and process."""
    replica = Replica(folder / "server.log", environment=environment or {})
    replica.start()
    assert replica.process is not None
    try:
        yield f"http://127.0.0.1:{replica.port}", psutil.Process(replica.process.pid)
    finally:
        replica.process.terminate()
        replica.process.wait(timeout=40)


class Visitor:
    """One reader: filters and searches on Explore, compares, reads a city, downloads."""

    def __init__(self, server: str, seed: int, measured: Measured, source: str = "") -> None:
        self.server, self.source = server, source
        self.random = random.Random(seed)
        self.measured = measured
        self.fetched: set[str] = set()

    def visit(self, session: Session, think: tuple[float, float], until: float) -> None:
        """Act, think, act, until the time (monotonic seconds) has come."""
        self.measured.openings.append(session.run().seconds)
        country = session.widget("multiselect", "Country")
        search = session.widget("text_input", "Search cities, projects and plans")
        while (pause := self.random.uniform(*think)) < until - time.monotonic():
            time.sleep(pause)
            act = self.random.random()
            if act < 0.45:
                name = self.random.choice(list(COUNTRIES))
                state = WidgetState(id=country)
                state.string_array_value.data.append(name)
                self._on("explore", session, f"country={COUNTRIES[name]}&places=1", state)
            elif act < 0.7:
                words = self.random.choice(WORDS)
                state = WidgetState(id=search, string_value=words)
                self._on("explore", session, f"q={words}" if words else "", state)
            elif act < 0.9:
                pair = ",".join(self.random.sample(CITIES, 2))
                self._on("compare", session, f"city={pair}")
            else:
                self._download()

    def _on(self, page: str, session: Session, query: str, *changed: WidgetState) -> None:
        if session.page != page:
            session.page = page
            session.states.clear()
        self._note(session, query, *changed)

    def _note(self, session: Session, query: str, *changed: WidgetState) -> None:
        rerun = session.run(query, changed)
        self.measured.reruns.append((time.monotonic(), rerun.seconds))
        for element in session.elements:
            if element.WhichOneof("type") in {"exception", "alert"}:
                self.measured.errors.append(f"{session.page}?{query}: {element}"[:300])
        charts = [path for path in session.charts() if path not in self.fetched]
        session.elements.clear()
        for path in charts:
            self.fetched.add(path)
            self._fetch(path, self.measured.charts)

    def _download(self) -> None:
        iso3 = self.random.choice(list(COUNTRIES.values()))
        self._fetch(self.random.choice(FILES).format(iso3=iso3), self.measured.files)

    def _fetch(self, path: str, times: list[float]) -> None:
        started, source = time.perf_counter(), (self.source, 0) if self.source else None
        address = urlsplit(self.server).netloc
        connection = HTTPConnection(address, timeout=60, source_address=source)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                self.measured.errors.append(f"{path}: {answer.status}")
        except (OSError, HTTPException) as error:
            self.measured.errors.append(f"{path}: {error!r}")
        finally:
            connection.close()
        times.append(time.perf_counter() - started)


def visits(
    server: str,
    readers: int,
    seconds: float,
    think: tuple[float, float] = (4.0, 8.0),
    apart: bool = False,
) -> Measured:
    """Let so many readers use the dashboard at once for so many seconds; ``apart`` if each comes
    from an address of its own, as the server tells clients apart."""
    measured = Measured()
    # They arrive within one time of thinking, as people do after a link was sent round.
    until = time.monotonic() + think[1] + seconds

    def visit(seed: int) -> None:
        source = f"127.1.{seed // 200}.{seed % 200 + 1}" if apart else ""
        visitor = Visitor(server, seed, measured, source)
        time.sleep(visitor.random.uniform(0, think[1]))
        try:
            with Session(server, "explore", source) as session:
                visitor.visit(session, think, until)
        except Exception as error:
            measured.errors.append(f"reader {seed}: {error!r}")

    threads = [threading.Thread(target=visit, args=(seed,)) for seed in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return measured


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]
