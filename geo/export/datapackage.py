"""Metadata of an export as a Data Package.

An analyst mainly needs the meaning of the columns, and Table Schema (the part of Frictionless Data
that describes them) is read by pandas, R, OpenRefine, CKAN and many data portals. STAC describes
scenes and OGC API Records whole collections; neither focuses on columns. Custom properties, as
Data Package 2.0 allows, hold what it does not define: ``unit`` and ``sources`` of a field,
``attribution``, ``vintage``, ``query``, ``rows``, ``crs``, ``bbox``, ``content_hash``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd

from geo.export import FORMATS, csv, formats_for
from geo.export.fields import Field, fields
from geo.export.geometry import extent
from geo.export.record import Record
from geo.schema.declare import Layer
from geo.vocabulary import CRS, LICENCES

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

ENDING = "metadata.json"
"""Suffix of the metadata file's name, instead of an extension."""

MEDIA_TYPE = "application/json"


def encode(
    frame: pd.DataFrame,
    layer: Layer,
    record: Record,
    paths: Mapping[str, str],
    query: Mapping[str, str],
    url: str = "",
    created: datetime | None = None,
) -> bytes:
    """The metadata of an export as indented JSON.

    Parameters
    ----------
    frame
        The exported rows.
    paths
        Extension -> URL or file name of the export in that format.
    query
        The filter as URL query parameters.
    url
        URL of the metadata itself.
    created
        Time of creation; now by default. The exported files contain no time, so that equal rows
        give equal bytes.
    """
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": layer.name.replace("_", "-"),
        "title": record.title,
        "description": record.description,
        "version": record.version,
        "created": (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [
            _licence(name) for name in dict.fromkeys(it["licence"] for it in record.sources)
        ],
        "sources": list(record.sources),
        "attribution": record.attribution,
        "vintage": record.vintage,
        "query": {
            "words": record.selection or "all rows",
            "parameters": dict(query),
            **({"address": url} if url else {}),
        },
        "rows": len(frame),
        "content_hash": content_hash(frame, layer, record),
    }
    if isinstance(frame, gpd.GeoDataFrame):
        package["crs"] = CRS
        package["geometry"] = layer.geometry
        if edges := extent(np.asarray(frame.geometry.array)):
            package["bbox"] = [round(edge, 6) for edge in edges]
    package["resources"] = list(_resources(layer, record, paths))
    return orjson.dumps(package, option=orjson.OPT_INDENT_2) + b"\n"


def content_hash(frame: pd.DataFrame, layer: Layer, record: Record) -> str:
    """SHA-256 of the rows as CSV, which contains no time: equal rows give equal hashes."""
    digest = hashlib.sha256()
    for chunk in csv.stream(frame, layer, record):
        digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _licence(title: str) -> dict[str, str]:
    name, path = LICENCES.get(title, ("other", ""))
    # Ids that begin so name no licence, whose text could be given.
    has_text = not name.startswith("other")
    return {"name": name, "title": title, **({"path": path} if has_text else {})}


def _resources(layer: Layer, record: Record, paths: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One resource per format; the schema goes to the CSV if available, else to the first."""
    offered = [extension for extension in formats_for(layer) if extension in paths]
    described = "csv" if "csv" in offered else offered[0]
    for extension in offered:
        format = FORMATS[extension]
        resource: dict[str, Any] = {
            "name": f"{layer.name.replace('_', '-')}-{extension}",
            "title": format.title,
            "path": paths[extension],
            "format": extension,
            "mediatype": format.media_type.partition(";")[0],
        }
        if extension == "csv":
            resource |= {"type": "table", "encoding": "utf-8"}
        if extension == described:
            resource["schema"] = _schema(layer, record, extension)
        yield resource


def _schema(layer: Layer, record: Record, extension: str) -> dict[str, Any]:
    """Table Schema of the columns of a format."""
    columns = [
        _schema_field(field)
        for field in fields(layer, record.source_ids, extension in ("csv", "xlsx"))
    ]
    if extension == "csv":
        for name, description in zip(csv.SOURCE_COLUMNS, ("attribution", "licence"), strict=True):
            description = f"{description} of the layer's sources, the same in every row"
            columns.append({"name": name, "type": "string", "description": description})
    return {"fields": columns, "missingValues": [""], "primaryKey": list(layer.key)}


def _schema_field(field: Field) -> dict[str, Any]:
    descriptor: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "title": field.name.replace("_", " "),
        "description": field.description,
    }
    if field.unit:
        descriptor["unit"] = field.unit
    descriptor["sources"] = list(field.sources)
    if field.constraints:
        descriptor["constraints"] = dict(field.constraints)
    return descriptor
