"""What a process that is to read one file does: shut itself in, read, join, answer, end."""

from __future__ import annotations

import codecs
import gc
import io
import os
from functools import cache
from pathlib import Path
from typing import NoReturn

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from geo.enrich import confine, wire
from geo.enrich.crs import of_text, to_degrees
from geo.enrich.faults import Fault, Faults
from geo.enrich.join import Network
from geo.enrich.limits import MEGABYTE, PAGE
from geo.enrich.names import Choice
from geo.enrich.pipeline import notes_of, reading_of, stream
from geo.enrich.readers import Reader, Source, open_source
from geo.enrich.readers.text import ENCODINGS
from geo.errors import GeoError, LimitError
from geo.i18n import decimal, tr

OPEN_FILES = 40
"""Highest descriptor of a process that reads a file by its path; GDAL and SQLite take a few."""

FAULTS_AT_ONCE = 1_000

UNFORESEEN = "Unforeseen"
"""Class of the error of a file whose reading failed as nobody thought it would."""


def run(job: wire.Job, network: Network, pipe: int, data: int | None) -> NoReturn:
    """Answer a question to a pipe and end this process.

    Parameters
    ----------
    data
        Descriptor of the content, else it is read by its path.
    """
    gc.disable()  # this process ends soon, and millions of JSON values would be gone through
    try:
        _reopen_databases()
        confine.shut_in(
            job.limits.memory * MEGABYTE, job.limits.seconds, OPEN_FILES if data is None else 0
        )
        answer = Answer(pipe, job)
        try:
            answer.give(_source(job, data), network)
        except GeoError as error:
            answer.fail(type(error).__name__, str(error))
        except MemoryError:
            answer.fail(LimitError.__name__, too_much_memory(job))
        except Exception as error:
            answer.fail(UNFORESEEN, type(error).__name__)
    finally:
        os._exit(0)


def too_much_memory(job: wire.Job) -> str:
    """The sentence of a file that needs more memory than is allowed."""
    return tr(
        "{file} takes more than {most} MB of memory to read; cut it into parts, or leave out what "
        "is no place.",
        file=Source(job.name, b"").said,
        most=decimal(job.limits.memory),
    )


def _source(job: wire.Job, data: int | None) -> Source:
    if data is None:
        return Source(job.name, Path(job.path))
    content = b""
    while block := os.pread(data, job.limits.bytes + 1, len(content)):
        content += block
    return Source(job.name, content)


class Answer:
    """The frames of one answer."""

    def __init__(self, pipe: int, job: wire.Job) -> None:
        self.pipe, self.job = pipe, job
        self.faults = Faults(sink=self._note if job.every_fault else None)
        self.noted: list[Fault] = []
        self.told = 0

    def give(self, source: Source, network: Network) -> None:
        """Read and join a file."""
        reader = open_source(source, self.job.limits, self.job.hints)
        self._send(wire.ABOUT, wire.said(_about(reader)))
        reading = reading_of(reader, self.job.wanted, reader.chunks(Faults(most=0)))
        notes = (*reader.notes, *notes_of(reading))
        found = wire.Found(reading.choice, reading.kinds, reading.geometry, notes)
        self._send(wire.READING, wire.said(found))
        for part in stream(reader, reading, network, self.faults):
            self._tell_faults()
            self._send(wire.PART, wire.buffer_of(part))
        self._tell_faults()
        self._send(wire.END, {})

    def fail(self, kind: str, message: str) -> None:
        """Say why there is no answer."""
        self._send(wire.ERROR, {"kind": kind, "message": message})

    def _note(self, fault: Fault) -> None:
        self.noted.append(fault)
        if len(self.noted) == FAULTS_AT_ONCE:
            self._tell_faults()

    def _tell_faults(self) -> None:
        listed = self.noted if self.job.every_fault else self.faults.listed[self.told :]
        counts, aside = dict(self.faults.counts), self.faults.aside
        rows = [[one.row, one.column, one.value, one.kind] for one in listed]
        self._send(wire.FAULTS, {"listed": rows, "counts": counts, "aside": aside})
        self.told = len(self.faults.listed)
        self.noted.clear()

    def _send(self, kind: bytes, payload: object) -> None:
        wire.send(self._write, kind, payload)

    def _write(self, content: bytes | pa.Buffer) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(self.pipe, left) :]


def _about(reader: Reader) -> wire.About:
    return wire.About(
        columns=reader.columns,
        layers=tuple(getattr(reader, "layers", ())),
        is_text=reader.format == "CSV",
        has_geometry=reader.has_geometry,
        total=reader.total(),
    )


_LINES = b"""{"type":"Feature","properties":{"a":[1]},"geometry":null}
{"type":"Feature","properties":{"a":true},"geometry":{"type":"Point","coordinates":[1,2]}}
"""


@cache
def _samples() -> dict[str, bytes]:
    """A small file of every format, with values of every type and polygons across a border."""
    across = gpd.GeoSeries([shapely.box(104, 10, 107, 12), None], crs="OGC:CRS84")
    values = pd.DataFrame(
        {
            "text": ["A", None],
            "whole": pd.array([1, None], dtype="Int64"),
            "number": [1.5, None],
            "yes": pd.array([True, None], dtype="boolean"),
            "day": pd.Series(["2026-01-01", None], dtype="datetime64[ms]"),
            "lon": [106.8, 106.8],
            "lat": [-6.2, None],
        }
    )
    frame = gpd.GeoDataFrame(values, geometry=across).to_crs("EPSG:32648")
    package, table = io.BytesIO(), io.BytesIO()
    pyogrio.write_dataframe(frame, package, driver="GPKG", layer="sample")
    listed = pa.Table.from_pandas(values, nthreads=1).append_column("list", pa.array([[1], None]))
    pq.write_table(listed, table)
    return {
        "csv": values.to_csv().encode(),
        "lines": _LINES,
        "geojson": frame.drop(columns="day").to_json().encode(),
        "parquet": table.getvalue(),
        "gpkg": package.getvalue(),
    }


def warm(network: Network) -> None:
    """Import and prepare whatever reading takes, which a process that is shut in cannot.

    Without threads, as this process forks: Arrow's are never asked for, those of BLAS and OpenMP
    are switched off by the environment (:data:`geo.enrich.pool.ENVIRONMENT`).
    """
    _elsewhere()
    for name in ENCODINGS:
        codecs.lookup(name)
    for content in _samples().values():
        reader = open_source(Source("sample", content), PAGE)
        reading = reading_of(reader, Choice(), reader.chunks(Faults()))
        for part in stream(reader, reading, network, Faults()):
            wire.buffer_of(part)
    gc.collect()
    gc.freeze()


@cache
def _elsewhere() -> gpd.GeoDataFrame:
    """A point in a system that GDAL has not looked up in this process: it remembers those."""
    return gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs="EPSG:23830")


def _reopen_databases() -> None:
    """Let both copies of PROJ (pyproj's and GDAL's) open their database of reference systems.

    They do so anew after a fork, and cannot once no file can be opened: GDAL would crash.
    """
    to_degrees(shapely.points([[500_000.0, 0.0]]), of_text("EPSG:32648"))
    pyogrio.write_dataframe(_elsewhere(), io.BytesIO(), driver="FlatGeobuf", layer="elsewhere")
