"""GeoJSON text sequence (RFC 8142): one feature a record, read and written as a stream."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from geo.export.geojson import features
from geo.export.record import Record
from geo.schema.declare import Layer


def stream(frame: pd.DataFrame, layer: Layer, record: Record) -> Iterator[bytes]:
    """Features in UTF-8, each after a record separator (U+001E) and before a line feed.

    The separators are what makes it ``application/geo+json-seq``: a reader finds the next whole
    record after one that was cut off. GDAL expects them in files named ``.geojsons`` and reads
    them whatever the name; ``.geojsonl`` would promise lines without them. A sequence has no
    place for a record of the whole: that stands beside it, see :mod:`geo.export.datapackage`.
    """
    assert isinstance(frame, gpd.GeoDataFrame)
    return features(frame, opening="\x1e", closing="\n")
