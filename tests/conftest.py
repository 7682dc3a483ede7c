"""Options of the test command, and what all tests share."""

from __future__ import annotations

import gc
import hashlib
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Concatenate, ParamSpec

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.build import boundaries, run, validate
from geo.layers import catalogue
from geo.layers.files import LAYERS_DIR
from geo.schema.declare import Layer
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR
from tests import examples  # noqa: F401  (loads the profile of property tests)
from tests.memo import done_once

P = ParamSpec("P")
Built = tuple[dict[str, bytes], run.Report]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-looks", action="store_true", help="write the reference pictures of pages anew"
    )


def pytest_collection_finish() -> None:
    """Leave modules and tests out of the collector's rounds, which cost a twentieth of all time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()  # of this worker, below that of the run
    folder = (base if worker_id == "master" else base.parent) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """Read and check equal source tables once in a process: most tests change one or none."""
    read, known = sources.read, dict[tuple[str, bytes], pd.DataFrame]()

    def once(name: str, directory: Path = SOURCES_DIR) -> pd.DataFrame:
        path = directory / f"{name}.csv"
        if not path.is_file():
            return read(name, directory)
        key = (name, hashlib.sha256(path.read_bytes()).digest())
        if key not in known:
            known[key] = read(name, directory)
        return known[key].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "read", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def decoded_once() -> Iterator[None]:
    """Decode each committed layer once in a process, also where it lies in a copy of them all:
    frames are shared, and read only."""
    read, known = catalogue.read_frame, dict[tuple[str, bytes], pd.DataFrame]()
    committed = {path.read_bytes() for path in LAYERS_DIR.glob("*.parquet")}

    def once(layer: Layer, content: Path | io.BytesIO, checked: bool = False) -> pd.DataFrame:
        if isinstance(content, Path) and not content.is_file():
            return read(layer, content)
        held = content.read_bytes() if isinstance(content, Path) else content.getvalue()
        if held not in committed:
            return read(layer, content, checked)
        key = layer.name, held  # another layer's file is not what its schema says
        if key not in known:
            known[key] = read(layer, content)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "read_frame", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def built_once(shared_folder: Path) -> Iterator[None]:
    """Build equal source tables, and simplify and measure equal boundaries, once in a run: most
    tests that build change no table, and nearly all others leave the boundaries as they are."""
    with pytest.MonkeyPatch.context() as patch:
        for work in (boundaries.coverage_defects, boundaries.levels_of_detail):
            patch.setattr(boundaries, work.__name__, _once_per_shapes(work, shared_folder))
        once = _once_per_tables(run.build_in_memory, shared_folder)
        for module in (run, validate):
            patch.setattr(module, "build_in_memory", once)
        yield


def _once_per_shapes(
    work: Callable[Concatenate[gpd.GeoDataFrame, P], pd.DataFrame], folder: Path
) -> Callable[Concatenate[gpd.GeoDataFrame, P], pd.DataFrame]:
    """``work``, done once for frames with the same rows and shapes."""

    def made(frame: gpd.GeoDataFrame, *options: P.args, **named: P.kwargs) -> pd.DataFrame:
        columns = [
            shapely.to_wkb(values.to_numpy()) if values.dtype == "geometry" else values.to_numpy()
            for _, values in frame.items()
        ]
        content = hashlib.sha256(repr([list(values) for values in columns]).encode())
        key = (work.__name__, *frame.columns, options, *named.items(), content.digest())
        return done_once(folder, key, lambda: work(frame, *options, **named))

    return made


def _once_per_tables(
    build: Callable[[Path, run.Progress], Built], folder: Path
) -> Callable[[Path, run.Progress], Built]:
    """``build``, done once for directories with the same files; tells of its progress again.

    It is done years ago: that equal tables give the committed bytes holds on any day.
    """
    years_ago = time.time() - 4_000 * 86_400

    def built(source_dir: Path = SOURCES_DIR, progress: run.Progress = lambda line: None) -> Built:
        digests = [
            (path.name, hashlib.sha256(path.read_bytes()).digest())
            for path in sorted(source_dir.glob("*"))
            if path.is_file()
        ]

        def work() -> tuple[list[str], Built]:
            lines: list[str] = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(time, "time", lambda: years_ago)
                return lines, build(source_dir, lines.append)

        lines, result = done_once(folder, digests, work)
        for line in lines:
            progress(line)
        return result

    return built
