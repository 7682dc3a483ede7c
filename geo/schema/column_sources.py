"""The sources that a layer's columns rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from geo.schema.declare import Layer
from geo.schema.plans import LATEST_REPORT, source_ids
from geo.vocabulary import NEWEST_REVISION, WUP_2018

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


def column_sources(layer: Layer, column: str, known: Collection[str]) -> tuple[str, ...]:
    """Ids of the sources of a column, among the ids that are ``known``."""
    prefixes = _SOURCES.get(layer.name, {})
    matching = [prefix for prefix in prefixes if column.startswith(prefix)]
    named = prefixes[max(matching, key=len)] if matching else layer.sources
    return tuple(id for id in source_ids(named, known) if id in known)


def all_sources(layer: Layer, known: Collection[str]) -> list[str]:
    """Ids of the sources of a layer, then of those that only its columns name."""
    columns = [id for name in layer.columns for id in column_sources(layer, name, known)]
    return list(dict.fromkeys([*source_ids(layer.sources, known), *columns]))
