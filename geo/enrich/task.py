"""The life of a process that reads one file: sandbox itself, read, join, respond, exit."""

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
from geo.enrich.crs import parse_crs, to_degrees
from geo.enrich.faults import Fault, ValidationReport
from geo.enrich.join import PlaceJoiner
from geo.enrich.limits import MEGABYTE, PAGE
from geo.enrich.names import Choice
from geo.enrich.pipeline import crs_notes, infer_reading, stream
from geo.enrich.readers import Reader, UserFile, open_source
from geo.enrich.readers.encoding import ENCODINGS
from geo.errors import GeoError, LimitError
from geo.i18n import decimal, tr

OPEN_FILES = 40
"""Descriptor limit of a process that reads a file by path; GDAL and SQLite need a few."""

FAULT_BATCH = 1_000

UNEXPECTED = "Unforeseen"
"""Kind of error sent if reading fails unexpectedly."""


def run(job: wire.Job, joiner: PlaceJoiner, pipe: int, data: int | None) -> NoReturn:
    """Process a job, write the response to a pipe and exit.

    Parameters
    ----------
    data
        Descriptor of the content; ``None`` to read it by path.
    """
    gc.disable()  # short-lived process; a collection would visit millions of JSON values
    try:
        _reopen_databases()
        confine.restrict_process(
            job.limits.memory * MEGABYTE, job.limits.seconds, OPEN_FILES if data is None else 0
        )
        answer = Response(pipe, job)
        try:
            answer.give(_source(job, data), joiner)
        except GeoError as error:
            answer.fail(type(error).__name__, str(error))
        except MemoryError:
            answer.fail(LimitError.__name__, too_much_memory(job))
        except Exception as error:
            answer.fail(UNEXPECTED, type(error).__name__)
    finally:
        os._exit(0)


def too_much_memory(job: wire.Job) -> str:
    """The message for a file that exceeds the memory limit."""
    return tr(
        "{file} takes more than {most} MB of memory to read; split it into parts, or remove "
        "anything that is not a place.",
        file=UserFile(job.name, b"").label,
        most=decimal(job.limits.memory),
    )


def _source(job: wire.Job, data: int | None) -> UserFile:
    if data is None:
        return UserFile(job.name, Path(job.path))
    content = b""
    while block := os.pread(data, job.limits.bytes + 1, len(content)):
        content += block
    return UserFile(job.name, content)


class Response:
    """Writes the frames of one response."""

    def __init__(self, pipe: int, job: wire.Job) -> None:
        self.pipe, self.job = pipe, job
        self.faults = ValidationReport(sink=self._note if job.every_fault else None)
        self.noted: list[Fault] = []
        self._listed_sent = 0

    def give(self, source: UserFile, joiner: PlaceJoiner) -> None:
        """Read and join a file."""
        reader = open_source(source, self.job.limits, self.job.hints)
        self._send(wire.ABOUT, wire.to_dict(_about(reader)))
        reading = infer_reading(reader, self.job.choice)
        notes = (*reader.notes, *crs_notes(reading))
        info = wire.ReadingInfo(reading.choice, reading.kinds, reading.geometry, notes)
        self._send(wire.READING, wire.to_dict(info))
        for part in stream(reader, reading, joiner, self.faults):
            self._tell_faults()
            self._send(wire.PART, wire.to_arrow(part))
        self._tell_faults()
        self._send(wire.END, {})

    def fail(self, kind: str, message: str) -> None:
        """Send an error."""
        self._send(wire.ERROR, {"kind": kind, "message": message})

    def _note(self, fault: Fault) -> None:
        self.noted.append(fault)
        if len(self.noted) == FAULT_BATCH:
            self._tell_faults()

    def _tell_faults(self) -> None:
        listed = self.noted if self.job.every_fault else self.faults.listed[self._listed_sent :]
        counts, aside = dict(self.faults.counts), self.faults.aside
        rows = [[one.row, one.column, one.value, one.kind] for one in listed]
        self._send(wire.FAULTS, {"listed": rows, "counts": counts, "aside": aside})
        self._listed_sent = len(self.faults.listed)
        self.noted.clear()

    def _send(self, kind: bytes, payload: object) -> None:
        wire.send(self._write, kind, payload)

    def _write(self, content: bytes | pa.Buffer) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(self.pipe, left) :]


def _about(reader: Reader) -> wire.FileInfo:
    return wire.FileInfo(
        columns=reader.columns,
        layers=reader.layers,
        is_text=reader.format == "CSV",
        is_guess=reader.is_guess,
        has_geometry=reader.has_geometry,
        total=reader.total(),
    )


_LINES = b"""{"type":"Feature","properties":{"a":[1]},"geometry":null}
{"type":"Feature","properties":{"a":true},"geometry":{"type":"Point","coordinates":[1,2]}}
"""


@cache
def _samples() -> dict[str, bytes]:
    """A small file in every format, with values of all types and a polygon across a border."""
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


def warm_up(joiner: PlaceJoiner) -> None:
    """Preload everything that reading needs and that a sandboxed process cannot load.

    No threads may be started, as this process forks: Arrow's are never used, those of BLAS and
    OpenMP are disabled by the environment (:data:`geo.enrich.pool.ENVIRONMENT`).
    """
    _elsewhere()
    for name in (*ENCODINGS, "utf-8-sig", "utf-16-le", "utf-16-be"):
        codecs.lookup(name)
    for content in _samples().values():
        reader = open_source(UserFile("sample", content), PAGE)
        reading = infer_reading(reader, Choice())
        for part in stream(reader, reading, joiner, ValidationReport()):
            wire.to_arrow(part)
    gc.collect()
    gc.freeze()


@cache
def _elsewhere() -> gpd.GeoDataFrame:
    """A point in a CRS that GDAL has not looked up, and therefore not cached, in this process."""
    return gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs="EPSG:23830")


def _reopen_databases() -> None:
    """Make both copies of PROJ (pyproj's and GDAL's) open their CRS database.

    They reopen it after a fork, which is impossible once no file can be opened: GDAL would crash.
    """
    to_degrees(shapely.points([[500_000.0, 0.0]]), parse_crs("EPSG:32648"))
    pyogrio.write_dataframe(_elsewhere(), io.BytesIO(), driver="FlatGeobuf", layer="elsewhere")
