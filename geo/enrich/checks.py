"""From rows as they are read to points or polygons that can be joined, in OGC:CRS84."""

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
from geo.enrich.crs import is_degrees, to_degrees
from geo.enrich.faults import Faults
from geo.enrich.limits import MAX_TEXT
from geo.enrich.names import Choice
from geo.enrich.readers import Chunk
from geo.enrich.values import TEXT, typed
from geo.vocabulary import CRS

Mask = npt.NDArray[np.bool_]

REGION = (92.0, -11.2, 141.2, 28.6)
"""West, south, east, north of the member states in degrees: every longitude is beyond 90, so that
coordinates that are swapped are told for sure."""

ROW = "ascn_row"
"""Column with the number of the row in the reader's file."""

POINT, POLYGON = "Point", "MultiPolygon"

MENDING = 200_000
"""What mending self-crossing polygons may cost in one part of a file, in crossings and tenths of
vertices: about two seconds."""


@dataclass(frozen=True)
class Reading:
    """How the rows of a file are to be understood.

    Attributes
    ----------
    choice
        Columns and reference system.
    kinds
        Types of the columns, in their order; see :mod:`geo.enrich.values`.
    geometry
        :data:`POINT` or :data:`POLYGON`.
    crs
        What coordinates are in.
    """

    choice: Choice
    kinds: dict[str, str]
    geometry: str
    crs: pyproj.CRS


def placed(chunk: Chunk, reading: Reading, faults: Faults) -> gpd.GeoDataFrame:
    """The rows of a part of a file that can be joined.

    Returns
    -------
    geopandas.GeoDataFrame
        :data:`ROW`, the file's columns in their types, and a valid point or multipolygon in
        OGC:CRS84. Every row that is left out, and every one that was changed, is in ``faults``.
    """
    rows = _Rows(chunk, faults)
    rows.drop_long_texts()
    rows.decode(reading.choice)
    rows.keep_geometry(reading.geometry)
    rows.flatten()
    rows.turn_or_refuse(reading)
    rows.project(reading.crs)
    if reading.geometry == POLYGON:
        rows.mend()
    else:
        rows.drop_null_island()
    faults.aside += len(chunk.rows) - len(rows.at)
    return rows.frame(reading)


def decoded(chunk: Chunk, choice: Choice) -> Shapes:
    """The shapes of a part of a file that can be read, in the file's coordinates."""
    rows = _Rows(chunk, Faults(most=0))
    rows.decode(choice)
    return rows.shapes


def geometry_of(found: Shapes) -> str:
    """What most of some shapes are, ``""`` when there are none."""
    kinds = shapely.get_type_id(found)
    points = int(np.isin(kinds, (0, 4)).sum())
    polygons = int(np.isin(kinds, (3, 6)).sum())
    if not points and not polygons:
        return ""
    return POINT if points >= polygons else POLYGON


