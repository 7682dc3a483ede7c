"""FlatGeobuf: features written by GDAL in Hilbert order, with a spatial index built here.

GDAL's own index takes longer than the rest of the file, since it recomputes the curve for every
comparison of two rows. Here the rows are sorted along the curve, GDAL writes them without an index,
and the packed R-tree is inserted before them in a few passes over arrays. The format is described
at https://flatgeobuf.org; GDAL writes the same bytes for the same rows in the same order.
"""

from __future__ import annotations

import itertools
import struct
import tempfile
from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from geo.export.batches import BYTES, Batch, map_in_threads, rows_per_batch, submit
from geo.export.file import CHUNK
from geo.export.geometry import along_curve, wkb
from geo.export.ogr import GEOMETRY, ROWS, prepare_batch, table_and_schema, write_batches
from geo.export.record import Record
from geo.schema.declare import Layer

Rows: TypeAlias = npt.NDArray[np.int64]
"""Positions of rows in their frame."""

Boxes: TypeAlias = npt.NDArray[np.float64]
"""West, south, east, north; one row per feature."""

_NODE = np.dtype([("box", "<f8", 4), ("at", "<u8")])
"""A node of the index: west, south, east, north; byte offset of the feature among the features, or
index of the first child among the nodes."""

_CHILDREN = 16
"""Children per node; the default that readers assume."""

_MAGIC = 8
_ENVELOPE, _FEATURES = 1, 8
"""Indices of two fields in the header's table."""


def write(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as FlatGeobuf; title, description, record and meaning of columns in its header.

    The rows are in Hilbert order with a spatial index, so that a client can fetch a bounding box
    by range requests. If any row lacks a geometry there is no index, and the rows keep their
    order. NUL characters and boundaries as in :func:`geo.export.ogr.geopackage`.
    """
    assert isinstance(frame, gpd.GeoDataFrame)
    shapes = np.asarray(frame.geometry.array)
    table, schema = table_and_schema(frame, layer)
    # Convert geometries in memory order, which is four times as fast.
    content = submit(wkb, shapes)
    whole = len(shapes) > 0 and not (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any()
    order = along_curve(shapes) if whole else np.arange(len(shapes))
    table = table.append_column(schema.field(GEOMETRY), content.result())

    def features(rows: Rows, target: Path, index: bool) -> None:
        options = {
            "TITLE": layer.title,
            "DESCRIPTION": layer.description,
            "SPATIAL_INDEX": "YES" if index else "NO",
        }
        batches = map_in_threads(partial(_take_rows, table, schema), _row_batches(table, rows))
        write_batches(schema, batches, layer, record, target, "FlatGeobuf", options)

    if not whole:
        features(order, path, index=False)
        return
    boxes = submit(shapely.bounds, shapes)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        first, rest = Path(folder) / "first.fgb", Path(folder) / "all.fgb"
        features(order[:1], first, index=True)
        features(order, rest, index=False)
        add_index(first, rest, boxes.result()[order], path)


def add_index(first: Path, features: Path, boxes: Boxes, path: Path) -> None:
    """Write a file with an index in front of the features.

    Parameters
    ----------
    first
        FlatGeobuf of the first feature alone, with an index: the source of the header.
    features
        FlatGeobuf of all features, without an index.
    boxes
        Their bounding boxes in the same order, along a curve: west, south, east, north.
    path
        File to write.
    """
    with first.open("rb") as file:
        header = _header(file)
    _set_extent(header, boxes)
    sizes = _levels(len(boxes))
    with features.open("rb") as file, path.open("wb") as target:
        _header(file)
        target.seek(len(header) + sum(sizes) * _NODE.itemsize)
        starts = _copy_features(file, target)
        target.seek(0)
        target.write(header)
        target.write(_index(boxes, starts, sizes).view(np.uint8).data)


def _header(file: BinaryIO) -> bytearray:
    """Everything before the index or, if there is none, the features."""
    begin = file.read(_MAGIC + 4)
    return bytearray(begin + file.read(int.from_bytes(begin[_MAGIC:], "little")))


def _set_extent(header: bytearray, boxes: Boxes) -> None:
    """Set number and envelope of the features in a header.

    The header is a FlatBuffer: its table points back to a vtable with the offset of each field.
    """
    start = _MAGIC + 4
    [table] = struct.unpack_from("<I", header, start)
    table += start
    [back] = struct.unpack_from("<i", header, table)

    def place(field: int) -> int:
        [offset] = struct.unpack_from("<H", header, table - back + 4 + 2 * field)
        return int(table + offset)

    struct.pack_into("<Q", header, place(_FEATURES), len(boxes))
    vector = place(_ENVELOPE)
    [offset] = struct.unpack_from("<I", header, vector)
    envelope = (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))
    struct.pack_into("<4d", header, vector + offset + 4, *envelope)


def _copy_features(file: BinaryIO, target: BinaryIO) -> array[int]:
    """Copy all features, each prefixed by its length, and return their byte offsets."""
    starts, position, before = array("Q"), 0, 0
    while chunk := file.read(CHUNK):
        target.write(chunk)
        words = memoryview(chunk).cast("I")  # lengths are whole numbers of words
        while position < len(words):
            starts.append(4 * (before + position))
            position += 1 + words[position] // 4
        before += len(words)
        position -= len(words)
    return starts


def _levels(features: int) -> list[int]:
    """Number of nodes per level of the index, from the leaves up to the root."""
    sizes = [features]
    while len(sizes) == 1 or sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // _CHILDREN))
    return sizes


def _index(boxes: Boxes, starts: array[int], sizes: list[int]) -> npt.NDArray[np.void]:
    """The packed R-tree, level by level from the root down to the features."""
    nodes = np.empty(sum(sizes), dtype=_NODE)
    first = len(nodes) - len(boxes)
    nodes["box"][first:], nodes["at"][first:] = boxes, starts
    for children, size in itertools.pairwise(sizes):
        firsts = np.arange(0, children, _CHILDREN)
        below = nodes["box"][first : first + children]
        level = nodes[first - size : first]
        level["at"] = first + firsts
        level["box"][:, :2] = np.minimum.reduceat(below[:, :2], firsts)
        level["box"][:, 2:] = np.maximum.reduceat(below[:, 2:], firsts)
        first -= size
    return nodes


def _row_batches(table: pa.Table, order: Rows) -> Iterator[Rows]:
    """The positions of the rows in batches, with fewer rows if they have long texts."""
    batch_rows = rows_per_batch(table, BYTES, ROWS)
    return (order[start : start + batch_rows] for start in range(0, len(order), batch_rows))


def _take_rows(table: pa.Table, schema: pa.Schema, rows: Rows) -> pa.RecordBatch:
    [batch] = table.take(rows).combine_chunks().to_batches()
    return prepare_batch(Batch(batch, None, 0), schema)
