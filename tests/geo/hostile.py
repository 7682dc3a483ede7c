"""Hostile files, and the state of the processes that read them."""

from __future__ import annotations

import io
import sqlite3
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import pyogrio

from geo.enrich import UserFile
from geo.enrich.bounded import read_bounded
from geo.enrich.limits import PAGE
from geo.enrich.pool import WorkerPool
from geo.errors import InputError

TIGHT = replace(PAGE, memory=250, seconds=1, clock=20.0)
"""Less than a page allows, so that hostile files come to their end sooner."""

SMALL = b"name,lon,lat\nMonas,106.827,-6.175\n"


def read_in_worker(pool, network, catalogue, content, limits=TIGHT, **options):
    """Rows or an error message."""
    try:
        with read_bounded(
            pool, UserFile("mine", content), network, limits=limits, **options
        ) as found:
            return found.enriched(catalogue)
    except InputError as error:
        refusal = error
    assert "\n" not in str(refusal)
    assert str(refusal).endswith(".")
    return refusal


def readers(pool: WorkerPool) -> list[int]:
    """The processes that are reading files now."""
    try:
        listed = Path(f"/proc/{pool.pid}/task/{pool.pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(pid) for pid in listed.split()]


def private_mb(pid: int) -> float:
    """Anonymous memory of a process, in MB."""
    lines = status_of(pid).splitlines()
    return next((int(at.split()[1]) / 1_024 for at in lines if at.startswith("RssAnon")), 0)


def status_of(pid: int) -> str:
    """The kernel's status of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT"
STATEMENTS = {
    "view": (
        "ALTER TABLE mine RENAME TO real",
        f"CREATE VIEW mine AS {ENDLESS} x AS fid, NULL AS geom FROM c",
    ),
    "view of another case": (
        "ALTER TABLE mine RENAME TO real",
        f"CREATE VIEW MiNe AS {ENDLESS} x AS fid, NULL AS geom FROM c",
    ),
    "contents": (
        "ALTER TABLE gpkg_contents RENAME TO real_contents",
        f"CREATE VIEW GPKG_contents AS {ENDLESS} 'mine' AS table_name, 'features' AS data_type, "
        "'mine' AS identifier, '' AS description, 1 AS srs_id FROM c",
    ),
    "systems": (
        "ALTER TABLE gpkg_spatial_ref_sys RENAME TO real_systems",
        f"CREATE VIEW gpkg_spatial_ref_sys AS {ENDLESS} x AS srs_id FROM c WHERE x < 0",
    ),
    "computed": ("ALTER TABLE mine ADD COLUMN big TEXT AS (hex(zeroblob(90000000)))",),
    "computed for ever": (
        "ALTER TABLE mine ADD COLUMN c INTEGER AS "
        "(length(replace(hex(zeroblob(9000000)), '0', 'ab')))",
    ),
    "computed in contents": (
        "ALTER TABLE gpkg_contents ADD COLUMN big TEXT AS (hex(zeroblob(90000000)))",
    ),
    "computed in systems": (
        "ALTER TABLE gpkg_spatial_ref_sys ADD COLUMN big TEXT AS (hex(zeroblob(90000000)))",
    ),
    "trigger": ("CREATE TRIGGER t AFTER INSERT ON mine BEGIN DELETE FROM mine; END",),
    "virtual": ("CREATE VIRTUAL TABLE other USING fts5(a)",),
    "long name": (f'ALTER TABLE mine ADD COLUMN "{"n" * 100_000}" TEXT',),
}


@cache
def geopackage() -> bytes:
    buffer = io.BytesIO()
    points = gpd.points_from_xy([106.827, 106.698], [-6.175, 10.772], crs="EPSG:4326")
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=points)
    pyogrio.write_dataframe(frame, buffer, driver="GPKG", layer="mine")
    return buffer.getvalue()


def changed(*statements: str) -> bytes:
    database = sqlite3.connect(":memory:")
    database.deserialize(geopackage())
    database.execute("PRAGMA legacy_alter_table=ON")
    for statement in statements:
        database.execute(statement)
    database.commit()
    return bytes(database.serialize())


def until(true, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie process does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
