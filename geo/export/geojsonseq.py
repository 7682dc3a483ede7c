"""GeoJSON text sequence (RFC 8142): one feature per record, streamable."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from geo.export.geojson import feature_id, features
from geo.export.record import Record
from geo.schema.declare import Layer


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Features in UTF-8, each after a record separator (U+001E) and before a line feed.

    The separators, required by ``application/geo+json-seq``, let a parser resynchronize after a
    truncated record. GDAL expects them in ``.geojsons`` files and reads them under any name;
    ``.geojsonl`` implies lines without them. A sequence has no place for metadata; see
    :mod:`geo.export.datapackage`.
    """
    assert isinstance(frame, gpd.GeoDataFrame)
    return features(frame, id=feature_id(layer), opening="\x1e", closing="\n")
