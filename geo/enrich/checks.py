"""Validate rows and convert them to points or polygons in OGC:CRS84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely

from geo.analysis.boundaries import Shapes, polygon_parts
from geo.enrich import coordinates, shapes
from geo.enrich.coordinates import REGION
from geo.enrich.crs import is_degrees, to_degrees
from geo.enrich.faults import ValidationReport
from geo.enrich.limits import MAX_TEXT
from geo.enrich.names import Choice
from geo.enrich.readers import Chunk
from geo.enrich.values import TEXT, cast_column
from geo.vocabulary import CRS

Mask = npt.NDArray[np.bool_]

ROW = "ascn_row"
"""Column with the row number in the user's file."""

POINT, POLYGON = "Point", "MultiPolygon"

MAX_REPAIR_COST = 200_000
"""Budget for repairing self-intersecting polygons in one part of a file, in intersections plus a
tenth of the vertices: about two seconds."""


@dataclass(frozen=True)
class Reading:
    """Interpretation of the rows of a file.

    Attributes
    ----------
    choice
        Columns and reference system.
    kinds
        Types of the columns, in order; see :mod:`geo.enrich.values`.
    geometry
        :data:`POINT` or :data:`POLYGON`.
    crs, srid
        CRS of the coordinates, and the EPSG code that geometries state if it comes from them.
    """

    choice: Choice
    kinds: dict[str, str]
    geometry: str
    crs: pyproj.CRS
    srid: int = 0


def validate_chunk(chunk: Chunk, reading: Reading, faults: ValidationReport) -> gpd.GeoDataFrame:
    """Validate a chunk; returns the rows that can be joined.

    Returns
    -------
    geopandas.GeoDataFrame
        :data:`ROW`, the file's columns in their types, and a valid point or multipolygon in
        OGC:CRS84. Every row that is dropped or changed is recorded in ``faults``.
    """
    rows = _Rows(chunk, faults)
    rows.drop_long_texts()
    rows.decode(reading.choice)
    if reading.srid:
        srids = shapely.get_srid(rows.shapes)
        rows.set_aside("other_crs", (srids > 0) & (srids != reading.srid))
    rows.keep_geometry(reading.geometry)
    rows.flatten()
    rows.handle_swapped_axes(reading)
    rows.project(reading.crs)
    if reading.geometry == POLYGON:
        rows.repair()
    else:
        rows.drop_null_island()
    faults.aside += len(chunk.rows) - len(rows.positions)
    return rows.frame(reading)


def decode_shapes(chunk: Chunk, choice: Choice) -> Shapes:
    """The readable shapes of a chunk, in the CRS of the file."""
    rows = _Rows(chunk, ValidationReport(max_listed=0))
    rows.decode(choice)
    return rows.shapes


def dominant_geometry(geometries: Shapes) -> str:
    """The more frequent geometry type of some shapes, ``""`` if there are none."""
    kinds = shapely.get_type_id(geometries)
    points = int(np.isin(kinds, (0, 4)).sum())
    polygons = int(np.isin(kinds, (3, 6)).sum())
    if not points and not polygons:
        return ""
    return POINT if points >= polygons else POLYGON


