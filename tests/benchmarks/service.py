"""The live service as GIS clients use it."""

from __future__ import annotations

import tempfile
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyogrio
from owslib.ogcapi.features import Features

from tests.benchmarks.table import Row, seconds, spread
from tests.e2e.conftest import running_server


def _read_by_owslib(address: str) -> None:
    service, offset = Features(address), 0
    while service.collection_items("places", limit=1_000, offset=offset)["numberReturned"]:
        offset += 1_000


def ogc() -> Iterator[Row]:
    """Pages of places from the live service, and all places read by OWSLib and by GDAL."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "log") as server:
        address = f"{server}/ogc"

        def page(limit: int) -> bytes:
            items = f"{address}/collections/places/items?limit={limit}"
            with urllib.request.urlopen(items) as answer:
                return bytes(answer.read())

        for limit in (100, 1_000):
            page(limit)
            times = [1_000 * seconds(partial(page, limit)) for _ in range(30)]
            yield Row(f"page of {limit:,} places from /ogc", spread(times, "ms"), "30 requests")
        readers = {
            "OWSLib": lambda: _read_by_owslib(address),
            "GDAL": lambda: pyogrio.read_dataframe(f"OAPIF:{address}", layer="places"),
        }
        for name, read in readers.items():
            times = [seconds(read) for _ in range(5)]
            yield Row(f"all places read by {name}", spread(times, "s", 2), "5 reads")
