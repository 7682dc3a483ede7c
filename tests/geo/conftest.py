"""Shared fixtures of the tests of ``geo``: committed layers, a fresh build, modifiable copies."""

from __future__ import annotations

import csv
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo.build.run import Report, build
from geo.enrich.join import PlaceJoiner
from geo.enrich.pool import WorkerPool
from geo.export import Record
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.schema import LAYERS
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR
from geo.vocabulary import CRS

FILES = [*(f"{name}.parquet" for name in LAYERS), "build_report.json"]
"""Names of the files that a build writes."""


def interruptible() -> None:
    """Restore the default handling of SIGINT in a child process; the parent may ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The committed layers."""
    return Catalogue()


@pytest.fixture(scope="session")
def network(catalogue: Catalogue) -> PlaceJoiner:
    """The joiner of the committed layers."""
    return PlaceJoiner.from_catalogue(catalogue)


@pytest.fixture(scope="session")
def pool() -> Iterator[WorkerPool]:
    """A worker pool, like that of a server."""
    with WorkerPool() as started:
        yield started


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    """The committed source tables."""
    return {name: sources.read(name) for name in sources.TABLES}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """Directory and report of a fresh build; read-only."""
    directory = tmp_path_factory.mktemp("layers")
    return directory, build(layer_dir=directory)


@pytest.fixture
def layer_copy(tmp_path: Path) -> Path:
    """A modifiable copy of the committed layers."""
    return Path(shutil.copytree(LAYERS_DIR, tmp_path / "layers"))


@pytest.fixture
def source_copy(tmp_path: Path) -> Path:
    """A modifiable copy of the source tables."""
    return Path(shutil.copytree(SOURCES_DIR, tmp_path / "sources"))


@pytest.fixture
def set_cell(source_copy: Path) -> Callable[[str, int, str, str], Path]:
    """Write a value into a line (the header is line 1) and column of a copied source table."""

    def write(table: str, line: int, column: str, value: str) -> Path:
        path = source_copy / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        rows[line - 1][rows[0].index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return source_copy

    return write


@pytest.fixture(scope="session")
def record() -> Record:
    """Metadata of an export."""
    return Record(
        title="Member cities",
        description="Some cities.",
        selection="Indonesia",
        attribution="GeoNames (geonames.org)",
        licence="CC BY 4.0",
        vintage="2026-07",
        version="0123456789abcdef",
        sources=[{"id": "geonames", "title": "GeoNames", "path": "https://www.geonames.org/"}],
    )


@pytest.fixture(scope="session")
def small_cities() -> gpd.GeoDataFrame:
    """Four cities; the second has no growth, the third no population."""
    return gpd.GeoDataFrame(
        {
            "city_id": ["alpha", "beta", "gamma", "delta"],
            "name": ["Álpha", "Beta", "Gamma", "Delta"],
            "name_local": ["Kota Alpha", "Kota Beta", "ក្រុង", "Thành phố Delta"],
            "iso3": ["IDN", "IDN", "KHM", "VNM"],
            "country": ["Indonesia", "Indonesia", "Cambodia", "Viet Nam"],
            "admin1_name": ["Bali", "Aceh", "Kandal", "Lam Dong"],
            "joined_year": pd.array([2018, 2023, 2018, 2025], dtype="Int64"),
            "population": pd.array([1_000_000, 2_000_000, None, 500_000], dtype="Int64"),
            "un_city_population_2025": pd.array([3_000_000, None, 90_000, 700_000], dtype="Int64"),
            "un_city_growth_2000_2025": [1.5, None, None, -0.5],
            "agglomeration_growth_2000_2018": [2.0, None, 5.0, 1.0],
        },
        geometry=gpd.points_from_xy([100, 101, 100, 106], [0, 0, 1, 16]),
        crs=CRS,
    )


@pytest.fixture(scope="session")
def small_projects() -> pd.DataFrame:
    """Four projects as of the report of 2025; the last has left the reports."""
    rows = [
        ("a1", "alpha", "Smart Bus", "built-infrastructure", "completed", 2025),
        ("a2", "alpha", "Clinic", "health-well-being", "ongoing_or_planning", 2025),
        ("b1", "beta", "Smart Grid", "built-infrastructure", "ongoing_or_planning", 2025),
        ("d1", "delta", "Flood Café", "quality-environment", "no_longer_reported", 2023),
    ]
    columns = ["project_id", "city_id", "name", "focus_area", "status", "last_report"]
    return pd.DataFrame(rows, columns=columns).astype({"last_report": "Int64"})


@pytest.fixture
def old_layers(tmp_path: Path) -> Path:
    """Layers of an earlier build, different from those of the current sources."""
    directory = tmp_path / "old"
    directory.mkdir()
    for name in FILES:
        (directory / name).write_bytes(b"old")
    return directory
