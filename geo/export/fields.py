"""Columns of an exported layer: type, meaning, unit and sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from geo.schema.column_sources import column_sources
from geo.schema.declare import Layer


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
        kind = "date" if layer.is_date(name) else layer.json_type(name)
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
    constraints |= value_limits(column, kind)
    for check in column.checks:
        pattern = (check.statistics or {}).get("pattern")
        if pattern and kind == "string":
            constraints["pattern"] = getattr(pattern, "pattern", pattern)
    return constraints


def value_limits(column: Any, kind: str) -> dict[str, Any]:
    """Range, lengths and allowed values of a column, by the names that JSON Schema and Table Schema
    share: ``minimum``, ``maximum``, ``minLength``, ``maxLength``, ``enum``."""
    limits: dict[str, Any] = {}
    low, high = ("minLength", "maxLength") if kind == "string" else ("minimum", "maximum")
    for check in column.checks:
        stated = check.statistics or {}
        if "min_value" in stated:
            limits |= {low: stated["min_value"], high: stated["max_value"]}
        elif "allowed_values" in stated:
            limits["enum"] = list(stated["allowed_values"])
    return limits
