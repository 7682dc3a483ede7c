"""State of the Data page and its URL query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.pages import url_state
from geo.export import FORMATS
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import mark
from geo.schema import DECLARED

COLUMNS_CSV, COLUMNS_JSON = "columns-csv", "columns-json"

CHOICES: Mapping[str, str] = {
    **{extension: format.title for extension, format in FORMATS.items()},
    METADATA: mark("Metadata"),
    COLUMNS_CSV: mark("Columns (CSV)"),
    COLUMNS_JSON: mark("Columns (JSON)"),
}
"""What can be downloaded of each layer: slug in the URL -> label."""


@dataclass(frozen=True)
class DataState:
    """State of the Data page: the layer that is described, and the format of the links."""

    layer: str = url_state.choice("layer", DECLARED, "cities")
    format: str = url_state.choice("format", CHOICES, next(iter(FORMATS)))


DATA_CODEC = url_state.QueryCodec(DataState)
