"""Columns of an exported layer: type, meaning, unit and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from geo.schema.declare import Layer
from geo.schema.plans import LATEST_REPORT, source_ids
from geo.sources.read import read
from geo.vocabulary import NEWEST_REVISION, WUP_2018

_TYPES = {"Int64": "integer", "float64": "number", "bool": "boolean"}
"""pandas dtype -> Table Schema type; all others are strings."""

_SOURCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "countries": {
        "boundary_area_km2": ("natural-earth",),
        "label_": ("natural-earth",),
        "member_cities": ("cities",),
        "population": (NEWEST_REVISION,),
        "urban_": (NEWEST_REVISION,),
        "": ("countries",),
    },
    "cities": {
        "agglomeration": (WUP_2018,),
        "city_code": (WUP_2018,),
        "national_urban": (NEWEST_REVISION,),
        "projects": (LATEST_REPORT,),
        "dominant_focus_area": (LATEST_REPORT,),
        "admin1_name": ("cities", "geonames"),
        "distance_to_boundary_km": ("cities", "natural-earth"),
        "longitude": ("cities", "geonames"),
        "latitude": ("cities", "geonames"),
        "": ("cities",),
    },
    "places": {
        "iso3": ("geonames", "natural-earth"),
        "country_basis": ("geonames", "natural-earth"),
        "distance_to_boundary_km": ("geonames", "natural-earth"),
        "city_id": ("geonames", "cities"),
        "distance_km": ("geonames", "cities"),
        "": ("geonames",),
    },
}
"""For layers that join sources: prefix of a column's name -> ids in ``sources.csv``; the longest
matching prefix applies. In other layers every column has all sources of the layer."""


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
        Ids in ``data/sources/sources.csv``.
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


def fields(layer: Layer, with_coordinates: bool = True) -> list[Field]:
    """The columns of a layer, for points optionally with their coordinates."""
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
                sources=column_sources(layer, name),
                constraints=_constraints(column, kind),
            )
        )
    if with_coordinates and layer.geometry == "Point":
        for name, maximum in (("longitude", 180), ("latitude", 90)):
            description = f"{name} of the point, WGS 84"
            constraints = {"minimum": -maximum, "maximum": maximum}
            result.append(
                Field(name, "number", description, "°", column_sources(layer, name), constraints)
            )
    return result


def column_sources(layer: Layer, column: str) -> tuple[str, ...]:
    """Ids of the sources of a column."""
    known = _SOURCES.get(layer.name, {})
    matching = [prefix for prefix in known if column.startswith(prefix)]
    return tuple(source_ids(known[max(matching, key=len)] if matching else layer.sources, _table()))


@cache
def _table() -> pd.DataFrame:
    return read("sources")


def sources(layer: Layer) -> list[dict[str, str]]:
    """The sources of a layer and of its columns, from ``data/sources/sources.csv``.

    Each has ``id``, ``title``, ``path`` (its URL), ``publisher``, ``licence``, ``attribution``
    and ``vintage``.

    Raises
    ------
    SourceError
        If the table cannot be read.
    """
    columns = [id for name in layer.columns for id in column_sources(layer, name)]
    ids = list(dict.fromkeys([*source_ids(layer.sources, _table()), *columns]))
    if not ids:
        return []
    table = _table().rename(columns={"source_id": "id", "url": "path"})
    rows = table.set_index("id").loc[ids].reset_index()
    order = ("id", "title", "path", "publisher", "licence", "attribution", "vintage")
    return [
        {name: row[name] for name in order if not pd.isna(row[name])}
        for row in rows.to_dict("records")
    ]


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
