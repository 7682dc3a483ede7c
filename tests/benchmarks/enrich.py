"""Places joined: seconds beside GeoPandas' joins and DuckDB's; a million rows as files.

DuckDB's spatial extension is on PyPI for DuckDB 1.5 only (``duckdb-extension-spatial``), so that it
is measured in an environment of its own: ``DUCKDB_SPATIAL_PYTHON`` names its interpreter, with
``duckdb==1.5.5`` and ``duckdb-extension-spatial`` installed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np

from geo.enrich import PlaceJoiner
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from tests.benchmarks.table import Row, Scale, Shown

ROWS = 1_000_000
JOINED = 100_000
"""Points that all three join: DuckDB takes minutes for a million."""

ROUNDS = 3
DUCKDB = "DUCKDB_SPATIAL_PYTHON"
PLANE = "EPSG:8857"
"""Equal Earth: ``sjoin_nearest`` measures on a plane only."""

_QUERY = """
import glob, json, os, sys, time
import duckdb, duckdb_extension_spatial
folder = os.path.dirname(duckdb_extension_spatial.__file__)
[path] = glob.glob(os.path.join(folder, "extensions", "*", "spatial.duckdb_extension"))
con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
con.execute(f"LOAD '{path}'; SET enable_progress_bar = false")
points, layers = sys.argv[1:3]
con.execute(f"CREATE TABLE p AS SELECT id, geometry FROM '{points}'")
con.execute(f"CREATE TABLE c AS SELECT iso3, UNNEST(ST_Dump(geometry)).geom AS geometry FROM "
            f"'{layers}/countries.parquet'")
con.execute(f"CREATE TABLE s AS SELECT city_id, geometry FROM '{layers}/cities.parquet'")
con.execute(f"CREATE TABLE a AS SELECT city_code AS city_id, geometry FROM "
            f"'{layers}/agglomerations.parquet'")
nearest = ("SELECT id, min_by(city_id, d) city_id, min(d) km FROM (SELECT p.id, o.city_id, "
           "ST_Distance_Sphere(ST_FlipCoordinates(p.geometry), ST_FlipCoordinates(o.geometry)) d "
           "FROM p, {} o) GROUP BY id")
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    con.execute("CREATE OR REPLACE TABLE j AS SELECT p.id, min(c.iso3) iso3 FROM p JOIN c ON "
                "ST_Intersects(c.geometry, p.geometry) GROUP BY p.id")
    for other in "sa":
        con.execute(f"CREATE OR REPLACE TABLE n_{other} AS " + nearest.format(other))
    found = con.execute("SELECT count(*) FROM j").fetchone()[0]
    print(json.dumps([time.perf_counter() - started, found]), flush=True)
