"""Pages of a document in words."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup.citations import cite, format_pages, page_numbers, pages_note
from geo.i18n import use_language
from tests.pseudolocale import MARK, MARKED


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([{"page": 9}], "page 9"),
        ([{"page": 9, "page_to": None}], "page 9"),
        ([{"page": 9, "page_to": pd.NA}], "page 9"),
        ([{"page": 13, "page_to": 14}], "pages 13–14"),
        ([{"page": 15, "page_to": 17}], "pages 15–17"),
        ([{"page": 24}, {"page": 25}], "pages 24–25"),
        ([{"page": 13, "page_to": 14}, {"page": 14}, {"page": 13}], "pages 13–14"),
        ([{"page": 9}, {"page": 11}], "pages 9 and 11"),
        ([{"page": 20, "page_to": 21}, {"page": 9}, {"page": 25}], "pages 9, 20–21 and 25"),
    ],
)
def test_pages_that_follow_each_other_are_a_range(rows, text):
    assert format_pages(*rows) == text


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_every_page_is_told_once(pages):
    text = format_pages(*({"page": page} for page in pages))
    assert text.startswith("pages " if len(set(pages)) > 1 else "page ")
    numbers = []
    for part in text.split(" ", 1)[1].replace(" and ", ", ").split(", "):
        first, _, last = part.partition("–")
        numbers += range(int(first), int(last or first) + 1)
    assert numbers == sorted(set(pages))


def test_page_of_a_reason_has_its_own_columns():
    row = {"page": 8, "link_page": 22}
    assert cite("M&E Report 2022", row, prefix="link_") == "M&E Report 2022, page 22"


def test_pages_are_told_in_the_language():
    with use_language(MARKED):
        assert format_pages({"page": 1}).startswith(MARK)
        assert pages_note().startswith(MARK)


def test_page_numbers_are_a_range_where_a_row_rests_on_several():
    rows = pd.DataFrame({"page": [9, 32], "page_to": pd.array([None, 33], dtype="Int64")})
    assert page_numbers(rows) == ["9", "32–33"]
    assert page_numbers(rows[["page"]]) == ["9", "32"]
