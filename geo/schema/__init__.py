"""Declarations of tables and layers: columns, types, units, ranges, keys, sources.

Every column is declared once, here. The declarations are used by the build (validation on write),
the layer reader (validation on read), the Data page and the exports (titles, units and descriptions
are written to the files).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from geo.schema.cities import CITY_AREAS, CITY_NAMES, CITY_POPULATIONS
from geo.schema.core import (
    AGGLOMERATIONS,
    CITIES,
    CITY_YEARS,
    CONTEXT,
    COUNTRIES,
    COUNTRY_YEARS,
    LAND,
    PLACES,
    PROJECT_REPORTS,
    PROJECTS,
    SIMPLIFIED,
    URBAN_RURAL_YEARS,
)
from geo.schema.declare import Layer
from geo.schema.indicators import CITY_INDICATORS, INDICATORS
from geo.schema.network import NETWORK_LAYERS, URBANISATION_CLAIMS
from geo.schema.plans import PLAN_LAYERS
from geo.schema.project_places import PROJECT_PLACES
from geo.schema.promises import PROMISES
from geo.schema.wup2025 import CITIES as UN_CITIES
from geo.schema.wup2025 import CITY_YEARS as UN_CITY_YEARS
from geo.schema.wup2025 import COUNTRY_YEARS as DEGREE_YEARS

LAYERS: Mapping[str, Layer] = {
    layer.name: layer
    for layer in (
        COUNTRIES,
        CONTEXT,
        LAND,
        CITIES,
        CITY_AREAS,
        CITY_POPULATIONS,
        INDICATORS,
        CITY_INDICATORS,
        CITY_NAMES,
        PLACES,
        AGGLOMERATIONS,
        UN_CITIES,
        COUNTRY_YEARS,
        CITY_YEARS,
        URBAN_RURAL_YEARS,
        UN_CITY_YEARS,
        PROJECTS,
        PROJECT_REPORTS,
        PROJECT_PLACES,
        *PLAN_LAYERS,
        PROMISES,
        *NETWORK_LAYERS,
        *SIMPLIFIED,
    )
}
"""All required layers, in the order of the catalogue."""

OPTIONAL: Mapping[str, Layer] = {DEGREE_YEARS.name: DEGREE_YEARS}
"""Layers that exist only if their source table does."""

DECLARED: Mapping[str, Layer] = {**LAYERS, **OPTIONAL}

COPIED = tuple(
    layer.name
    for layer in (CITY_NAMES, INDICATORS, *PLAN_LAYERS, *NETWORK_LAYERS)
    if layer is not URBANISATION_CLAIMS
)
"""Layers that are copies of their source table: same name, same columns."""


@cache
def schema_digest() -> str:
    """Hash of the code that declares the layers: files checked under the same one need no further
    check, which takes three quarters of the time of reading them."""
    digest = hashlib.sha256()
    directory = Path(__file__).parent
    for path in [*sorted(directory.glob("*.py")), directory.with_name("vocabulary.py")]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
