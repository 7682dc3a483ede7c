"""Check a set of layers: each by its schema, all against each other."""

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
    """What is wrong with the layers, one by one and together."""
    yield from set_problems(catalogue)
    for name in catalogue.layers:
        try:
            told = catalogue.info(name)["content_hash"]
            table = pq.read_table(catalogue.content(name))
        except (GeoError, pa.ArrowException):
            continue  # told already
        if content_hash(table) != told:
            yield (
                f"{name}.parquet was changed after it was built: its content is not that of its "
                "hash. Build it again with `python -m geo build`."
            )


def set_problems(catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with a set of layers whose files are known to be whole: schemas, and what
    does not fit together."""
    readable: dict[str, pd.DataFrame] = {}
    for name in catalogue.layers:
        try:
            readable[name] = catalogue[name]
        except GeoError as error:
            yield str(error)
    yield from inconsistencies(readable)
