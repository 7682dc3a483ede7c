"""Batches of Arrow columns, and interleaved text."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.export import batches
from geo.export.batches import (
    Either,
    arrow,
    interleave,
    map_in_threads,
    number_text,
    rechunked,
    replace_matches,
    to_batches,
)

WORDS = st.lists(st.none() | st.text(max_size=5), min_size=1, max_size=20)


@given(WORDS, st.text(max_size=5), st.text(max_size=5), st.randoms())
def test_woven_text_is_the_pieces_of_each_row_in_turn(words, before, after, chance):
    where = np.array([chance.random() < 0.5 for _ in words])
    values = pa.array(words, type=pa.string())
    other = pa.array([word and word.upper() for word in words], type=pa.large_string())
    pieces = [before, values, Either(where, after, other), before]
    rows = [
        before + (word or "") + (after if yes else (word or "").upper()) + before
        for word, yes in zip(words, where, strict=True)
    ]
    assert interleave(pieces, len(words)) == "".join(rows).encode()


def test_nothing_but_nulls_weaves_to_nothing():
    assert interleave([pa.array([None, None], type=pa.string())], 2) == b""


def test_batches_are_all_rows_in_order_whatever_the_chunks_of_the_table():
    rows = 2 * batches.ROWS + 10
    table = pa.table({"n": pa.chunked_array([list(range(5_000)), list(range(5_000, rows))])})
    result = list(to_batches(table, rows))
    assert [len(batch) for batch in result] == [batches.ROWS, batches.ROWS, 10]
    assert [batch.start for batch in result] == [0, batches.ROWS, 2 * batches.ROWS]
    numbers = itertools.chain.from_iterable(b.attributes.column(0).to_pylist() for b in result)
    assert list(numbers) == list(range(rows))


def test_long_texts_make_short_batches():
    table = pa.table({"text": ["x" * 1_000_000] * 40})
    result = list(to_batches(table, 40))
    assert max(batch.attributes.nbytes for batch in result) <= batches.BYTES
    assert sum(map(len, result)) == 40


def test_table_without_columns_keeps_its_rows():
    assert [len(batch) for batch in to_batches(arrow(pd.DataFrame(index=range(3))), 3)] == [3]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1, None, -7], ["1", None, "-7"]),
        ([1.5, None, float("nan"), float("inf"), -0.25], ["1.5", None, None, None, "-0.25"]),
        ([100.0, 1e22, 1e-7, -0.0], ["100.0", "1e+22", "1e-7", "-0.0"]),
        ([True, False], ["true", "false"]),
    ],
)
def test_number_is_the_shortest_text_that_is_that_number(values, text):
    assert number_text(pa.array(values)).to_pylist() == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_text_of_a_float_reads_back_as_the_same_and_as_a_float(value):
    [text] = number_text(pa.array([value])).to_pylist()
    assert float(text) == value
    assert any(sign in text for sign in ".e")


def test_texts_that_do_not_match_are_not_copied():
    values = pa.array(["a", None], type=pa.large_string())
    assert replace_matches(values, "x", str.upper) is values
    assert replace_matches(values, "a", str.upper).to_pylist() == ["A", None]


def test_work_in_threads_keeps_its_order_and_runs_only_a_little_ahead():
    taken = []

    def numbers():
        for number in itertools.count():
            taken.append(number)
            yield number

    results = map_in_threads(lambda number: number * number, numbers())
    assert list(itertools.islice(results, 3)) == [0, 1, 4]
    results.close()
    assert len(taken) < 3 + 2 * (batches.os.cpu_count() or 1) + 2


def test_fault_of_work_in_a_thread_is_raised_where_its_result_is_taken():
    results = map_in_threads(lambda number: 1 // number, [1, 0, 1])
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_chunks_are_joined_to_a_size_and_lose_nothing():
    assert list(rechunked([b"ab", b"c", b"def", b"g"], size=3)) == [b"abc", b"def", b"g"]
    assert list(rechunked([], size=3)) == []
