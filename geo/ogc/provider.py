"""The pygeoapi provider plugin for the layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pygeoapi.provider.base import BaseProvider

from geo.ogc import cql, crs, times
from geo.ogc.boxes import bbox_geometry
from geo.ogc.collection import Collection, Mask
from geo.ogc.parameters import parse_value

NAME = f"{__name__}.LayerProvider"
"""Name of the plugin in pygeoapi's configuration."""


class LayerProvider(BaseProvider):  # type: ignore[misc]
    """Rows of a :class:`~geo.ogc.collection.Collection`.

    Its definition has the collection as ``data``. ``options`` holds the parameters that pygeoapi
    does not pass on: ``filter`` (CQL2 text), ``filter-crs`` and ``datetime``.
    """

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        self.options: dict[str, str] = provider_def.get("options") or {}
        if len(self.collection.layer.key) == 1:
            self.id_field = self.collection.layer.key[0]
        self.time_field = self.collection.time_column
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """JSON Schema of each column."""
        return self.collection.fields()

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: Sequence[float] = (),
        properties: Sequence[tuple[str, str]] = (),
        sortby: Sequence[dict[str, str]] = (),
        select_properties: Sequence[str] = (),
        skip_geometry: bool = False,
        crs_transform_spec: Any = None,
        **_other: Any,
    ) -> dict[str, Any]:
        """A page of features, with the total number of matches.

        Parameters
        ----------
        bbox
            West, south, east, north in degrees.
        properties
            Pairs of column and text of the value that it has to equal.

        Raises
        ------
        QueryError
            If a filter cannot be evaluated.
        """
        matched = np.flatnonzero(self._mask(bbox, properties))
        features: list[dict[str, Any]] = []
        if resulttype != "hits":
            page = self._sorted(matched, sortby)[offset : offset + limit]
            features = self.collection.features(
                page,
                list(dict.fromkeys(select_properties)) or None,
                not skip_geometry,
                _target(crs_transform_spec),
            )
        return {
            "type": "FeatureCollection",
            "features": features,
            "numberMatched": len(matched),
            "numberReturned": len(features),
        }

    def get(self, identifier: str, crs_transform_spec: Any = None, **_other: Any) -> dict[str, Any]:
        """The feature with an id.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        positions = np.array([self.collection.position(str(identifier))])
        return self.collection.features(positions, target=_target(crs_transform_spec))[0]

    def _mask(self, bbox: Sequence[float], properties: Sequence[tuple[str, str]]) -> Mask:
        mask = np.ones(len(self.collection.frame), dtype=bool)
        for name, text in properties:
            equal = self.collection.column(name) == parse_value(self.collection, name, text)
            mask &= equal.fillna(value=False).to_numpy(dtype=bool)
        if bbox:
            mask &= _within(self.collection, bbox)
        if "datetime" in self.options:
            start, end = times.parse_interval(self.options["datetime"])
            starts, ends = self.collection.times
            mask &= (starts < end) & (ends > start)
        if "filter" in self.options:
            filter_crs = self.options.get("filter-crs", crs.CRS84)
            mask &= cql.filter_mask(self.options["filter"], self.collection, filter_crs)
        return mask

    def _sorted(
        self, positions: npt.NDArray[np.intp], sortby: Sequence[dict[str, str]]
    ) -> npt.NDArray[np.intp]:
        if not sortby:
            return positions
        ascending_by: dict[str, bool] = {}
        for sort in sortby:
            ascending_by.setdefault(sort["property"], sort["order"] != "-")
        names = list(ascending_by)
        order = pd.DataFrame({name: self.collection.column(name).iloc[positions] for name in names})
        # Stable, missing last: ties keep the layer's order on every page.
        ascending = list(ascending_by.values())
        return np.asarray(order.sort_values(names, ascending=ascending, kind="stable").index)


def _within(collection: Collection, bbox: Sequence[float]) -> Mask:
    """Mask of the rows that intersect a box in degrees; all false for a plain table."""
    inside = np.zeros(len(collection.frame), dtype=bool)
    if isinstance(collection.frame, gpd.GeoDataFrame):
        inside[collection.frame.sindex.query(bbox_geometry(bbox), predicate="intersects")] = True
    return inside


def _target(crs_transform_spec: Any) -> crs.TargetCrs | None:
    return crs.target_crs(crs_transform_spec.target_crs_uri) if crs_transform_spec else None
