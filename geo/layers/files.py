"""Layer files: GeoParquet 1.1 and plain Parquet with embedded metadata."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import LayerError, no_such
from geo.i18n import mark, ntr, tr
from geo.schema import DECLARED, LAYERS
from geo.schema.declare import Layer
from geo.vocabulary import CRS

DATA = Path(__file__).resolve().parents[2] / "data"


LAYERS_DIR = DATA / "layers"


ROW_GROUP_ROWS = 2_048
"""Small row groups in Hilbert order let a reader skip by bounding box; layers with fewer rows have
a single group."""


_INFO_KEY = b"layer"


Info = Mapping[str, str]
"""Metadata in the file, see :data:`INFO`."""


INFO = ("title", "description", "licence", "attribution", "vintage", "content_hash", "sources")
"""Keys of the metadata in a layer file. ``sources`` is JSON, see :func:`sources_in`; files of
earlier versions lack it."""


def plain(value: object) -> object:
    """Convert a NumPy scalar to a Python number, which reads better in a message."""
    return value.item() if isinstance(value, np.generic) else value


def failures(cases: pd.DataFrame, frame: pd.DataFrame, limit: int = 5) -> str:
    """Describe :func:`geo.schema.validate.failure_cases`: row, column, value and failed check."""
    messages = []
    for case in cases.head(limit).to_dict("records"):
        check = str(case["check"])
        if pd.isna(case["index"]):
            messages.append(f"{case['column'] or tr('table')}: {check} ({case['failure_case']})")
        else:
            position = int(case["index"])
            key = (
                f" ({frame.columns[0]} {plain(frame.iloc[position, 0])!r})"
                if position < len(frame)
                else ""
            )
            messages.append(
                tr(
                    "row {row}, column {column}: {value} is not {check}",
                    row=f"{position + 1}{key}",
                    column=case["column"],
                    value=repr(plain(case["failure_case"])),
                    check=check,
                )
            )
    if len(cases) > limit:
        messages.append(ntr("and {n} more", "and {n} more", len(cases) - limit))
    return "; ".join(messages)


def check(frame: pd.DataFrame, layer: Layer) -> None:
    """Check attributes, geometry and CRS of ``frame`` against ``layer``.

    Raises
    ------
    LayerError
        Naming the layer and the first few failing rows.
    """
    attributes = pd.DataFrame(
        frame.drop(columns="geometry" if layer.geometry else [], errors="ignore")
    )
    attributes = attributes.reset_index(drop=True)
    # Serving needs no pandera, whose import takes 90 ms: it reads layers that were checked.
    from geo.schema.validate import failure_cases

    cases = failure_cases(layer.table, attributes)
    if len(cases):
        raise LayerError(
            tr("Layer {layer}: {failures}.", layer=layer.name, failures=failures(cases, attributes))
        )
    if layer.geometry is None:
        return
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None or frame.crs != CRS:
        raise LayerError(tr("Layer {layer}: geometry must be in {crs}.", layer=layer.name, crs=CRS))
    shapes = frame.geometry.array
    wrong = shapes.is_empty | ~shapes.is_valid | (shapes.geom_type != layer.geometry)
    if layer.optional_geometry:
        wrong &= ~shapes.isna()
    if wrong.any():
        keys = frame.loc[wrong, list(layer.key)].astype(str).agg("/".join, axis=1).tolist()
        raise LayerError(
            tr(
                "Layer {layer}, column {column}: not a valid {geometry} for {keys}.",
                layer=layer.name,
                column="geometry",
                geometry=layer.geometry,
                keys=keys[:5],
            )
        )


def in_hilbert_order(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows ordered along a Hilbert curve over their bounding box, ties by index."""
    distance = frame.hilbert_distance()
    return frame.iloc[distance.reset_index(drop=True).sort_values(kind="stable").index]


def _arrow(frame: pd.DataFrame, layer: Layer) -> pa.Table:
    """The columns and metadata that geopandas or pandas writes.

    Not those of :mod:`geo.export.geoparquet`: its writer streams, so that the metadata come before
    the rows, while the content hash of a layer is one of all its rows. Its boxes are in single
    precision, so that it would also change the hash and the version of every layer with a geometry.
    """
    buffer = io.BytesIO()
    options: dict[str, Any] = {}
    if layer.geometry:
        options = {"write_covering_bbox": True, "schema_version": "1.1.0"}
    frame.to_parquet(buffer, index=False, **options)
    return pq.read_table(buffer)


def content_hash(table: pa.Table) -> str:
    """Hash of the names and values of all columns, independent of the file's encoding."""
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(name.encode())
        digest.update(json.dumps(table.column(name).to_pylist(), default=repr).encode())
    return digest.hexdigest()[:16]


