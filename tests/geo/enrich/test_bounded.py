"""Hostile files of every format give rows or one message, within the limits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.enrich.pool import WorkerPool
from geo.errors import LimitError
from tests.examples import examples
from tests.geo.hostile import (
    SMALL,
    STATEMENTS,
    TIGHT,
    changed,
    private_mb,
    read_in_worker,
    readers,
    until,
)

EXAMPLES = settings(max_examples=examples(6), suppress_health_check=list(HealthCheck))


@contextmanager
def watched(pool: WorkerPool) -> Iterator[list[float]]:
    """Peak memory of a reading process, beyond that of its parent."""
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
    assert len(read_in_worker(pool, network, catalogue, SMALL).rows) == 1

    def ask(content: bytes):
        answers: list[object] = []

        def hostile() -> None:
            answers.append(read_in_worker(pool, network, catalogue, content))

        with watched(pool) as megabytes:
            thread = Thread(target=hostile)
            thread.start()
            other = read_in_worker(pool, network, catalogue, SMALL)
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
