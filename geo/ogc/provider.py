"""The provider plugin that lets pygeoapi read our layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pygeoapi.provider.base import BaseProvider

from geo.ogc import cql, crs, times
from geo.ogc.boxes import area
from geo.ogc.collection import Collection, Mask
from geo.ogc.parameters import typed

NAME = f"{__name__}.LayerProvider"
"""What a configuration of pygeoapi calls it."""


class LayerProvider(BaseProvider):  # type: ignore[misc]
    """Rows of a :class:`~geo.ogc.collection.Collection`.

    Its definition has the collection as ``data``. What pygeoapi does not hand on from a request
    stands in ``options``: ``filter``, ``filter-crs`` (CQL2 text) and ``datetime``.
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
        """A page of features, with the number of all that match.

        Parameters
        ----------
        bbox
            West, south, east, north in degrees.
        properties
            Columns and the text of the value that each has to equal.

        Raises
        ------
        QueryError
            If a filter cannot be evaluated.
        """
        kept = np.flatnonzero(self._kept(bbox, properties))
        made: list[dict[str, Any]] = []
        if resulttype != "hits":
            page = self._sorted(kept, sortby)[offset : offset + limit]
            made = self.collection.features(
                page,
                list(dict.fromkeys(select_properties)) or None,
                not skip_geometry,
                _target(crs_transform_spec),
            )
        return {
            "type": "FeatureCollection",
            "features": made,
            "numberMatched": len(kept),
            "numberReturned": len(made),
        }

    def get(self, identifier: str, crs_transform_spec: Any = None, **_other: Any) -> dict[str, Any]:
        """The feature with an id.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        at = np.array([self.collection.position(str(identifier))])
        return self.collection.features(at, target=_target(crs_transform_spec))[0]

    def _kept(self, bbox: Sequence[float], properties: Sequence[tuple[str, str]]) -> Mask:
        kept = np.ones(len(self.collection.frame), dtype=bool)
        for name, text in properties:
            equal = self.collection.column(name) == typed(self.collection, name, text)
            kept &= equal.fillna(value=False).to_numpy(dtype=bool)
        if bbox:
            kept &= _within(self.collection, bbox)
        if "datetime" in self.options:
            start, end = times.interval(self.options["datetime"])
            starts, ends = self.collection.times
            kept &= (starts < end) & (ends > start)
        if "filter" in self.options:
            filter_crs = self.options.get("filter-crs", crs.CRS84)
            kept &= cql.keep(self.options["filter"], self.collection, filter_crs)
        return kept

    def _sorted(
        self, at: npt.NDArray[np.intp], sortby: Sequence[dict[str, str]]
    ) -> npt.NDArray[np.intp]:
        if not sortby:
            return at
        upwards: dict[str, bool] = {}
        for sort in sortby:
            upwards.setdefault(sort["property"], sort["order"] != "-")
        names = list(upwards)
        order = pd.DataFrame({name: self.collection.column(name).iloc[at] for name in names})
        # Stable, missing last: rows that are alike keep the layer's order on every page.
        ascending = list(upwards.values())
        return np.asarray(order.sort_values(names, ascending=ascending, kind="stable").index)


def _within(collection: Collection, bbox: Sequence[float]) -> Mask:
    """Rows that touch a box in degrees; none of a plain table."""
    inside = np.zeros(len(collection.frame), dtype=bool)
    if isinstance(collection.frame, gpd.GeoDataFrame):
        inside[collection.frame.sindex.query(area(bbox), predicate="intersects")] = True
    return inside


def _target(crs_transform_spec: Any) -> crs.Target | None:
    return crs.target(crs_transform_spec.target_crs_uri) if crs_transform_spec else None
