"""Points in the areas of member cities."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.boundaries import Borders
from geo.vocabulary import AREA_EDITIONS, EXACT


class CityAreas:
    """The exact areas of the member cities, indexed for locating points.

    Parameters
    ----------
    areas
        Layer ``city_areas``, see :data:`geo.schema.cities.CITY_AREAS`. Areas that are not exact
        are left out: a point near their border may lie in the city or not.
    """

    def __init__(self, areas: gpd.GeoDataFrame) -> None:
        exact = areas[areas["fit"] == EXACT]
        order = exact["edition"].map(list(AREA_EDITIONS).index)
        self.rows = exact.assign(order=order).sort_values(["order", "city_id"], ignore_index=True)
        self._borders = Borders(self.rows.assign(iso3=self.rows.index))

    def locate(self, points: gpd.GeoDataFrame) -> pd.DataFrame:
        """The member city in whose area each point lies.

        Parameters
        ----------
        points
            Points in OGC:CRS84.

        Returns
        -------
        pandas.DataFrame
            Index of ``points``; ``within_city_id``, ``within_city`` and ``within_edition``, missing
            where no exact area holds the point. Of several editions that hold it, the first of
            :data:`geo.vocabulary.AREA_EDITIONS`.
        """
        row = self._borders.containing(points.geometry.to_numpy())
        row = np.where(row < len(self.rows), row, -1)
        columns = {"within_city_id": "city_id", "within_city": "name", "within_edition": "edition"}
        return pd.DataFrame(
            {
                new: self.rows[old].array.take(row, allow_fill=True).astype("str")
                for new, old in columns.items()
            },
            index=points.index,
        )
