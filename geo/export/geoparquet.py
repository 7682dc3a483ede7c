"""GeoParquet 1.1, or plain Parquet for tables without geometry."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.export.batches import Geometries, arrow, is_text, map_in_threads
from geo.export.geometry import bounding_boxes, chunked, extent, wkb
from geo.export.record import Record
from geo.layers.files import ROW_GROUP_ROWS
from geo.schema.declare import Layer
from geo.vocabulary import CRS

MAX_GROUP_ROWS = 65_536
COMPRESSION_LEVEL = 1
"""zstd level. For points, level 3 saves 5% of the size for 20% more time; level 12, used for the
layers in the repository, saves 13% and takes five times as long."""

BBOX = "bbox"


class _Sink(io.RawIOBase):
    """Write-only file whose content can be drained while it is written."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.length

    def write(self, content: Any) -> int:
        self.parts.append(bytes(content))
        self.length += len(self.parts[-1])
        return len(self.parts[-1])

    def drain(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Stream rows as Parquet, with the record in the metadata under ``layer``.

    Geometries are WKB in OGC:CRS84 with a bounding-box covering column. Row groups have
    :data:`geo.layers.files.ROW_GROUP_ROWS` rows, more in large files, so that a reader can skip by
    bounding box.
    """
    sink = _Sink()
    for _ in _write_groups(pa.PythonFile(sink, mode="w"), frame, layer, record):
        yield sink.drain()


def write(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """Write the output of :func:`stream` to a file."""
    for _ in _write_groups(str(path), frame, layer, record):
        pass


def _write_groups(
    target: str | pa.NativeFile, frame: pd.DataFrame, layer: Layer, record: Record
) -> Iterator[None]:
    """Write rows as Parquet, yielding after each row group and at the end."""
    is_geometry = [isinstance(dtype, gpd.array.GeometryDtype) for dtype in frame.dtypes]
    shapes = {
        str(name): np.asarray(frame[name].array)
        for name, shape in zip(frame.columns, is_geometry, strict=True)
        if shape
    }
    table = arrow(pd.DataFrame(frame.drop(columns=list(shapes))))
    names = [str(name) for name in frame.columns]
    rows = min(MAX_GROUP_ROWS, max(ROW_GROUP_ROWS, len(frame) // 16))
    group = partial(_group, table=table, shapes=shapes, names=names, rows=rows)
    groups = map_in_threads(group, range(0, len(frame), rows))
    first = next(groups, None) or group(0)  # the next ones are made while the metadata are
    metadata = dict(table.schema.metadata or {})
    metadata[b"layer"] = json.dumps(record.as_dict(), sort_keys=True, ensure_ascii=False).encode()
    for name, geometries in shapes.items():
        kinds = _kinds(geometries) or [str(layer.geometry)]
        metadata[b"geo"] = geo_metadata(name, kinds, extent(geometries))
    schema = first.schema.with_metadata(metadata)
    with pq.ParquetWriter(
        target,
        schema,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=[name for name in table.column_names if _repeats(table.column(name))],
    ) as writer:
        for part in chain([first], groups):
            writer.write_table(part, row_group_size=rows)
            yield
    yield


def _repeats(values: pa.ChunkedArray) -> bool:
    """Whether a text column has few enough distinct values for dictionary encoding."""
    first = values.slice(0, ROW_GROUP_ROWS)
    return bool(is_text(first) and pc.count_distinct(first).as_py() * 4 <= len(first))


def _group(
    start: int, table: pa.Table, shapes: dict[str, Geometries], names: list[str], rows: int
) -> pa.Table:
    columns: dict[str, Any] = {}
    for name in names:
        if name in shapes:
            columns[name] = wkb(shapes[name][start : start + rows])
        else:
            columns[name] = table.column(name).slice(start, rows)
    if shapes:
        columns[BBOX] = bounding_boxes(next(iter(shapes.values()))[start : start + rows])
    return pa.table(columns)


def geo_metadata(name: str, kinds: list[str], bounds: list[float] | None = None) -> bytes:
    """The ``geo`` metadata of GeoParquet 1.1.0: WKB in OGC:CRS84, boxes in :data:`BBOX`."""
    edges = ("xmin", "ymin", "xmax", "ymax")
    column: dict[str, Any] = {
        "encoding": "WKB",
        "crs": pyproj.CRS(CRS).to_json_dict(),
        "geometry_types": kinds,
        "covering": {"bbox": {edge: [BBOX, edge] for edge in edges}},
    }
    if bounds:
        column["bbox"] = bounds
    geo = {"version": "1.1.0", "primary_column": name, "columns": {name: column}}
    return json.dumps(geo).encode()


def _kinds(geometries: Geometries) -> list[str]:
    ids = map_in_threads(lambda part: set(shapely.get_type_id(part).tolist()), chunked(geometries))
    return sorted(_KINDS[kind] for kind in set().union(*ids) if kind >= 0)


_KINDS = {
    int(kind): name
    for kind, name in (
        (shapely.GeometryType.POINT, "Point"),
        (shapely.GeometryType.LINESTRING, "LineString"),
        (shapely.GeometryType.POLYGON, "Polygon"),
        (shapely.GeometryType.MULTIPOINT, "MultiPoint"),
        (shapely.GeometryType.MULTILINESTRING, "MultiLineString"),
        (shapely.GeometryType.MULTIPOLYGON, "MultiPolygon"),
    )
}
