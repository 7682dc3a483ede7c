"""The base map as one source: sea, neighbouring countries, member states, borders, graticule.

A single file, so that the browser draws the map once instead of redrawing it for each of five
files, and shows no part of the base map before all of it is loaded.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from dashboard.maps.view import REACH
from geo.analysis.boundaries import land_borders
from geo.analysis.urbanisation import URBAN_SHARE
from geo.errors import LayerError
from geo.export import geojson
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CRS, DETAILS

DECIMALS = {"low": 3, "medium": 4, "full": 5}
"""Decimals of boundary coordinates by level of detail: 110 m, 11 m, 1 m."""

GRATICULE_DEGREES = 10

SEA, CONTEXT, BORDER, GRATICULE = "sea", "context", "border", "graticule"
"""Values of the property ``kind``; member states have ``iso3`` instead."""

_WORLD = shapely.Polygon([(-180, -85), (0, -85), (180, -85), (180, 85), (0, 85), (-180, 85)])


def share_column(revision: str, year: int) -> str:
    """Property of a member state: urban share of one release and year.

    >>> share_column("wdi-2026-03", 1990)
    'share_wdi_2026_03_1990'
    """
    return f"share_{revision.replace('-', '_')}_{year}"


def encode(layers: Catalogue, detail: str) -> bytes:
    """The base map as GeoJSON, in drawing order.

    Layers that cannot be read are omitted; the page reports them.

    Parameters
    ----------
    detail
        Level of detail of boundaries, one of :data:`geo.vocabulary.DETAILS`.
    """
    decimals = DECIMALS[detail]
    parts = [encode_kind(SEA, [_WORLD], decimals)]
    shapes: list[shapely.Geometry] = []
    for part in (_context, _countries):
        try:
            frame = part(layers, DETAILS[detail])
        except LayerError:
            continue
        shapes += list(frame.geometry)
        parts.append(geojson.encode(frame, decimals=decimals))
    parts.append(encode_kind(GRATICULE, _graticule(shapes), decimals))
    if shapes:
        # Outlines would be nine times as many vertices, and coasts would cover small islands.
        parts.append(encode_kind(BORDER, [land_borders(np.array(shapes, dtype=object))], decimals))
    features = [feature for part in parts for feature in orjson.loads(part)["features"]]
    bbox = list(_WORLD.bounds)
    return orjson.dumps({"type": "FeatureCollection", "bbox": bbox, "features": features})


def encode_kind(kind: str, shapes: list[shapely.Geometry], decimals: int) -> bytes:
    """Features that have only a ``kind``, as GeoJSON."""
    table = gpd.GeoDataFrame({"kind": kind}, index=range(len(shapes)), geometry=shapes, crs=CRS)
    return geojson.encode(table, decimals=decimals)


def _context(layers: Catalogue, suffix: str) -> gpd.GeoDataFrame:
    return layers.geo(f"context{suffix}")[["geometry"]].assign(kind=CONTEXT)


def _countries(layers: Catalogue, suffix: str) -> gpd.GeoDataFrame:
    """Member states with the urban share of every release and year, in percent."""
    return layers.geo(f"countries{suffix}")[["iso3", "geometry"]].join(
        urban_shares(layers), on="iso3"
    )


def urban_shares(layers: Catalogue) -> pd.DataFrame:
    """Urban share of each member state, percent, by ``iso3``: a column per release and year, see
    :func:`share_column`; no column if the layer cannot be read."""
    return layers.cached(("urban shares",), lambda: _urban_shares(layers))


def _urban_shares(layers: Catalogue) -> pd.DataFrame:
    try:
        years = layers["country_years"]
    except LayerError:
        return pd.DataFrame()  # land without data
    share = years[years["indicator_code"] == URBAN_SHARE]
    names = [
        share_column(revision, int(year))
        for revision, year in zip(share["revision"], share["year"], strict=True)
    ]
    wide = share.assign(name=names).pivot(index="iso3", columns="name", values="value").round(1)
    return pd.DataFrame(wide)


def _graticule(land: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Meridians and parallels every ten degrees, over sea only."""
    west, south, east, north = (int(edge) for edge in REACH)
    step = GRATICULE_DEGREES
    lines = [shapely.LineString([(x, south), (x, north)]) for x in range(west, east + 1, step)]
    lines += [shapely.LineString([(west, y), (east, y)]) for y in range(south, north + 1, step)]
    over_land = shapely.union_all(land) if land else shapely.Point()
    return [shapely.difference(shapely.multilinestrings(lines), over_land)]
