"""GeoParquet 1.1 (plain Parquet for tables without geometry) of any rows of a layer."""

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

from geo.export.batches import Geometries, arrow, in_order, is_text
from geo.export.geometry import boxes, extent, portions, wkb
from geo.export.record import Record
from geo.layers.files import ROW_GROUP_ROWS
from geo.schema.declare import Layer
from geo.vocabulary import CRS

MOST_GROUP_ROWS = 65_536
COMPRESSION_LEVEL = 1
"""Of zstd. Level 3 makes a file of points 5 % smaller and takes a fifth longer; level 12, which the
layers in the repository have, 13 % and five times as long."""

BBOX = "bbox"


class _Sink(io.RawIOBase):
    """A file that hands over what was written to it; Parquet is written from front to back."""

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

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Rows as Parquet with the record in its metadata under ``layer``.

    Geometries are WKB in OGC:CRS84 with a bounding-box column as covering; all levels of detail of
    a boundary are columns. Row groups have :data:`geo.layers.files.ROW_GROUP_ROWS` rows, more
    in large files, so that a reader can skip by bounding box.
    """
    sink = _Sink()
    for _ in _written(pa.PythonFile(sink, mode="w"), frame, layer, record):
        yield sink.taken()


def write(frame: pd.DataFrame, layer: Layer, record: Record, path: Path) -> None:
    """The same to a file, which Arrow writes itself."""
    for _ in _written(str(path), frame, layer, record):
        pass


def _written(
    target: str | pa.NativeFile, frame: pd.DataFrame, layer: Layer, record: Record
) -> Iterator[None]:
    """Write rows as Parquet, stopping after each row group and at the end."""
    is_geometry = [isinstance(dtype, gpd.array.GeometryDtype) for dtype in frame.dtypes]
    shapes = {
        str(name): np.asarray(frame[name].array)
        for name, shape in zip(frame.columns, is_geometry, strict=True)
        if shape
    }
    table = arrow(pd.DataFrame(frame.drop(columns=list(shapes))))
    names = [str(name) for name in frame.columns]
    rows = min(MOST_GROUP_ROWS, max(ROW_GROUP_ROWS, len(frame) // 16))
    group = partial(_group, table=table, shapes=shapes, names=names, rows=rows)
    groups = in_order(group, range(0, len(frame), rows))
    first = next(groups, None) or group(0)  # the next ones are made while the metadata are
    metadata = dict(table.schema.metadata or {})
    metadata[b"layer"] = json.dumps(record.as_dict(), sort_keys=True, ensure_ascii=False).encode()
    if shapes:
        metadata[b"geo"] = json.dumps(_geo(shapes, layer)).encode()
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
    """Whether a column has so few different texts that a dictionary of them makes it smaller."""
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
        columns[BBOX] = boxes(next(iter(shapes.values()))[start : start + rows])
    return pa.table(columns)


def _geo(shapes: dict[str, Geometries], layer: Layer) -> dict[str, Any]:
    """The ``geo`` metadata of GeoParquet 1.1.0."""
    primary = next(iter(shapes))
    columns: dict[str, dict[str, Any]] = {}
    for name, geometries in shapes.items():
        columns[name] = {
            "encoding": "WKB",
            "crs": pyproj.CRS(CRS).to_json_dict(),
            "geometry_types": _kinds(geometries) or [layer.geometry],
        }
        if bounds := extent(geometries):
            columns[name]["bbox"] = bounds
    edges = ("xmin", "ymin", "xmax", "ymax")
    columns[primary]["covering"] = {"bbox": {edge: [BBOX, edge] for edge in edges}}
    return {"version": "1.1.0", "primary_column": primary, "columns": columns}


def _kinds(geometries: Geometries) -> list[str]:
    found = in_order(lambda part: set(shapely.get_type_id(part).tolist()), portions(geometries))
    return sorted(_KINDS[kind] for kind in set().union(*found) if kind >= 0)


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
