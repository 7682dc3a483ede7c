"""Shared fixtures of the tests of refreshing: a local publisher, and a fake clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest

from geo.refresh.download import RETRY, Downloader
from geo.refresh.source import Job
from tests.geo.refresh.server import Server, listening


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without any paths."""
    made, listener = listening()
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.released.set()
    listener.shutdown()
    listener.server_close()
    thread.join()


@dataclass
class Time:
    """A fake clock that advances only by sleeping; ``pauses`` are the sleeps."""

    now: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr("geo.refresh.download.time", made)
    return made


@pytest.fixture
def downloader(server: Server, time: Time, tmp_path: Path) -> Downloader:
    """Downloads everything from the server; pauses are neither real nor random."""
    return Downloader(
        directory=tmp_path / "cache",
        base_url=server.url,
        retry=RETRY.new(backoff_jitter=0),
        timeout=(10, 0.2),
    )


@pytest.fixture
def job(source_copy: Path, downloader: Downloader) -> Job:
    """A refresh of a copy of the source tables."""
    return Job(source_copy, downloader, today=dt.date(2026, 12, 1))
