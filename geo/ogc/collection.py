"""A layer as a collection of features: ids, extents and column schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.analysis.geodesy import extent
from geo.errors import NotFoundError, no_such, quoted
from geo.export.fields import value_limits
from geo.export.geojson import DECIMALS, objects
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.ogc.crs import TargetCrs
from geo.ogc.times import Interval, parse_time
from geo.schema import LAYERS
from geo.schema.declare import Layer

SEPARATOR = "~"
"""Separator of the parts of a composite id; it occurs in no key of the layers."""

TIME_COLUMNS = (
    "year",
    "report_year",
    "target_year",
    "due_year",
    "claimed_year",
    "held_on",
    "adopted_on",
    "date",
)
"""Time columns; the first of these in a layer is its time."""

INT32_MAX = 2**31 - 1

FILTERED_AS: Mapping[str, Any] = {
    "integer": pd.Float64Dtype(),
    "number": pd.Float64Dtype(),
    "boolean": pd.BooleanDtype(),
}
"""Nullable types, in which a comparison with a missing value is unknown; the default is string."""

Mask = npt.NDArray[np.bool_]
Instants = npt.NDArray[np.datetime64]


class Collection:
    """One layer as a collection; frames and derived values are shared.

    Parameters
    ----------
    layer
        Declaration of the layer.
    catalogue
        The catalogue that holds its rows.
    """

    def __init__(self, layer: Layer, catalogue: Catalogue) -> None:
        self.layer = layer
        self.catalogue = catalogue
        self._filterable: dict[str, pd.Series] = {}

    @property
    def frame(self) -> pd.DataFrame:
        """The rows, indexed 0, 1, 2, …"""
        return self.catalogue[self.layer.name]

    @property
    def info(self) -> Mapping[str, str]:
        """Metadata of the layer, see :data:`geo.layers.files.INFO`."""
        return self.catalogue.info(self.layer.name)

    @property
    def geometries(self) -> npt.NDArray[np.object_] | None:
        """The primary geometry in OGC:CRS84; ``None`` for a plain table."""
        if not self.layer.geometry:
            return None
        return np.asarray(self.frame.geometry.array)

    @cached_property
    def time_column(self) -> str | None:
        """Name of the time column, if there is one."""
        return next((name for name in TIME_COLUMNS if name in self.layer.columns), None)

    @cached_property
    def ids(self) -> list[str | int]:
        """Id of each row: value of the key, or of its columns joined with :data:`SEPARATOR`."""
        key = list(self.layer.key)
        if len(key) == 1:
            return list(self.frame[key[0]].tolist())
        parts = [self.frame[name].astype(str) for name in key]
        return [SEPARATOR.join(values) for values in zip(*parts, strict=True)]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {str(id_): index for index, id_ in enumerate(self.ids)}

    def position(self, id_: str) -> int:
        """Position of the row with an id, which a slash may follow.

        Raises
        ------
        NotFoundError
            If there is no such row.
        """
        for known in (id_, id_.removesuffix("/")):
            if known in self._positions:
                return self._positions[known]
        raise NotFoundError(
            tr("There is no item {id} in {layer}.", id=quoted(id_), layer=self.layer.name)
        )

    @cached_property
    def bounds(self) -> list[float] | None:
        """West, south, east, north in degrees; ``None`` for a plain table."""
        frame = self.frame
        return list(extent(frame)) if isinstance(frame, gpd.GeoDataFrame) and len(frame) else None

    @cached_property
    def times(self) -> tuple[Instants, Instants]:
        """Start (inclusive) and end (exclusive) of each row's time; ``NaT`` if it has none."""
        if self.time_column is None:
            none = np.full(len(self.frame), "NaT", dtype="datetime64[s]")
            return none, none
        texts = self.frame[self.time_column].astype("string").fillna("")
        spans = {text: _span(text) for text in texts.unique()}
        starts, ends = zip(*texts.map(spans), strict=True) if len(texts) else ((), ())
        return np.array(starts, dtype="datetime64[s]"), np.array(ends, dtype="datetime64[s]")

    @cached_property
    def period(self) -> tuple[str, str] | None:
        """First and last second of the layer's temporal extent (RFC 3339)."""
        if np.isnat(self.times[0]).all():
            return None
        start, end = np.nanmin(self.times[0]), np.nanmax(self.times[1]) - 1
        return f"{start}Z", f"{end}Z"

    def column(self, name: str) -> pd.Series:
        """A column for filtering: ``string``, ``Float64`` or ``boolean``, in which a comparison
        with a missing value is unknown."""
        if name not in self._filterable:
            kind = FILTERED_AS.get(self.json_type(name), pd.StringDtype())
            self._filterable[name] = self.frame[name].astype(kind).reset_index(drop=True)
        return self._filterable[name]

    def json_type(self, name: str) -> str:
        """JSON Schema type of a column.

        Integers beyond 32 bits are "number": GDAL reads every "integer" as 32 bits, and the
        World's 2,176,127,000 urban people of 1990 arrived as 2,147,483,647.
        """
        type_ = self.layer.json_type(name)
        wide = type_ == "integer" and bool((self.frame[name].abs() > INT32_MAX).any())
        return "number" if wide else type_

    def fields(self) -> dict[str, dict[str, Any]]:
        """JSON Schema of each column: type, description, unit, range, allowed values."""
        return {name: self.field(name) for name in self.layer.columns}

    def field(self, name: str) -> dict[str, Any]:
        """JSON Schema of one column."""
        field = {"title": str(self.layer.columns[name].description), **self.value_schema(name)}
        if self.layer.unit(name):
            field["x-ogc-unit"] = self.layer.unit(name)
        return field

    def value_schema(self, name: str) -> dict[str, Any]:
        """JSON Schema of the values of one column: type, range, allowed values."""
        type_ = self.json_type(name)
        return {"type": type_, **value_limits(self.layer.columns[name], type_)}

    def features(
        self,
        positions: npt.NDArray[np.intp],
        properties: Sequence[str] | None = None,
        geometry: bool = True,
        target: TargetCrs | None = None,
    ) -> list[dict[str, Any]]:
        """Rows as GeoJSON features with ids.

        Parameters
        ----------
        positions
            Positions of the rows, in the desired order.
        properties
            Columns to include; all by default.
        geometry
            Whether to include the geometry; it is ``None`` otherwise.
        target
            CRS of the geometry; OGC:CRS84 by default.
        """
        names = dict.fromkeys(self.layer.columns if properties is None else properties)
        rows = pd.DataFrame(self.frame[list(names)].iloc[positions])
        shapes = None
        if geometry and self.geometries is not None:
            shapes = self.geometries[positions]
            if target is not None:
                shapes = shapely.transform(shapes, target.transform, interleaved=False)
        decimals = DECIMALS if target is None else target.decimals
        features = objects(rows, shapes, decimals)
        ids = [self.ids[position] for position in positions]
        return [{"id": id_, **feature} for id_, feature in zip(ids, features, strict=True)]


class Collections(Mapping[str, Collection]):
    """The collections of a catalogue, in order of the layers."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._known = {name: Collection(layer, catalogue) for name, layer in LAYERS.items()}

    def __getitem__(self, name: str) -> Collection:
        if name not in self._known:
            message = mark("There is no collection {name}. Available: {known}.")
            raise NotFoundError(no_such(message, name, self._known))
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _span(text: str) -> Interval:
    try:
        return parse_time(text)
    except ValueError:
        return np.datetime64("NaT"), np.datetime64("NaT")
