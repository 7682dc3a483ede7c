"""The rows of a collection that a query of items selects."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.ogc import cql
from geo.ogc.collection import Collection, Mask
from geo.ogc.parameters import ItemsQuery
from geo.ogc.times import Interval

Positions = npt.NDArray[np.intp]


def matching_positions(collection: Collection, query: ItemsQuery) -> Positions:
    """Positions of the matching rows, sorted.

    Raises
    ------
    QueryError
        If the filter cannot be evaluated.
    """
    mask = np.ones(len(collection.frame), dtype=bool)
    for name, value in query.equal.items():
        equal = collection.column(name) == value
        mask &= equal.fillna(value=False).to_numpy(dtype=bool)
    if query.bbox is not None:
        mask &= _touching(collection, query.bbox)
    if query.interval is not None:
        mask &= _during(collection, query.interval)
    if query.text:
        city_filter = Filter(text=query.text)
        found = filtered_rows(collection.layer.name, city_filter, collection.catalogue).rows
        mask &= collection.frame.index.isin(found.index)
    if query.filter is not None:
        mask &= cql.filter_mask(query.filter, collection, query.filter_crs)
    return _sorted(collection, np.flatnonzero(mask), query.sortby)


def _touching(collection: Collection, bbox: shapely.Geometry) -> Mask:
    """Mask of the rows that intersect a box in degrees, or have no geometry, as OGC API - Features
    requires."""
    frame = collection.frame
    if not isinstance(frame, gpd.GeoDataFrame):
        return np.ones(len(frame), dtype=bool)
    mask: Mask = shapely.is_missing(collection.geometries) | shapely.is_empty(collection.geometries)
    mask[frame.sindex.query(bbox, predicate="intersects")] = True
    return mask


def _during(collection: Collection, interval: Interval) -> Mask:
    """Mask of the rows whose time intersects an interval, or that have none, as OGC API - Features
    requires."""
    start, end = interval
    starts, ends = collection.times
    return np.isnat(starts) | ((starts < end) & (ends > start))


def _sorted(
    collection: Collection, positions: Positions, ascending: Mapping[str, bool]
) -> Positions:
    if not ascending:
        return positions
    order = pd.DataFrame({name: collection.column(name).iloc[positions] for name in ascending})
    # Stable, missing last: ties keep the layer's order on every page.
    by, directions = list(ascending), list(ascending.values())
    return np.asarray(order.sort_values(by, ascending=directions, kind="stable").index)
