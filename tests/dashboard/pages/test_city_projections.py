"""How sure projections are: words and table of both UN revisions."""

from __future__ import annotations

import pytest

from dashboard.markup.tables import records
from dashboard.pages.city import projections as text
from geo.analysis.projections import projections
from geo.layers.catalogue import Catalogue
from tests.dashboard.cells import cells


def row_of(layers: Catalogue, city_id: str) -> dict[str, object]:
    return next(row for row in records(layers["cities"]) if row["city_id"] == city_id)


@pytest.mark.parametrize(
    ("city_id", "said"),
    [
        ("singapore", "Singapore: the 2018 revision projected 6.16 million for 2025, 5% above"),
        (
            "davao-city",
            "cannot be determined, because the two revisions' estimates for 2000 differ: 1.15 "
            "million and 872,000.",
        ),
        (
            "jakarta",
            "cannot be determined, because one of the two revisions covers a larger city around "
            "it.",
        ),
        ("putrajaya", "cannot be determined"),
        ("dili", "Only one revision has figures for Dili"),
        ("cauayan-city", "Neither revision has a figure for Cauayan City."),
    ],
)
def test_sentence_says_how_far_off_or_why_it_cannot_be_told(
    city_id: str, said: str, layers: Catalogue
) -> None:
    assert said in text.sentence(row_of(layers, city_id), projections(layers, city_id))


def test_both_revisions_stand_in_rows_with_what_they_count(layers: Catalogue) -> None:
    table = cells(text.revisions_table(layers, ("davao-city",)))
    assert table[0] == ["City and revision", "What it covers", "2000", "2025", "2035", "2050"]
    newer, older = table[1:]
    assert newer[1].startswith("UN city Davao City")
    assert [newer[4], older[5]] == ["not given", "not given"]
    assert "as the country defines it" in older[1]
    assert all("projection" in figure for figure in (newer[5], older[3], older[4]))


def test_headline_names_the_cities_for_which_it_can_be_told(layers: Catalogue) -> None:
    assert text.headline(layers).startswith("For 2 of 38 cities")
    assert "Singapore +5%; Yangon +1%" in text.headline(layers)


def test_file_has_a_row_a_city_revision_and_year(layers: Catalogue) -> None:
    rows = text.every_row(layers, records(layers["cities"]))
    assert not rows[["city_id", "revision", "year"]].duplicated().any()
    assert set(rows.loc[rows["revision"] == "2018", "year"]) == {2000, 2025, 2035}
    assert rows.loc[rows["year"] > 2025, "is_projection"].all()
