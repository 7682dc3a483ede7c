"""Write enriched rows to a file, part by part and atomically."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from geo import export
from geo.enrich.result import column_metadata
from geo.enrich.values import arrow_type
from geo.errors import InputError, quoted
from geo.export import Record
from geo.export.geometry import bounding_boxes, wkb
from geo.export.geoparquet import geo_metadata
from geo.i18n import tr
from geo.schema.declare import Layer
from geo.vocabulary import CRS

Parts = Iterator[gpd.GeoDataFrame]

ROW_GROUP_ROWS = 50_000

_DECIMALS = 6
"""Decimals of coordinates in text formats: about 11 cm."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path that replaces ``path`` if the block succeeds.

    Raises
    ------
    InputError
        If it cannot be written; an existing file is left unchanged.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")  # GDAL minds endings
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            tr("{file} cannot be written: {reason}.", file=quoted(str(path)), reason=reason)
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def write_parquet(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """Write GeoParquet 1.1 with a bounding-box column, zstd, and metadata of each column."""
    schema = arrow_schema(layer)
    metadata = {
        "geo": geo_metadata("geometry", [str(layer.geometry)]),
        "layer": json.dumps(record.as_dict(), ensure_ascii=False),
    }
    rows = 0
    with pq.ParquetWriter(path, schema.with_metadata(metadata), compression="zstd") as writer:
        for part in parts:
            if len(part):
                table = arrow_table(part, layer, schema).replace_schema_metadata(metadata)
                writer.write_table(table, ROW_GROUP_ROWS)
                rows += len(part)
    return rows


def arrow_schema(layer: Layer) -> pa.Schema:
    """Arrow schema of an enriched file, with meaning, unit, year and source of each column."""
    fields = [
        pa.field(name, arrow_type(one.dtype), metadata=column_metadata(layer, name))
        for name, one in layer.columns.items()
    ]
    edges = pa.struct([(edge, pa.float32()) for edge in ("xmin", "ymin", "xmax", "ymax")])
    return pa.schema([*fields, pa.field("geometry", pa.binary()), pa.field("bbox", edges)])


def arrow_table(part: gpd.GeoDataFrame, layer: Layer, schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table: attributes, WKB, bounding box."""
    arrays = [
        pa.Array.from_pandas(part[name], type=schema.field(name).type) for name in layer.columns
    ]
    shapes = part.geometry.to_numpy()
    return pa.Table.from_arrays([*arrays, wkb(shapes), bounding_boxes(shapes)], schema=schema)


def write_geojson_lines(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """Write one GeoJSON feature per line."""
    return _features(path, parts, b"")


def write_geojson_sequence(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """Write a GeoJSON text sequence (RFC 8142): a record separator before each feature."""
    return _features(path, parts, b"\x1e")


def _features(path: Path, parts: Parts, opening: bytes) -> int:
    rows = 0
    with path.open("wb") as file:
        for part in parts:
            columns = [
                part[name].astype(object).where(part[name].notna(), None).tolist()
                for name in part.columns[:-1]
            ]
            names = list(part.columns[:-1])
            rounded = shapely.transform(part.geometry.to_numpy(), lambda xy: xy.round(_DECIMALS))
            for geometry, *values in zip(shapely.to_geojson(rounded), *columns, strict=True):
                properties = orjson.dumps(dict(zip(names, values, strict=True)))
                file.write(
                    b'%s{"type":"Feature","properties":%s,"geometry":%s}\n'
                    % (opening, properties, geometry.encode())
                )
            rows += len(part)
    return rows


def write_csv(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """Write CSV in the format of :func:`geo.export.encode`."""
    rows = 0
    with path.open("wb") as file:
        for part in parts:
            if not len(part):
                continue
            content = export.encode(part, layer, "csv", record)
            file.write(content if not rows else content[content.index(b"\r\n") + 2 :])
            rows += len(part)
        if not rows:
            file.write(export.encode(empty_rows(layer), layer, "csv", record))
    return rows


def empty_rows(layer: Layer) -> gpd.GeoDataFrame:
    """An empty frame with the columns of a layer."""
    columns = {name: pd.Series([], dtype=str(one.dtype)) for name, one in layer.columns.items()}
    return gpd.GeoDataFrame(columns, geometry=[], crs=CRS)


def write_flatgeobuf(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """Write FlatGeobuf with a spatial index; GDAL consumes the parts as a stream."""
    full = arrow_schema(layer)
    schema = full.remove(full.get_field_index("bbox"))
    count = 0
    failed: list[Exception] = []

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal count
        try:
            for part in parts:
                count += len(part)
                yield from arrow_table(part, layer, full).select(schema.names).to_batches()
        except Exception as error:
            failed.append(error)  # GDAL hides the original error
            raise

    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, batches()),
            path,
            driver="FlatGeobuf",
            layer=layer.name,
            geometry_name="geometry",
            geometry_type=layer.geometry,
            crs=CRS,
            layer_options={"TITLE": record.title, "DESCRIPTION": record.description},
        )
    except (DataSourceError, RuntimeError) as error:
        raise (failed[0] if failed else OSError(str(error))) from None
    return count


Writer = Callable[[Path, Parts, Layer, Record], int]

WRITERS: Mapping[str, Writer] = {
    "parquet": write_parquet,
    "geojsonl": write_geojson_lines,
    "geojsons": write_geojson_sequence,
    "csv": write_csv,
    "fgb": write_flatgeobuf,
}
"""Extension of the output -> writer."""


def writer_for(path: Path) -> Writer:
    """The writer for the extension of a path.

    Raises
    ------
    InputError
        If there is none; the message lists the supported extensions.
    """
    ending = path.suffix.lstrip(".").lower()
    if ending not in WRITERS:
        raise InputError(
            tr(
                "There is no format for {file}; end its name with {known}.",
                file=quoted(path.name),
                known=", ".join(f".{name}" for name in WRITERS),
            )
        )
    return WRITERS[ending]
