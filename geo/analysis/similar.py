"""Names that were probably meant by one that is not known."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from difflib import SequenceMatcher
from itertools import chain
from typing import TypeVar

from geo.analysis.layer_rows import names
from geo.analysis.search import city_names
from geo.analysis.text_search import split_words
from geo.errors import LEAST_ALIKE, LayerError
from geo.layers.catalogue import Catalogue

Id = TypeVar("Id", bound=Hashable)


def similar(text: str, known: Iterable[tuple[Id, str]], most: int = 3) -> list[Id]:
    """Ids of the names that are most like a text, best first; letters count, not case, accents and
    spaces.

    >>> similar("Jakrta", [("jakarta", "Jakarta"), ("manila", "Manila")])
    ['jakarta']
    """
    matcher = SequenceMatcher(None, "", "".join(split_words(text)))
    best: dict[Id, float] = {}
    for one, name in known:
        matcher.set_seq1("".join(split_words(name)))
        # Most names are too unlike by their letters alone, which is told in a tenth of the time.
        if matcher.quick_ratio() >= LEAST_ALIKE and (alike := matcher.ratio()) >= LEAST_ALIKE:
            best[one] = max(alike, best.get(one, 0.0))
    return sorted(best, key=lambda one: -best[one])[:most]


def similar_cities(text: str, layers: Catalogue) -> Mapping[str, str]:
    """Id to name of the member cities with a name like a text."""
    known, states = names(layers, "cities"), set(layers["cities"]["country"])
    # The name of a country stands for its cities in a search; here it would be any of them.
    own = [
        (city_id, name)
        for city_id, name in city_names([layers, layers.original])
        if name not in states or name == known[city_id]
    ]
    return {city_id: known[city_id] for city_id in similar(text, own)}


def similar_countries(text: str, layers: Catalogue) -> Mapping[str, str]:
    """Code to name of the member states with a name or code like a text."""
    try:
        known, english = (names(one, "countries") for one in (layers, layers.original))
    except LayerError:
        return {}
    codes = ((iso3, iso3) for iso3 in known)
    ids = similar(text, chain(known.items(), english.items(), codes))
    return {iso3: known[iso3] for iso3 in ids}
