"""Peers: the member cities most similar in size, growth or mix of projects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import QueryError, quoted
from geo.i18n import tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, focus_area_column

MEASURES = ("size", "growth", "projects")
"""Measures of similarity."""


@dataclass(frozen=True)
class Peer:
    """A city similar to another one.

    Attributes
    ----------
    city_id
        The peer.
    measure
        One of :data:`MEASURES`.
    value, own_value
        The compared figures of the peer and of the city itself: official population (people),
        mean annual growth of the UN city 2000 to 2025 (% per year), or for ``projects`` the
        number of projects.
    shared_percent
        For ``projects`` only: overlap of the two mixes of focus areas, 0 to 100.
    """

    city_id: str
    measure: str
    value: float
    own_value: float
    shared_percent: float | None = None


def peers(cities: pd.DataFrame, city_id: str, limit: int = 3) -> list[Peer]:
    """The nearest peers of a city by each measure, nearest first; ties by id.

    Sizes are compared by ratio, growth by difference. Mixes of projects are compared by the sum
    over focus areas of the smaller of the two shares (Czekanowski's similarity of proportions);
    ties go to the closer number of projects.

    Parameters
    ----------
    cities
        See :data:`geo.schema.core.CITIES`.
    limit
        Number of peers per measure.

    Returns
    -------
    list of Peer
        Without peers by a measure that the city has no figure for.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    table = cities.set_index("city_id")
    if city_id not in table.index:
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    return [
        *_by_distance(np.log(_floats(table["population"])), city_id, "size", table, limit),
        *_by_distance(_floats(table[_COMPARED["growth"]]), city_id, "growth", table, limit),
        *_by_projects(table, city_id, limit),
    ]


def cached_peers(city_id: str, catalogue: Catalogue) -> list[Peer]:
    """The nearest peers of a member city, cached in the catalogue; see :func:`peers`."""
    return catalogue.cached(("peers", city_id), lambda: peers(catalogue["cities"], city_id))


def _floats(values: pd.Series) -> pd.Series:
    return values.astype("Float64").astype("float64")


_COMPARED = {"size": "population", "growth": "un_city_growth_2000_2025"}


def _by_distance(
    scaled: pd.Series, city_id: str, measure: str, table: pd.DataFrame, limit: int
) -> list[Peer]:
    if pd.isna(scaled[city_id]):
        return []
    values = _floats(table[_COMPARED[measure]])
    others = scaled.drop(city_id).dropna().sort_index()
    nearest = (others - scaled[city_id]).abs().sort_values(kind="stable").index[:limit]
    return [Peer(other, measure, values[other], values[city_id]) for other in nearest]


def _by_projects(table: pd.DataFrame, city_id: str, limit: int) -> list[Peer]:
    counts = table[[focus_area_column(area) for area in FOCUS_AREAS]].astype(float)
    totals = counts.sum(axis=1)
    if totals[city_id] == 0:
        return []
    shares = counts[totals > 0].div(totals[totals > 0], axis=0)
    own_shares = pd.Series(shares.loc[city_id])
    shared = shares.clip(upper=own_shares, axis=1).sum(axis=1).drop(city_id) * 100
    order = pd.DataFrame(
        {
            "unlike": (100 - shared).round(6),
            "apart": (totals[shared.index] - totals[city_id]).abs(),
        }
    ).sort_index()
    nearest = order.sort_values(["unlike", "apart"], kind="stable").index[:limit]
    return [
        Peer(other, "projects", totals[other], totals[city_id], round(float(shared[other]), 1))
        for other in nearest
    ]
