"""Peers: the member cities most similar to one, by measures that may weigh differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from statistics import median
from typing import Any

import pandas as pd

from geo.analysis.indicators import readings
from geo.analysis.like_projects import like_projects
from geo.cache import memoized
from geo.errors import QueryError, not_known, quoted
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, focus_area_column

CLIMATE = "climate-zone"
"""Indicator that tells the climate zone."""


@dataclass(frozen=True)
class Climate:
    """Climate zone: its code, and what it stands for."""

    code: str
    meaning: str


@dataclass(frozen=True)
class Mix:
    """Projects of a city by focus area, in the order of the vocabulary."""

    counts: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many projects there are."""
        return sum(self.counts)

    def shared(self, other: Mix) -> float:
        """Part of two mixes that is the same, 0 to 1: the sum over focus areas of the smaller of
        the two shares (Czekanowski's similarity of proportions)."""
        pairs = zip(self.counts, other.counts, strict=True)
        return sum(min(own / self.number, its / other.number) for own, its in pairs)


def _ratio(own: float, other: float) -> float:
    return abs(log(other / own))


def _difference(own: float, other: float) -> float:
    return abs(other - own)


def _zones(own: Climate, other: Climate) -> float:
    return float(own.code != other.code)


def _mixes(own: Mix, other: Mix) -> float:
    return 1 - own.shared(other)


_DISTANCES: Mapping[str, Callable[[Any, Any], float]] = {
    "size": _ratio,
    "growth": _difference,
    "density": _ratio,
    "climate": _zones,
    "focus": _mixes,
    "territory": _ratio,
}

MEASURES: Mapping[str, str] = {
    "size": mark("Size"),
    "growth": mark("Growth"),
    "density": mark("Density"),
    "climate": mark("Climate zone"),
    "focus": mark("Focus areas"),
    "territory": mark("Territory"),
}
"""Measures of similarity and their names, in the order in which weights are given."""

COLUMNS: Mapping[str, str] = {
    "size": "population",
    "growth": "un_city_growth_2000_2025",
    "density": "un_city_density_per_km2",
    "territory": "land_area_km2",
}
"""Measure -> column of layer ``cities`` that it compares."""

Weights = tuple[int, ...]
"""Weight of each of :data:`MEASURES`."""

MAX_WEIGHT = 3
EQUAL: Weights = (1,) * len(MEASURES)
"""Every measure counts the same."""

DEFAULT_LIMIT = 5


def parse_weights(text: str) -> Weights:
    """Weights from a URL: those that are not 1.

    >>> parse_weights("size:3,climate:0")
    (3, 1, 1, 0, 1, 1)

    Raises
    ------
    QueryError
        If a measure or weight is unknown, or no measure counts.
    """
    weights = dict.fromkeys(MEASURES, 1)
    for part in text.split(","):
        measure, _, weight = part.strip().partition(":")
        if measure not in MEASURES:
            raise QueryError(not_known("weights", measure, MEASURES))
        allowed = [str(number) for number in range(MAX_WEIGHT + 1)]
        if weight not in allowed:
            raise QueryError(
                not_known("weights", part.strip(), [f"{measure}:{n}" for n in allowed])
            )
        weights[measure] = int(weight)
    if not any(weights.values()):
        raise QueryError(
            tr("Parameter {name}: at least one measure must have a weight above 0.", name="weights")
        )
    return tuple(weights.values())


def weights_text(weights: Weights) -> str:
    """Weights for :func:`parse_weights`; empty if all are 1.

    >>> weights_text((3, 1, 1, 0, 1, 1)), weights_text(EQUAL)
    ('size:3,climate:0', '')
    """
    pairs = zip(MEASURES, weights, strict=True)
    return ",".join(f"{measure}:{weight}" for measure, weight in pairs if weight != 1)


@dataclass(frozen=True)
class Comparison:
    """One measure of a city and of a peer.

    Attributes
    ----------
    measure
        One of :data:`MEASURES`.
    own, other
        What is compared of the city and of the peer: people, % per year, people per km², km²,
        :class:`Climate` or :class:`Mix`.
    distance
        How far they are apart; 1 is the median distance of any two member cities, except for
        climate zones: 0 the same, 1 another.
    """

    measure: str
    own: Any
    other: Any
    distance: float


@dataclass(frozen=True)
class Peer:
    """A city similar to another one.

    Attributes
    ----------
    city_id
        The peer.
    distance
        Weighted mean of the distances.
    compared
        The measures with a weight for which both have a figure, nearest first.
    missing
        Those for which the peer has none.
    """

    city_id: str
    distance: float
    compared: tuple[Comparison, ...]
    missing: tuple[str, ...]