class _Rows:
    """Rows of one part while they are checked; each step drops rows and notes why."""

    def __init__(self, chunk: Chunk, faults: Faults) -> None:
        self.faults = faults
        self.rows = chunk.rows
        self.table = chunk.table
        self.at = np.arange(len(chunk.rows))
        self.shapes: Shapes = (
            chunk.shapes if chunk.shapes is not None else np.full(len(chunk.rows), None)
        )
        self.has_shapes = chunk.shapes is not None

    def aside(
        self, kind: str, wrong: Mask, values: Sequence[object] | None = None, column: str = ""
    ) -> None:
        """Set rows aside; ``values`` are those of the wrong rows."""
        if not wrong.any():
            return
        said = self._said(wrong) if values is None else values
        self.faults.extend(kind, self.rows[self.at[wrong]], column, said)
        self.at, self.shapes = self.at[~wrong], self.shapes[~wrong]

    def _said(self, which: Mask) -> list[str]:
        """The first coordinates of some shapes."""
        said = []
        for shape in self.shapes[which][: self.faults.most or None]:
            xy = shapely.get_coordinates(shape)[:1] if isinstance(shape, shapely.Geometry) else []
            said.append(", ".join(f"{value:.10g}" for value in xy[0]) if len(xy) else "")
        return said + [""] * (int(which.sum()) - len(said))

    def drop_long_texts(self) -> None:
        for name in self.table.columns:
            if isinstance(self.table[name].dtype, pd.StringDtype):
                lengths = pc.utf8_length(pa.array(self.table[name])).fill_null(0)
                sizes = lengths.to_numpy(zero_copy_only=False)[self.at]
            elif self.table[name].dtype == object:
                sizes = np.array(
                    [len(v) if isinstance(v, str) else 0 for v in self.table[name].iloc[self.at]]
                )
            else:
                continue
            wrong = sizes > MAX_TEXT
            if wrong.any():
                values = self.table[name].iloc[self.at[wrong]].str.slice(0, 100).tolist()
                self.aside("long_text", wrong, values, name)

    def decode(self, choice: Choice) -> None:
        if choice.longitude and choice.latitude:
            self._from_columns(choice)
        elif choice.wkt:
            texts = self.table[choice.wkt].iloc[self.at].astype("str").fillna("").tolist()
            self.shapes = shapes.from_wkt(texts)
            self._drop_undecoded(choice.wkt)
        else:
            self._drop_undecoded("")

    def _from_columns(self, choice: Choice) -> None:
        rows = self.rows[self.at]
        pair, lacking = [], []
        for name in (choice.longitude, choice.latitude):
            column = self.table[name].iloc[self.at]
            found, without = coordinates.numbers(column, rows, name, self.faults)
            pair.append(found)
            lacking.append(without)
        keep = np.ones(len(rows), dtype=bool)
        keep[np.concatenate(lacking)] = False
        self.at = self.at[keep]
        self.shapes = shapely.points(pair[0][keep], pair[1][keep])

    def _drop_undecoded(self, column: str) -> None:
        empty = self.shapes == None  # noqa: E711 - element by element
        sound = shapely.is_geometry(self.shapes)
        empty[sound] = shapely.is_empty(self.shapes[sound])
        self.aside("no_geometry", empty, [""] * int(empty.sum()), column)
        if shapely.is_geometry(self.shapes).all():
            return
        for kind, mark in (("damaged", shapes.DAMAGED), ("line", shapes.LINE)):
            wrong = shapes.marks(self.shapes, mark)
            said = [""] * int(wrong.sum())
            if column:
                said = self.table[column].iloc[self.at[wrong]].str.slice(0, 100).tolist()
            self.aside(kind, wrong, said, column)

    def keep_geometry(self, wanted: str) -> None:
        """Keep points or polygons; a multipoint of one point is a point."""
        kinds = shapely.get_type_id(self.shapes)
        if wanted == POINT:
            several = (kinds == 4) & (shapely.get_num_geometries(self.shapes) > 1)
            self.aside("several_points", several)
            kinds = shapely.get_type_id(self.shapes)
            self.aside("other_kind", ~np.isin(kinds, (0, 4)))
            single = shapely.get_type_id(self.shapes) == 4
            self.shapes[single] = shapely.get_geometry(self.shapes[single], 0)
        else:
            self.aside("other_kind", ~np.isin(kinds, (3, 6)))

    def flatten(self) -> None:
        """Drop heights, and shapes with coordinates that are no numbers."""
        high = shapely.has_z(self.shapes)
        self.faults.counts.update({"height": int(high.sum())} if high.any() else {})
        self.shapes = shapely.force_2d(self.shapes)
        self.aside("damaged", ~_finite(self.shapes))

    def turn_or_refuse(self, reading: Reading) -> None:
        """Find swapped coordinates and those out of range, where coordinates are degrees."""
        if not is_degrees(reading.crs):
            return
        swapped = _within(self.shapes, REGION, turned=True)
        if reading.choice.swap and swapped.any():
            self.faults.extend("turned", self.rows[self.at[swapped]], "", self._said(swapped))
            self.shapes[swapped] = _turned(self.shapes[swapped])
        else:
            self.aside("swapped", swapped)
        self.aside("out_of_range", ~_within(self.shapes, (-180, -90, 180, 90)))

    def project(self, crs: pyproj.CRS) -> None:
        if is_degrees(crs):
            return
        before = self.shapes
        self.shapes = to_degrees(before, crs)
        good = _finite(self.shapes) & _within(self.shapes, (-180, -90, 180, 90))
        moved, self.shapes = self.shapes, before  # told as they are in the file
        self.aside("unprojectable", ~good)
        self.shapes = moved[good]

    def drop_null_island(self) -> None:
        xy = shapely.get_coordinates(self.shapes)
        self.aside("null_island", np.abs(xy).max(axis=1, initial=0) < 1e-9)

    def mend(self) -> None:
        bounds = shapely.bounds(self.shapes)
        self.aside("antimeridian", bounds[:, 2] - bounds[:, 0] > 180)
        invalid = ~shapely.is_valid(self.shapes)
        self.aside("tangled", invalid & self._beyond_mending(invalid))
        invalid = ~shapely.is_valid(self.shapes)
        # Thirty times as fast as "linework" where there are many crossings, and a hole stays one.
        self.shapes[invalid] = shapely.make_valid(
            self.shapes[invalid], method="structure", keep_collapsed=False
        )
        self.shapes = polygon_parts(self.shapes)
        flat = shapely.area(self.shapes) == 0
        mended = invalid & ~flat
        self.faults.extend("invalid", self.rows[self.at[mended]], "", self._said(mended))
        self.aside("flat", flat, [""] * int(flat.sum()))

    def _beyond_mending(self, invalid: Mask) -> Mask:
        """Invalid polygons beyond what may be spent on mending, see :data:`MENDING`."""
        at = np.flatnonzero(invalid)
        vertices = shapely.get_num_coordinates(self.shapes[at])
        cost = np.array([crossings(shape) for shape in self.shapes[at]]) + vertices / 10
        beyond = np.zeros(len(self.shapes), dtype=bool)
        beyond[at[~affordable(cost, MENDING)]] = True
        return beyond

    def frame(self, reading: Reading) -> gpd.GeoDataFrame:
        columns: dict[str, Any] = {ROW: pd.array(self.rows[self.at], dtype="Int64")}
        index = pd.RangeIndex(len(self.at))
        for name, kind in reading.kinds.items():
            if name in self.table.columns:
                taken = typed(self.table[name].iloc[self.at].reset_index(drop=True), kind)
                columns[name] = taken.to_numpy() if kind == "float64" else taken.array
            else:
                columns[name] = pd.Series(index=index, dtype=kind or TEXT).array
        return gpd.GeoDataFrame(columns, index=index, geometry=self.shapes, crs=CRS)


