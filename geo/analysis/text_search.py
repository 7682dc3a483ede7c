"""Text search in names, ignoring accents, surrounding spaces and case."""

from __future__ import annotations

import unicodedata

import pandas as pd

ALSO_CALLED = "also_called"
"""Column of further names of a city to search, where the names are translated."""


_UNDECOMPOSED = str.maketrans("đðøłı", "ddoli")
"""Letters that Unicode normalization does not decompose into a base letter and a mark."""


def normalize_for_search(name: str) -> str:
    """Lower case without accents, for text search.

    >>> normalize_for_search("Thành phố Đà Nẵng")
    'thanh pho da nang'
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def contains(names: pd.Series, text: str) -> pd.Series:
    """Whether each name contains a text, after :func:`normalize_for_search`."""
    matches: pd.Series = names.map(normalize_for_search).str.contains(
        normalize_for_search(text.strip()), regex=False
    )
    return matches
