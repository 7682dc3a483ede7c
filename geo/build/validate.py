"""Check source tables and layers: each by its schema, all against each other and their sources."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from geo.build.run import in_memory
from geo.errors import GeoError
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, info_in
from geo.layers.validate import layer_problems
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR


def problems(layer_dir: Path = LAYERS_DIR, source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """One sentence for each thing that is wrong with the source tables or the layers.

    The layers are built anew in memory and compared, unless a source table is wrong, which is told
    then, or no layer can be read.
    """
    wrong_tables = list(table_problems(source_dir))
    yield from wrong_tables
    catalogue = Catalogue(layer_dir)
    yield from layer_problems(catalogue)
    if not wrong_tables:
        yield from stale_layers(catalogue, source_dir)


def table_problems(source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """What is wrong with the source tables, one by one and together."""
    tables = {}
    for name in sources.present(source_dir):
        try:
            tables[name] = sources.read(name, source_dir)
        except GeoError as error:
            yield str(error)
    yield from map(str, sources.dangling(tables))
    yield from map(str, sources.incomplete(tables))


def new_problems(files: Mapping[Path, bytes], source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """What would be wrong with the source tables with some files in them, and is not now.

    Parameters
    ----------
    files
        Path in ``source_dir`` -> content; nothing is written there.
    """
    with tempfile.TemporaryDirectory() as directory:
        staged = Path(shutil.copytree(source_dir, Path(directory) / "sources"))
        for path, content in files.items():
            (staged / path.name).write_bytes(content)
        found = list(table_problems(staged))
    known = set(table_problems(source_dir)) if found else set()
    yield from (problem for problem in found if problem not in known)


def stale_layers(catalogue: Catalogue, source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """Layers that are not what the source tables build; what cannot be read is left out."""
    stored: dict[str, Mapping[str, str]] = {}
    for name in catalogue.layers:
        try:
            stored[name] = catalogue.info(name)
        except GeoError:
            continue  # told by layer_problems
    if not stored:
        return
    try:
        built, _ = in_memory(source_dir)
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
