"""Exports of a million places side by side with what else writes such files.

``python -m tests.benchmarks.exports`` writes synthetic points with eight attributes in every
format with this project, GeoPandas, pyogrio, ogr2ogr, XlsxWriter and DuckDB, each in a process of
its own, in turns, and prints medians of seconds by the clock, of seconds on
processors (which a busy machine changes little), and of memory.

Seconds are those of writing from rows in memory; ogr2ogr has to read its rows from a FlatGeobuf
first. Memory is the peak while writing, above what the process held before. DuckDB's spatial and
excel extensions come from the internet; where there is none, ``--duckdb PYTHON`` names an
interpreter with the packages ``duckdb``, ``duckdb-extension-spatial`` and
``duckdb-extension-excel`` of one version.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from geo import export
from geo.export import FORMATS, Record
from geo.schema import LAYERS
from geo.vocabulary import CRS, MEMBER_STATES
from tests.benchmarks import duckdb_export
from tests.benchmarks.duckdb_export import measured

LAYER = LAYERS["places"]
DRIVERS = {
    "geojson": "GeoJSON",
    "geojsons": "GeoJSONSeq",
    "csv": "CSV",
    "gpkg": "GPKG",
    "fgb": "FlatGeobuf",
    "xlsx": "XLSX",
}
OURS = "this project"
RECORD = Record("Places", "Synthetic places.", "", "None", "CC0", "2026", "0")


def places(rows: int) -> gpd.GeoDataFrame:
    """Points over the region with the columns of ``places`` that are not about boundaries."""
    at = np.random.default_rng(1)
    number = np.arange(rows)
    names = pd.Series(number).map(lambda n: f"Kampung Baru {n % 5_000}, {n:x}")
    frame = {
        "geonameid": pd.array(number + 1, dtype="Int64"),
        "name": names.astype("str"),
        "population": pd.array(at.integers(500, 5_000_000, rows), dtype="Int64"),
        "admin1_code": pd.array(np.where(number % 10 == 0, np.array(None), "08"), dtype="str"),
        "iso3": pd.array(at.choice(MEMBER_STATES, rows), dtype="str"),
        "distance_to_boundary_km": np.where(number % 7 == 0, np.nan, 0.0),
        "city_id": pd.array(at.choice(["jakarta", "manila", "ha-noi"], rows), dtype="str"),
        "distance_km": at.uniform(0, 900, rows).round(3),
    }
    spots = np.column_stack([at.uniform(92, 141, rows), at.uniform(-11, 28, rows)]).round(5)
    return gpd.GeoDataFrame(frame, geometry=shapely.points(spots), crs=CRS)


def ours(frame: gpd.GeoDataFrame, extension: str, target: Path) -> None:
    """This project."""
    export.save(frame, LAYER, extension, RECORD, target)


def geopandas_own(frame: gpd.GeoDataFrame, extension: str, target: Path) -> None:
    """GeoPandas without a file library: to_json, to_parquet, and to_csv with two columns."""
    if extension == "geojson":
        target.write_text(frame.to_json(), encoding="utf-8")
    elif extension == "parquet":
        frame.to_parquet(target, write_covering_bbox=True, compression="zstd")
    else:
        with_coordinates(frame).to_csv(target, index=False)


def to_file(frame: gpd.GeoDataFrame, extension: str, target: Path, arrow: bool = False) -> None:
    """GeoPandas' to_file, which is pyogrio."""
    table = with_coordinates(frame) if extension in ("csv", "xlsx") else frame
    pyogrio.write_dataframe(table, target, driver=DRIVERS[extension], use_arrow=arrow)


def to_file_arrow(frame: gpd.GeoDataFrame, extension: str, target: Path) -> None:
    """The same through Arrow."""
    to_file(frame, extension, target, arrow=True)


def with_coordinates(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """The rows as a table with longitude and latitude."""
    table = pd.DataFrame(frame.drop(columns="geometry"))
    return table.assign(longitude=frame.geometry.x, latitude=frame.geometry.y)


def plain_xlsxwriter(frame: gpd.GeoDataFrame, extension: str, target: Path) -> None:
    """XlsxWriter, a cell at a time, in constant memory."""
    table = with_coordinates(frame)
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, table.columns)
        for at, row in enumerate(table.itertuples(index=False), 1):
            for column, value in enumerate(row):
                if not pd.isna(value):
                    sheet.write(at, column, value)


