"""Territories of member cities: which boundary is shown, its people, and its true size.

Areas come from layer ``city_areas``, geodesic on the WGS 84 ellipsoid. Shapes are drawn in
Lambert's azimuthal equal-area projection around their own centre, so that equal areas look equal
wherever the city lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geo.analysis.city_areas import MERGED, NETWORK
from geo.cache import memoized
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CRS, EXACT

_MERGER_YEAR = 2025
"""Figures of this year and later that name an edition are of the boundaries since 1 July 2025."""

_PEOPLE = ["population", "population_year", "population_basis", "population_source"]


def territories(layers: Catalogue, city_ids: Sequence[str], edition: str) -> gpd.GeoDataFrame:
    """The territory of each city, with the official population of that very territory.

    Parameters
    ----------
    layers
        Layers ``cities``, ``city_areas`` and ``city_populations``.
    city_ids
        Ids of member cities, in the order of the rows.
    edition
        One of :data:`geo.vocabulary.AREA_EDITIONS`; cities that have only the first are shown in
        that.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns and geometry of :data:`geo.schema.cities.CITY_AREAS`; ``has_editions``, whether the
        city has several; and ``population``, ``population_year``, ``population_basis`` and
        ``population_source``, missing unless the boundary is exact and a figure names its
        territory.
    """
    return _all_territories(layers, edition).loc[list(city_ids)].reset_index()


@memoized
def _all_territories(layers: Catalogue, edition: str) -> gpd.GeoDataFrame:
    """The territories of all cities, by ``city_id``."""
    areas = layers.geo("city_areas")
    editions = areas["city_id"].value_counts()
    wanted_first = areas.assign(other=areas["edition"] != edition).sort_values("other")
    rows = wanted_first.drop_duplicates("city_id").drop(columns="other")
    rows["has_editions"] = rows["city_id"].map(editions) > 1
    keys = ["city_id", "edition", "territory"]
    rows = rows.merge(_populations(layers), on=keys, how="left", validate="many_to_one")
    rows.loc[rows["fit"] != EXACT, _PEOPLE] = None
    return rows.set_index("city_id")


def _populations(layers: Catalogue) -> pd.DataFrame:
    """The newest official population of each territory, by ``city_id``, ``edition`` and
    ``territory``."""
    newest = layers["cities"].rename(columns={"population_territory": "territory"})
    figures = layers["city_populations"].sort_values("year")
    merged = figures[figures["edition"].notna() & (figures["year"] >= _MERGER_YEAR)]
    merged = merged.rename(columns={"year": "population_year", "source": "population_source"})
    keys = ["city_id", "territory"]
    return pd.concat(
        [
            newest[[*keys, *_PEOPLE]].assign(edition=NETWORK),
            merged.drop_duplicates(keys, keep="last")[[*keys, *_PEOPLE]].assign(edition=MERGED),
        ]
    )


@lru_cache(maxsize=128)
def equal_area_km(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape in km east and north of its centroid, in an equal-area projection.

    Parameters
    ----------
    shape
        Polygons in OGC:CRS84.

    Returns
    -------
    shapely.Geometry
        The shape in Lambert's azimuthal equal-area projection around its centroid, WGS 84.
    """
    middle = shapely.centroid(shape)
    projection = f"+proj=laea +lat_0={middle.y} +lon_0={middle.x} +ellps=WGS84 +units=km"
    project = Transformer.from_crs(CRS, projection, always_xy=True)

    def to_km(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(project.transform(degrees[:, 0], degrees[:, 1]))

    projected = shapely.transform(shape, to_km)
    # The centroid of the projected shape is not quite the projected centroid.
    offset = shapely.get_coordinates(shapely.centroid(projected))
    return shapely.transform(projected, lambda km: km - offset)
