"""Check all layers against their schemas and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from geo import sources
from geo.action_plans import counts_by_city
from geo.errors import GeoError
from geo.layers import LAYERS_DIR, SOURCES_DIR, Catalogue
from geo.schema import LAYERS

_REFERENCES = (
    ("cities", "iso3", "countries", "iso3"),
    ("cities", "city_code", "agglomerations", "city_code"),
    ("places", "iso3", "countries", "iso3"),
    ("places", "city_id", "cities", "city_id"),
    ("agglomerations", "iso3", "countries", "iso3"),
    ("agglomerations", "city_id", "cities", "city_id"),
    ("country_years", "iso3", "countries", "iso3"),
    ("city_years", "city_code", "agglomerations", "city_code"),
    ("city_years", "city_id", "cities", "city_id"),
    ("projects", "city_id", "cities", "city_id"),
    ("project_reports", "project_id", "projects", "project_id"),
    ("project_reports", "city_id", "cities", "city_id"),
)


def problems(layer_dir: Path = LAYERS_DIR, source_dir: Path = SOURCES_DIR) -> Iterator[str]:
    """One sentence for each thing that is wrong with the source tables or the layers."""
    tables = {}
    for name in sources.TABLES:
        try:
            tables[name] = sources.read(name, source_dir)
        except GeoError as error:
            yield str(error)
    yield from map(str, sources.dangling(tables))
    catalogue = Catalogue(layer_dir)
    readable = set()
    for name in LAYERS:
        try:
            catalogue[name]
            readable.add(name)
        except GeoError as error:
            yield str(error)
    for name, column, other, key in _REFERENCES:
        if {name, other} <= readable:
            yield from _dangling(catalogue, name, column, other, key)
    if {"cities", "projects"} <= readable:
        yield from _wrong_counts(catalogue)


def _dangling(catalogue: Catalogue, name: str, column: str, other: str, key: str) -> Iterator[str]:
    values = catalogue[name][column].dropna()
    unknown = sorted(set(values) - set(catalogue[other][key]))
    if unknown:
        yield f"Layer {name}, column {column}: {unknown[:5]} not in {other}.{key}."


def _wrong_counts(catalogue: Catalogue) -> Iterator[str]:
    cities = catalogue["cities"].set_index("city_id")
    counted = counts_by_city(catalogue["projects"], pd.Series(cities.index))
    for name in counted.columns:
        same = (cities[name] == counted[name]) | (cities[name].isna() & counted[name].isna())
        if not same.all():
            wrong = ", ".join(cities.index[~same][:5])
            yield f"Layer cities, column {name}: differs from what layer projects counts ({wrong})."
