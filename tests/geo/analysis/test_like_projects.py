"""Projects of other cities that are like what a city plans, asks for or runs."""

from __future__ import annotations

import pytest

from geo.analysis.like_projects import (
    ASKS,
    LIKE_ACROSS_AREAS,
    LIKE_WITHIN_AREA,
    Likeness,
    like_projects,
    words,
)
from geo.layers.catalogue import Catalogue


def test_words_of_nearly_all_texts_and_names_of_places_do_not_count() -> None:
    assert words("Smart City Bus Project in Khon Kaen", frozenset({"khon", "kaen"})) == ["bus"]


def test_rare_words_weigh_more_and_endings_do_not_matter() -> None:
    texts = ["bus lines", "bus stops", "bus lanes", "wetlands and bus"]
    likeness = Likeness(texts)
    shares = likeness.to("Buses beside a wetland")
    similarity = shares.sum(axis=1)
    assert similarity.argmax() == 3
    assert likeness.common(shares[3]) == ("wetlands", "bus") or likeness.common(shares[3]) == (
        "wetlands",
    )


def test_same_text_is_one_and_other_words_none() -> None:
    likeness = Likeness(["solid waste", "traffic lights"])
    assert likeness.to("waste solids").sum(axis=1) == pytest.approx([1, 0])
    assert likeness.to("nothing here").sum(axis=1) == pytest.approx([0, 0])


def test_parking_is_not_about_parks() -> None:
    assert Likeness(["parking", "lamps"]).to("public parks").sum() == 0


def test_rows_keep_to_the_thresholds_and_name_words_in_common(catalogue: Catalogue) -> None:
    rows = like_projects(catalogue)
    assert set(rows["ask_kind"]) == set(ASKS)
    assert (rows.loc[rows["same_area"], "similarity"] >= LIKE_WITHIN_AREA).all()
    assert (rows.loc[~rows["same_area"], "similarity"] >= LIKE_ACROSS_AREAS).all()
    assert rows["words"].map(bool).all()
    assert (rows["city_id"] != rows["like_city_id"]).all()
    status = catalogue["projects"].set_index("project_id")["status"]
    assert set(rows["project_id"].map(status)) == {"ongoing_or_planning", "completed"}
    key = ["city_id", "ask_kind", "ask_no", "ask_project_id", "ask", "project_id"]
    assert not rows[key].duplicated().any()


@pytest.mark.parametrize(
    ("city_id", "ask", "like"),
    [
        ("singapore", "National Digital Identity", "bandar-seri-begawan--digital-identity"),
        ("sumedang", "Integrated Stunting Intervention", "banyuwangi--caring-for-stunting"),
        (
            "phnom-penh",
            "Funds that strengthen the capacity of the city bus operator",
            "khon-kaen--smart-bus",
        ),
    ],
)
def test_like_projects_are_found(city_id: str, ask: str, like: str, catalogue: Catalogue) -> None:
    rows = like_projects(catalogue)
    assert like in set(rows.loc[(rows["city_id"] == city_id) & (rows["ask"] == ask), "project_id"])


def test_requests_that_say_nothing_of_their_own_find_nothing(catalogue: Catalogue) -> None:
    rows = like_projects(catalogue)
    asked = set(rows.loc[rows["ask_kind"] == "support", "ask"])
    assert not asked & {"Financial support", "Technical support", "Advice from abroad"}
