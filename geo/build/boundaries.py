"""National boundaries in three levels of detail, and their checks.

All geometry is in OGC:CRS84 (longitude, latitude in degrees). Areas and distances are geodesic
on the WGS 84 ellipsoid.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from geo.analysis.boundaries import (
    _NEAR_DEGREES,
    Indices,
    Shapes,
    _to_multipolygons,
    areas_km2,
    as_series,
    polygon_parts,
)
from geo.build.joins import join
from geo.errors import SourceError
from geo.sources.read import line_number
from geo.vocabulary import CRS, MEMBER_STATES

MEMBER_NUMERIC = dict(
    zip(
        MEMBER_STATES,
        ("096", "360", "116", "418", "104", "458", "608", "702", "764", "626", "704"),
        strict=True,
    )
)
"""ISO 3166-1 alpha-3 code of a member state -> numeric code, the key in Natural Earth."""

COLUMNS = ("iso_numeric", "name", "geometry")
"""Columns written by :func:`geo.refresh.natural_earth.prepare_countries`."""

TOLERANCES = {"geometry_medium": 0.01, "geometry_low": 0.03}
"""Tolerance in degrees (square root of the smallest triangle area kept, Visvalingam).
The member states have 44,910 vertices at full detail; 0.01 leaves about 25,000 (a map of one
country), 0.03 with :data:`SMALLEST_ISLAND_KM2` about 10,200 (a map of the region, 190 kB of
GeoJSON with four decimals)."""

SMALLEST_ISLAND_KM2 = 20.0
"""Islands below this are dropped at low detail: less than a pixel on a map of the region. The
largest part of a country is always kept."""

LEVELS = ("geometry", *TOLERANCES)


NATURAL_EARTH_REMEDY = "fetch it with `python -m geo refresh natural-earth`"


def read(
    path: Path, columns: tuple[str, ...] = COLUMNS, remedy: str = NATURAL_EARTH_REMEDY
) -> gpd.GeoDataFrame:
    """Read a GeoParquet file of shapes in OGC:CRS84, such as that written by
    :func:`geo.refresh.natural_earth.encode`.

    Raises
    ------
    SourceError
        If the file is missing or damaged, lacks a column or has another CRS.
    """
    try:
        frame = gpd.read_parquet(path)
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing from {path.parent}; {remedy}.") from None
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise SourceError(
            f"{path.name} is damaged or not GeoParquet ({error}); {remedy}."
        ) from None
    lacking = [name for name in columns if name not in frame.columns]
    if lacking:
        raise SourceError(f"{path.name} lacks column {', '.join(lacking)}; {remedy}.")
    if frame.crs != CRS:
        raise SourceError(f"{path.name} must be in {CRS}, not {frame.crs}; {remedy}.")
    return frame


def levels_of_detail(natural_earth: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify boundaries to three levels of detail as one coverage, so that borders match.

    Parameters
    ----------
    natural_earth
        ``iso_numeric``, ``name``, ``geometry``; see
        :func:`geo.refresh.natural_earth.prepare_countries`.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows with ``geometry``, ``geometry_medium`` and ``geometry_low``: valid
        MultiPolygons with counter-clockwise exterior rings.

    Raises
    ------
    SourceError
        If neighbours overlap or have different vertices along a common border.
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
            shapes = without_islets(shapes, SMALLEST_ISLAND_KM2)
        frame[name] = as_series(shapes, frame.index)
    return frame


def without_islets(shapes: Shapes, smallest_km2: float) -> Shapes:
    """Countries without islands below an area; the largest part of each country is kept."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    area = areas_km2(parts)
    largest = pd.Series(area).groupby(row).idxmax().to_numpy()
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    keep = area >= smallest_km2
    keep[largest] = True
    keep[left[left != right]] = True  # it has a land border, which the neighbour shares
    return polygon_parts(_to_multipolygons(parts[keep], row[keep], len(shapes)))


