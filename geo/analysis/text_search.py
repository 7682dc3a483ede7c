"""Text search: names compared without accents, spaces and letter case."""

from __future__ import annotations

import unicodedata

import pandas as pd

ALSO_CALLED = "also_called"
"""Column of other names of a city that a text search finds, where the names are translated."""


_UNDECOMPOSED = str.maketrans("đðøłı", "ddoli")
"""Letters that Unicode does not take apart into a plain letter and a mark."""


def folded(name: str) -> str:
    """Lower case without accents, for searching.

    >>> folded("Thành phố Đà Nẵng")
    'thanh pho da nang'
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def contains(names: pd.Series, text: str) -> pd.Series:
    """Which names hold a text, as :func:`folded` compares them."""
    holds: pd.Series = names.map(folded).str.contains(folded(text.strip()), regex=False)
    return holds
