"""Hostile files of every format: one sentence or rows, within the limits, and nobody else waits."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Event, Thread

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.enrich import Source, enrich
from geo.enrich.bounded import reading
from geo.enrich.faults import Faults
from geo.enrich.limits import MEGABYTE, PAGE
from geo.enrich.pool import Pool
from geo.errors import BusyError, InputError, LimitError
from geo.i18n import speaking
from tests.e2e.conftest import ROOT
from tests.spoken import MARK, MARKED

TIGHT = replace(PAGE, memory=250, seconds=1, clock=20.0)
"""Less than a page allows, so that hostile files come to their end sooner."""

EXAMPLES = settings(max_examples=6, suppress_health_check=list(HealthCheck))
SMALL = b"name,lon,lat\nMonas,106.827,-6.175\n"


def asked(pool, network, catalogue, content, limits=TIGHT, **options):
    """Rows or the sentence of a refusal."""
    try:
        with reading(pool, Source("mine", content), network, limits=limits, **options) as found:
            return found.enriched(catalogue)
    except InputError as error:
        refusal = error
    assert "\n" not in str(refusal)
    assert str(refusal).endswith(".")
    return refusal


def readers(pool: Pool) -> list[int]:
    """The processes that read files at this moment."""
    try:
        listed = Path(f"/proc/{pool.pid}/task/{pool.pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(pid) for pid in listed.split()]


def private_mb(pid: int) -> float:
    """Memory of a process that is not of files."""
    lines = status_of(pid).splitlines()
    return next((int(at.split()[1]) / 1_024 for at in lines if at.startswith("RssAnon")), 0)


def status_of(pid: int) -> str:
    """What the kernel tells of a process; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@contextmanager
def watched(pool: Pool) -> Iterator[list[float]]:
    """The largest memory of a process that reads, beyond that of the one which forked it."""
    done, most = Event(), [0.0]

    def look() -> None:
        while not done.wait(0.005):
            before = private_mb(pool.pid)
            most.extend(private_mb(pid) - before for pid in readers(pool))

    thread = Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


@pytest.fixture(scope="module")
def bounded(pool, network, catalogue):
    """Ask, and see that memory and processor time stay within the limits, and others are served."""
    assert len(asked(pool, network, catalogue, SMALL).rows) == 1

    def ask(content: bytes):
        answers: list[object] = []

        def hostile() -> None:
            answers.append(asked(pool, network, catalogue, content))

        with watched(pool) as megabytes:
            thread = Thread(target=hostile)
            thread.start()
            other = asked(pool, network, catalogue, SMALL)
            thread.join()
        assert len(other.rows) == 1
        assert max(megabytes) < TIGHT.memory
        until(lambda: not readers(pool))
        return answers[0]

    return ask


def parquet(table: pa.Table, **options) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def places(rows: int, **columns) -> pa.Table:
    return pa.table({"lon": np.full(rows, 106.8), "lat": np.full(rows, -6.2), **columns})


