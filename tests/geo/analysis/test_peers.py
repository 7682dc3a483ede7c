"""Peers of a city: the most similar by weighted measures."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.analysis.like_projects import like_projects
from geo.analysis.peers import (
    EQUAL,
    MEASURES,
    Climate,
    Mix,
    completed_alike,
    figures,
    nearest,
    parse_weights,
    peers,
    uncounted,
    units,
    weights_text,
)
from geo.errors import QueryError
from geo.layers.catalogue import Catalogue

Figures = dict[str, dict[str, object]]


def compared(**by_measure: dict[str, object]) -> Figures:
    return {measure: by_measure.get(measure, {}) for measure in MEASURES}


def only(measure: str) -> tuple[int, ...]:
    return tuple(int(name == measure) for name in MEASURES)


def ids(known: Figures, weights: tuple[int, ...] = EQUAL) -> list[str]:
    return [peer.city_id for peer in nearest(known, "own", weights)]


def test_sizes_are_compared_by_ratio() -> None:
    # 100 is 60 away and less than half; 250 is 90 away and only 1.6 times as much.
    sizes = {"own": 160.0, "far": 100_000.0, "half": 70.0, "more": 250.0}
    assert ids(compared(size=sizes)) == ["more", "half", "far"]


def test_growth_is_compared_by_difference() -> None:
    assert ids(compared(growth={"own": 2.0, "a": -0.5, "b": 3.0})) == ["b", "a"]


def test_climate_zones_are_the_same_or_not() -> None:
    zones = {
        "own": Climate("Af", "x"),
        "a": Climate("Am", "y"),
        "b": Climate("Af", "x"),
    }
    assert [(p.city_id, p.distance) for p in nearest(compared(climate=zones), "own")] == [
        ("b", 0.0),
        ("a", 1.0),
    ]


def test_mixes_are_compared_by_the_shares_that_are_the_same() -> None:
    own = Mix((2, 2, 0))
    assert own.shared(Mix((1, 2, 1))) == 0.75
    assert own.shared(Mix((3, 0, 0))) == 0.5
    assert own.shared(Mix((0, 0, 5))) == 0
    mixes = {"own": own, "single": Mix((3, 0, 0)), "mixed": Mix((1, 2, 1))}
    assert ids(compared(focus=mixes)) == ["mixed", "single"]


def test_a_distance_of_one_is_the_median_of_all_pairs() -> None:
    growth = {"own": 0.0, "a": 1.0, "b": 3.0}
    assert units(compared(growth=growth))["growth"] == 2
    assert [p.distance for p in nearest(compared(growth=growth), "own")] == [0.5, 1.5]


def test_weights_move_the_order_and_none_leaves_a_measure_out() -> None:
    known = compared(
        size={"own": 100.0, "a": 110.0, "b": 900.0}, growth={"own": 1.0, "a": 5.0, "b": 1.1}
    )
    assert ids(known, only("size")) == ["a", "b"]
    assert ids(known, only("growth")) == ["b", "a"]
    assert {one.measure for one in nearest(known, "own", only("size"))[0].compared} == {"size"}


def test_a_measure_without_a_figure_does_not_count_and_is_named() -> None:
    known = compared(
        size={"own": 1.0, "a": 1.0}, growth={"own": 1.0}, territory={"own": 1.0, "a": 1.0}
    )
    (peer,) = nearest(known, "own")
    assert peer.distance == 0
    assert peer.missing == ("growth",)


def test_cities_known_by_less_than_half_of_the_weights_are_left_out() -> None:
    known = compared(
        size={"own": 1.0, "a": 1.0}, growth={"own": 1.0, "b": 2.0}, density={"own": 1.0, "b": 2.0}
    )
    assert ids(known) == ["b"]


def test_ties_go_by_id_whatever_the_order() -> None:
    for names in ("dbca", "abcd"):
        known = compared(size={"own": 100.0, **dict.fromkeys(names, 200.0)})
        assert ids(known) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("height:1", "height"),
        ("size:4", "size:4"),
        ("size", "size:0"),
        (
            ",".join(f"{measure}:0" for measure in MEASURES),
            "at least one measure must have a weight above 0",
        ),
    ],
)
def test_unknown_weights_are_named(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse_weights(text)


def test_weights_are_read_as_they_are_written() -> None:
    for weights in (EQUAL, (0, 1, 2, 3, 0, 1)):
        text = weights_text(weights)
        assert not text or parse_weights(text) == weights


def test_unknown_city_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match="no member city 'atlantis'"):
        peers(catalogue, "atlantis")


def test_every_city_has_five_peers_and_none_is_itself(catalogue: Catalogue) -> None:
    for city_id in catalogue["cities"]["city_id"]:
        found = peers(catalogue, city_id)
        assert len(found) == 5
        assert city_id not in {peer.city_id for peer in found}
        assert [peer.distance for peer in found] == sorted(peer.distance for peer in found)


def test_cities_without_projects_are_not_compared_by_focus_areas(catalogue: Catalogue) -> None:
    cities = catalogue["cities"].set_index("city_id")
    assert set(figures(catalogue)["focus"]) == set(cities.index[cities["projects"] > 0])
    assert uncounted(catalogue, "dili") == ["focus"]
    assert uncounted(catalogue, "dili", only("size")) == []


def test_by_size_alone_the_nearest_by_ratio_come_first(catalogue: Catalogue) -> None:
    population = catalogue["cities"].set_index("city_id")["population"].astype(float)
    ratio = (population / population["jakarta"]).map(lambda r: max(r, 1 / r)).drop("jakarta")
    found = peers(catalogue, "jakarta", only("size"), 2)
    assert [peer.city_id for peer in found] == ratio.nsmallest(2).index.tolist()


def test_only_completed_projects_of_others_are_set_beside_what_a_city_began(
    catalogue: Catalogue,
) -> None:
    status = catalogue["projects"].set_index("project_id")["status"]
    every = like_projects(catalogue)
    for city_id in ("cauayan-city", "makassar", "dili"):
        done = completed_alike(catalogue, city_id)
        rows = pd.concat(done.values()) if done else every[:0]
        assert set(rows["project_id"].map(status)) <= {"completed"}
        assert not rows["project_id"].duplicated().any()
        assert city_id not in done
