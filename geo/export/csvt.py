"""Types of the columns of a CSV file, which GDAL and QGIS read from a ``.csvt`` file beside it.

Without it they guess: the code ``05`` becomes the number 5.
"""

from __future__ import annotations

from geo.export.csv import SOURCE_COLUMNS
from geo.export.fields import fields
from geo.schema.declare import Layer

ENDING = "csvt"
MEDIA_TYPE = "text/csv; charset=utf-8"

_TYPES = {
    "boolean": "Integer(Boolean)",
    "date": "Date",
    "integer": "Integer64",
    "number": "Real",
    "string": "String",
}
"""Table Schema type -> OGR type."""

_COORDINATES = {"longitude": "CoordX", "latitude": "CoordY"}
"""Columns from which GDAL makes points."""


def encode(layer: Layer) -> bytes:
    """The types in the order of the columns of :mod:`geo.export.csv`, as one line."""
    types = [_COORDINATES.get(field.name, _TYPES[field.type]) for field in fields(layer, ())]
    types += [_TYPES["string"]] * len(SOURCE_COLUMNS)
    return (",".join(f'"{name}"' for name in types) + "\r\n").encode()