INSIDE: Mapping[str, tuple[Callable[[gpd.GeoDataFrame, str, Path], None], tuple[str, ...]]] = {
    OURS: (ours, tuple(FORMATS)),
    "geopandas": (geopandas_own, ("geojson", "csv", "parquet")),
    "pyogrio": (to_file, tuple(DRIVERS)),
    "pyogrio, arrow": (to_file_arrow, tuple(DRIVERS)),
    "xlsxwriter": (plain_xlsxwriter, ("xlsx",)),
}
"""Who writes from a frame in Python, and what."""

SLOW = {("xlsxwriter", "xlsx"), ("geopandas", "geojson"), ("pyogrio", "xlsx")}
"""Run once: they take so long that the spread does not matter."""


def _inside(name: str, extension: str, source: Path, target: Path) -> dict[str, float]:
    frame = gpd.read_parquet(source)
    write = INSIDE[name][0]
    return measured(lambda: write(frame, extension, target))


def _command(name: str, extension: str, source: Path, target: Path, duckdb: str) -> list[str]:
    if name == "ogr2ogr":
        more = ["-lco", "GEOMETRY=AS_XY"] if extension == "csv" else []
        own = ["ogr2ogr", "-f", DRIVERS[extension], *more, str(target)]
        run = [sys.executable, "-m", "tests.benchmarks.exports", "--run"]
        return [*run, *own, str(source.with_suffix(".fgb"))]
    if name == "duckdb":
        return [duckdb, duckdb_export.__file__, extension, str(source), str(target)]
    module = ["-m", "tests.benchmarks.exports", "--inside", name]
    return [sys.executable, *module, extension, str(source), str(target)]


def _who(duckdb: str) -> dict[str, tuple[str, ...]]:
    known = {name: formats for name, (_, formats) in INSIDE.items()}
    if shutil.which("ogr2ogr"):
        known["ogr2ogr"] = tuple(DRIVERS)
    else:
        print("ogr2ogr is not installed and left out (Debian: gdal-bin).")
    said = subprocess.run(
        [duckdb, duckdb_export.__file__, "can"], capture_output=True, text=True, check=True
    ).stdout.split()
    known["duckdb"] = tuple(said)
    if "gpkg" not in said:
        print("DuckDB has no spatial extension here and writes CSV and Parquet only (--duckdb).")
    return known


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports")
    parser.add_argument("formats", nargs="*", metavar="format", help=", ".join(FORMATS))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duckdb", default=sys.executable, metavar="PYTHON")
    options = parser.parse_args()
    found: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "places.parquet"
        frame = places(options.rows)
        frame.to_parquet(source)
        pyogrio.write_dataframe(frame, source.with_suffix(".fgb"), use_arrow=True)
        del frame
        who = _who(options.duckdb)
        for turn in range(options.rounds):
            for extension in options.formats or FORMATS:
                for name in (name for name, formats in who.items() if extension in formats):
                    if turn and (name, extension) in SLOW:
                        continue
                    target = Path(folder) / f"out.{extension}"
                    command = _command(name, extension, source, target, options.duckdb)
                    done = subprocess.run(command, capture_output=True, text=True, check=False)
                    if done.returncode:
                        print(f"{name} failed at {extension}: {done.stderr.strip()[-300:]}")
                        target.unlink(missing_ok=True)
                        continue
                    size = target.stat().st_size / 1e6
                    target.unlink()
                    found[extension, name].append({**json.loads(done.stdout), "size": size})
    _print(found, options.rows)


def _print(found: Mapping[tuple[str, str], list[dict[str, float]]], rows: int) -> None:
    print(f"\n{rows:,} points with 8 attributes; medians, and how many times ours")
    heading = ("seconds", "× ours", "cpu s", "× ours", "peak MB", "file MB")
    print(f"{'format':<9} {'written by':<15}" + "".join(f"{word:>9}" for word in heading))
    for (extension, name), runs in found.items():
        figures = ""
        for what, compared in (
            ("seconds", True),
            ("work", True),
            ("memory", False),
            ("size", False),
        ):
            here = statistics.median(run[what] for run in runs)
            figures += f"{here:>9.2f}" if compared else f"{here:>9.1f}"
            if compared:
                own = found.get((extension, OURS), runs)
                figures += f"{here / statistics.median(run[what] for run in own):>9.1f}"
        print(f"{extension:<9} {name:<15}{figures}   ({len(runs)} runs)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        name, extension, source, target = sys.argv[2:]
        print(json.dumps(_inside(name, extension, Path(source), Path(target))))
    elif sys.argv[1:2] == ["--run"]:
        print(json.dumps(duckdb_export.measured_command(sys.argv[2:])))
    else:
        main()