"""


def places(rows: int) -> gpd.GeoDataFrame:
    """Places scattered around those of GeoNames, a quarter of them off the coast or abroad."""
    rng = np.random.default_rng(1)
    around = Catalogue().geo("places").geometry
    chosen = rng.integers(0, len(around), rows)
    x = around.x.to_numpy()[chosen] + rng.normal(0, 0.2, rows)
    y = around.y.to_numpy()[chosen] + rng.normal(0, 0.2, rows)
    return gpd.GeoDataFrame(
        {"id": np.arange(rows)}, geometry=gpd.points_from_xy(x, y, crs="OGC:CRS84")
    )


def _geopandas(points: gpd.GeoDataFrame, layers: Catalogue) -> int:
    countries = layers.geo("countries")[["iso3", "geometry"]]
    held = gpd.sjoin(points, countries, predicate="intersects", how="left")
    held = held[~held.index.duplicated()]
    flat = points.to_crs(PLANE)
    for name, key in (("cities", "city_id"), ("agglomerations", "city_code")):
        sites = layers.geo(name)[[key, "geometry"]].to_crs(PLANE)
        gpd.sjoin_nearest(flat, sites, distance_col="metres")
    return int(held["iso3"].notna().sum())


def _timed(act: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    found = act()
    return time.perf_counter() - started, found


def joins() -> Iterator[Row]:
    """The three joins in turn on the same points."""
    layers, points = Catalogue(), places(JOINED)
    network = PlaceJoiner.from_catalogue(layers)
    chunks = [points.iloc[at : at + 50_000] for at in range(0, len(points), 50_000)]

    def ours() -> int:
        parts = [network.join(chunk) for chunk in chunks]
        return sum(int((part["ascn_country_basis"] == "inside").sum()) for part in parts)

    acts = {"ours": ours, "geopandas": lambda: _geopandas(points, layers)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "points.parquet"
        points.to_parquet(path)
        duck = _duckdb(path)
        times: dict[str, list[float]] = {}
        found: dict[str, int] = {}
        for _ in range(ROUNDS):
            for name, act in acts.items():
                seconds, found[name] = _timed(act)
                times.setdefault(name, []).append(seconds)
            if duck and duck.stdin and duck.stdout:
                duck.stdin.write("go\n")
                duck.stdin.flush()
                seconds, found["duckdb"] = json.loads(duck.stdout.readline())
                times.setdefault("duckdb", []).append(seconds)
        if duck:
            duck.communicate()
    middle = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in middle.items():
        said = f"{seconds:.1f} s, {seconds / middle['ours']:.2f} × ours, {found[name]:,} inside"
        what = f"country, city, agglomeration of {JOINED:,} points"
        shown = (Shown(f"{what}, s", name, seconds),)
        yield Row(f"{what}, {name}", said, f"{ROUNDS} in turn", shown)
    if not duck:
        yield Row("the same, DuckDB spatial", f"not measured: {DUCKDB} is not set")


def _duckdb(points: Path) -> subprocess.Popen[str] | None:
    interpreter = os.environ.get(DUCKDB)
    if not interpreter:
        return None
    process = subprocess.Popen(
        [interpreter, "-c", _QUERY, str(points), str(LAYERS_DIR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def commands() -> Iterator[Row]:
    """``python -m geo enrich`` on files of a million rows: seconds and peak memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = Scale.of(ROWS, ROWS // 10)
        points = places(rows)
        points.to_parquet(folder / "points.parquet", row_group_size=100_000)
        table = points.drop(columns="geometry")
        table.assign(lon=points.geometry.x, lat=points.geometry.y).to_csv(
            folder / "points.csv", index=False
        )
        points.head(rows // 10).to_parquet(folder / "tenth.parquet", row_group_size=100_000)
        for source, target in (
            ("tenth.parquet", "out.parquet"),
            ("points.parquet", "out.parquet"),
            ("points.parquet", "out.geojsonl"),
            ("points.parquet", "out.fgb"),
            ("points.parquet", "out.csv"),
            ("points.csv", "out.parquet"),
        ):
            seconds, peak, reader = _child(folder / source, folder / target)
            said = f"{seconds:.1f} s, at most {peak:.0f} MB to write and {reader:.0f} MB to read"
            yield Row(f"geo enrich {source} -o {target}", said, "1 run")


_COMMAND = """
import resource
import sys
from geo.cli import main
status = main(["enrich", sys.argv[1], "-o", sys.argv[2]])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak.split()[1], reader)
sys.exit(status)
"""


def _child(source: Path, target: Path) -> tuple[float, float, float]:
    """Seconds, and peak megabytes of the command and of the process that reads for it.

    The command counts its own, as ours would include what this process had before.
    """
    started = time.perf_counter()
    command = [sys.executable, "-c", _COMMAND, str(source), str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    peak, reader = (int(size) / 1_000 for size in done.stdout.split()[-2:])
    return seconds, peak, reader


def enrich_cost() -> Iterator[Row]:
    """Joins beside others', then whole files."""
    yield from joins()
    yield from commands()
