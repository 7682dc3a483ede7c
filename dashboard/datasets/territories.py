"""The data of charts of the territories of compared cities."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.charts.true_size import state_from_query
from dashboard.datasets.declared import (
    CITY_FIELDS,
    Dataset,
    DatasetRequest,
    count_field,
    layer_fields,
    page_link,
)
from geo.analysis.territories import territories

_FIELDS = (
    *CITY_FIELDS,
    *layer_fields("city_areas", "edition", "territory", "fit", "note", "area_km2"),
    count_field(
        "population",
        "cities",
        "official population of this territory; empty where no figure is of it",
        "people",
    ),
    *layer_fields("cities", "population_year", "population_basis", "population_source"),
    *layer_fields("city_areas", boundary_source="source"),
)


def _territories(request: DatasetRequest) -> pd.DataFrame:
    state = state_from_query(request.source, request.query)
    rows = territories(request.source, state.cities, state.edition)
    return pd.DataFrame(rows.rename(columns={"name": "city", "source": "boundary_source"}))


def _overlay(request: DatasetRequest) -> pd.DataFrame:
    laid_over = state_from_query(request.source, request.query).laid_over
    rows = _territories(request)
    return rows[rows["city_id"].isin(laid_over)]


TERRITORY_CHART_DATA: Mapping[str, Dataset] = {
    "territories": Dataset(_FIELDS, _territories, page_link("compare", "city", "edition")),
    "territory-overlay": Dataset(
        _FIELDS, _overlay, page_link("compare", "city", "over", "edition")
    ),
}
"""The data of each of :data:`dashboard.charts.true_size.TRUE_SIZE_CHARTS`."""
