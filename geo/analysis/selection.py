"""The cities and projects that pass a filter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.filter import Filter
from geo.analysis.geodesy import distances_km
from geo.analysis.projects import counts_by_city
from geo.analysis.text_search import ALSO_CALLED, contains
from geo.parameters import (
    Range,
)


@dataclass(frozen=True)
class Selection:
    """The rows that a filter keeps.

    Attributes
    ----------
    cities
        Rows of the ``cities`` layer.
    projects
        Rows of ``projects`` of these cities that pass focus areas, states and text of the filter;
        those no longer reported are among them.
    """

    cities: gpd.GeoDataFrame
    projects: pd.DataFrame


def select(wanted: Filter, cities: gpd.GeoDataFrame, projects: pd.DataFrame) -> Selection:
    """The cities and projects that pass a filter, in the order of the layers.

    Parameters
    ----------
    cities, projects
        See :data:`geo.schema.core.CITIES` and :data:`geo.schema.core.PROJECTS`.
    """
    keep = pd.Series(True, index=cities.index)
    if wanted.countries:
        keep &= cities["iso3"].isin(wanted.countries)
    if wanted.cities:
        keep &= cities["city_id"].isin(wanted.cities)
    keep &= _within_range(cities["joined_year"], wanted.joined)
    keep &= _within_range(cities["population"], wanted.population)
    keep &= _within_range(cities["un_city_population_2025"], wanted.un_population)
    keep &= _within_range(cities["un_city_growth_2000_2025"], wanted.un_growth)
    keep &= _within_range(cities["agglomeration_growth_2000_2018"], wanted.growth)
    named = _named(wanted.text, cities)
    matching = matching_projects(wanted, projects, set(cities.loc[named, "city_id"]))
    with_projects: pd.Series = cities["city_id"].isin(set(matching["city_id"]))
    if wanted.focus_areas or wanted.statuses:
        keep &= with_projects
    elif wanted.text:
        keep &= named | with_projects
    if wanted.near:
        keep &= is_near(wanted, cities, cities)
    kept = cities[keep]
    return Selection(kept, matching[matching["city_id"].isin(set(kept["city_id"]))])


def recounted(wanted: Filter, kept: Selection, projects: pd.DataFrame) -> gpd.GeoDataFrame:
    """The cities that a filter has kept, with the projects counted that it has kept too.

    A filter that narrows projects keeps some of a city's; numbers beside the city are then those
    of the kept ones.

    Parameters
    ----------
    projects
        All projects, which say which report is the latest.
    """
    if not wanted.narrows_projects:
        return kept.cities
    counts = counts_by_city(kept.projects, kept.cities["city_id"], projects)
    rest = kept.cities.drop(columns=list(counts.columns))
    return rest.join(counts, on="city_id")[list(kept.cities.columns)]


def matching_projects(
    wanted: Filter, projects: pd.DataFrame, named: Collection[str]
) -> pd.DataFrame:
    """Projects that pass the filter's focus areas, states and text.

    Parameters
    ----------
    named
        Ids of the cities whose own names contain the text, so that all their projects pass it.
    """
    rows = projects[projects["status"].isin(wanted.statuses)] if wanted.statuses else projects
    rows = rows[rows["focus_area"].isin(wanted.focus_areas)] if wanted.focus_areas else rows
    if not wanted.text:
        return rows
    return rows[contains(rows["name"], wanted.text) | rows["city_id"].isin(named)]


def distance_from(city_id: str, cities: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Geodesic distance in km from one member city to each row of ``points``."""
    origin = _point_of(city_id, cities)
    km = distances_km(origin.x, origin.y, points.geometry.x, points.geometry.y)
    return pd.Series(km, index=points.index)


def _point_of(city_id: str, cities: gpd.GeoDataFrame) -> shapely.Point:
    return cities.geometry[cities["city_id"] == city_id].iloc[0]


_SHORTEST_DEGREE_KM = 110.5
"""Shorter than any degree of latitude, and than one of longitude at the equator."""


def is_near(wanted: Filter, cities: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Whether each row of ``points`` is as near to a member city as a filter asks for.

    Geodesic distances take their time, so that they are measured within a box of degrees only,
    which holds the circle.
    """
    origin = _point_of(wanted.near, cities)
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    high = wanted.within_km / _SHORTEST_DEGREE_KM
    narrowest = np.cos(np.radians(min(89.0, abs(origin.y) + high)))
    apart = np.abs(x - origin.x)
    in_box = np.minimum(apart, 360 - apart) <= high / narrowest
    rows = np.flatnonzero(in_box & (np.abs(y - origin.y) <= high))
    near = np.zeros(len(points), dtype=bool)
    near[rows] = distances_km(origin.x, origin.y, x[rows], y[rows]) <= wanted.within_km
    return pd.Series(near, index=points.index)


def _within_range(values: pd.Series, ends: Range) -> pd.Series:
    low, high = ends
    keep = pd.Series(True, index=values.index)
    if low is not None:
        keep &= (values >= low).fillna(False).astype(bool)
    if high is not None:
        keep &= (values <= high).fillna(False).astype(bool)
    return keep


def _named(text: str, cities: gpd.GeoDataFrame) -> pd.Series:
    """Whether a name of each city, of its country or of its first-level area contains a text."""
    named: pd.Series = pd.Series(False, index=cities.index)
    searched = ("name", "name_local", "country", "admin1_name", ALSO_CALLED)
    for column in searched:
        if column in cities.columns:
            named |= contains(cities[column], text)
    return named
