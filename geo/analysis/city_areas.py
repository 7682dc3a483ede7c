"""Areas of member cities: points in them, and how they grew."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.boundaries import Borders
from geo.vocabulary import AREA_EDITIONS, EXACT

NETWORK, MERGED = AREA_EDITIONS
"""Editions of the areas: as the network's plans count the cities, and since 1 July 2025."""

MIN_GROWTH = 1.05
"""Smallest ratio of two editions of an area that counts as growth: the two of Hanoi, whose boundary
did not change, come from different sources and differ by 0.3%."""


def area_of(city_id: str, areas: gpd.GeoDataFrame) -> pd.Series:
    """The area of a member city as the network's plans count it: its row of layer
    ``city_areas``."""
    row: pd.Series = areas[(areas["city_id"] == city_id) & (areas["edition"] == NETWORK)].iloc[0]
    return row


def grown_areas(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Later editions of areas that are larger than that of the network's plans.

    Parameters
    ----------
    areas
        Rows of layer ``city_areas``, all editions of each city.
    """
    before = areas[areas["edition"] == NETWORK].set_index("city_id")["area_km2"]
    later = areas[areas["edition"] != NETWORK]
    return later[later["area_km2"].to_numpy() > MIN_GROWTH * before[later["city_id"]].to_numpy()]


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
