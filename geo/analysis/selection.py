"""Select the cities and projects that pass a filter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.filter import ANY_PARTNER, Filter
from geo.analysis.geodesy import circle, distances_km
from geo.analysis.projects import counts_by_city, latest_projects
from geo.analysis.promises import by_date, of_projects
from geo.analysis.search import NOTHING, Found, Layers, NetworkIndex
from geo.parameters import Range


@dataclass(frozen=True)
class Selection:
    """The cities and projects that pass a filter.

    Attributes
    ----------
    cities
        Rows of the ``cities`` layer.
    projects
        Rows of ``projects`` of these cities that pass the filter, including those no longer
        reported.
    found
        What the text of the filter found, whatever its other fields are.
    """

    cities: gpd.GeoDataFrame
    projects: pd.DataFrame
    found: Found = NOTHING


def select(
    city_filter: Filter,
    layers: Layers,
    found: Found,
    avoided: Collection[str],
) -> Selection:
    """The cities and projects that pass a filter, in the order of the layers.

    Parameters
    ----------
    layers
        ``cities`` and ``projects``; ``project_reports`` for the year of completion, ``promises``
        for dates, ``partners`` and ``project_details`` for partners.
    found
        What the text of the filter finds.
    avoided
        Ids of the projects that are about its other text; see :func:`avoided_projects`.
    """
    cities, projects = gpd.GeoDataFrame(layers["cities"]), layers["projects"]
    keep = _by_own_figures(city_filter, cities)
    matching = _matching_projects(city_filter, layers, found)
    with_projects: pd.Series = cities["city_id"].isin(set(matching["city_id"]))
    if city_filter.needs_projects:
        keep &= with_projects
    elif city_filter.text:
        keep &= with_projects | cities["city_id"].isin(found.cities | found.cities_by_plan)
    if city_filter.without:
        listed = latest_projects(projects)
        having = listed.loc[listed["focus_area"].isin(city_filter.without), "city_id"]
        keep &= ~cities["city_id"].isin(set(having))
    if city_filter.without_text:
        listed = latest_projects(projects)
        having = listed.loc[listed["project_id"].isin(set(avoided)), "city_id"]
        keep &= ~cities["city_id"].isin(set(having))
    if city_filter.near:
        keep &= is_near(city_filter, cities, cities)
    selection = cities[keep]
    kept = matching[matching["city_id"].isin(set(selection["city_id"]))]
    return Selection(selection, kept, found)


def avoided_projects(text: str, index: NetworkIndex) -> frozenset[str]:
    """Ids of the projects that are about any of several searches, which commas separate:
    ``flood, water``."""
    return frozenset(project for part in text.split(",") for project in index.find(part).about)


def _by_own_figures(city_filter: Filter, cities: gpd.GeoDataFrame) -> pd.Series:
    """Whether each city passes the fields that are about cities alone."""
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
    return keep


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


def _matching_projects(city_filter: Filter, layers: Layers, found: Found) -> pd.DataFrame:
    """Projects that pass the fields of the filter that are about projects."""
    rows = layers["projects"]
    if city_filter.statuses:
        rows = rows[rows["status"].isin(city_filter.statuses)]
    if city_filter.focus_areas:
        rows = rows[rows["focus_area"].isin(city_filter.focus_areas)]
    if city_filter.completed_since:
        rows = rows[rows["project_id"].isin(_completed(city_filter.completed_since, layers))]
    if city_filter.needs_promises:
        dated = by_date(of_projects(layers["promises"]), city_filter)
        rows = rows[rows["project_id"].isin(set(dated["project_id"]))]
    if city_filter.overdue:
        rows = rows[rows["status"] != "completed"]
    if city_filter.partners:
        rows = rows[rows["project_id"].isin(_with_partners(city_filter.partners, layers))]
    if city_filter.text:
        rows = rows[
            rows["project_id"].isin(set(found.projects)) | rows["city_id"].isin(found.cities)
        ]
    return rows


def _completed(since: int, layers: Layers) -> set[str]:
    """Projects that the report of a year or a later one is the first to list as completed."""
    reports = layers["project_reports"]
    completed = reports[reports["status"] == "completed"]
    first = completed.groupby("project_id")["report_year"].min()
    return set(first.index[first >= since])


def _with_partners(kinds: tuple[str, ...], layers: Layers) -> set[str]:
    """Projects with a named partner of these kinds."""
    partners, details = layers["partners"], layers["project_details"]
    if ANY_PARTNER in kinds:
        described = details.loc[details["partners"].notna(), "project_id"]
        return {*partners["project_id"].dropna(), *described}
    return set(partners.loc[partners["kind"].isin(kinds), "project_id"].dropna())


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
