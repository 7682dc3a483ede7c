"""What the columns of an exported layer are: type, meaning, unit, and the sources they rest on."""

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
"""Of pandas, to those of Table Schema; the others are text."""

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
"""Of layers that join sources: the beginning of a column's name -> ids in ``sources.csv``, the
longest that fits. In other layers every column rests on all sources of the layer."""


@dataclass(frozen=True)
class Field:
    """One column of an export.

    Attributes
    ----------
    name, description
        As in :mod:`geo.schema`.
    type
        Of Table Schema: ``string``, ``integer``, ``number`` or ``boolean``.
    unit
        Empty when it has none.
    sources
        Ids in ``data/sources/sources.csv``.
    constraints
        Of Table Schema: ``required``, ``unique``, ``minimum``, ``maximum``, ``enum``, ``pattern``.
    """

    name: str
    type: str
    description: str
    unit: str
    sources: tuple[str, ...]
    constraints: Mapping[str, Any]


def fields(layer: Layer, spot: bool = True) -> list[Field]:
    """The columns of a layer and, with ``spot``, the coordinates that tables of points have."""
    found = []
    for name, column in layer.columns.items():
        found.append(
            Field(
                name=name,
                type=_TYPES.get(str(column.dtype), "string"),
                description=str(column.description),
                unit=layer.unit(name),
                sources=sources_of(layer, name),
                constraints=_constraints(column),
            )
        )
    if spot and layer.geometry == "Point":
        for name, most in (("longitude", 180), ("latitude", 90)):
            said = f"{name} of the point, WGS 84"
            within = {"minimum": -most, "maximum": most}
            found.append(Field(name, "number", said, "°", sources_of(layer, name), within))
    return found


def sources_of(layer: Layer, column: str) -> tuple[str, ...]:
    """Ids of the sources that a column of a layer rests on."""
    known = _SOURCES.get(layer.name, {})
    fitting = [start for start in known if column.startswith(start)]
    return tuple(source_ids(known[max(fitting, key=len)] if fitting else layer.sources, _table()))


@cache
def _table() -> pd.DataFrame:
    return read("sources")


def sources(layer: Layer) -> list[dict[str, str]]:
    """The sources of a layer and of its columns, as ``data/sources/sources.csv`` tells of them.

    Each has ``id``, ``title``, ``path`` (its address), ``publisher``, ``licence``,
    ``attribution`` and ``vintage``.

    Raises
    ------
    SourceError
        If the table cannot be read.
    """
    columns = [id for name in layer.columns for id in sources_of(layer, name)]
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


def _constraints(column: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"required": True} if not column.nullable else {}
    if column.unique:
        found["unique"] = True
    for check in column.checks:
        stated = check.statistics or {}
        if "min_value" in stated:
            found |= {"minimum": stated["min_value"], "maximum": stated["max_value"]}
        elif "allowed_values" in stated:
            found["enum"] = list(stated["allowed_values"])
        elif "pattern" in stated:
            found["pattern"] = getattr(stated["pattern"], "pattern", stated["pattern"])
    return found
