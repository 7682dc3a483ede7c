"""How many readers one process serves, what each costs, and whether it stays so."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import psutil

from tests.benchmarks.session import Session
from tests.benchmarks.table import Row, Scale, Shown, spread
from tests.benchmarks.visitors import CITIES, COUNTRIES, WORDS, Measured, percentile, served, visits
from tests.e2e.replicas import hosted

READERS = 50


def _said(measured: Measured) -> str:
    times = [1_000 * seconds for _, seconds in measured.reruns]
    return f"{spread(times, 'ms')}, {len(measured.errors)} errors"


def load() -> Iterator[Row]:
    """50 readers at once, in the first minute after the start and in the next."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (server, process):
        visits(server, 2, 5)
        for minute in ("first", "second"):
            before = sum(process.cpu_times()[:2])
            started = time.monotonic()
            measured = visits(server, READERS, Scale.of(60, 25))
            seconds = time.monotonic() - started
            busy = (sum(process.cpu_times()[:2]) - before) / seconds
            memory = process.memory_info().rss / 1e6
            often = f"{len(measured.reruns)} reruns, {len(measured.files)} downloads"
            opened = spread([1_000 * seconds for seconds in measured.openings], "ms")
            yield Row(f"page opened by {READERS} readers, {minute} minute", opened)
            yield Row(
                f"rerun with {READERS} readers, {minute} minute",
                _said(measured),
                often,
                seconds=percentile([seconds for _, seconds in measured.reruns], 0.5),
            )
            if measured.charts:
                times = [1_000 * seconds for seconds in measured.charts]
                yield Row(f"chart fetched, {minute} minute", spread(times, "ms"), f"{len(times)}")
            said = f"{busy:.2f} cores, {memory:.0f} MB"
            yield Row(f"server CPU and memory, {minute} minute", said)
            for error in measured.errors[:3]:
                yield Row("error", error)


def replicas() -> Iterator[Row]:
    """More readers than one process can serve, before one and before two, behind nginx."""
    for count in (1, 2):
        with tempfile.TemporaryDirectory() as folder, hosted(Path(folder), count) as site:
            processes = [psutil.Process(one.process.pid) for one in site.replicas if one.process]
            visits(site.address, 4, 5, apart=True)
            before = sum(sum(process.cpu_times()[:2]) for process in processes)
            started = time.monotonic()
            measured = visits(site.address, 2 * READERS, Scale.of(40, 20), (1.0, 3.0), apart=True)
            seconds = time.monotonic() - started
            used = sum(sum(process.cpu_times()[:2]) for process in processes) - before
            many = len(measured.reruns) + len(measured.openings)
            memory = sum(process.memory_info().rss for process in processes) / 1e6 / count
            name = "1 process" if count == 1 else f"{count} processes"
            said = f"{many / seconds:.1f} a second; {_said(measured)}"
            yield Row(f"reruns with {2 * READERS} readers, {name}", said, f"{many} reruns")
            each = f"{1_000 * used / many:.0f} ms a rerun with its charts and files"
            said = f"{used / seconds:.2f} cores, {each}, {memory:.0f} MB each"
            yield Row(f"server CPU and memory, {name}", said)


def readers_growth() -> Iterator[Row]:
    """Sessions from 1 to 200: time per rerun, and the exponent of its growth."""
    counts, medians = ((1, 50) if Scale.short else (1, 10, 50, 100, 200)), []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (server, _):
        visits(server, 2, 5)
        for count in counts:
            # The same number of reruns in a second whatever the sessions: what they cost as such.
            think = (0.4 * count, 0.6 * count)
            measured = visits(server, count, 20 + think[1], think)
            times = [s for _, s in measured.reruns]
            medians.append(percentile(times, 0.5))
            often = f"{len(times)} reruns, 2 in a second"
            shown = tuple(
                Shown("seconds of a rerun by number of sessions", count, value, series)
                for series, value in (("median", medians[-1]), ("p95", percentile(times, 0.95)))
            )
            yield Row(f"rerun with {count} sessions", _said(measured), often, shown, medians[-1])
    exponent = np.polyfit(np.log(counts), np.log(medians), 1)[0]
    said = f"exponent {exponent:.2f}"
    yield Row("growth of the rerun with sessions", said, "fit of medians")


def memory() -> Iterator[Row]:
    """Memory of idle and of active sessions, and over 1,000 reruns of one."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (server, process):
        visits(server, 4, 10)
        start = process.memory_info().rss
        idle = [Session(server, "explore") for _ in range(100)]
        connected = process.memory_info().rss
        for session in idle:
            session.run()
        active = process.memory_info().rss
        for session in idle:
            session.socket.close()
        for kind, size in (("idle", connected - start), ("active", active - start)):
            yield Row(f"memory of an {kind} session", f"{size / 1e5:.0f} kB", "100 sessions")
        yield from _reruns(server, process)


def _reruns(server: str, process: psutil.Process) -> Iterator[Row]:
    sizes, reruns = [], Scale.of(1_000, 500)
    with Session(server, "explore") as session:
        for number in range(reruns):
            session.run("country=IDN&places=1" if number % 2 else "")
            session.elements.clear()
            if number % 100 == 99:
                sizes.append(process.memory_info().rss / 1e6)
    # The first hundreds fill caches and the allocator's pools.
    later = sizes[len(sizes) // 2 :]
    slope = np.polyfit(range(len(later)), later, 1)[0]
    said = (
        f"{sizes[0]:.0f} MB after 100, {sizes[-1]:.0f} MB after {reruns:,}; {slope:+.2f} MB per 100"
    )
    yield Row(f"memory over {reruns:,} reruns", said, "1 session")


def _fill(server: str) -> None:
    """Ask for all that readers can ask for, so that what is kept is there before they come."""
    with Session(server) as session:
        queries = {
            "explore": [f"country={iso3}&places=1" for iso3 in COUNTRIES.values()]
            + [f"q={words}" for words in WORDS],
            "compare": [f"city={one},{other}" for one, other in permutations(CITIES, 2)],
        }
        for session.page, asked in queries.items():
            for query in asked:
                session.run(query)
                session.elements.clear()


def soak() -> Iterator[Row]:
    """Ten minutes of load: memory, file handles and time per rerun by minute."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (server, process):
        visits(server, 2, 5)
        _fill(server)
        rows = []
        for minute in range(Scale.of(10, 4)):
            measured = visits(server, 25, Scale.of(52, 15))
            times = [1_000 * seconds for _, seconds in measured.reruns]
            rows.append((process.memory_info().rss / 1e6, process.num_fds()))
            size, handles = rows[-1]
            said = f"{size:.0f} MB, {handles} handles, rerun {_said(measured)}"
            shown = (Shown("memory in MB by minute of load", minute + 1, size, "server"),)
            yield Row(f"minute {minute + 1} of load", said, f"{len(times)} reruns", shown)
    sizes = [size for size, _ in rows]
    slope = np.polyfit(range(len(sizes) // 2), sizes[len(sizes) - len(sizes) // 2 :], 1)[0]
    yield Row("growth of memory in the second half", f"{slope:+.2f} MB per minute")