class _Rows:
    """Rows of one chunk during validation; each step drops rows and records why."""

    def __init__(self, chunk: Chunk, faults: ValidationReport) -> None:
        self.faults = faults
        self.rows = chunk.rows
        self.table = chunk.table
        self.positions = np.arange(len(chunk.rows))
        self.shapes: Shapes = (
            chunk.shapes if chunk.shapes is not None else np.full(len(chunk.rows), None)
        )
        self.has_shapes = chunk.shapes is not None

    def set_aside(
        self, kind: str, mask: Mask, values: Sequence[object] | None = None, column: str = ""
    ) -> None:
        """Set rows aside; ``values`` are those of the wrong rows."""
        if not mask.any():
            return
        texts = self._first_coordinates(mask) if values is None else values
        self.faults.extend(kind, self.rows[self.positions[mask]], column, texts)
        self.positions, self.shapes = self.positions[~mask], self.shapes[~mask]

    def _first_coordinates(self, which: Mask) -> list[str]:
        """The first vertex of each of some shapes, as text."""
        texts = []
        for shape in self.shapes[which][: self.faults.max_listed or None]:
            xy = shapely.get_coordinates(shape)[:1] if isinstance(shape, shapely.Geometry) else []
            texts.append(", ".join(f"{value:.10g}" for value in xy[0]) if len(xy) else "")
        return texts + [""] * (int(which.sum()) - len(texts))

    def drop_long_texts(self) -> None:
        for name in self.table.columns:
            if isinstance(self.table[name].dtype, pd.StringDtype):
                lengths = pc.utf8_length(pa.array(self.table[name])).fill_null(0)
                sizes = lengths.to_numpy(zero_copy_only=False)[self.positions]
            elif self.table[name].dtype == object:
                sizes = np.array(
                    [
                        len(v) if isinstance(v, str) else 0
                        for v in self.table[name].iloc[self.positions]
                    ]
                )
            else:
                continue
            wrong = sizes > MAX_TEXT
            if wrong.any():
                values = self.table[name].iloc[self.positions[wrong]].str.slice(0, 100).tolist()
                self.set_aside("long_text", wrong, values, name)

    def decode(self, choice: Choice) -> None:
        if choice.longitude and choice.latitude:
            self._from_columns(choice)
        elif choice.wkt:
            texts = self.table[choice.wkt].iloc[self.positions].astype("str").fillna("").tolist()
            pairs: list[int] = []
            self.shapes = shapes.from_texts(texts, pairs)
            self.faults.counts.update({"pair": len(pairs)} if pairs else {})
            self._drop_undecoded(choice.wkt)
        else:
            self._drop_undecoded("")

    def _from_columns(self, choice: Choice) -> None:
        rows = self.rows[self.positions]
        pair, lacking = [], []
        for name in (choice.longitude, choice.latitude):
            column = self.table[name].iloc[self.positions]
            values, missing = coordinates.numbers(column, rows, name, self.faults)
            pair.append(values)
            lacking.append(missing)
        keep = np.ones(len(rows), dtype=bool)
        keep[np.concatenate(lacking)] = False
        self.positions = self.positions[keep]
        self.shapes = shapely.points(pair[0][keep], pair[1][keep])

    def _drop_undecoded(self, column: str) -> None:
        empty = self.shapes == None  # noqa: E711 - element by element
        decoded = shapely.is_geometry(self.shapes)
        empty[decoded] = shapely.is_empty(self.shapes[decoded])
        self.set_aside("no_geometry", empty, [""] * int(empty.sum()), column)
        if shapely.is_geometry(self.shapes).all():
            return
        for kind, mark in (("damaged", shapes.DAMAGED), ("line", shapes.LINE)):
            wrong = shapes.is_mark(self.shapes, mark)
            texts = [""] * int(wrong.sum())
            if column:
                texts = self.table[column].iloc[self.positions[wrong]].str.slice(0, 100).tolist()
            self.set_aside(kind, wrong, texts, column)

    def keep_geometry(self, geometry: str) -> None:
        """Keep points or polygons; a multipoint with one part becomes a point."""
        kinds = shapely.get_type_id(self.shapes)
        if geometry == POINT:
            several = (kinds == 4) & (shapely.get_num_geometries(self.shapes) > 1)
            self.set_aside("several_points", several)
            kinds = shapely.get_type_id(self.shapes)
            self.set_aside("other_kind", ~np.isin(kinds, (0, 4)))
            single = shapely.get_type_id(self.shapes) == 4
            self.shapes[single] = shapely.get_geometry(self.shapes[single], 0)
        else:
            self.set_aside("other_kind", ~np.isin(kinds, (3, 6)))

    def flatten(self) -> None:
        """Drop heights, and shapes with non-finite coordinates."""
        high = shapely.has_z(self.shapes)
        self.faults.counts.update({"height": int(high.sum())} if high.any() else {})
        self.shapes = shapely.force_2d(self.shapes)
        self.set_aside("damaged", ~_finite(self.shapes))

    def handle_swapped_axes(self, reading: Reading) -> None:
        """Detect swapped and out-of-range coordinates, if they are degrees."""
        if not is_degrees(reading.crs):
            return
        swapped = _within(self.shapes, REGION, swapped_axes=True)
        if reading.choice.swap and swapped.any():
            self.faults.extend(
                "turned", self.rows[self.positions[swapped]], "", self._first_coordinates(swapped)
            )
            self.shapes[swapped] = _swap_axes(self.shapes[swapped])
        else:
            self.set_aside("swapped", swapped)
        self.set_aside("out_of_range", ~_within(self.shapes, (-180, -90, 180, 90)))

    def project(self, crs: pyproj.CRS) -> None:
        if is_degrees(crs):
            return
        before = self.shapes
        self.shapes = to_degrees(before, crs)
        good = _finite(self.shapes) & _within(self.shapes, (-180, -90, 180, 90))
        moved, self.shapes = self.shapes, before  # reported as they are in the file
        self.set_aside("unprojectable", ~good)
        self.shapes = moved[good]

    def drop_null_island(self) -> None:
        xy = shapely.get_coordinates(self.shapes)
        self.set_aside("null_island", np.abs(xy).max(axis=1, initial=0) < 1e-9)

    def repair(self) -> None:
        bounds = shapely.bounds(self.shapes)
        self.set_aside("antimeridian", bounds[:, 2] - bounds[:, 0] > 180)
        invalid = ~shapely.is_valid(self.shapes)
        self.set_aside("tangled", invalid & self._too_complex(invalid))
        invalid = ~shapely.is_valid(self.shapes)
        # Thirty times as fast as "linework" with many intersections, and holes are preserved.
        self.shapes[invalid] = shapely.make_valid(
            self.shapes[invalid], method="structure", keep_collapsed=False
        )
        self.shapes = polygon_parts(self.shapes)
        flat = shapely.area(self.shapes) == 0
        repaired = invalid & ~flat
        self.faults.extend(
            "invalid", self.rows[self.positions[repaired]], "", self._first_coordinates(repaired)
        )
        self.set_aside("flat", flat, [""] * int(flat.sum()))

    def _too_complex(self, invalid: Mask) -> Mask:
        """Invalid polygons that exceed the budget :data:`MAX_REPAIR_COST`."""
        positions = np.flatnonzero(invalid)
        vertices = shapely.get_num_coordinates(self.shapes[positions])
        cost = (
            np.array([self_intersections(shape) for shape in self.shapes[positions]])
            + vertices / 10
        )
        beyond = np.zeros(len(self.shapes), dtype=bool)
        beyond[positions[~within_budget(cost, MAX_REPAIR_COST)]] = True
        return beyond

    def frame(self, reading: Reading) -> gpd.GeoDataFrame:
        columns: dict[str, Any] = {ROW: pd.array(self.rows[self.positions], dtype="Int64")}
        index = pd.RangeIndex(len(self.positions))
        for name, kind in reading.kinds.items():
            if name in self.table.columns:
                values = cast_column(
                    self.table[name].iloc[self.positions].reset_index(drop=True), kind
                )
                columns[name] = values.to_numpy() if kind == "float64" else values.array
            else:
                columns[name] = pd.Series(index=index, dtype=kind or TEXT).array
        return gpd.GeoDataFrame(columns, index=index, geometry=self.shapes, crs=CRS)


