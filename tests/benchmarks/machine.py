"""How fast the machine is: figures of two machines compare by their ratios to it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.benchmarks.session import Session
from tests.benchmarks.table import Row
from tests.e2e.conftest import ROOT, free_port
from tests.e2e.replicas import wait_until_ready

PLAIN = ROOT / "tests" / "benchmarks" / "peers" / "plain.py"
ADDITIONS, STARTS, RERUNS = 20_000_000, 3, 40


@dataclass(frozen=True)
class Machine:
    """Seconds of a loop of 20 million additions, and of a plain Streamlit app's start and rerun."""

    loop: float
    start: float
    rerun: float

    def rows(self) -> Iterator[Row]:
        """The figures as rows of the table."""
        yield Row("machine: loop of 20 million additions", f"{self.loop:.2f} s")
        yield Row("machine: plain Streamlit app, start", f"{self.start:.2f} s", f"{STARTS} starts")
        said = f"{1_000 * self.rerun:.1f} ms"
        yield Row("machine: plain Streamlit app, rerun", said, f"{RERUNS} reruns")


def loop() -> float:
    """Seconds of a Python loop of 20 million additions."""
    started, total = time.perf_counter(), 0
    while total < ADDITIONS:
        total += 1
    return time.perf_counter() - started


@contextmanager
def _plain_app() -> Iterator[tuple[str, float]]:
    port, started = free_port(), time.perf_counter()
    with tempfile.TemporaryFile() as log:
        command = ("-m", "streamlit", "run", str(PLAIN), "--server.headless", "true")
        process = subprocess.Popen(
            [sys.executable, *command, "--server.port", str(port)], cwd=ROOT, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{address}/_stcore/health")
        yield address, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=40)


def _rerun(address: str) -> float:
    with Session(address) as session:
        session.run()
        country, times = session.widget("multiselect", "Country"), []
        for number in range(RERUNS):
            state = WidgetState(id=country)
            state.string_array_value.data.extend(["Indonesia", "Thailand"][: number % 3])
            times.append(session.run("", (state,)).seconds)
            session.elements.clear()
    return statistics.median(times)


@cache
def machine() -> Machine:
    """The machine, measured once."""
    starts, reruns = [], []
    for _ in range(STARTS):
        with _plain_app() as (address, start):
            starts.append(start)
            reruns.append(_rerun(address))
    return Machine(loop(), statistics.median(starts), statistics.median(reruns))
