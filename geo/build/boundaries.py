"""National boundaries: repaired, in three levels of detail; which country holds a point.

All geometry is in OGC:CRS84 (longitude, latitude in degrees). Areas and distances are geodesic
on the WGS 84 ellipsoid.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import Geod

from geo.build.joins import joined
from geo.errors import SourceError
from geo.sources.read import line_of
from geo.vocabulary import CRS, MEMBER_STATES

MEMBER_NUMERIC = dict(
    zip(
        MEMBER_STATES,
        ("096", "360", "116", "418", "104", "458", "608", "702", "764", "626", "704"),
        strict=True,
    )
)
"""ISO 3166-1 alpha-3 code of a member state -> numeric code, which Natural Earth is keyed by."""

COLUMNS = ("iso_numeric", "name", "geometry")
"""What :func:`geo.refresh.natural_earth.compacted` writes."""

TOLERANCES = {"geometry_medium": 0.01, "geometry_low": 0.03}
"""Tolerance in degrees (the square root of the smallest triangle that is kept, Visvalingam).
The member states have 44,910 vertices at full detail; 0.01 leaves about 25,000 (a map of one
country), 0.03 with :data:`SMALLEST_ISLAND_KM2` about 10,200 (a map of the region, 190 kB of
GeoJSON with four decimals)."""

SMALLEST_ISLAND_KM2 = 20.0
"""Islands below this are left out at low detail: less than a pixel on a map of the region. The
largest part of a country always stays."""

_LEVELS = ("geometry", *TOLERANCES)
_GEOD = Geod(ellps="WGS84")
_NEAR_DEGREES = 1e-7  # about 1 cm: vertices that an overlay computed lie this near to an edge

Shapes = npt.NDArray[np.object_]
Indices = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]


def read(path: Path) -> gpd.GeoDataFrame:
    """The boundaries that :func:`geo.refresh.natural_earth.encode` wrote.

    Raises
    ------
    SourceError
        If the file is missing, damaged, or has other columns or another CRS.
    """
    remedy = "fetch it with `python -m geo refresh natural-earth`"
    try:
        frame = gpd.read_parquet(path)
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing from {path.parent}; {remedy}.") from None
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise SourceError(
            f"{path.name} is damaged or not GeoParquet ({error}); {remedy}."
        ) from None
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise SourceError(f"{path.name} lacks column {', '.join(lacking)}; {remedy}.")
    if frame.crs != CRS:
        raise SourceError(f"{path.name} must be in {CRS}, not {frame.crs}; {remedy}.")
    return frame


def levels_of_detail(natural_earth: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Every boundary in three levels of detail, simplified together so that borders stay shared.

    Parameters
    ----------
    natural_earth
        ``iso_numeric``, ``name``, ``geometry``; see :func:`geo.refresh.natural_earth.compacted`.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows with ``geometry``, ``geometry_medium`` and ``geometry_low``: valid
        MultiPolygons whose exterior rings run counter-clockwise.

    Raises
    ------
    SourceError
        If neighbours overlap or their vertices differ along the common border.
    """
    full = polygon_parts(natural_earth.geometry.to_numpy())
    if not shapely.coverage_is_valid(full):
        wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(full))
        raise SourceError(
            f"Boundaries of {', '.join(natural_earth.loc[wrong, 'name'])} overlap or do not meet "
            "vertex by vertex; fetch them again with `python -m geo refresh natural-earth`."
        )
    frame = natural_earth[list(COLUMNS)].set_geometry(as_series(full, natural_earth.index))
    for name, tolerance in TOLERANCES.items():
        shapes = polygon_parts(shapely.coverage_simplify(full, tolerance))
        if name == "geometry_low":
            shapes = _without_islets(shapes)
        frame[name] = as_series(shapes, frame.index)
    return frame


def _without_islets(shapes: Shapes) -> Shapes:
    parts, row = shapely.get_parts(shapes, return_index=True)
    area = areas_km2(parts)
    largest = pd.Series(area).groupby(row).idxmax().to_numpy()
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    keep = area >= SMALLEST_ISLAND_KM2
    keep[largest] = True
    keep[left[left != right]] = True  # it has a land border, which the neighbour would lose
    return polygon_parts(_collected(parts[keep], row[keep], len(shapes)))


