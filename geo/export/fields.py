"""Columns of an exported layer: type, meaning, unit and sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from geo.schema.column_sources import column_sources
from geo.schema.declare import Layer

_TYPES = {"Int64": "integer", "float64": "number", "bool": "boolean"}
"""pandas dtype -> Table Schema type; all others are strings."""


@dataclass(frozen=True)
class Field:
    """One column of an export.

    Attributes
    ----------
    name, description
        As in :mod:`geo.schema`.
    type
        Table Schema type: ``string``, ``date``, ``integer``, ``number`` or ``boolean``.
    unit
        Empty if there is none.
    sources
        Ids of sources in the layer's file.
    constraints
        Table Schema constraints: ``required``, ``unique``, ``minimum``, ``maximum``,
        ``minLength``, ``maxLength``, ``enum``, ``pattern``.
    """

    name: str
    type: str
    description: str
    unit: str
    sources: tuple[str, ...]
    constraints: Mapping[str, Any]


def fields(layer: Layer, source_ids: Collection[str], with_coordinates: bool = True) -> list[Field]:
    """The columns of a layer, for points optionally with their coordinates.

    ``source_ids`` are those of the sources that the layer's file names.
    """
    result = []
    for name, column in layer.columns.items():
        kind = _TYPES.get(str(column.dtype), "string")
        kind = "date" if layer.is_date(name) else kind
        result.append(
            Field(
                name=name,
                type=kind,
                description=str(column.description),
                unit=layer.unit(name),
                sources=column_sources(layer, name, source_ids),
                constraints=_constraints(column, kind),
            )
        )
    if with_coordinates and layer.geometry == "Point":
        for name, maximum in (("longitude", 180), ("latitude", 90)):
            description = f"{name} of the point, WGS 84"
            constraints = {"minimum": -maximum, "maximum": maximum}
            result.append(
                Field(
                    name,
                    "number",
                    description,
                    "°",
                    column_sources(layer, name, source_ids),
                    constraints,
                )
            )
    return result


def _constraints(column: Any, kind: str) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if not column.nullable else {}
    if column.unique:
        constraints["unique"] = True
    for check in column.checks:
        stated = check.statistics or {}
        if "min_value" in stated:
            low, high = ("minLength", "maxLength") if kind == "string" else ("minimum", "maximum")
            constraints |= {low: stated["min_value"], high: stated["max_value"]}
        elif "allowed_values" in stated:
            constraints["enum"] = list(stated["allowed_values"])
        elif "pattern" in stated and kind == "string":
            constraints["pattern"] = getattr(stated["pattern"], "pattern", stated["pattern"])
    return constraints