def member_states(natural_earth: gpd.GeoDataFrame, countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Boundary and area of each member state.

    Parameters
    ----------
    natural_earth
        See :func:`geo.refresh.natural_earth.prepare_countries`.
    countries
        Source table ``countries``; uses ``iso3`` and ``iso_numeric``.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso3``, ``geometry``, ``geometry_medium``, ``geometry_low`` and ``land_area_km2``
        (geodesic, at full detail), one row per country, ordered by ``iso3``.

    Raises
    ------
    SourceError
        If a country has no boundary, or more than one.
    """
    rows = natural_earth["iso_numeric"].value_counts()
    matches = countries["iso_numeric"].map(rows).fillna(0)
    for wrong, what in ((matches == 0, "has no boundary"), (matches > 1, "has several boundaries")):
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise SourceError(
                f"countries.csv, line {line_number(countries, row)}, column iso_numeric: "
                f"{countries['iso3'].iloc[row]} ({countries['iso_numeric'].iloc[row]}) {what} in "
                "Natural Earth."
            )
    keys = countries[["iso3", "iso_numeric"]]
    frame = levels_of_detail(natural_earth)
    frame = frame[frame["iso_numeric"].isin(keys["iso_numeric"])]  # drops areas without a code
    frame = join(frame, keys, "iso_numeric", "countries.csv")
    frame["land_area_km2"] = areas_km2(frame.geometry.to_numpy())
    return frame.sort_values("iso3", ignore_index=True)[["iso3", *LEVELS, "land_area_km2"]]


def context(natural_earth: gpd.GeoDataFrame, context_countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """The land around the member states.

    Parameters
    ----------
    natural_earth
        See :func:`geo.refresh.natural_earth.prepare_countries`.
    context_countries
        Source table: ``iso_numeric``, ``iso3`` and ``name_en`` of each neighbour.

    Returns
    -------
    geopandas.GeoDataFrame
        ``iso3`` (missing if Natural Earth gives no code), ``name``, ``geometry``,
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
        missing = ", ".join(unknown["name"] + " (" + unknown["iso_numeric"] + ")")
        raise SourceError(f"context_countries.csv has no row for {missing}.")
    frame["iso3"] = frame["iso_numeric"].map(known["iso3"]).astype("str")
    frame["name"] = frame["iso_numeric"].map(known["name_en"]).fillna(frame["name"]).astype("str")
    return frame.sort_values("name", ignore_index=True)[["iso3", "name", *LEVELS]]


def coverage_defects(frame: gpd.GeoDataFrame, column: str) -> pd.DataFrame:
    """Gaps and overlaps between member states at one level of detail.

    A gap is land at full detail that belongs to no state at this level and that touches two
    states or is enclosed. Lakes, enclaves and simplified coasts are not gaps.

    Parameters
    ----------
    frame
        ``iso3``, ``geometry`` (full detail) and ``column``, all in OGC:CRS84.
    column
        Geometry column to measure.

    Returns
    -------
    pandas.DataFrame
        ``iso3``, ``gap_km2``, ``overlap_km2`` (geodesic; counted for each state involved) and
        ``share_percent``, their sum in percent of the state's area at full detail.
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
    uncovered = shapely.get_parts(
        polygon_parts(np.array([shapely.union_all(full).difference(land)]))[0]
    )
    piece, state = _shared_borders(uncovered, shapes)
    is_gap = (np.bincount(piece, minlength=len(uncovered)) > 1) | _fills_a_hole(uncovered, land)
    in_gap = is_gap[piece]
    np.add.at(gap, state[in_gap], areas_km2(uncovered)[piece[in_gap]])
    share = (gap + overlap) / areas_km2(full) * 100
    return pd.DataFrame(
        {"iso3": frame["iso3"], "gap_km2": gap, "overlap_km2": overlap, "share_percent": share}
    )


def _shared_borders(pieces: Shapes, shapes: Shapes) -> tuple[Indices, Indices]:
    """Pairs of piece and shape that share a line, not only a point."""
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    tree = shapely.STRtree(parts)
    piece, part = tree.query(pieces, predicate="dwithin", distance=_NEAR_DEGREES)
    windows = shapely.box(*(shapely.bounds(pieces[piece]) + 1e-3 * np.array([-1, -1, 1, 1])).T)
    nearby = shapely.buffer(shapely.intersection(parts[part], windows), _NEAR_DEGREES)
    shared = shapely.length(shapely.intersection(shapely.boundary(pieces[piece]), nearby))
    line = shared > 100 * _NEAR_DEGREES
    pairs = np.unique(np.column_stack([piece, of_shape[part]])[line], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _fills_a_hole(pieces: Shapes, land: shapely.Geometry) -> npt.NDArray[np.bool_]:
    rings = shapely.get_rings(shapely.orient_polygons(land))
    holes = shapely.polygons(rings[~shapely.is_ccw(rings)])
    piece, hole = shapely.STRtree(holes).query(
        shapely.point_on_surface(pieces), predicate="intersects"
    )
    # A lake that became larger leaves only a part of its hole.
    whole = np.isclose(shapely.area(pieces[piece]), shapely.area(holes[hole]), rtol=1e-6, atol=0)
    result = np.zeros(len(pieces), dtype=bool)
    result[piece[whole]] = True
    return result
