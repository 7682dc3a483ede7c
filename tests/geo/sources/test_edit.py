"""Source tables are canonical, and stay so when rows are edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import SourceError
from geo.sources.edit import TableText
from geo.sources.read import SOURCES_DIR, present

KEY = ["id"]
TEXT = 'id,year,said\na,2,"one\ntwo"\nc,3,"quo""ted"\n'


def table(text: str = TEXT) -> TableText:
    return TableText(text, ["id", "year", "said"], KEY)


@pytest.mark.parametrize("name", present())
def test_committed_table_is_sorted_by_its_key_in_one_dialect(name: str) -> None:
    committed = (SOURCES_DIR / f"{name}.csv").read_bytes()
    assert TableText.read(name, SOURCES_DIR).encode() == committed, (
        f"{name}.csv is not canonical; run `python -m geo.sources.edit`"
    )


@pytest.mark.parametrize(
    "text",
    [
        'id,year,said\r\n"a",2,"one\ntwo"\r\n"c",3,"quo""ted"\r\n',
        'id,year,said\nc,3,"quo""ted"\n\na,2,"one\ntwo"',
    ],
    ids=["another dialect", "another order, a blank line, no end"],
)
def test_other_spellings_of_a_table_are_written_canonically(text: str) -> None:
    assert table(text).encode().decode() == TEXT


def test_new_row_goes_where_the_order_wants_it() -> None:
    changed = table()
    changed.put([{"id": "b", "year": "9", "said": "x, y"}])
    assert changed.encode().decode() == (
        'id,year,said\na,2,"one\ntwo"\nb,9,"x, y"\nc,3,"quo""ted"\n'
    )


def test_numbers_are_ordered_by_size() -> None:
    numbers = TableText("id,v\n9,a\n100,b\n", [], KEY)
    numbers.put([{"id": "20", "v": "c"}])
    assert numbers.encode() == b"id,v\n9,a\n20,c\n100,b\n"


def test_row_with_a_known_key_replaces_the_old_one() -> None:
    changed = table()
    changed.put([{"id": "c", "year": "02", "said": ""}])
    assert changed.encode() == b'id,year,said\na,2,"one\ntwo"\nc,02,\n'


def test_rows_are_taken_out_by_their_key() -> None:
    changed = table()
    changed.remove({("a",)})
    assert changed.encode() == b'id,year,said\nc,3,"quo""ted"\n'


def test_table_that_is_not_there_yet_begins_with_its_heading(tmp_path: Path) -> None:
    new = TableText.read("vintages", tmp_path)
    new.put([{"source_id": "b", "file": "x"}, {"source_id": "a", "file": "y"}])
    assert new.encode().splitlines() == [
        b"source_id,file,url,sha256,bytes,released,fetched_on",
        b"a,y,,,,,",
        b"b,x,,,,,",
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"other,said\n1,2\n", b'source_id,file\n"a,b\n'])
def test_file_that_is_no_table_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "vintages.csv").write_bytes(content)
    with pytest.raises(
        SourceError, match=r"vintages\.csv is not a table with \['source_id', 'file'\]"
    ):
        TableText.read("vintages", tmp_path)
