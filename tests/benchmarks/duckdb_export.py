"""DuckDB's part of :mod:`tests.benchmarks.exports`; needs nothing but DuckDB, in any interpreter.

``python duckdb_export.py can`` lists the formats that it can write here;
``python duckdb_export.py FORMAT SOURCE.parquet TARGET`` writes one and prints what it took.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

GDAL = "FORMAT gdal, DRIVER '{}', LAYER_CREATION_OPTIONS '{}'"
COPIES = {
    "csv": "FORMAT csv",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "geojson": GDAL.format("GeoJSON", "WRITE_BBOX=YES"),
    "geojsons": GDAL.format("GeoJSONSeq", "RS=YES"),
    "gpkg": GDAL.format("GPKG", "SPATIAL_INDEX=YES"),
    "fgb": GDAL.format("FlatGeobuf", "SPATIAL_INDEX=YES"),
    "xlsx": "FORMAT xlsx, HEADER true",
}
BOX = ("xmin", "ymin", "xmax", "ymax")


def _loaded(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Load an extension from a package of its own or from where DuckDB keeps them; no download."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    folders = package.submodule_search_locations if package else []
    files = [file for folder in folders or [] for file in Path(folder).rglob("*.duckdb_extension")]
    try:
        connection.execute(f"LOAD '{files[0]}'" if files else f"LOAD {name}")
    except duckdb.Error:
        return False
    return True


def _peak() -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) / 1_000


def measured(act: Callable[[], object]) -> dict[str, float]:
    """Seconds of an act by the clock and on processors, and MB that it peaks at above before."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")  # the peak starts anew
    before = _peak()
    started, worked = time.perf_counter(), time.process_time()
    act()
    return {
        "seconds": time.perf_counter() - started,
        "work": time.process_time() - worked,
        "memory": _peak() - before,
    }


def measured_command(command: Sequence[str]) -> dict[str, float]:
    """Seconds and peak memory of a program."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = used.ru_utime + used.ru_stime
    return {"seconds": seconds, "work": work, "memory": used.ru_maxrss / 1_000}


def main() -> None:
    """List what can be written, or write it."""
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    spatial = _loaded(connection, "spatial")
    if sys.argv[1] == "can":
        print("csv parquet")
        if spatial:
            print("geojson geojsons gpkg fgb")
        if _loaded(connection, "excel"):
            print("xlsx")
        return
    extension, source, target = sys.argv[1:]
    spot = "* EXCLUDE geometry, ST_X(geometry) AS longitude, ST_Y(geometry) AS latitude"
    if not spatial:
        spot = "* EXCLUDE geometry, 0.5 AS longitude, 0.5 AS latitude"
    if extension == "xlsx":
        _loaded(connection, "excel")
    columns = spot if extension in ("csv", "xlsx") or not spatial else "*"
    if extension == "parquet" and spatial:  # what GeoParquet calls covering, as the others write
        edges = [f"{edge} := ST_{edge[0].upper()}(geometry)" for edge in BOX]
        columns += f", struct_pack({', '.join(edges)}) AS bbox"
    connection.execute(f"CREATE TABLE places AS SELECT {columns} FROM '{source}'")
    copy = f"COPY places TO '{target}' ({COPIES[extension]})"
    print(json.dumps(measured(lambda: connection.execute(copy))))


if __name__ == "__main__":
    main()
