"""``python -m geo enrich``: join a file of any size, part by part."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd

from geo.enrich.bounded import read_bounded
from geo.enrich.faults import KINDS, Fault, ValidationReport, headings
from geo.enrich.join import PlaceJoiner
from geo.enrich.limits import FILE
from geo.enrich.names import Choice
from geo.enrich.pipeline import no_row_error
from geo.enrich.pool import WorkerPool
from geo.enrich.readers import Hints, UserFile
from geo.enrich.readers.text import parse_separator
from geo.enrich.result import result_layer, result_record
from geo.enrich.writers import atomic_path, writer_for
from geo.errors import LimitError, NoRowError
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR

FIRST_FAULTS = 10
"""Number of faults to print; ``--faults`` writes all."""

_EXAMPLES = """examples:
  python -m geo enrich clinics.csv -o clinics.geojsonl
  python -m geo enrich villages.csv --lon bujur --lat lintang -o villages.parquet --faults bad.csv
  python -m geo enrich plots.gpkg --layer plots --crs EPSG:32648 -o plots.fgb
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``python -m geo``."""
    command = commands.add_parser(
        "enrich",
        help="join your own places to the network",
        description="Join a file of points or polygons (CSV, GeoJSON, GeoParquet, GeoPackage) to "
        "member states, member cities and urban agglomerations. The file may be larger than "
        "memory.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", type=Path, metavar="FILE", help="your places")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="file to write: .parquet, .csv, .geojsonl, .geojsons or .fgb",
    )
    command.add_argument("--lon", default="", help="column of longitude or easting")
    command.add_argument("--lat", default="", help="column of latitude or northing")
    command.add_argument("--wkt", default="", help="column of geometry as well-known text")
    command.add_argument("--id", default="", help="column of unique ids")
    command.add_argument("--crs", default="", help="CRS of the coordinates, such as EPSG:32648")
    command.add_argument("--swap", action="store_true", help="correct swapped coordinates")
    command.add_argument("--layer", default="", help="layer of a GeoPackage")
    command.add_argument("--encoding", default="", help="encoding of a CSV")
    command.add_argument("--separator", default="", help="of a CSV: comma, semicolon, tab or bar")
    command.add_argument("--faults", type=Path, help="CSV to write every fault to")
    command.add_argument("--layers", type=Path, default=LAYERS_DIR, help="directory of the layers")
    command.add_argument(
        "--memory",
        type=_number,
        default=FILE.memory,
        metavar="MB",
        help=f"memory limit for reading the file ({FILE.memory:,})",
    )
    command.add_argument(
        "--seconds",
        type=_number,
        default=FILE.seconds,
        metavar="N",
        help=f"CPU time limit for reading and joining ({FILE.seconds:,})",
    )


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Raises
    ------
    GeoError
        If nothing can be read or written.
    """
    hints = Hints(
        options.layer,
        options.encoding,
        parse_separator(options.separator) if options.separator else "",
    )
    rows, faults, seconds = _write(options, _choice(options), hints)
    _report(options.output, rows, faults, seconds)
    return 0


def _choice(options: argparse.Namespace) -> Choice:
    return Choice(
        longitude=options.lon,
        latitude=options.lat,
        wkt=options.wkt,
        id=options.id,
        crs=options.crs,
        swap=options.swap,
    )


Done = tuple[int, ValidationReport, float]
"""Rows written, faults, seconds."""


def _write(options: argparse.Namespace, choice: Choice, hints: Hints) -> Done:
    """Read and join in a local worker with resource limits."""
    write = writer_for(options.output)
    limits = replace(FILE, memory=options.memory, seconds=options.seconds)
    source = UserFile(options.file.name, options.file)
    with WorkerPool(max_concurrent=1) as pool, _fault_file(options.faults) as sink:
        layers = Catalogue(options.layers)  # while the worker starts
        faults = ValidationReport(sink=sink)
        try:
            with read_bounded(
                pool, source, PlaceJoiner.from_catalogue(layers), choice, hints, limits, faults
            ) as reading:
                reading.begin()
                info = reading.reading_info
                for note in info.notes:
                    print(note, file=sys.stderr)
                layer = result_layer(info.kinds, info.geometry, layers)
                record = result_record(layer, layers)
                progress = Progress(reading.file_info.total)
                with atomic_path(options.output) as temporary:
                    rows = write(temporary, progress.count(reading.parts()), layer, record)
                    progress.end()
                    if not rows:
                        _report_faults(faults)
                        raise no_row_error(source, faults)
        except LimitError as error:
            allow = tr("Use --memory and --seconds to raise the limits.")
            raise LimitError(f"{error} {allow}") from None
    return rows, faults, progress.seconds


@dataclass
class Progress:
    """Prints progress once a second, if stderr is a terminal."""

    total: int | None
    rows: int = 0
    started: float = field(default_factory=time.monotonic)
    _printed_at: float = 0.0

    def count(self, parts: Iterator[gpd.GeoDataFrame]) -> Iterator[gpd.GeoDataFrame]:
        """Yield ``parts`` and count their rows."""
        for part in parts:
            yield part
            self.add(len(part))

    def add(self, rows: int) -> None:
        """Count rows."""
        self.rows += rows
        if sys.stderr.isatty() and self.seconds - self._printed_at > 1:
            self._printed_at = self.seconds
            of_total = f" / {self.total:,}" if self.total else ""
            text = f"\r{self.rows:,}{of_total} rows, {self._printed_at:.0f} s"
            print(text, end="", file=sys.stderr)

    def end(self) -> None:
        """End the progress line."""
        if self._printed_at:
            print(file=sys.stderr)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started


@contextmanager
def _fault_file(path: Path | None) -> Iterator[Callable[[Fault], object] | None]:
    """A function that writes faults to a CSV, which is moved into place on success, and if they
    left no row."""
    if path is None:
        yield None
        return
    no_row: NoRowError | None = None
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(headings())
        try:
            yield lambda fault: writer.writerow(fault.cells())
        except NoRowError as error:
            no_row = error
    if no_row:
        raise no_row


def _report(output: Path, rows: int, faults: ValidationReport, seconds: float) -> None:
    done = [ntr("{n} row written", "{n} rows written", rows)]
    if faults.aside:
        done.append(ntr("{n} set aside", "{n} set aside", faults.aside))
    print(f"{output}: {', '.join(done)}, {seconds:.1f} s")
    _report_faults(faults)


def _report_faults(faults: ValidationReport) -> None:
    """Print the number of faults by kind, and the first ones."""
    for kind, number in faults.summary():
        _, what, remedy = KINDS[kind]
        print(f"  {decimal(number)} × {tr(what)}. {tr(remedy)}", file=sys.stderr)
    listed = sorted(faults.listed, key=lambda fault: fault.row)
    for fault in listed[:FIRST_FAULTS]:
        column = f", column {fault.column}" if fault.column else ""
        text = f"{fault.value!r}: {tr(KINDS[fault.kind][1])}"
        print(f"  row {fault.row}{column}: {text}", file=sys.stderr)
    if len(listed) > FIRST_FAULTS:
        print(tr("  … all of them with --faults FILE.csv"), file=sys.stderr)
