"""Rows in small batches of Arrow columns, and text of all their columns woven at once.

An export never holds a text or table of all its rows: it takes a frame batch by batch, a few
batches ahead in threads (Arrow works outside Python's lock), and gives their bytes in order.
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
"""Rows of a batch: what :func:`weave` handles then stays in the processor's cache, which makes it
more than twice as fast as with 65,536."""

BYTES = 8 << 20
"""Attributes of a batch of several rows; longer texts make batches of fewer rows."""

TEXT = pa.large_string()


@dataclass(frozen=True)
class Batch:
    """Consecutive rows: attributes, geometries (none for a table), place of the first row."""

    attributes: pa.RecordBatch
    geometries: Geometries | None
    start: int

    def __len__(self) -> int:
        return int(self.attributes.num_rows)


def arrow(attributes: pd.DataFrame) -> pa.Table:
    """Columns of a frame in Arrow, NaN as null; mostly the frame's own memory.

    A column of what Arrow has no type for, such as lists of unlike values, becomes JSON text of
    type ``binary``.
    """
    columns = {str(name): _column(attributes[name]) for name in attributes.columns}
    metadata = pa.Schema.from_pandas(attributes.iloc[:0], preserve_index=False).metadata
    return pa.table(columns).replace_schema_metadata(metadata)


def _column(values: pd.Series) -> pa.Array | pa.ChunkedArray:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        said = (orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY) for value in values)
        return pa.array(list(said), type=pa.binary())


def cut(
    table: pa.Table, rows: int, geometries: Geometries | None = None, most: int = ROWS
) -> Iterator[Batch]:
    """Batches of at most ``most`` rows and, beyond one row, about :data:`BYTES`.

    ``rows`` is the number of rows, which a table without columns does not know.
    """
    waiting = deque((at, min(most, rows - at)) for at in range(0, rows, most))
    while waiting:
        at, count = waiting.popleft()
        part = table.slice(at, count)
        if count > 1 and part.nbytes > BYTES:
            half = count // 2
            waiting.extendleft([(at + half, count - half), (at, half)])
            continue
        if table.num_columns:
            whole = part.combine_chunks().to_batches()[0]
        else:
            whole = pa.RecordBatch.from_struct_array(pa.array([{}] * count, type=pa.struct([])))
        yield Batch(whole, None if geometries is None else geometries[at : at + count], at)


def rows_of(table: pa.Table, size: int, most: int) -> int:
    """How many rows of a table have about ``size`` bytes: from one to ``most``."""
    of_size = size * max(1, int(table.num_rows)) // max(1, int(table.nbytes))
    return max(1, min(most, of_size))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="export")


def meanwhile(work: Callable[[A], B], item: A) -> Future[B]:
    """``work`` done on an item in a thread."""
    return _pool().submit(work, item)


def in_order(work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """``work`` done on each item in threads, results in the items' order, a few ahead at most."""
    waiting: deque[Future[B]] = deque()
    try:
        for item in items:
            waiting.append(meanwhile(work, item))
            if len(waiting) > (os.cpu_count() or 1) + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@dataclass(frozen=True)
class Either:
    """Piece of a row that depends on the row: ``yes`` where ``where`` is true, else ``no``."""

    where: npt.NDArray[np.bool_]
    yes: str | pa.Array
    no: str | pa.Array = ""


Piece: TypeAlias = str | pa.Array | Either
"""The same text in every row, a text of its own for each (nothing where it is null), or either."""


def weave(pieces: Sequence[Piece], rows: int) -> bytes:
    """The pieces of the first row one after the other, then those of the second, and so on.

    All texts are laid into one Arrow array and taken from it in the order of the result, whose
    memory then is the result: five times as fast as Arrow's own join of columns.
    """
    texts: list[pa.Array] = []
    words: dict[str, int] = {}
    own = sum(_arrays(piece) for piece in pieces) * rows
    order = np.empty((rows, len(pieces)), dtype=np.int64)

    def place(text: str | pa.Array) -> npt.NDArray[np.int64] | int:
        if isinstance(text, str):
            return own + words.setdefault(text, len(words))
        texts.append(text.cast(TEXT))
        return np.arange((len(texts) - 1) * rows, len(texts) * rows)

    for at, piece in enumerate(pieces):
        if isinstance(piece, Either):
            order[:, at] = np.where(piece.where, place(piece.yes), place(piece.no))
        else:
            order[:, at] = place(piece)
    source = pa.concat_arrays([*texts, pa.array(list(words), type=TEXT)])
    woven = source.take(pa.array(order.ravel()))
    _, offsets, content = woven.buffers()
    if content is None:
        return b""
    length = int(np.frombuffer(offsets, dtype=np.int64)[len(woven)])
    return bytes(memoryview(content)[:length])


def _arrays(piece: Piece) -> int:
    if isinstance(piece, Either):
        return _arrays(piece.yes) + _arrays(piece.no)
    return 0 if isinstance(piece, str) else 1


def valid(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Where values are not null."""
    return np.asarray(values.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def is_text(values: pa.Array) -> bool:
    """Whether values are text."""
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def number_text(values: pa.Array) -> pa.Array:
    """Numbers as the shortest text that reads back as the same number; what is not finite is null.

    A float keeps its point (``100.0``), so that a reader who guesses types finds a float.
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


Bytes = npt.NDArray[np.bool_]
"""For each byte, whether it is among those looked for."""


def among(signs: str | bytes) -> Bytes:
    """The bytes that signs in UTF-8 are made of."""
    table = np.zeros(256, dtype=bool)
    table[list(signs.encode() if isinstance(signs, str) else signs)] = True
    return table


def _in_memory(values: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Where each text begins and the last one ends, and the bytes of all."""
    texts = values.cast(TEXT)
    _, offsets, content = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return ends, np.frombuffer(content or b"", dtype=np.uint8)


def holds(values: pa.Array, signs: Bytes) -> bool:
    """Whether a byte of any text is among ``signs``: mostly none is, which costs next to nothing
    to know, so that a search of each text can be spared."""
    ends, content = _in_memory(values)
    return bool(signs[content[ends[0] : ends[-1]]].any())


def starts(values: pa.Array, signs: Bytes) -> bool:
    """Whether the first byte of any text is among ``signs``."""
    ends, content = _in_memory(values)
    return bool(signs[content[ends[:-1][ends[:-1] < ends[1:]]]].any())


def matching(values: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    """Where texts match ``pattern`` (RE2)."""
    found = pc.fill_null(pc.match_substring_regex(values, pattern), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def replaced(values: pa.Array, pattern: str, change: Callable[[str], str]) -> pa.Array:
    """Texts, those that match ``pattern`` (RE2) changed."""
    found = matching(values, pattern)
    if not found.any():
        return values
    changed = [change(text) for text in values.filter(pa.array(found)).to_pylist()]
    return pc.replace_with_mask(values, pa.array(found), pa.array(changed, type=values.type))


def swapped(values: pa.Array, signs: Mapping[str, str]) -> pa.Array:
    """Texts with each sign replaced, one sign after the other."""
    for sign, other in signs.items():
        values = pc.replace_substring(values, sign, other)
    return values


def joined(chunks: Iterable[bytes], size: int = 1 << 20) -> Iterator[bytes]:
    """The same bytes in chunks of at least ``size``, the last aside."""
    held: list[Any] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)
