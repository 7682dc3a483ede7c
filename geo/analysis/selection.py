"""Select the cities and projects that pass a filter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.filter import Filter
from geo.analysis.geodesy import circle, distances_km
from geo.analysis.projects import counts_by_city
from geo.analysis.text_search import ALSO_CALLED, contains
from geo.parameters import Range


@dataclass(frozen=True)
class Selection:
    """The cities and projects that pass a filter.

    Attributes
    ----------
    cities
        Rows of the ``cities`` layer.
    projects
        Rows of ``projects`` of these cities that pass focus areas, states and text of the filter,
        including those no longer reported.
    """

    cities: gpd.GeoDataFrame
    projects: pd.DataFrame


def select(city_filter: Filter, cities: gpd.GeoDataFrame, projects: pd.DataFrame) -> Selection:
    """The cities and projects that pass a filter, in the order of the layers.

    Parameters
    ----------
    cities, projects
        See :data:`geo.schema.core.CITIES` and :data:`geo.schema.core.PROJECTS`.
    """
    keep = pd.Series(True, index=cities.index)
    if city_filter.countries:
        keep &= cities["iso3"].isin(city_filter.countries)
    if city_filter.cities:
        keep &= cities["city_id"].isin(city_filter.cities)
    keep &= _within_range(cities["joined_year"], city_filter.joined)
    keep &= _within_range(cities["population"], city_filter.population)
    keep &= _within_range(cities["un_city_population_2025"], city_filter.un_population)
    keep &= _within_range(cities["un_city_growth_2000_2025"], city_filter.un_growth)
    keep &= _within_range(cities["agglomeration_growth_2000_2018"], city_filter.growth)
    named = _named(city_filter.text, cities)
    matching = matching_projects(city_filter, projects, set(cities.loc[named, "city_id"]))
    with_projects: pd.Series = cities["city_id"].isin(set(matching["city_id"]))
    if city_filter.focus_areas or city_filter.statuses:
        keep &= with_projects
    elif city_filter.text:
        keep &= named | with_projects
    if city_filter.near:
        keep &= is_near(city_filter, cities, cities)
    selection = cities[keep]
    return Selection(selection, matching[matching["city_id"].isin(set(selection["city_id"]))])


def recounted(
    city_filter: Filter, selection: Selection, projects: pd.DataFrame
) -> gpd.GeoDataFrame:
    """The selected cities, with counts of the selected projects only.

    Parameters
    ----------
    projects
        All projects, which determine the latest report.
    """
    if not city_filter.narrows_projects:
        return selection.cities
    counts = counts_by_city(selection.projects, selection.cities["city_id"], projects)
    rest = selection.cities.drop(columns=list(counts.columns))
    return rest.join(counts, on="city_id")[list(selection.cities.columns)]


def matching_projects(
    city_filter: Filter, projects: pd.DataFrame, named: Collection[str]
) -> pd.DataFrame:
    """Projects that pass the filter's focus areas, states and text.

    Parameters
    ----------
    named
        Ids of the cities whose names contain the text, so that all their projects pass.
    """
    rows = (
        projects[projects["status"].isin(city_filter.statuses)]
        if city_filter.statuses
        else projects
    )
    rows = (
        rows[rows["focus_area"].isin(city_filter.focus_areas)] if city_filter.focus_areas else rows
    )
    if not city_filter.text:
        return rows
    return rows[contains(rows["name"], city_filter.text) | rows["city_id"].isin(named)]


def distance_from(city_id: str, cities: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Geodesic distance in km from one member city to each row of ``points``."""
    origin = _city_point(city_id, cities)
    km = distances_km(origin.x, origin.y, points.geometry.x, points.geometry.y)
    return pd.Series(km, index=points.index)


def _city_point(city_id: str, cities: gpd.GeoDataFrame) -> shapely.Point:
    return cities.geometry[cities["city_id"] == city_id].iloc[0]


_SHORTEST_DEGREE_KM = 110.5
"""Lower bound for a degree of latitude, and for a degree of longitude at the equator."""


def is_near(city_filter: Filter, cities: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> pd.Series:
    """Whether each row of ``points`` lies within the filter's distance from a member city.

    Geodesic distances are slow, so they are computed only within the bounding box of the circle.
    """
    origin = _city_point(city_filter.near, cities)
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    high = city_filter.within_km / _SHORTEST_DEGREE_KM
    narrowest = np.cos(np.radians(min(89.0, abs(origin.y) + high)))
    degrees_east = np.abs(x - origin.x)
    in_box = np.minimum(degrees_east, 360 - degrees_east) <= high / narrowest
    rows = np.flatnonzero(in_box & (np.abs(y - origin.y) <= high))
    near = np.zeros(len(points), dtype=bool)
    near[rows] = distances_km(origin.x, origin.y, x[rows], y[rows]) <= city_filter.within_km
    return pd.Series(near, index=points.index)


def limit_of_distance(
    city_filter: Filter, cities: gpd.GeoDataFrame
) -> tuple[tuple[float, float], ...]:
    """The line at the filter's distance from its city, see :func:`geo.analysis.geodesy.circle`;
    empty if the filter has none."""
    if not city_filter.near:
        return ()
    origin = _city_point(city_filter.near, cities)
    return circle(origin.x, origin.y, city_filter.within_km)


def _within_range(values: pd.Series, ends: Range) -> pd.Series:
    low, high = ends
    keep = pd.Series(True, index=values.index)
    if low is not None:
        keep &= (values >= low).fillna(False).astype(bool)
    if high is not None:
        keep &= (values <= high).fillna(False).astype(bool)
    return keep


def _named(text: str, cities: gpd.GeoDataFrame) -> pd.Series:
    """Whether the name of each city, its country or its first-level area contains a text."""
    named: pd.Series = pd.Series(False, index=cities.index)
    searched = ("name", "name_local", "country", "admin1_name", ALSO_CALLED)
    for column in searched:
        if column in cities.columns:
            named |= contains(cities[column], text)
    return named
