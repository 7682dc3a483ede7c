"""Which places a map shows: a bit for each, so that a filter changes no address.

The browser loads all places once, 122 kB, and leaves out those that a filter excludes. It could not
apply the filter itself, which has distances, texts and projects; 7,618 bits are 1.3 kB, and less
compressed, as places of a country stand together. The places that pass were 13 to 35 kB for each
filter of countries.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filtered_rows
from geo.layers.catalogue import Catalogue

Feature = TypeVar("Feature")


def shown_places(layers: Catalogue, city_filter: Filter) -> str:
    """The bits of the places that pass a filter; empty if it restricts nothing."""
    if not city_filter:
        return ""

    def bits() -> str:
        rows = filtered_rows("places", city_filter, layers).rows
        return to_bits(layers["places"].index.isin(rows.index))

    return layers.cached(("shown_places", city_filter), bits)


def to_bits(mask: npt.NDArray[np.bool_]) -> str:
    """Truth values as bits in base 64.

    >>> to_bits(np.array([False, True, True]))
    'YA=='
    """
    return base64.b64encode(np.packbits(mask).tobytes()).decode()


def shown(features: Sequence[Feature], bits: str) -> list[Feature]:
    """The features whose bits are set; all if there are none, as in ``shown.ts``.

    >>> shown("abc", "YA=="), shown("abc", "")
    (['b', 'c'], ['a', 'b', 'c'])
    """
    if not bits:
        return list(features)
    mask = np.unpackbits(np.frombuffer(base64.b64decode(bits), dtype=np.uint8))
    return [feature for feature, is_shown in zip(features, mask, strict=False) if is_shown]