Figures = Mapping[str, Mapping[str, Any]]
"""Measure -> city id -> what is compared; cities without a figure are left out."""


@memoized
def figures(layers: Catalogue) -> Figures:
    """What is compared of each city; see :class:`Comparison`.

    Size and territory are the official population and land area; growth and density those of the
    UN city of 2025; focus areas those of the projects in the latest report.
    """
    cities = layers["cities"].set_index("city_id")
    compared: dict[str, dict[str, Any]] = {}
    for measure in MEASURES:
        if measure in COLUMNS:
            known = cities[COLUMNS[measure]].dropna()
            compared[measure] = {str(id): float(value) for id, value in known.items()}
    compared["climate"] = {
        id: Climate(one.code, str(one.first["meaning"]))
        for id, one in readings(layers, CLIMATE).items()
    }
    columns = [focus_area_column(area) for area in FOCUS_AREAS]
    mixes = ((str(id), Mix(tuple(map(int, row)))) for id, *row in cities[columns].itertuples())
    compared["focus"] = {id: mix for id, mix in mixes if mix.number}
    return compared


def units(compared: Figures) -> dict[str, float]:
    """Distance that counts as 1 by each measure: the median of all pairs of cities; 1 for climate
    zones, which are the same or not."""
    found = {}
    for measure, values in compared.items():
        pairs = combinations(values.values(), 2)
        typical = [_DISTANCES[measure](own, other) for own, other in pairs]
        found[measure] = 1.0 if measure == "climate" else (median(typical or [1]) or 1.0)
    return found


def nearest(
    compared: Figures, city_id: str, weights: Weights = EQUAL, limit: int | None = None
) -> list[Peer]:
    """The cities nearest to one, nearest first; ties by id.

    A measure for which one of the two has no figure does not count for the pair. Cities that can be
    compared by less than half of the weights are left out.

    Parameters
    ----------
    limit
        Number of peers; all by default.
    """
    scale = units(compared)
    counted = {
        measure: weight
        for measure, weight in zip(MEASURES, weights, strict=True)
        if weight and city_id in compared[measure]
    }
    others = sorted({id for measure in counted for id in compared[measure]} - {city_id})
    found = []
    for other in others:
        pairs = [
            Comparison(measure, own, its, _DISTANCES[measure](own, its) / scale[measure])
            for measure in counted
            if other in compared[measure]
            for own, its in [(compared[measure][city_id], compared[measure][other])]
        ]
        weight = sum(counted[pair.measure] for pair in pairs)
        if 2 * weight < sum(counted.values()):
            continue
        distance = sum(counted[pair.measure] * pair.distance for pair in pairs) / weight
        missing = tuple(measure for measure in counted if other not in compared[measure])
        pairs.sort(key=lambda pair: round(pair.distance, 9))
        found.append(Peer(other, distance, tuple(pairs), missing))
    return sorted(found, key=lambda peer: (round(peer.distance, 9), peer.city_id))[:limit]


@memoized
def peers(
    layers: Catalogue, city_id: str, weights: Weights = EQUAL, limit: int = DEFAULT_LIMIT
) -> list[Peer]:
    """The nearest peers of a member city; see :func:`nearest`.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    if city_id not in set(layers["cities"]["city_id"]):
        raise QueryError(tr("There is no member city {city}.", city=quoted(city_id)))
    return nearest(figures(layers), city_id, weights, limit)


def uncounted(layers: Catalogue, city_id: str, weights: Weights = EQUAL) -> list[str]:
    """Measures with a weight for which a city has no figure."""
    known = figures(layers)
    pairs = zip(MEASURES, weights, strict=True)
    return [measure for measure, weight in pairs if weight and city_id not in known[measure]]


@memoized
def completed_alike(layers: Catalogue, city_id: str) -> dict[str, pd.DataFrame]:
    """What other cities have completed that a city has begun or asked for, by their id.

    Returns
    -------
    dict
        Rows of :func:`geo.analysis.like_projects.like_projects`, one per completed project: the
        most similar that the city has begun or asked for.
    """
    rows = like_projects(layers.original)
    status = layers["projects"].set_index("project_id")["status"]
    own = rows[(rows["city_id"] == city_id) & (rows["project_id"].map(status) == "completed")]
    own = own.sort_values("similarity", ascending=False, kind="stable")
    unique = own.drop_duplicates("project_id")
    return {str(id): of_city for id, of_city in unique.groupby("like_city_id")}


def peer_ids(found: Sequence[Peer], limit: int = 4) -> list[str]:
    """Ids of the nearest peers."""
    return [peer.city_id for peer in found[:limit]]
