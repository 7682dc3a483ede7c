"""Point-in-country lookup, distance to the boundary, and ellipsoidal areas."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geo.vocabulary import CRS

_GEOD = Geod(ellps="WGS84")


_NEAR_DEGREES = 1e-7  # about 1 cm: vertices computed by an overlay lie this close to an edge


Shapes = npt.NDArray[np.object_]


Indices = npt.NDArray[np.intp]


Numbers = npt.NDArray[np.float64]


def land_borders(shapes: Shapes) -> shapely.Geometry:
    """Lines shared by two of the shapes: land borders without coasts.

    Parameters
    ----------
    shapes
        Polygons with identical vertices along common borders, as in each level of
        :func:`geo.build.boundaries.levels_of_detail`.
    """
    ends, _ = _segments(*shapely.get_parts(shapes, return_index=True))
    # Neighbours trace their common border in opposite directions.
    order = np.lexsort((ends[:, :, 1], ends[:, :, 0]), axis=1)
    ends = np.take_along_axis(ends, order[:, :, None], axis=1)
    edges, times = np.unique(ends.reshape(-1, 4), axis=0, return_counts=True)
    shared = shapely.linestrings(edges[times > 1].reshape(-1, 2, 2))
    return shapely.line_merge(shapely.multilinestrings(shared))


def locate(
    points: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame, max_distance_km: float = 5
) -> pd.DataFrame:
    """The country that contains each point, or the nearest one within a distance.

    Parameters
    ----------
    points
        Points in OGC:CRS84.
    boundaries
        ``iso3`` and ``geometry`` in OGC:CRS84, at full detail: at 50m a third coastal city
        falls into the sea.
    max_distance_km
        Maximum distance outside a country. The nearest boundary point is searched on a local
        plane, so keep this below about 50 km.

    Returns
    -------
    pandas.DataFrame
        Index of ``points``; ``iso3`` (missing beyond the maximum) and
        ``distance_to_boundary_km`` (geodesic; 0 inside, NaN beyond the maximum). Ties between
        countries, equally near or both containing the point, go to the first by code.
    """
    return Borders(boundaries).locate(points, max_distance_km)


class Borders:
    """Indexed boundaries, for locating many points.

    Parameters
    ----------
    boundaries
        See :func:`locate`.
    """

    def __init__(self, boundaries: gpd.GeoDataFrame) -> None:
        self.codes = np.sort(boundaries["iso3"].unique())
        rank = np.searchsorted(self.codes, boundaries["iso3"].to_numpy())
        self.parts, row = shapely.get_parts(boundaries["geometry"].to_numpy(), return_index=True)
        self.rank = rank[row]
        self.tree = shapely.STRtree(self.parts)
        self.ends, self.segment_rank = _segments(self.parts, self.rank)
        self.segments = shapely.STRtree(shapely.linestrings(self.ends))
        shapely.prepare(self.parts)

    def locate(self, points: gpd.GeoDataFrame, max_distance_km: float = 5) -> pd.DataFrame:
        """See :func:`locate`."""
        geometries = points.geometry.to_numpy()
        best = self.containing(geometries)
        distance = np.where(best < len(self.codes), 0.0, np.nan)
        outside = np.flatnonzero(best == len(self.codes))
        if len(outside):
            near, nearest, km = self._nearest(geometries[outside], max_distance_km)
            best[outside[near]], distance[outside[near]] = nearest, km
        names = pd.array([*self.codes, None], dtype="str")
        return pd.DataFrame(
            {"iso3": names.take(best), "distance_to_boundary_km": distance}, index=points.index
        )

    def containing(self, points: Shapes) -> Indices:
        """Index in ``codes`` of the first shape that contains each point, else their number."""
        best = np.full(len(points), len(self.codes))
        point, part = self.tree.query(points)
        xy = shapely.get_coordinates(points[point])
        inside = shapely.intersects_xy(self.parts[part], xy[:, 0], xy[:, 1])
        np.minimum.at(best, point[inside], self.rank[part[inside]])
        return best

    def _nearest(self, geometries: Shapes, max_km: float) -> tuple[Indices, Indices, Numbers]:
        """Rows with a polygon within ``max_km``, and rank and distance of the nearest one."""
        lon, lat = shapely.get_x(geometries), shapely.get_y(geometries)
        east_km, north_km = _km_per_degree(lat)
        reach_x, reach_y = 1.01 * max_km / east_km, 1.01 * max_km / north_km
        boxes = shapely.box(lon - reach_x, lat - reach_y, lon + reach_x, lat + reach_y)
        point, segment = self.segments.query(boxes)
        scale = np.column_stack([east_km, north_km])[point]
        here = np.column_stack([lon, lat])[point]
        start = (self.ends[segment, 0] - here) * scale
        along = (self.ends[segment, 1] - self.ends[segment, 0]) * scale
        length = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
        share = np.clip(-(start * along).sum(axis=1) / length, 0, 1)[:, None]
        foot = self.ends[segment, 0] + share * (self.ends[segment, 1] - self.ends[segment, 0])
        geodesic = _GEOD.inv(here[:, 0], here[:, 1], foot[:, 0], foot[:, 1])[2]
        metres = np.asarray(geodesic, dtype=float)
        # Rounded to a micrometre: neighbours trace a common border in opposite directions.
        rank_of = self.segment_rank[segment]
        order = np.lexsort([rank_of, metres.round(6), point])
        order = order[metres[order] <= max_km * 1_000]
        rows, first = np.unique(point[order], return_index=True)
        chosen = order[first]
        return rows, rank_of[chosen], metres[chosen] / 1_000


def _segments(parts: Shapes, rank: Indices) -> tuple[Numbers, Indices]:
    """Edges of all rings as (n, 2, 2) of start and end, with the rank of their polygon."""
    rings, part = shapely.get_rings(parts, return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    within = ring[:-1] == ring[1:]
    ends = np.stack([vertices[:-1], vertices[1:]], axis=1)[within]
    return ends, rank[part[ring[:-1][within]]]


def _km_per_degree(lat: Numbers) -> tuple[Numbers, Numbers]:
    """Length in km of a degree of longitude and of latitude at ``lat`` on the ellipsoid."""
    curve = 1 - _GEOD.es * np.sin(np.radians(lat)) ** 2
    east = _GEOD.a / np.sqrt(curve) * np.cos(np.radians(lat))
    north = _GEOD.a * (1 - _GEOD.es) / curve**1.5
    return np.radians(east) / 1_000, np.radians(north) / 1_000


def polygon_parts(shapes: Shapes) -> Shapes:
    """The polygons of each shape as a MultiPolygon, exterior rings counter-clockwise."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # collections may nest
    row = row[inner]
    polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    polygon &= ~shapely.is_empty(parts)
    collected = _to_multipolygons(parts[polygon], row[polygon], len(shapes))
    return np.asarray(shapely.orient_polygons(collected), dtype=object)


def _to_multipolygons(parts: Shapes, row: Indices, rows: int) -> Shapes:
    result = np.full(rows, shapely.MultiPolygon(), dtype=object)
    if len(parts):
        shapely.multipolygons(parts, indices=row, out=result)
    return result


def areas_km2(shapes: Iterable[shapely.Geometry]) -> Numbers:
    """Areas on the WGS 84 ellipsoid; shapes in OGC:CRS84."""
    return np.array([abs(_GEOD.geometry_area_perimeter(s)[0]) / 1e6 for s in shapes], dtype=float)


def as_series(shapes: Shapes, index: pd.Index) -> gpd.GeoSeries:
    """Shapes as a column in OGC:CRS84."""
    return gpd.GeoSeries(shapes, index=index, crs=CRS)
