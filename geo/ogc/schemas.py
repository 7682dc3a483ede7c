"""Collections and their items as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.ogc.collection import Collection

Json = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2019-09/schema"


def columns(collection: Collection, url: str) -> Json:
    """The columns of a collection with their roles (OGC API - Features, parts 3 and 5).

    A column has a single type here, as these parts require; see :func:`item` for missing values.

    Parameters
    ----------
    url
        URL of the document.
    """
    layer, fields = collection.layer, collection.fields()
    if len(layer.key) == 1:
        fields[layer.key[0]]["x-ogc-role"] = "id"
    if collection.time_column is not None:
        fields[collection.time_column]["x-ogc-role"] = "primary-instant"
    geometry = {
        "title": "geometry",
        "format": f"geometry-{str(layer.geometry).lower()}",
        "x-ogc-role": "primary-geometry",
    }
    return {
        "$schema": DRAFT,
        "$id": url,
        "type": "object",
        "title": layer.title,
        "properties": {**({"geometry": geometry} if layer.geometry else {}), **fields},
    }


def item(collection: Collection, url: str) -> Json:
    """An item of a collection, as it is sent: a missing value is null.

    GDAL takes the column types from it. Otherwise it would infer the date type from the first
    values of a column, and lose a year further down.

    Parameters
    ----------
    url
        URL of the document.
    """
    properties = {name: _property(collection, name) for name in collection.layer.columns}
    return {
        "$schema": DRAFT,
        "$id": url,
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": ["string", "integer"]},
            "geometry": {"type": ["object", "null"]},
            "properties": {"type": "object", "properties": properties},
        },
        "$defs": _NULLABLE,
    }


_TYPES: Mapping[str, Json] = {
    "string": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
}

# In a JSON pointer "~1" stands for "/", so "#/$defs/date~1null" leads to the key "date/null". GDAL
# (3.12) knows no list of types and takes a pointer literally: it finds "date~1null", the type.
_NULLABLE: Json = {
    **{
        f"{name}/null": {**type_, "type": [type_["type"], "null"]} for name, type_ in _TYPES.items()
    },
    **{f"{name}~1null": type_ for name, type_ in _TYPES.items()},
}


def _property(collection: Collection, name: str) -> Json:
    declared = collection.layer.columns[name]
    kind = "date" if collection.layer.is_date(name) else collection.json_type(name)
    schema = {"$ref": f"#/$defs/{kind}~1null"} if declared.nullable else _TYPES[kind]
    return {"title": str(declared.description), **schema}
