"""The same join on a Dask cluster: each worker reads, joins and writes parts of its own.

Workers need this package and the same files: a GeoParquet file or directory is read by them, row
group by row group; of any other format the client reads and sends the parts. The result is a
directory of GeoParquet files that dask-geopandas, GeoPandas and DuckDB read as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from geo.enrich.checks import Reading
from geo.enrich.faults import Faults
from geo.enrich.join import Network
from geo.enrich.pipeline import enriched, stream
from geo.enrich.readers import Chunk, Reader
from geo.enrich.readers.parquet import ParquetReader
from geo.enrich.result import record_of, result_layer
from geo.enrich.writers import write_parquet
from geo.errors import InputError, quoted
from geo.export import Record
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.schema.declare import Layer

AHEAD = 3
"""Parts that are under way for each thread of the cluster: enough to keep it busy, few enough that
neither client nor workers hold many."""

PART_ROWS = 500_000
"""Rows of a part that workers read themselves."""

PATIENCE = 10.0
"""Seconds in which a scheduler has to answer."""

Work = tuple[Any, ...]


def write(
    scheduler: str,
    reader: Reader,
    reading: Reading,
    layers: Catalogue,
    faults: Faults,
    directory: Path,
    done: Callable[[int], object] = lambda rows: None,
) -> int:
    """Join a file on a cluster and write it to a new directory.

    Parameters
    ----------
    scheduler
        Address of the scheduler, such as ``"tcp://10.0.0.5:8786"``.
    directory
        Of the GeoParquet files ``part-00000.parquet`` and on, in the order of the file. Workers
        write to it, so that it has to be on storage that they share.
    done
        Is told of the rows of each part.

    Returns
    -------
    int
        Rows that were written. Ids are compared within each part only.

    Raises
    ------
    InputError
        If the cluster cannot be reached, or a part cannot be read.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError(
            tr("Dask is not installed; install the extra asean-smart-cities[cluster].")
        ) from None
    directory.mkdir(parents=True)
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
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
            (Network.of(layers), reading, layer, record_of(layer, layers)), broadcast=True
        )
        works = _works(reader, faults, directory)
        ahead = max(1, AHEAD * sum(client.nthreads().values()))
        running = as_completed(loop=client.loop)
        rows = 0
        for work in works:
            running.add(client.submit(_join_part, work, shared, pure=False))
            if running.count() >= ahead:
                rows += _finished(next(running), faults, done)
        for future in running:
            rows += _finished(future, faults, done)
    return rows


def _finished(future: Any, faults: Faults, done: Callable[[int], object]) -> int:
    rows, found = future.result()
    future.release()
    faults.merge(found)
    done(rows)
    return int(rows)


def _works(reader: Reader, faults: Faults, directory: Path) -> Iterator[Work]:
    """What each worker is to do: a part's number and path, and where its rows are."""
    if isinstance(reader, ParquetReader) and isinstance(reader.source.data, Path):
        for number, groups in enumerate(reader.parts(PART_ROWS)):
            path = directory / f"part-{number:05d}.parquet"
            yield path.resolve(), (reader.source, reader.limits, groups)
    else:
        for number, chunk in enumerate(reader.chunks(faults)):
            path = directory / f"part-{number:05d}.parquet"
            yield path.resolve(), chunk


def _join_part(work: Work, shared: tuple[Network, Reading, Layer, Record]) -> tuple[int, Faults]:
    """Runs on a worker: read, join and write one part."""
    path, rows = work
    network, reading, layer, record = shared
    faults = Faults()
    if isinstance(rows, Chunk):
        parts = iter([enriched(rows, reading, network, faults)])
    else:
        parts = stream(ParquetReader(*rows), reading, network, faults)
    return write_parquet(path, parts, layer, record), faults