def affordable(costs: npt.NDArray[np.float64], most: float) -> Mask:
    """Which of some tasks can be done, the cheapest first, for ``most`` together."""
    order = np.argsort(costs, kind="stable")
    within = np.zeros(len(costs), dtype=bool)
    within[order] = np.cumsum(costs[order]) <= most
    return within


def crossings(shape: shapely.Geometry, sample: int = 10) -> float:
    """About how often the edges of a polygon cross each other, from some of its edges."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    within = ring[:-1] == ring[1:]
    edges = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[within])
    some = edges[:: max(1, len(edges) // sample)][: 2 * sample]
    hits = len(shapely.STRtree(edges).query(some, predicate="crosses")[0])
    return hits / max(1, len(some)) * len(edges) / 2


def _finite(found: Shapes) -> Mask:
    xy, row = shapely.get_coordinates(found, return_index=True)
    good = np.ones(len(found), dtype=bool)
    good[row[~np.isfinite(xy).all(axis=1)]] = False
    return good


def _within(found: Shapes, box: tuple[float, float, float, float], turned: bool = False) -> Mask:
    """Which shapes lie in a box, ``turned`` with their coordinates swapped."""
    bounds = shapely.bounds(found)
    if turned:
        bounds = bounds[:, [1, 0, 3, 2]]
    west, south, east, north = box
    lower = (bounds[:, 0] >= west) & (bounds[:, 1] >= south)
    return np.asarray(lower & (bounds[:, 2] <= east) & (bounds[:, 3] <= north))


def _turned(found: Shapes) -> Shapes:
    return np.asarray(shapely.transform(found, lambda xy: xy[:, ::-1]), dtype=object)
