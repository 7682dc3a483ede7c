"""Where one city or country stands among those that have a figure: its place, and medians."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd

from geo.analysis.indicators import compared_values
from geo.cache import memoized
from geo.layers.catalogue import Catalogue

Values = Mapping[str, Sequence[float]]
"""Id -> its values of one measure: one, or several where sources differ."""


@dataclass(frozen=True)
class Standing:
    """Place of one among all that have a figure.

    Attributes
    ----------
    first, last
        Its place, the largest value being the first; two places where its own values differ.
    ties
        How many others have its value.
    number
        How many have a figure.
    values
        Its own values, ascending.
    others
        The values of the others, in the order of their ids; the middle where one has several.
    median
        Median of all that have a figure.
    group_median
        Median of those of its own group, such as the country; ``None`` without others there.
    """

    first: int
    last: int
    ties: int
    number: int
    values: tuple[float, ...]
    others: tuple[float, ...]
    median: float
    group_median: float | None


def standing(
    values: Values, subject: str, groups: Mapping[str, str] | None = None
) -> Standing | None:
    """Place of a subject by its value; ``None`` if it has none.

    Equal values share a place, and the next one counts them all.

    Parameters
    ----------
    values
        Values of all that have a figure, by id.
    groups
        Id -> group whose median is given too.

    Examples
    --------
    >>> place = standing({"a": [3], "b": [2], "c": [2], "d": [1, 5]}, "b")
    >>> place.first, place.ties, place.number, place.median
    (3, 1, 4, 2.5)
    """
    if subject not in values:
        return None
    middles = {id: (min(own) + max(own)) / 2 for id, own in values.items()}
    others = [middle for id, middle in middles.items() if id != subject]
    own = tuple(sorted(set(values[subject])))
    group = [
        middle
        for id, middle in middles.items()
        if groups is not None and subject in groups and groups.get(id) == groups[subject]
    ]
    return Standing(
        first=_place(own[-1], others),
        last=_place(own[0], others),
        ties=sum(other == own[0] for other in others) if len(own) == 1 else 0,
        number=len(values),
        values=own,
        others=tuple(others),
        median=float(median(middles.values())),
        group_median=float(median(group)) if len(group) > 1 else None,
    )


def _place(value: float, others: Sequence[float]) -> int:
    return 1 + sum(other > value for other in others)


def range_of_places(standings: Sequence[Standing]) -> tuple[int, int] | None:
    """First and last place of one subject over several definitions or revisions of a measure;
    ``None`` if all give the same one."""
    if not standings:
        return None
    first, last = min(one.first for one in standings), max(one.last for one in standings)
    return None if first == last else (first, last)


@memoized
def city_standing(layers: Catalogue, column: str, city_id: str) -> Standing | None:
    """Place of a member city by a column of layer ``cities``; ``None`` without a figure.

    Cities that joined in the year of the latest report or later have no place by completed
    projects, nor by listed ones if it lists none of theirs: they had no time to have any.
    """
    known = _ranked(layers, column)
    values = {
        str(id): (float(value),) for id, value in zip(known["city_id"], known[column], strict=True)
    }
    return standing(values, city_id, country_of(layers))


def _ranked(layers: Catalogue, column: str) -> pd.DataFrame:
    """The member cities that have a place by a column."""
    cities = layers["cities"]
    if column in ("projects", "projects_completed"):
        earlier = cities["joined_year"] < layers["project_reports"]["report_year"].max()
        listed = cities["projects"] > 0
        cities = cities[earlier | listed if column == "projects" else earlier]
    return cities.dropna(subset=[column])


def unranked(layers: Catalogue, column: str) -> tuple[str, ...]:
    """Ids of the member cities that have no place by a column of layer ``cities``."""
    return tuple(_others(layers, _ranked(layers, column)["city_id"]))


def unranked_by_indicator(layers: Catalogue, indicator_id: str) -> tuple[str, ...]:
    """Ids of the member cities that have no place by an indicator."""
    return tuple(_others(layers, compared_values(layers, indicator_id)))


def _others(layers: Catalogue, ranked: Iterable[str]) -> Iterator[str]:
    known = set(ranked)
    return (str(id) for id in layers["cities"]["city_id"] if id not in known)


@memoized
def indicator_standing(layers: Catalogue, indicator_id: str, subject: str) -> Standing | None:
    """Place of a city or country by an indicator; ``None`` without a figure that is compared, and
    for bands and classes."""
    return standing(compared_values(layers, indicator_id), subject, country_of(layers))


@memoized
def country_of(layers: Catalogue) -> dict[str, str]:
    """Country of each member city."""
    cities = layers["cities"]
    return dict(zip(cities["city_id"], cities["iso3"], strict=True))
