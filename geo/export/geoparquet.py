"""GeoParquet 1.1 (plain Parquet for tables without geometry) of any rows of a layer."""

from __future__ import annotations

import pandas as pd

from geo import layers
from geo.columns import Layer
from geo.export.record import Record


def encode(frame: pd.DataFrame, layer: Layer, record: Record) -> bytes:
    """Rows as the bytes of a Parquet file with the record in its metadata."""
    return layers.encode(frame.reset_index(drop=True), layer, record.as_dict())
