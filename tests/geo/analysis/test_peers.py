"""Peers of a city: nearest in size, growth and the mix of projects."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.analysis.peers import MEASURES, Peer, peers
from geo.errors import QueryError
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, focus_area_column

COLUMNS = [focus_area_column(area) for area in FOCUS_AREAS]


def town(
    city_id: str,
    population: int | None = None,
    growth: float | None = None,
    projects: tuple[int, ...] = (),
) -> dict[str, object]:
    mix = dict(zip(COLUMNS, (*projects, *[0] * (6 - len(projects))), strict=True))
    figures = {"population": population, "un_city_growth_2000_2025": growth}
    return {"city_id": city_id, **figures, **mix}


def towns(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"population": "Int64", **dict.fromkeys(COLUMNS, "Int64")})


def found(cities: pd.DataFrame, city_id: str, measure: str, most: int = 3) -> list[str]:
    return [p.city_id for p in peers(cities, city_id, most) if p.measure == measure]


def test_sizes_are_compared_by_ratio() -> None:
    # 100 is 60 away and less than half; 250 is 90 away and only 1.6 times as much.
    cities = towns(town("own", 160), town("far", 100_000), town("half", 70), town("more", 250))
    assert found(cities, "own", "size") == ["more", "half", "far"]
    assert peers(cities, "own", 1) == [Peer("more", "size", 250.0, 160.0)]


def test_growth_is_compared_by_difference() -> None:
    cities = towns(town("own", growth=2.0), town("a", growth=3.0), town("b", growth=-0.5))
    assert peers(cities, "own") == [Peer("a", "growth", 3.0, 2.0), Peer("b", "growth", -0.5, 2.0)]


def test_mixes_are_compared_by_the_shares_that_are_the_same() -> None:
    # own: 1/2, 1/2, 0. mixed: 1/4, 1/2, 1/4 shares 1/4 + 1/2. single: 1, 0, 0 shares 1/2.
    cities = towns(
        town("own", projects=(2, 2)),
        town("single", projects=(3,)),
        town("mixed", projects=(1, 2, 1)),
        town("other", projects=(0, 0, 5)),
    )
    assert peers(cities, "own") == [
        Peer("mixed", "projects", 4.0, 4.0, 75.0),
        Peer("single", "projects", 3.0, 4.0, 50.0),
        Peer("other", "projects", 5.0, 4.0, 0.0),
    ]


def test_among_equal_mixes_the_nearer_number_of_projects_comes_first() -> None:
    cities = towns(
        town("own", projects=(1, 1)), town("a", projects=(9, 9)), town("b", projects=(2, 2))
    )
    assert found(cities, "own", "projects") == ["b", "a"]


def test_ties_go_by_id_whatever_the_order() -> None:
    rows = [town(name, 200, 1.0, (1,)) for name in ("d", "b", "c", "a")]
    for cities in (
        towns(town("own", 100, 2.0, (1,)), *rows),
        towns(*rows[::-1], town("own", 100, 2.0, (1,))),
    ):
        for measure in MEASURES:
            assert found(cities, "own", measure) == ["a", "b", "c"]


def test_city_without_a_figure_has_no_peers_by_it_and_is_none() -> None:
    cities = towns(town("own", 100, 2.0, (1,)), town("blank"), town("full", 200, 1.0, (2,)))
    assert peers(cities, "blank") == []
    assert {peer.city_id for peer in peers(cities, "own")} == {"full"}


def test_number_of_peers_is_as_asked_for() -> None:
    cities = towns(*[town(name, 100, 1.0, (1,)) for name in "abcdef"])
    assert len(peers(cities, "a", limit=2)) == 6
    assert peers(cities, "a", limit=0) == []


def test_unknown_city_is_named() -> None:
    with pytest.raises(QueryError, match="no member city 'atlantis'"):
        peers(towns(town("own")), "atlantis")


def test_peers_of_jakarta(catalogue: Catalogue) -> None:
    cities = catalogue["cities"]
    by_size = found(cities, "jakarta", "size", 2)
    population = cities.set_index("city_id")["population"].astype(float)
    ratio = (population / population["jakarta"]).map(lambda r: max(r, 1 / r)).drop("jakarta")
    assert by_size == ratio.nsmallest(2).index.tolist()
