"""Batches of Arrow columns, and vectorized text output.

An export never materializes the output of all its rows: it processes a frame batch by batch, a few
batches ahead in threads (Arrow releases the GIL), and yields their bytes in order.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

A = TypeVar("A")
B = TypeVar("B")

Geometries = npt.NDArray[np.object_]

ROWS = 4_096
"""Rows per batch: the data of :func:`interleave` then fits the processor's cache, which is more
than twice as fast as with 65,536."""

BYTES = 8 << 20
"""Maximum bytes of the attributes of a batch of several rows."""

TEXT = pa.large_string()


@dataclass(frozen=True)
class Batch:
    """Consecutive rows: attributes, geometries (``None`` for a table), index of the first row."""

    attributes: pa.RecordBatch
    geometries: Geometries | None
    start: int

    def __len__(self) -> int:
        return int(self.attributes.num_rows)


def arrow(attributes: pd.DataFrame) -> pa.Table:
    """Convert a frame to an Arrow table, mostly without copying; NaN becomes null.

    Columns without an Arrow type, such as lists of mixed values, become JSON text of type
    ``binary``.
    """
    columns = {str(name): _column(attributes[name]) for name in attributes.columns}
    metadata = pa.Schema.from_pandas(attributes.iloc[:0], preserve_index=False).metadata
    return pa.table(columns).replace_schema_metadata(metadata)


def _column(values: pd.Series) -> pa.Array | pa.ChunkedArray:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        encoded = (orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY) for value in values)
        return pa.array(list(encoded), type=pa.binary())


def to_batches(
    table: pa.Table, rows: int, geometries: Geometries | None = None, max_rows: int = ROWS
) -> Iterator[Batch]:
    """Split into batches of at most ``max_rows`` rows and about :data:`BYTES`, at least one row.

    ``rows`` is the number of rows, which a table without columns cannot tell.
    """
    waiting = deque((start, min(max_rows, rows - start)) for start in range(0, rows, max_rows))
    while waiting:
        start, count = waiting.popleft()
        part = table.slice(start, count)
        if count > 1 and part.nbytes > BYTES:
            half = count // 2
            waiting.extendleft([(start + half, count - half), (start, half)])
            continue
        if table.num_columns:
            whole = part.combine_chunks().to_batches()[0]
        else:
            whole = pa.RecordBatch.from_struct_array(pa.array([{}] * count, type=pa.struct([])))
        yield Batch(whole, None if geometries is None else geometries[start : start + count], start)


def rows_per_batch(table: pa.Table, size: int, limit: int) -> int:
    """Number of rows of a table that take about ``size`` bytes, from 1 to ``limit``."""
    rows = size * max(1, int(table.num_rows)) // max(1, int(table.nbytes))
    return max(1, min(limit, rows))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="export")


def submit(work: Callable[[A], B], item: A) -> Future[B]:
    """Run ``work`` on an item in the thread pool."""
    return _pool().submit(work, item)


def map_in_threads(work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """Map ``work`` over the items in threads, in order, a bounded number of items ahead."""
    waiting: deque[Future[B]] = deque()
    try:
        for item in items:
            waiting.append(submit(work, item))
            if len(waiting) > (os.cpu_count() or 1) + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@dataclass(frozen=True)
class Either:
    """Conditional piece of a row: ``yes`` where ``where`` is true, else ``no``."""

    where: npt.NDArray[np.bool_]
    yes: str | pa.Array
    no: str | pa.Array = ""


Piece: TypeAlias = str | pa.Array | Either
"""A constant text, one text per row (null is empty), or a choice of the two."""


def interleave(pieces: Sequence[Piece], rows: int) -> bytes:
    """Concatenate the pieces of the first row, then those of the second, and so on.

    All texts are put into one Arrow array and taken in the order of the result, whose value buffer
    is the output: five times as fast as Arrow's own join of columns.
    """
    texts: list[pa.Array] = []
    constants: dict[str, int] = {}
    text_count = sum(_arrays(piece) for piece in pieces) * rows
    order = np.empty((rows, len(pieces)), dtype=np.int64)

    def place(text: str | pa.Array) -> npt.NDArray[np.int64] | int:
        if isinstance(text, str):
            return text_count + constants.setdefault(text, len(constants))
        texts.append(text.cast(TEXT))
        return np.arange((len(texts) - 1) * rows, len(texts) * rows)

    for position, piece in enumerate(pieces):
        if isinstance(piece, Either):
            order[:, position] = np.where(piece.where, place(piece.yes), place(piece.no))
        else:
            order[:, position] = place(piece)
    source = pa.concat_arrays([*texts, pa.array(list(constants), type=TEXT)])
    interleaved = source.take(pa.array(order.ravel()))
    _, offsets, content = interleaved.buffers()
    if content is None:
        return b""
    length = int(np.frombuffer(offsets, dtype=np.int64)[len(interleaved)])
    return bytes(memoryview(content)[:length])


def _arrays(piece: Piece) -> int:
    if isinstance(piece, Either):
        return _arrays(piece.yes) + _arrays(piece.no)
    return 0 if isinstance(piece, str) else 1


def valid_mask(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Mask of the values that are not null."""
    return np.asarray(values.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def is_text(values: pa.Array) -> bool:
    """Whether values are text."""
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def number_text(values: pa.Array) -> pa.Array:
    """Numbers as the shortest text that round-trips; non-finite values are null.

    Floats keep their decimal point (``100.0``), so that type inference gives a float.
    """
    if not pa.types.is_floating(values.type):
        return values.cast(TEXT)
    finite = pc.if_else(pc.is_finite(values), values, None)
    text = finite.cast(TEXT)
    whole = pc.equal(pc.floor(finite), finite)
    if pc.any(whole).as_py():
        whole = pc.and_(whole, pc.invert(pc.match_substring(text, "e")))
        pointed = pc.binary_join_element_wise(text, pa.scalar(".0", TEXT), pa.scalar("", TEXT))
        text = pc.if_else(whole, pointed, text)
    return text


ByteMask = npt.NDArray[np.bool_]
"""Lookup table of 256 flags, one for each byte value."""


def byte_mask(chars: str | bytes) -> ByteMask:
    """Lookup table of the bytes of some characters in UTF-8."""
    table = np.zeros(256, dtype=bool)
    table[list(chars.encode() if isinstance(chars, str) else chars)] = True
    return table


def _text_buffers(values: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Offsets and value bytes of the texts."""
    texts = values.cast(TEXT)
    _, offsets, content = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return ends, np.frombuffer(content or b"", dtype=np.uint8)


def contains_any(values: pa.Array, mask: ByteMask) -> bool:
    """Whether any text contains a byte of ``mask``.

    A cheap check that avoids a search of each text in the usual case that none does.
    """
    ends, content = _text_buffers(values)
    return bool(mask[content[ends[0] : ends[-1]]].any())


def starts_with_any(values: pa.Array, mask: ByteMask) -> bool:
    """Whether any text starts with a byte of ``mask``."""
    ends, content = _text_buffers(values)
    return bool(mask[content[ends[:-1][ends[:-1] < ends[1:]]]].any())


def match_mask(values: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    """Mask of the texts that match ``pattern`` (RE2)."""
    matches = pc.fill_null(pc.match_substring_regex(values, pattern), False)
    return np.asarray(matches.to_numpy(zero_copy_only=False), dtype=bool)


def replace_matches(values: pa.Array, pattern: str, change: Callable[[str], str]) -> pa.Array:
    """Apply ``change`` to the texts that match ``pattern`` (RE2)."""
    matches = match_mask(values, pattern)
    if not matches.any():
        return values
    changed = [change(text) for text in values.filter(pa.array(matches)).to_pylist()]
    return pc.replace_with_mask(values, pa.array(matches), pa.array(changed, type=values.type))


def escape_chars(values: pa.Array, replacements: Mapping[str, str]) -> pa.Array:
    """Replace characters in the texts, one after the other."""
    for char, replacement in replacements.items():
        values = pc.replace_substring(values, char, replacement)
    return values


def rechunked(chunks: Iterable[bytes], size: int = 1 << 20) -> Iterator[bytes]:
    """Merge chunks into larger ones of at least ``size`` bytes, except the last."""
    pending: list[Any] = []
    length = 0
    for chunk in chunks:
        pending.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(pending)
            pending, length = [], 0
    if pending:
        yield b"".join(pending)
