"""The join on a Dask cluster: each worker reads, joins and writes its own parts.

Workers need this package and access to the same files: they read GeoParquet themselves, row group
by row group; other formats are read by the client, which sends the parts. The result is a
directory of GeoParquet files that dask-geopandas, GeoPandas and DuckDB read as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from geo.enrich.checks import Reading
from geo.enrich.faults import ValidationReport
from geo.enrich.join import PlaceJoiner
from geo.enrich.pipeline import enrich_chunk, stream
from geo.enrich.readers import Chunk, Reader
from geo.enrich.readers.parquet import ParquetReader
from geo.enrich.result import result_layer, result_record
from geo.enrich.writers import write_parquet
from geo.errors import InputError, quoted
from geo.export import Record
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.schema.declare import Layer

PARTS_PER_THREAD = 3
"""Parts in flight per thread of the cluster: enough to keep it busy, few enough to bound the memory
of client and workers."""

PART_ROWS = 500_000
"""Rows per part that workers read themselves."""

CONNECT_SECONDS = 10.0
"""Timeout of the connection to the scheduler, in seconds."""

PartTask = tuple[Any, ...]


def write(
    scheduler: str,
    reader: Reader,
    reading: Reading,
    layers: Catalogue,
    faults: ValidationReport,
    directory: Path,
    on_rows: Callable[[int], object] = lambda rows: None,
) -> int:
    """Join a file on a cluster and write it to a new directory.

    Parameters
    ----------
    scheduler
        Address of the scheduler, such as ``"tcp://10.0.0.5:8786"``.
    directory
        Output directory of ``part-00000.parquet`` etc., in file order. Workers write to it, so it
        has to be on shared storage.
    on_rows
        Called with the number of rows of each part.

    Returns
    -------
    int
        Number of rows written. Ids are compared only within each part.

    Raises
    ------
    InputError
        If the cluster is unreachable, or a part cannot be read.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError(
            tr("Dask is not installed; install the extra asean-smart-cities[cluster].")
        ) from None
    directory.mkdir(parents=True)
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            tr(
                "No Dask scheduler answers at {address} ({reason}).",
                address=quoted(scheduler),
                reason=quoted(str(error))[1:-1],
            )
        ) from None
    layer = result_layer(reading.kinds, reading.geometry, layers)
    with client:
        shared = client.scatter(
            (PlaceJoiner.from_catalogue(layers), reading, layer, result_record(layer, layers)),
            broadcast=True,
        )
        tasks = _works(reader, faults, directory)
        max_running = max(1, PARTS_PER_THREAD * sum(client.nthreads().values()))
        running = as_completed(loop=client.loop)
        rows = 0
        for task in tasks:
            running.add(client.submit(_join_part, task, shared, pure=False))
            if running.count() >= max_running:
                rows += _finished(next(running), faults, on_rows)
        for future in running:
            rows += _finished(future, faults, on_rows)
    return rows


def _finished(future: Any, faults: ValidationReport, on_rows: Callable[[int], object]) -> int:
    rows, part_faults = future.result()
    future.release()
    faults.merge(part_faults)
    on_rows(rows)
    return int(rows)


def _works(reader: Reader, faults: ValidationReport, directory: Path) -> Iterator[PartTask]:
    """Tasks of the workers: output path, and the rows or their location."""
    if isinstance(reader, ParquetReader) and isinstance(reader.source.data, Path):
        for number, groups in enumerate(reader.parts(PART_ROWS)):
            path = directory / f"part-{number:05d}.parquet"
            yield path.resolve(), (reader.source, reader.limits, groups)
    else:
        for number, chunk in enumerate(reader.chunks(faults)):
            path = directory / f"part-{number:05d}.parquet"
            yield path.resolve(), chunk


def _join_part(
    task: PartTask, shared: tuple[PlaceJoiner, Reading, Layer, Record]
) -> tuple[int, ValidationReport]:
    """Read, join and write one part; runs on a worker."""
    path, rows = task
    joiner, reading, layer, record = shared
    faults = ValidationReport()
    if isinstance(rows, Chunk):
        parts = iter([enrich_chunk(rows, reading, joiner, faults)])
    else:
        parts = stream(ParquetReader(*rows), reading, joiner, faults)
    return write_parquet(path, parts, layer, record), faults
