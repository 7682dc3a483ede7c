"""Validate source tables and layers: schemas, consistency, and layers against their sources."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from geo.build.run import build_in_memory
from geo.errors import GeoError
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, info_in
from geo.layers.validate import layer_problems
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR


def problems(layer_dir: Path = LAYERS_DIR, source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """One sentence for each problem of the source tables or the layers.

    The layers are rebuilt in memory and compared, unless a source table is invalid or no layer
    can be read.
    """
    wrong_tables = list(table_problems(source_dir))
    yield from wrong_tables
    catalogue = Catalogue(layer_dir)
    yield from layer_problems(catalogue)
    if not wrong_tables:
        yield from stale_layers(catalogue, source_dir)


def table_problems(source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """Problems of the source tables: schemas and consistency."""
    tables = {}
    for name in sources.present(source_dir):
        try:
            tables[name] = sources.read(name, source_dir)
        except GeoError as error:
            yield str(error)
    yield from map(str, sources.dangling(tables))
    yield from map(str, sources.incomplete(tables))


def new_problems(files: Mapping[Path, bytes], source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """Problems that replacing some files of the source tables would introduce.

    Parameters
    ----------
    files
        Path in ``source_dir`` -> new content; nothing is written there.
    """
    with tempfile.TemporaryDirectory() as directory:
        staged = Path(shutil.copytree(source_dir, Path(directory) / "sources"))
        for path, content in files.items():
            (staged / path.name).write_bytes(content)
        staged_problems = list(table_problems(staged))
    known = set(table_problems(source_dir)) if staged_problems else set()
    yield from (problem for problem in staged_problems if problem not in known)


def stale_layers(catalogue: Catalogue, source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """Layers that differ from those built from the source tables; unreadable ones are skipped."""
    stored: dict[str, Mapping[str, str]] = {}
    for name in catalogue.layers:
        try:
            stored[name] = catalogue.info(name)
        except GeoError:
            continue  # reported by layer_problems
    if not stored:
        return
    try:
        built, _ = build_in_memory(source_dir)
    except GeoError as error:
        yield str(error)
        return
    for name in built.keys() - catalogue.layers.keys():
        yield f"{name}.parquet is missing; build it with `python -m geo build`."
    for name, info in stored.items():
        if name not in built:
            yield (
                f"{name}.parquet is there, but its tables are not in {source_dir}; build again "
                "with `python -m geo build`."
            )
        elif info != info_in(built[name]):
            yield (
                f"{name}.parquet is not what {source_dir} builds now; build it again with "
                "`python -m geo build`."
            )