def listed(rows: int, each: int) -> pa.Array:
    """Lists of nulls, which take a few bytes in a file."""
    offsets = pa.array(np.arange(rows + 1, dtype=np.int64) * (each // rows))
    return pa.LargeListArray.from_arrays(offsets, pa.nulls(each // rows * rows, pa.int8()))


def lists_of_nulls(rows: int, each: int) -> bytes:
    return parquet(places(rows, values=listed(rows, rows * each)), compression="zstd")


@pytest.mark.parametrize(("rows", "each"), [(1, 120_000_000), (4, 20_000_000)])
def test_parquet_of_a_kilobyte_with_millions_of_nulls_is_refused(rows, each, bounded):
    content = lists_of_nulls(rows, each)
    assert len(content) < 2_000
    error = bounded(content)
    assert isinstance(error, LimitError)
    assert "more than 250 MB of memory" in str(error)


@EXAMPLES
@given(data=st.data())
def test_parquet_of_any_nesting_and_repetition_is_rows_or_one_sentence(data, bounded):
    rows = data.draw(st.sampled_from([1, 10, 20_000]))
    long = "x" * data.draw(st.sampled_from([1, 1_000, 100_000]))
    kinds = {
        "dictionary": lambda: pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [long]),
        "list": lambda: listed(rows, 2_000_000),
        "struct": lambda: pa.array([{"a": {"b": [long]}}] * rows),
        "map": lambda: pa.array([[("k", 1)] * 3] * rows, pa.map_(pa.string(), pa.int8())),
        "runs": lambda: pa.array([long] * rows),
    }
    chosen = data.draw(st.lists(st.sampled_from(sorted(kinds)), max_size=3, unique=True))
    width = data.draw(st.sampled_from([1, 60]))
    columns = {
        f"{name}{n}": kinds[name]() for name in chosen for n in range(1 if rows > 10 else width)
    }
    codec = data.draw(st.sampled_from(["zstd", "gzip", "none"]))
    content = bytearray(parquet(places(rows, **columns), compression=codec))
    if data.draw(st.booleans()):  # a page or the footer that says something else
        at = data.draw(st.integers(4, len(content) - 9))
        content[at : at + 5] = data.draw(st.sampled_from([b"\xfe\xff\xff\xff\x0f", bytes(5)]))
    bounded(bytes(content))


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


@pytest.mark.parametrize("name", ["view", "view of another case"])
def test_geopackage_with_a_view_that_never_ends_is_refused(name, bounded):
    error = bounded(changed(*STATEMENTS[name]))
    assert isinstance(error, LimitError)
    assert "more than 1 seconds" in str(error)


@EXAMPLES
@given(names=st.sets(st.sampled_from(sorted(STATEMENTS.keys() - {"view"})), min_size=1, max_size=3))
def test_geopackage_that_runs_something_is_rows_or_one_sentence(names, bounded):
    bounded(changed(*(one for name in sorted(names) for one in STATEMENTS[name])))


LINES = [
    b"\n",
    b"a\n",
    b",,,,,\n",
    b'"\n',
    b"106.8,-6.2\n",
    b"x,106.8,-6.2\n",
    b"\0\n",
    b"1e999,x,y\n",
]


@EXAMPLES
@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=4),
    size=st.sampled_from([100, 2_000_000]),
)
def test_text_of_any_lines_is_rows_or_one_sentence(lines, size, bounded):
    unit = b"".join(lines)
    bounded(b"name,lon,lat\n" + unit * (size // len(unit)))


BEFORE = b'{"type":"FeatureCollection","features":['
FEATURE = (
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[106.8,-6.2]},"properties":%s}'
)


@EXAMPLES
@given(
    nest=st.sampled_from(
        [(b"[", b"]"), (b'{"a":', b"}"), (b'{"type":"GeometryCollection","geometries":[', b"]}")]
    ),
    depth=st.sampled_from([3, 250, 300, 1_000, 1_020, 1_000_000]),
    closed=st.booleans(),
    alone=st.booleans(),
)
def test_deeply_nested_json_is_rows_or_one_sentence(nest, depth, closed, alone, bounded):
    opening, closing = nest
    value = opening * depth + (b"1" + closing * depth if closed else b"")
    bounded(value if alone else BEFORE + FEATURE % value + b"]}")


@pytest.mark.parametrize("unit", [b"[],", b"null,"])
def test_json_of_millions_of_values_that_are_no_features_is_one_sentence(unit, bounded):
    content = BEFORE + unit * (20_000_000 // len(unit)) + b"0]}"
    assert isinstance(bounded(content), LimitError)


def test_rows_and_faults_are_those_of_reading_in_one_process(pool, network, catalogue):
    rows = pd.DataFrame(
        {
            "code": ["007", None, "x\u202ey", ""] * 20,
            "n": pd.array([1, None, 3, 4] * 20, dtype="Int64"),
            "share": [0.5, None, -1e300, 2] * 20,
            "yes": pd.array([True, None, False, True] * 20, dtype="boolean"),
            "id": [1, 2, 2, 4] * 20,
        }
    )
    shapes = gpd.points_from_xy([106.8, -6.2, 100.5, 0] * 20, [-6.2, 106.8, 13.7, 0] * 20)
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs="OGC:CRS84")
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    lines = b"\n".join(orjson.dumps(one) for one in orjson.loads(frame.to_json())["features"])
    for content in (buffer.getvalue(), lines, frame.to_json().encode(), frame.to_csv().encode()):
        source = Source("mine", content)
        if content == frame.to_csv().encode():
            source = Source("mine", content.replace(b"geometry", b"wkt"))
        alone = enrich(source, catalogue, network)
        with reading(pool, source, network) as found:
            shared = found.enriched(catalogue)
        pd.testing.assert_frame_equal(shared.rows, alone.rows)
        assert shared.faults == replace(alone.faults)
        assert (shared.choice, shared.notes) == (alone.choice, alone.notes)
        assert shared.layer.columns.keys() == alone.layer.columns.keys()


def test_every_fault_is_told_to_a_sink(pool, network, catalogue):
    told: list[object] = []
    faults = Faults(sink=told.append)
    source = Source("mine", SMALL + b"x,y,z\n" * 5_000)
    with reading(pool, source, network, faults=faults) as found:
        found.enriched(catalogue)
    assert len(told) == 10_000
    assert len(faults.listed) == faults.most
    assert faults.aside == 5_000


def test_result_beyond_its_limit_is_refused(pool, network, catalogue):
    error = asked(pool, network, catalogue, SMALL * 1_000, replace(PAGE, result=0.05))
    assert isinstance(error, LimitError)
    assert "MB of rows" in str(error)


def test_refusal_speaks_the_readers_language(pool, network, catalogue):
    with speaking(MARKED):
        error = asked(pool, network, catalogue, SMALL * 10, replace(PAGE, rows=3))
    assert str(error).startswith(MARK)


@pytest.mark.parametrize("system", ["EPSG:3857", "EPSG:24877", "EPSG:3414", "EPSG:4326"])
def test_reference_systems_are_looked_up_though_no_file_can_be_opened(
    system, pool, network, catalogue
):
    frame = gpd.read_file(io.BytesIO(geopackage())).to_crs(system)
    buffer = io.BytesIO()
    pyogrio.write_dataframe(frame, buffer, driver="GPKG", layer="mine")
    found = asked(pool, network, catalogue, buffer.getvalue())
    assert found.rows["ascn_iso3"].tolist() == ["IDN", "VNM"]


def test_worker_has_one_thread_as_it_forks(pool, network, catalogue):
    asked(pool, network, catalogue, SMALL)
    assert len(os.listdir(f"/proc/{pool.pid}/task")) == 1


def test_file_that_waits_too_long_for_others_is_told_so(network, catalogue):
    with Pool(at_once=1, patience=0.2) as pool:
        asked(pool, network, catalogue, SMALL)
        slow = Thread(target=asked, args=(pool, network, catalogue, changed(*STATEMENTS["view"])))
        slow.start()
        until(lambda: readers(pool))
        error = asked(pool, network, catalogue, SMALL)
        slow.join()
        assert isinstance(error, BusyError)
        assert "files of other readers" in str(error)
        assert len(asked(pool, network, catalogue, SMALL).rows) == 1


def until(true, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_dead_worker_is_replaced_and_takes_its_readers_along(network, catalogue):
    with Pool() as pool:
        asked(pool, network, catalogue, SMALL)
        answers: list[object] = []
        content = changed(*STATEMENTS["view"])

        def slow() -> None:
            answers.append(asked(pool, network, catalogue, content, replace(PAGE, seconds=60)))

        thread = Thread(target=slow)
        thread.start()
        until(lambda: readers(pool))
        [reader], before = readers(pool), pool.pid
        os.kill(before, signal.SIGKILL)
        thread.join(10)
        assert isinstance(answers[0], BusyError)
        until(lambda: not Path(f"/proc/{reader}").exists())
        assert len(asked(pool, network, catalogue, SMALL).rows) == 1
        assert pool.pid != before


def test_file_whose_reader_is_gone_is_read_no_further(pool, network):
    content = changed(*STATEMENTS["view"])
    with reading(pool, Source("mine", content), network, limits=replace(PAGE, seconds=60)):
        until(lambda: readers(pool))
    until(lambda: not readers(pool))


_OWNER = """
import sys, time
from geo.enrich import Network, Source
from geo.enrich.bounded import reading
from geo.enrich.pool import Pool
from geo.layers import Catalogue
pool = Pool()
with reading(pool, Source("mine", sys.stdin.buffer.read()), Network.of(Catalogue())) as found:
    print(pool.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_its_owner_is_killed(end):
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with owner:
        owner.stdin.write(changed(*STATEMENTS["view"]))
        owner.stdin.close()
        worker = int(owner.stdout.readline())
        until(lambda: Path(f"/proc/{worker}/task/{worker}/children").read_text())
        [reader] = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        owner.send_signal(end)
        owner.wait(10)
    until(lambda: not alive(worker) and not alive(int(reader)))


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_process_that_reads_can_open_nothing_and_has_no_rights(network, pool):
    content = changed(*STATEMENTS["view"])
    limits = replace(PAGE, seconds=60)
    with reading(pool, Source("mine", content), network, limits=limits):
        until(lambda: any("NoNewPrivs:\t1" in text for text in map(status_of, readers(pool))))
        [pid] = readers(pool)
        said = Path(f"/proc/{pid}/limits").read_text()
        status = status_of(pid)
    hard = {line[:26].strip(): line[47:66].strip() for line in said.splitlines()}
    assert hard["Max open files"] == hard["Max file size"] == hard["Max core file size"] == "0"
    assert int(hard["Max address space"]) < (PAGE.memory + 1_000) * MEGABYTE
    assert "NoNewPrivs:\t1" in status
    assert "Uid:\t0" not in status