def member_states(natural_earth: gpd.GeoDataFrame, countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Boundary and area of each member state.

    Parameters
    ----------
    natural_earth
        See :func:`geo.refresh.natural_earth.compacted`.
    countries
        Source table ``countries``, of which ``iso3`` and ``iso_numeric`` are read.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso3``, ``geometry``, ``geometry_medium``, ``geometry_low`` and ``land_area_km2``
        (geodesic, at full detail), one row a country, ordered by ``iso3``.

    Raises
    ------
    SourceError
        If a country has no boundary, or more than one.
    """
    rows = natural_earth["iso_numeric"].value_counts()
    found = countries["iso_numeric"].map(rows).fillna(0)
    for wrong, what in ((found == 0, "has no boundary"), (found > 1, "has several boundaries")):
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise SourceError(
                f"countries.csv, line {line_of(countries, row)}, column iso_numeric: "
                f"{countries['iso3'].iloc[row]} ({countries['iso_numeric'].iloc[row]}) {what} in "
                "Natural Earth."
            )
    keys = countries[["iso3", "iso_numeric"]]
    frame = levels_of_detail(natural_earth)
    frame = frame[frame["iso_numeric"].isin(keys["iso_numeric"])]  # areas without a code go
    frame = joined(frame, keys, "iso_numeric", "countries.csv")
    frame["land_area_km2"] = areas_km2(frame.geometry.to_numpy())
    return frame.sort_values("iso3", ignore_index=True)[["iso3", *_LEVELS, "land_area_km2"]]


def context(natural_earth: gpd.GeoDataFrame, context_countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """The land around the member states.

    Parameters
    ----------
    natural_earth
        See :func:`geo.refresh.natural_earth.compacted`.
    context_countries
        Source table: ``iso_numeric``, ``iso3`` and ``name_en`` of each neighbour.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso3`` (missing where Natural Earth gives no code), ``name``, ``geometry``,
        ``geometry_medium`` and ``geometry_low``, ordered by ``name``.

    Raises
    ------
    SourceError
        If a neighbour is not in ``context_countries``.
    """
    frame = levels_of_detail(natural_earth)
    frame = frame[~frame["iso_numeric"].isin(MEMBER_NUMERIC.values())]
    known = context_countries.set_index("iso_numeric")
    unknown = frame[(frame["iso_numeric"] != "") & ~frame["iso_numeric"].isin(known.index)]
    if len(unknown):
        lost = ", ".join(unknown["name"] + " (" + unknown["iso_numeric"] + ")")
        raise SourceError(f"context_countries.csv has no row for {lost}.")
    frame["iso3"] = frame["iso_numeric"].map(known["iso3"]).astype("str")
    frame["name"] = frame["iso_numeric"].map(known["name_en"]).fillna(frame["name"]).astype("str")
    return frame.sort_values("name", ignore_index=True)[["iso3", "name", *_LEVELS]]


def land_borders(shapes: Shapes) -> shapely.Geometry:
    """The lines along which two of the shapes meet; coasts are none.

    Parameters
    ----------
    shapes
        Polygons whose vertices are the same along a common border, as at each level of
        :func:`levels_of_detail`.
    """
    ends, _ = _segments(*shapely.get_parts(shapes, return_index=True))
    # Neighbours run along their border in opposite directions.
    order = np.lexsort((ends[:, :, 1], ends[:, :, 0]), axis=1)
    ends = np.take_along_axis(ends, order[:, :, None], axis=1)
    edges, times = np.unique(ends.reshape(-1, 4), axis=0, return_counts=True)
    shared = shapely.linestrings(edges[times > 1].reshape(-1, 2, 2))
    return shapely.line_merge(shapely.multilinestrings(shared))


def coverage_defects(frame: gpd.GeoDataFrame, column: str) -> pd.DataFrame:
    """Gaps and overlaps between member states at one level of detail.

    A gap is land of the full detail that no state has at this level and that borders on two
    states or is enclosed; a lake or an enclave is none, nor is a coast drawn more simply.

    Parameters
    ----------
    frame
        ``iso3``, ``geometry`` (full detail) and ``column``, all in OGC:CRS84.
    column
        Geometry column to measure.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``gap_km2``, ``overlap_km2`` (geodesic; counted for each state concerned) and
        ``share_percent``, both together in percent of the state's area at full detail.
    """
    shapes, full = frame[column].to_numpy(), frame["geometry"].to_numpy()
    gap, overlap = np.zeros(len(frame)), np.zeros(len(frame))
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = left < right
    left, right = left[pair], right[pair]
    areas = areas_km2(polygon_parts(shapely.intersection(shapes[left], shapes[right])))
    np.add.at(overlap, left, areas)
    np.add.at(overlap, right, areas)
    land = shapely.union_all(shapes)
    lost = shapely.get_parts(polygon_parts(np.array([shapely.union_all(full).difference(land)]))[0])
    piece, state = _shared_borders(lost, shapes)
    is_gap = (np.bincount(piece, minlength=len(lost)) > 1) | _fills_a_hole(lost, land)
    of_gap = is_gap[piece]
    np.add.at(gap, state[of_gap], areas_km2(lost)[piece[of_gap]])
    share = (gap + overlap) / areas_km2(full) * 100
    return pd.DataFrame(
        {"iso3": frame["iso3"], "gap_km2": gap, "overlap_km2": overlap, "share_percent": share}
    )


def _shared_borders(pieces: Shapes, shapes: Shapes) -> tuple[Indices, Indices]:
    """Which piece borders on which shape along a line, not only at a point."""
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    tree = shapely.STRtree(parts)
    piece, part = tree.query(pieces, predicate="dwithin", distance=_NEAR_DEGREES)
    around = shapely.box(*(shapely.bounds(pieces[piece]) + 1e-3 * np.array([-1, -1, 1, 1])).T)
    beside = shapely.buffer(shapely.intersection(parts[part], around), _NEAR_DEGREES)
    shared = shapely.length(shapely.intersection(shapely.boundary(pieces[piece]), beside))
    line = shared > 100 * _NEAR_DEGREES
    pairs = np.unique(np.column_stack([piece, of_shape[part]])[line], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _fills_a_hole(pieces: Shapes, land: shapely.Geometry) -> npt.NDArray[np.bool_]:
    rings = shapely.get_rings(shapely.orient_polygons(land))
    holes = shapely.polygons(rings[~shapely.is_ccw(rings)])
    piece, hole = shapely.STRtree(holes).query(
        shapely.point_on_surface(pieces), predicate="intersects"
    )
    # A lake that was drawn larger leaves only a part of its hole.
    whole = np.isclose(shapely.area(pieces[piece]), shapely.area(holes[hole]), rtol=1e-6, atol=0)
    result = np.zeros(len(pieces), dtype=bool)
    result[piece[whole]] = True
    return result


def locate(
    points: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame, max_distance_km: float = 5
) -> pd.DataFrame:
    """The country that holds each point, or the nearest one within a distance.

    Parameters
    ----------
    points
        Points in OGC:CRS84.
    boundaries
        ``iso3`` and ``geometry`` in OGC:CRS84, at full detail: at 50m a third coastal city
        falls into the sea.
    max_distance_km
        How far outside a point may lie. The nearest point of a boundary is sought on a plane
        around the point, so keep it below some 50 km.

    Returns
    -------
    pandas.DataFrame
        Index of ``points``; ``iso3`` (missing when farther away) and
        ``distance_to_boundary_km`` (geodesic; 0 inside, NaN when farther away). Of several
        countries equally near, or that both hold the point, the first by code.
    """
    return Borders(boundaries).locate(points, max_distance_km)


class Borders:
    """Boundaries made ready to locate many points, part by part.

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
        spots = points.geometry.to_numpy()
        x, y = shapely.get_x(spots), shapely.get_y(spots)
        best = np.full(len(spots), len(self.codes))
        spot, part = self.tree.query(spots)
        inside = shapely.intersects_xy(self.parts[part], x[spot], y[spot])
        np.minimum.at(best, spot[inside], self.rank[part[inside]])
        distance = np.where(best < len(self.codes), 0.0, np.nan)
        outside = np.flatnonzero(best == len(self.codes))
        if len(outside):
            near, nearest, km = self._nearest(spots[outside], max_distance_km)
            best[outside[near]], distance[outside[near]] = nearest, km
        names = pd.array([*self.codes, None], dtype="str")
        return pd.DataFrame(
            {"iso3": names.take(best), "distance_to_boundary_km": distance}, index=points.index
        )

    def _nearest(self, spots: Shapes, max_km: float) -> tuple[Indices, Indices, Numbers]:
        """Rows of ``spots`` with a polygon within ``max_km``; rank and distance of the nearest."""
        lon, lat = shapely.get_x(spots), shapely.get_y(spots)
        east_km, north_km = _km_per_degree(lat)
        reach_x, reach_y = 1.01 * max_km / east_km, 1.01 * max_km / north_km
        boxes = shapely.box(lon - reach_x, lat - reach_y, lon + reach_x, lat + reach_y)
        spot, segment = self.segments.query(boxes)
        scale = np.column_stack([east_km, north_km])[spot]
        here = np.column_stack([lon, lat])[spot]
        start = (self.ends[segment, 0] - here) * scale
        along = (self.ends[segment, 1] - self.ends[segment, 0]) * scale
        length = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
        share = np.clip(-(start * along).sum(axis=1) / length, 0, 1)[:, None]
        foot = self.ends[segment, 0] + share * (self.ends[segment, 1] - self.ends[segment, 0])
        found = _GEOD.inv(here[:, 0], here[:, 1], foot[:, 0], foot[:, 1])[2]
        metres = np.asarray(found, dtype=float)
        # Neighbours run along a common border in opposite directions; a micrometre is nothing.
        rank_of = self.segment_rank[segment]
        order = np.lexsort([rank_of, metres.round(6), spot])
        order = order[metres[order] <= max_km * 1_000]
        rows, first = np.unique(spot[order], return_index=True)
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
    """Length of a degree of longitude and of latitude at ``lat`` on the ellipsoid."""
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
    collected = _collected(parts[polygon], row[polygon], len(shapes))
    return np.asarray(shapely.orient_polygons(collected), dtype=object)


def _collected(parts: Shapes, row: Indices, rows: int) -> Shapes:
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
