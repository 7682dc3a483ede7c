"""Editing rows of a table leaves the rest of its text unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import SourceError
from geo.sources.edit import TableText
from geo.sources.read import SOURCES_DIR, TABLES

KEY = ["id"]
TEXT = 'id,year,said\na,2,"one\ntwo"\nc,3,"quoted"\n'


def table(text: str = TEXT) -> TableText:
    return TableText(text, ["id", "year", "said"], KEY)


@pytest.mark.parametrize("name", TABLES)
def test_table_that_nothing_changes_keeps_its_bytes(name: str) -> None:
    path = SOURCES_DIR / f"{name}.csv"
    read = TableText.read(path, [], list(TABLES[name].unique or ()))
    read.put(read.rows().values())
    assert read.encode() == path.read_bytes()


def test_new_row_goes_where_the_order_wants_it() -> None:
    changed = table()
    changed.put([{"id": "b", "year": "9", "said": "x, y"}])
    assert changed.encode().decode() == ('id,year,said\na,2,"one\ntwo"\nb,9,"x, y"\nc,3,"quoted"\n')


def test_numbers_are_ordered_by_size() -> None:
    numbers = TableText("id,v\n9,a\n100,b\n", [], KEY)
    numbers.put([{"id": "20", "v": "c"}])
    assert numbers.encode() == b"id,v\n9,a\n20,c\n100,b\n"


def test_new_row_of_a_table_without_order_follows_the_one_most_like_it() -> None:
    unordered = TableText("id\nwup-2018\nascn-me-2024\nascn-me-2025\ncities\nb\n", [], KEY)
    unordered.put([{"id": "ascn-me-2026"}, {"id": "wup-2025"}, {"id": "zz"}])
    assert unordered.encode().decode().split() == [
        *("id", "wup-2018", "wup-2025", "ascn-me-2024", "ascn-me-2025", "ascn-me-2026"),
        *("cities", "b", "zz"),
    ]


def test_row_that_says_the_same_keeps_its_characters() -> None:
    changed = TableText('id,v,code\na,2.50,"02"\n', [], KEY)
    changed.put([{"id": "a", "v": "2.5", "code": "02"}])
    assert changed.encode() == b'id,v,code\na,2.50,"02"\n'
    changed.put([{"id": "a", "v": "2.5", "code": "2"}])
    assert changed.encode() == b"id,v,code\na,2.5,2\n"


def test_rows_are_taken_out_by_their_key() -> None:
    changed = table()
    changed.remove({("a",)})
    assert changed.encode() == b'id,year,said\nc,3,"quoted"\n'


def test_table_that_is_not_there_yet_begins_with_its_heading(tmp_path: Path) -> None:
    new = TableText.read(tmp_path / "new.csv", ["id", "said"], KEY)
    new.put([{"id": "b"}, {"id": "a", "said": "x"}])
    assert new.encode() == b"id,said\na,x\nb,\n"


def test_file_that_is_no_table_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"x\.csv is not a table with \['id'\]"):
        TableText.read(tmp_path / "x.csv", [], KEY)
    (tmp_path / "x.csv").write_text("other,said\n1,2\n")
    with pytest.raises(SourceError, match=r"x\.csv is not a table"):
        TableText.read(tmp_path / "x.csv", [], KEY)
