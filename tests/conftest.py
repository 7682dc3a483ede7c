"""Options of the test command, and the object store that tests of ``geo`` and ``dashboard`` use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo import boundaries
from tests.s3 import Bucket, Gate, running_moto


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-looks", action="store_true", help="write the reference pictures of pages anew"
    )


@pytest.fixture(scope="session", autouse=True)
def boundaries_measured_once() -> Iterator[None]:
    """Measure the gaps of equal boundaries once: it is half of a build, and most tests that build
    change other tables."""
    measure, known = boundaries.coverage_defects, {}

    def measured(frame: gpd.GeoDataFrame, column: str) -> pd.DataFrame:
        shapes = b"".join(shapely.to_wkb([*frame[column], *frame["geometry"]]))
        key = (column, tuple(frame["iso3"]), hashlib.sha256(shapes).digest())
        if key not in known:
            known[key] = measure(frame, column)
        return known[key].copy()

    boundaries.coverage_defects = measured
    yield
    boundaries.coverage_defects = measure


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of an object store on loopback."""
    with running_moto(tmp_path_factory.mktemp("moto") / "server.log") as port:
        yield port


@pytest.fixture
def bucket(moto: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket behind a gate that can be shut, as the environment names it; empty for each test."""
    with Gate(moto) as gate:
        yield Bucket.made(gate, monkeypatch)
