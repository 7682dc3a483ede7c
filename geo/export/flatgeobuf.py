"""FlatGeobuf: features by GDAL, packed along a Hilbert curve under an index of our own making.

GDAL's own index takes longer than all the rest of the file, since it works out the curve anew each
time it compares two rows. Here rows come along the curve, GDAL writes them without an index, and
the packed R-tree is laid before them: a few passes over arrays. The format is described at
https://flatgeobuf.org; of the same rows in the same order GDAL makes the same bytes.
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

from geo.export.batches import BYTES, Batch, in_order, meanwhile, rows_of
from geo.export.file import CHUNK
from geo.export.geometry import along_curve, wkb
from geo.export.ogr import GEOMETRY, ROWS, encoded, table_of, written
from geo.export.record import Record
from geo.schema.declare import Layer

Rows: TypeAlias = npt.NDArray[np.int64]
"""Places of rows in their frame."""

Boxes: TypeAlias = npt.NDArray[np.float64]
"""West, south, east, north of each feature, a row each."""

_NODE = np.dtype([("box", "<f8", 4), ("at", "<u8")])
"""A node of the index: west, south, east, north; first byte of the feature among the features, or
number of the first child among the nodes."""

_CHILDREN = 16
"""Children of a node, as readers take for granted where a header does not tell."""

_MAGIC = 8
_ENVELOPE, _FEATURES = 1, 8
"""Places of two fields in the header's table."""


def write(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write rows as FlatGeobuf; title, description, record and meaning of columns in its header.

    The rows are packed along a Hilbert curve under a spatial index, so that a reader can fetch a
    bounding box by ranges of bytes. Without a geometry in some row there is no index, and the
    rows keep their order. NUL characters and boundaries as in :func:`geo.export.ogr.geopackage`.
    """
    assert isinstance(frame, gpd.GeoDataFrame)
    shapes = np.asarray(frame.geometry.array)
    table, schema = table_of(frame, layer)
    # Geometries are read in the order in which they lie in memory, four times as fast.
    content = meanwhile(wkb, shapes)
    whole = len(shapes) > 0 and not (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any()
    order = along_curve(shapes) if whole else np.arange(len(shapes))
    table = table.append_column(schema.field(GEOMETRY), content.result())

    def features(rows: Rows, target: Path, index: bool) -> None:
        options = {
            "TITLE": layer.title,
            "DESCRIPTION": layer.description,
            "SPATIAL_INDEX": "YES" if index else "NO",
        }
        batches = in_order(partial(_taken, table, schema), _portions(table, rows))
        written(schema, batches, layer, record, target, "FlatGeobuf", options)

    if not whole:
        features(order, path, index=False)
        return
    boxes = meanwhile(shapely.bounds, shapes)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        first, rest = Path(folder) / "first.fgb", Path(folder) / "all.fgb"
        features(order[:1], first, index=True)
        features(order, rest, index=False)
        packed(first, rest, boxes.result()[order], path)


def packed(first: Path, features: Path, boxes: Boxes, path: Path) -> None:
    """Put an index before features.

    Parameters
    ----------
    first
        FlatGeobuf of the first feature alone, with an index: its header becomes that of all.
    features
        FlatGeobuf of all features, without an index.
    boxes
        Their bounding boxes in the same order, along a curve: west, south, east, north.
    path
        File to write.
    """
    with first.open("rb") as file:
        header = _header(file)
    _set(header, boxes)
    sizes = _levels(len(boxes))
    with features.open("rb") as file, path.open("wb") as target:
        _header(file)
        target.seek(len(header) + sum(sizes) * _NODE.itemsize)
        starts = _copied(file, target)
        target.seek(0)
        target.write(header)
        target.write(_index(boxes, starts, sizes).view(np.uint8).data)


def _header(file: BinaryIO) -> bytearray:
    """Everything that stands before the index or, where there is none, the features."""
    begin = file.read(_MAGIC + 4)
    return bytearray(begin + file.read(int.from_bytes(begin[_MAGIC:], "little")))


def _set(header: bytearray, boxes: Boxes) -> None:
    """Put number and envelope of the features into a header that has those of others.

    The header is a FlatBuffer: its table points back to a list of where each field stands.
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


def _copied(file: BinaryIO, target: BinaryIO) -> array[int]:
    """Copy all features; the first byte of each among them, which tell their lengths first."""
    starts, at, before = array("Q"), 0, 0
    while chunk := file.read(CHUNK):
        target.write(chunk)
        words = memoryview(chunk).cast("I")  # lengths are whole numbers of words
        while at < len(words):
            starts.append(4 * (before + at))
            at += 1 + words[at] // 4
        before += len(words)
        at -= len(words)
    return starts


def _levels(features: int) -> list[int]:
    """Nodes of each level of the index, from one for each feature up to the root."""
    sizes = [features]
    while len(sizes) == 1 or sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // _CHILDREN))
    return sizes


def _index(boxes: Boxes, starts: array[int], sizes: list[int]) -> npt.NDArray[np.void]:
    """The packed R-tree: from the root down to the features, level by level."""
    nodes = np.empty(sum(sizes), dtype=_NODE)
    first = len(nodes) - len(boxes)
    nodes["box"][first:], nodes["at"][first:] = boxes, starts
    for children, size in itertools.pairwise(sizes):
        each = np.arange(0, children, _CHILDREN)
        below = nodes["box"][first : first + children]
        level = nodes[first - size : first]
        level["at"] = first + each
        level["box"][:, :2] = np.minimum.reduceat(below[:, :2], each)
        level["box"][:, 2:] = np.maximum.reduceat(below[:, 2:], each)
        first -= size
    return nodes


def _portions(table: pa.Table, order: Rows) -> Iterator[Rows]:
    """The places of the rows in batches, of fewer rows where they have long texts."""
    most = rows_of(table, BYTES, ROWS)
    return (order[at : at + most] for at in range(0, len(order), most))


def _taken(table: pa.Table, schema: pa.Schema, rows: Rows) -> pa.RecordBatch:
    [taken] = table.take(rows).combine_chunks().to_batches()
    return encoded(Batch(taken, None, 0), schema)