def within_budget(costs: npt.NDArray[np.float64], budget: float) -> Mask:
    """Mask of the tasks that fit into a total ``budget``, cheapest first."""
    order = np.argsort(costs, kind="stable")
    within = np.zeros(len(costs), dtype=bool)
    within[order] = np.cumsum(costs[order]) <= budget
    return within


def self_intersections(shape: shapely.Geometry, sample: int = 10) -> float:
    """Estimate the number of self-intersections of a polygon from a sample of its edges."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    within = ring[:-1] == ring[1:]
    edges = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[within])
    sampled = edges[:: max(1, len(edges) // sample)][: 2 * sample]
    hits = len(shapely.STRtree(edges).query(sampled, predicate="crosses")[0])
    return hits / max(1, len(sampled)) * len(edges) / 2


def _finite(geometries: Shapes) -> Mask:
    xy, row = shapely.get_coordinates(geometries, return_index=True)
    good = np.ones(len(geometries), dtype=bool)
    good[row[~np.isfinite(xy).all(axis=1)]] = False
    return good


def _within(
    geometries: Shapes, box: tuple[float, float, float, float], swapped_axes: bool = False
) -> Mask:
    """Mask of the shapes within a box, optionally with swapped axes."""
    bounds = shapely.bounds(geometries)
    if swapped_axes:
        bounds = bounds[:, [1, 0, 3, 2]]
    west, south, east, north = box
    lower = (bounds[:, 0] >= west) & (bounds[:, 1] >= south)
    return np.asarray(lower & (bounds[:, 2] <= east) & (bounds[:, 3] <= north))


def _swap_axes(geometries: Shapes) -> Shapes:
    return np.asarray(shapely.transform(geometries, lambda xy: xy[:, ::-1]), dtype=object)
