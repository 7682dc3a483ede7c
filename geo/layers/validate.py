"""Validate a set of layers: schema, content hash and consistency between layers."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import GeoError
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import inconsistencies
from geo.layers.files import content_hash


def layer_problems(catalogue: Catalogue) -> Iterator[str]:
    """Problems of the layers: schema, content hash, consistency."""
    yield from set_problems(catalogue)
    for name in catalogue.layers:
        try:
            expected = catalogue.info(name)["content_hash"]
            table = pq.read_table(catalogue.content(name))
        except (GeoError, pa.ArrowException):
            continue  # reported already
        if content_hash(table) != expected:
            yield (
                f"{name}.parquet was changed after it was built: its content is not that of its "
                "hash. Build it again with `python -m geo build`."
            )


def set_problems(catalogue: Catalogue) -> Iterator[str]:
    """Problems of a set of layers whose files are known to be intact: schema and consistency."""
    readable: dict[str, pd.DataFrame] = {}
    for name in catalogue.layers:
        try:
            readable[name] = catalogue[name]
        except GeoError as error:
            yield str(error)
    yield from inconsistencies(readable)
