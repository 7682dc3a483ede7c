"""The worker and its forked processes: sandbox, exit and responses."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import geopandas as gpd
import orjson
import pandas as pd
import pyogrio
import pytest

from geo.enrich import UserFile, enrich
from geo.enrich.bounded import read_bounded
from geo.enrich.faults import ValidationReport
from geo.enrich.limits import MEGABYTE, PAGE
from geo.enrich.pool import WorkerPool
from geo.errors import BusyError, LimitError
from geo.i18n import use_language
from tests.e2e.conftest import ROOT
from tests.geo.hostile import (
    SMALL,
    STATEMENTS,
    alive,
    changed,
    geopackage,
    read_in_worker,
    readers,
    status_of,
    until,
)
from tests.pseudolocale import MARK, MARKED


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
        source = UserFile("mine", content)
        if content == frame.to_csv().encode():
            source = UserFile("mine", content.replace(b"geometry", b"wkt"))
        alone = enrich(source, catalogue, network)
        with read_bounded(pool, source, network) as found:
            shared = found.enriched(catalogue)
        pd.testing.assert_frame_equal(shared.rows, alone.rows)
        assert shared.faults == replace(alone.faults)
        assert (shared.choice, shared.notes) == (alone.choice, alone.notes)
        assert shared.layer.columns.keys() == alone.layer.columns.keys()


def test_every_fault_is_told_to_a_sink(pool, network, catalogue):
    sent: list[object] = []
    faults = ValidationReport(sink=sent.append)
    source = UserFile("mine", SMALL + b"x,y,z\n" * 5_000)
    with read_bounded(pool, source, network, faults=faults) as found:
        found.enriched(catalogue)
    assert len(sent) == 10_000
    assert len(faults.listed) == faults.max_listed
    assert faults.aside == 5_000


def test_result_beyond_its_limit_is_refused(pool, network, catalogue):
    error = read_in_worker(pool, network, catalogue, SMALL * 1_000, replace(PAGE, result=0.05))
    assert isinstance(error, LimitError)
    assert "MB of rows" in str(error)


def test_refusal_speaks_the_readers_language(pool, network, catalogue):
    with use_language(MARKED):
        error = read_in_worker(pool, network, catalogue, SMALL * 10, replace(PAGE, rows=3))
    assert str(error).startswith(MARK)


@pytest.mark.parametrize("system", ["EPSG:3857", "EPSG:24877", "EPSG:3414", "EPSG:4326"])
def test_reference_systems_are_looked_up_though_no_file_can_be_opened(
    system, pool, network, catalogue
):
    frame = gpd.read_file(io.BytesIO(geopackage())).to_crs(system)
    buffer = io.BytesIO()
    pyogrio.write_dataframe(frame, buffer, driver="GPKG", layer="mine")
    found = read_in_worker(pool, network, catalogue, buffer.getvalue())
    assert found.rows["ascn_iso3"].tolist() == ["IDN", "VNM"]


def test_worker_has_one_thread_as_it_forks(pool, network, catalogue):
    read_in_worker(pool, network, catalogue, SMALL)
    assert len(os.listdir(f"/proc/{pool.pid}/task")) == 1


def test_file_that_waits_too_long_for_others_is_told_so(network, catalogue):
    with WorkerPool(max_concurrent=1, queue_seconds=0.2) as pool:
        read_in_worker(pool, network, catalogue, SMALL)
        slow = Thread(
            target=read_in_worker, args=(pool, network, catalogue, changed(*STATEMENTS["view"]))
        )
        slow.start()
        until(lambda: readers(pool))
        error = read_in_worker(pool, network, catalogue, SMALL)
        slow.join()
        assert isinstance(error, BusyError)
        assert "Other users' files are being read" in str(error)
        assert len(read_in_worker(pool, network, catalogue, SMALL).rows) == 1


def test_idle_worker_ends_and_the_next_file_starts_another(network, catalogue):
    with WorkerPool(idle_seconds=0.05) as pool:
        for _ in range(2):
            assert len(read_in_worker(pool, network, catalogue, SMALL).rows) == 1
            until(lambda: not pool.pid)


def test_dead_worker_is_replaced_and_takes_its_readers_along(network, catalogue):
    with WorkerPool() as pool:
        read_in_worker(pool, network, catalogue, SMALL)
        answers: list[object] = []
        content = changed(*STATEMENTS["view"])

        def slow() -> None:
            answers.append(
                read_in_worker(pool, network, catalogue, content, replace(PAGE, seconds=60))
            )

        thread = Thread(target=slow)
        thread.start()
        until(lambda: readers(pool))
        [reader], before = readers(pool), pool.pid
        os.kill(before, signal.SIGKILL)
        thread.join(10)
        assert isinstance(answers[0], BusyError)
        until(lambda: not Path(f"/proc/{reader}").exists())
        assert len(read_in_worker(pool, network, catalogue, SMALL).rows) == 1
        assert pool.pid != before


def test_file_whose_reader_is_gone_is_read_no_further(pool, network):
    content = changed(*STATEMENTS["view"])
    with read_bounded(pool, UserFile("mine", content), network, limits=replace(PAGE, seconds=60)):
        until(lambda: readers(pool))
    until(lambda: not readers(pool))


_OWNER = """
import sys, time
from geo.enrich import PlaceJoiner, UserFile
from geo.enrich.bounded import read_bounded
from geo.enrich.pool import WorkerPool
from geo.layers.catalogue import Catalogue
pool = WorkerPool()
places = UserFile("mine", sys.stdin.buffer.read())
joiner = PlaceJoiner.from_catalogue(Catalogue())
with read_bounded(pool, places, joiner):
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


def hard_limits(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return {line[:26].strip(): line[47:66].strip() for line in lines}


def test_process_that_reads_can_open_nothing_and_has_no_rights(network, pool):
    content = changed(*STATEMENTS["view"])
    limits = replace(PAGE, seconds=60)
    with read_bounded(pool, UserFile("mine", content), network, limits=limits):
        until(lambda: readers(pool))
        [pid] = readers(pool)
        until(lambda: hard_limits(pid)["Max open files"] == "0")  # the last right that it gives up
        hard, status = hard_limits(pid), status_of(pid)
    assert hard["Max open files"] == hard["Max file size"] == hard["Max core file size"] == "0"
    assert int(hard["Max address space"]) < (PAGE.memory + 1_000) * MEGABYTE
    assert "NoNewPrivs:\t1" in status
    assert "Uid:\t0" not in status