def encode(frame: pd.DataFrame, layer: Layer, info: Info) -> bytes:
    """A checked layer as the bytes of its Parquet file; equal input gives equal bytes.

    Raises
    ------
    LayerError
        If the frame does not match the layer's schema.
    """
    check(frame, layer)
    table = _arrow(frame, layer)
    described = {**info, "content_hash": content_hash(table)}
    metadata = dict(table.schema.metadata or {})
    metadata[_INFO_KEY] = json.dumps(described, sort_keys=True, ensure_ascii=False).encode()
    buffer = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(metadata),
        buffer,
        compression="zstd",
        compression_level=12,
        row_group_size=ROW_GROUP_ROWS,
    )
    return buffer.getvalue()


def info_in(content: bytes) -> dict[str, str]:
    """The metadata in the bytes of a layer file, as written by :func:`encode`."""
    return _info(pq.read_schema(io.BytesIO(content)).metadata)


def _info(metadata: Mapping[bytes, bytes]) -> dict[str, str]:
    info = json.loads(metadata[_INFO_KEY])
    return {name: str(info[name]) for name in INFO if name != "sources" or name in info}


def encode_sources(rows: pd.DataFrame) -> str:
    """Rows of ``sources.csv``, indexed by id, as :func:`sources_in` reads them."""
    columns = ("title", "path", "publisher", "licence", "attribution", "vintage")
    records = rows.rename(columns={"url": "path"})[list(columns)].to_dict("index")
    sources = [{"id": id, **_present(record)} for id, record in records.items()]
    return json.dumps(sources, ensure_ascii=False)


def _present(record: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in record.items() if not pd.isna(value)}


def sources_in(info: Info) -> list[dict[str, str]]:
    """The sources of a layer and of its columns, as the layer's file names them.

    Each has ``id``, ``title``, ``path`` (its URL), ``publisher``, ``licence``, ``attribution`` and
    ``vintage``. A file of an earlier version has ids and dates only, such as ``"cities: 2018 to
    2026; wup-2018: 2018 revision"``.
    """
    if "sources" in info:
        sources: list[dict[str, str]] = json.loads(info["sources"])
        return sources
    terms = {name: info[name] for name in ("licence", "attribution")}
    dates = (part.partition(": ") for part in info["vintage"].split("; "))
    return [{"id": id, "title": id, **terms, "vintage": vintage} for id, _, vintage in dates]


def read_info(path: Path) -> dict[str, str]:
    """The metadata stored in a layer file.

    Raises
    ------
    LayerError
        If the file is missing, is not Parquet or was not written by this project.
    """
    return read_frame_info(path.name, path)


def read_frame_info(file: str, content: Path | io.BytesIO) -> dict[str, str]:
    """As :func:`read_info`, from a path or bytes; ``file`` is the name used in errors."""
    try:
        metadata = pq.read_schema(content).metadata or {}
    except FileNotFoundError:
        raise missing_layer(file) from None
    except (pa.ArrowInvalid, OSError):
        raise LayerError(
            tr(
                "{file} is damaged or not Parquet; build it again with `python -m geo build`.",
                file=file,
            )
        ) from None
    try:
        return _info(metadata)
    except (KeyError, TypeError, ValueError):
        raise LayerError(
            tr(
                "{file} has no layer description, so it was not built by this project; build "
                "it with `python -m geo build`.",
                file=file,
            )
        ) from None


def missing_layer(file: str) -> LayerError:
    """The error for a missing layer file."""
    return LayerError(tr("{file} is missing; build it with `python -m geo build`.", file=file))


def unknown_layer(name: str) -> LayerError:
    """The error for an unknown layer name."""
    return LayerError(no_such(mark("There is no layer {name}. Available: {known}."), name, LAYERS))


def read(name: str, directory: Path = LAYERS_DIR) -> pd.DataFrame:
    """One layer, checked.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        Columns as declared in :mod:`geo.schema`; a GeoDataFrame in OGC:CRS84 when the layer
        has a geometry.

    Raises
    ------
    LayerError
        If the name is unknown, or the file is missing, damaged or has another schema.
    """
    if name not in DECLARED:
        raise unknown_layer(name)
    return read_frame(DECLARED[name], directory / f"{name}.parquet")


def read_frame(layer: Layer, content: Path | io.BytesIO, checked: bool = False) -> pd.DataFrame:
    """As :func:`read`, from a path or bytes; those that are known to be ``checked`` are not checked
    again."""
    file = f"{layer.name}.parquet"
    read_frame_info(file, content)
    try:
        frame = gpd.read_parquet(content) if layer.geometry else pd.read_parquet(content)
        frame = frame.drop(columns="bbox", errors="ignore")
        if not checked:
            check(frame, layer)
    except LayerError as error:
        raise LayerError(
            tr(
                "{file} is not valid. {fault} Build it again with `python -m geo build`.",
                file=file,
                fault=error,
            )
        ) from None
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as error:
        raise LayerError(
            tr(
                "{file} cannot be read ({fault}). Build it again with `python -m geo build`.",
                file=file,
                fault=error,
            )
        ) from None
    return frame
