"""Enriched rows to a file, part by part: written beside its place and renamed when whole."""

from __future__ import annotations

import json
import os
import shutil
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
from geo.enrich.result import metadata_of
from geo.errors import InputError, quoted
from geo.export import Record
from geo.i18n import tr
from geo.schema.declare import Layer
from geo.vocabulary import CRS

Parts = Iterator[gpd.GeoDataFrame]

ROW_GROUP_ROWS = 50_000

_DECIMALS = 6
"""Digits of coordinates in texts: about 11 cm."""

_TYPES = {"Int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_()}


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` that takes its place when the block ends well.

    Raises
    ------
    InputError
        If it cannot be written; what stood there stays.
    """
    beside = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")  # GDAL minds endings
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        if beside.is_dir():
            _replace_directory(beside, path)
        else:
            beside.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            tr("{file} cannot be written: {reason}.", file=quoted(str(path)), reason=reason)
        ) from None
    finally:
        if beside.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
        else:
            beside.unlink(missing_ok=True)


def _replace_directory(new: Path, path: Path) -> None:
    """Put a directory in place of another one, which a rename alone cannot."""
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        path.rename(old)
    try:
        new.rename(path)
    except OSError:
        if old.exists():
            old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_parquet(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """GeoParquet 1.1 with a bounding-box column, zstd; meaning and source of each column inside."""
    schema = arrow_schema(layer)
    about = {"geo": _geo_metadata(layer), "layer": json.dumps(record.as_dict(), ensure_ascii=False)}
    rows = 0
    with pq.ParquetWriter(path, schema.with_metadata(about), compression="zstd") as writer:
        for part in parts:
            if len(part):
                table = arrow_table(part, layer, schema).replace_schema_metadata(about)
                writer.write_table(table, ROW_GROUP_ROWS)
                rows += len(part)
    return rows


def arrow_schema(layer: Layer) -> pa.Schema:
    """Columns of an enriched file in Arrow, each with its meaning, unit, year and source."""
    fields = [
        pa.field(name, _TYPES.get(str(one.dtype), pa.string()), metadata=metadata_of(layer, name))
        for name, one in layer.columns.items()
    ]
    edges = pa.struct([(edge, pa.float64()) for edge in ("xmin", "ymin", "xmax", "ymax")])
    return pa.schema([*fields, pa.field("geometry", pa.binary()), pa.field("bbox", edges)])


def arrow_table(part: gpd.GeoDataFrame, layer: Layer, schema: pa.Schema) -> pa.Table:
    """Rows in Arrow: attributes, WKB, bounding box."""
    arrays = [
        pa.Array.from_pandas(part[name], type=schema.field(name).type) for name in layer.columns
    ]
    edges = [pa.array(edge) for edge in shapely.bounds(part.geometry.to_numpy()).T]
    names = ("xmin", "ymin", "xmax", "ymax")
    wkb = pa.array(shapely.to_wkb(part.geometry.to_numpy()), pa.binary())
    return pa.Table.from_arrays(
        [*arrays, wkb, pa.StructArray.from_arrays(edges, names)], schema=schema
    )


def _geo_metadata(layer: Layer) -> str:
    corners = ("xmin", "ymin", "xmax", "ymax")
    column = {
        "encoding": "WKB",
        "geometry_types": [layer.geometry],
        "covering": {"bbox": {corner: ["bbox", corner] for corner in corners}},
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return json.dumps(geo)


def write_geojson_lines(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """One GeoJSON feature a line."""
    return _features(path, parts, b"")


def write_geojson_sequence(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """A GeoJSON text sequence (RFC 8142): the same, a record separator before each feature."""
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
    """CSV as :func:`geo.export.encode` writes it."""
    rows = 0
    with path.open("wb") as file:
        for part in parts:
            if not len(part):
                continue
            content = export.encode(part, layer, "csv", record)
            file.write(content if not rows else content[content.index(b"\r\n") + 2 :])
            rows += len(part)
        if not rows:
            file.write(export.encode(empty(layer), layer, "csv", record))
    return rows


def empty(layer: Layer) -> gpd.GeoDataFrame:
    """No rows, with the columns of a layer."""
    columns = {name: pd.Series([], dtype=str(one.dtype)) for name, one in layer.columns.items()}
    return gpd.GeoDataFrame(columns, geometry=[], crs=CRS)


def write_flatgeobuf(path: Path, parts: Parts, layer: Layer, record: Record) -> int:
    """FlatGeobuf with its spatial index; GDAL reads the parts as they come."""
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
            failed.append(error)  # GDAL would say no more than that there was one
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
"""Ending of the output -> writer of any number of rows."""


def writer_of(path: Path) -> Writer:
    """The writer for the ending of a path.

    Raises
    ------
    InputError
        If there is none; the message lists the endings that there are.
    """
    ending = path.suffix.lstrip(".").lower()
    if ending not in WRITERS:
        raise InputError(
            tr(
                "There is no format for {file}; end its name in {known}.",
                file=quoted(path.name),
                known=", ".join(f".{name}" for name in WRITERS),
            )
        )
    return WRITERS[ending]
