"""Source tables: errors name file, line, column and value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import SourceError
from geo.schema.sources import OPTIONAL_TABLES
from geo.sources import read as sources
from geo.sources.read import SOURCES_DIR

SetCell = Callable[[str, int, str, str], Path]


def edit(directory: Path, table: str, change: Callable[[bytes], bytes]) -> None:
    path = directory / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))


def fault(table: str, directory: Path) -> str:
    with pytest.raises(SourceError) as caught:
        sources.read(table, directory)
    message = str(caught.value)
    assert message.startswith(f"{table}.csv")
    assert message.endswith(".")
    return message


@pytest.mark.parametrize("name", sources.TABLES)
def test_committed_table_is_sound_and_typed(name: str) -> None:
    frame, schema = sources.read(name), sources.TABLES[name]
    assert len(frame) > 0
    assert list(frame.columns) == list(schema.columns)
    for column, declared in schema.columns.items():
        kind = str(declared.dtype)
        assert str(frame[column].dtype) == ("str" if kind.startswith("str") else kind), column


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("cities", "city_id", "Ha Noi", "'Ha Noi' is not"),
        ("cities", "iso3", "XXX", "'XXX' is not"),
        ("cities", "population", "many", "'many' is not a whole number"),
        ("cities", "population", "1000.5", "'1000.5' is not a whole number"),
        ("cities", "population", "nan", "'nan' is not a whole number"),
        ("cities", "population", "1e30", "is not"),
        ("cities", "population", "12", "12 is not"),
        ("cities", "longitude", "east", "'east' is not a number"),
        ("cities", "longitude", "200", "200.0 is not"),
        ("cities", "longitude", "inf", "inf is not"),
        ("cities", "longitude", "", "empty"),
        ("cities", "city_id", "", ""),
        ("cities", "name_en", "", "empty"),
        ("cities", "name_en", "   ", "empty"),
        ("projects", "name", "", "empty"),
        ("sources", "licence", "", "empty"),
        ("project_reports", "focus_area", "Roads", "'Roads' is not"),
        ("project_reports", "status", "done", "'done' is not"),
        ("project_reports", "page", "0", "0 is not"),
        ("reports", "as_of", "30 Sept 2025", "'30 Sept 2025' is not"),
        ("countries", "iso2", "Brunei", "'Brunei' is not"),
    ],
)
def test_wrong_value_is_named_with_its_line_and_column(
    table: str, column: str, value: str, said: str, set_cell: SetCell
) -> None:
    message = fault(table, set_cell(table, 4, column, value))
    assert message.startswith(f"{table}.csv, line 4, column {column}: ")
    assert said in message


@pytest.mark.parametrize(
    ("table", "columns"),
    [("cities", ["city_id"]), ("project_reports", ["report_year", "project_id"])],
)
def test_repeated_key_is_named_with_both_lines(
    table: str, columns: list[str], source_copy: Path, set_cell: SetCell
) -> None:
    first = sources.read(table, source_copy)[columns].iloc[0].astype(str).tolist()
    for column, value in zip(columns, first, strict=True):
        set_cell(table, 5, column, value)
    assert fault(table, source_copy) == (
        f"{table}.csv, line 5, column {', '.join(columns)}: {', '.join(first)!r} stands already "
        "in line 2; each may stand once."
    )


def test_further_wrong_rows_are_counted(source_copy: Path, set_cell: SetCell) -> None:
    for line in (4, 7, 9):
        set_cell("cities", line, "longitude", "200")
    message = fault("cities", source_copy)
    assert "line 4, column longitude" in message
    assert "2 more rows are wrong" in message


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"name_local", b"nom", "lacks column name_local and has unknown column nom"),
        (b",note\n", b",note,extra\n", "has unknown column extra"),
        (b"name_en", b"city_id", "lacks column name_en and has column city_id twice"),
        (b",note\n", b",note,note\n", "has column note twice"),
    ],
    ids=["renamed", "extra", "twice for another", "twice"],
)
def test_missing_or_unknown_column_is_named_with_where_to_look(
    before: bytes, after: bytes, said: str, source_copy: Path
) -> None:
    edit(source_copy, "cities", lambda content: content.replace(before, after, 1))
    message = fault("cities", source_copy)
    assert said in message
    assert "see data/sources/README.md" in message


def test_missing_file_is_named_with_its_directory(source_copy: Path) -> None:
    (source_copy / "cities.csv").unlink()
    assert fault("cities", source_copy) == f"cities.csv is missing from {source_copy}."


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"Bus", b"B\xfcs", 1),
        lambda content: b"",
        lambda content: content + b"a--b,a,name,note,too,many\n",
        lambda content: content.replace(b"\n", b"\nx--y,x,name,note,too,many\n", 1),
    ],
    ids=["Latin-1", "empty file", "last row too long", "first row too long"],
)
def test_file_that_is_no_utf8_table_is_named(
    change: Callable[[bytes], bytes], source_copy: Path
) -> None:
    edit(source_copy, "projects", change)
    assert "projects.csv" in fault("projects", source_copy)


def test_line_is_right_after_an_empty_line(source_copy: Path, set_cell: SetCell) -> None:
    set_cell("cities", 4, "longitude", "200")
    edit(source_copy, "cities", lambda content: content.replace(b"\n", b"\n\n", 1))
    assert "line 5" in fault("cities", source_copy)


def test_line_is_right_after_a_text_of_several_lines(source_copy: Path, set_cell: SetCell) -> None:
    set_cell("cities", 2, "note", "one\ntwo\n\nthree")
    set_cell("cities", 4, "longitude", "200")
    assert "line 7, column longitude" in fault("cities", source_copy)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\n", b"\n\n,,,,,,,\n", 1),
        lambda content: content.replace(b"\n", b"\r\n").replace(b"\r\n", b"\r\n\r\n\r\n", 1),
    ],
    ids=["empty cells", "CRLF"],
)
def test_line_of_an_unknown_reference_is_that_of_the_file(
    change: Callable[[bytes], bytes], source_copy: Path, set_cell: SetCell
) -> None:
    set_cell("project_reports", 4, "project_id", "nix--nix")
    edit(source_copy, "project_reports", change)
    with pytest.raises(SourceError) as caught:
        sources.read_all(source_copy)
    assert str(caught.value).startswith(
        "project_reports.csv, line 6, column project_id: 'nix--nix'"
    )


def test_row_with_too_many_cells_is_named_with_its_line(source_copy: Path) -> None:
    edit(source_copy, "projects", lambda content: content.replace(b"\n", b"\na,b,c,d,e,f,g\n", 1))
    assert fault("projects", source_copy) == (
        "projects.csv, line 2: 7 cells, but the heading has 6; put a text that holds a comma in "
        "quotation marks."
    )


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("plans", "dili,", "plans.csv has no row for dili; every city_id in cities.csv needs one."),
        ("members", "VNM,", "members.csv has no row for VNM; every iso3 in countries.csv needs"),
        ("city_agglomerations", "hanoi,", "city_agglomerations.csv has no row for hanoi; every"),
        ("report_focus_shares", "2023,", "report_focus_shares.csv has no row for 2023; every"),
    ],
)
def test_missing_row_that_a_page_needs_is_named(
    table: str, row: str, said: str, source_copy: Path
) -> None:
    path = source_copy / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(row)), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        sources.read_all(source_copy)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    "change",
    [lambda content: b"\xef\xbb\xbf" + content, lambda content: content.replace(b"\n", b"\r\n")],
    ids=["byte-order mark", "CRLF"],
)
def test_table_saved_by_a_spreadsheet_reads_the_same(
    change: Callable[[bytes], bytes], source_copy: Path
) -> None:
    edit(source_copy, "cities", change)
    pd.testing.assert_frame_equal(sources.read("cities", source_copy), sources.read("cities"))


def test_empty_optional_cell_is_missing_and_spaces_around_a_value_go(set_cell: SetCell) -> None:
    set_cell("cities", 4, "name_en", "  Bangkok ")
    set_cell("cities", 4, "population", "")
    row = sources.read("cities", set_cell("cities", 4, "note", " ")).iloc[2]
    assert row["name_en"] == "Bangkok"
    assert pd.isna(row["population"])
    assert pd.isna(row["note"])


def test_leading_zeros_and_the_letters_na_stay_text(set_cell: SetCell) -> None:
    row = sources.read("cities", set_cell("cities", 4, "name_en", "NA")).iloc[2]
    assert row["name_en"] == "NA"
    assert sources.read("countries")["iso_numeric"].iloc[0] == "096"


def test_unknown_reference_is_named_and_a_missing_one_passes() -> None:
    frame = pd.DataFrame({"city_id": ["hanoi", None, "atlantis"]})
    known = pd.Series(["hanoi"])
    sources.require_known(frame.head(2), "city_id", known, "a.csv", "b.csv")
    with pytest.raises(SourceError) as caught:
        sources.require_known(frame, "city_id", known, "a.csv", "b.csv")
    assert str(caught.value) == "a.csv, line 4, column city_id: 'atlantis' is not in b.csv."


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("projects", "city_id"),
        ("project_reports", "document"),
        ("project_reports", "report_year"),
        ("reports", "document"),
        ("report_focus_shares", "report_year"),
        ("project_renames", "project_id"),
        ("partners", "city_id"),
        ("members", "iso3"),
        ("plan_projects", "link_document"),
        ("urbanisation_claims", "document"),
        ("wup2018_population", "city_code"),
        ("geonames_places", "source_id"),
    ],
)
def test_value_that_no_other_table_knows_is_named(
    table: str, column: str, tables: dict[str, pd.DataFrame]
) -> None:
    assert list(sources.dangling(tables)) == []
    frame = tables[table].copy()
    frame.loc[5, column] = 1999 if column == "report_year" else "atlantis"
    errors = [str(error) for error in sources.dangling({**tables, table: frame})]
    assert any(error.startswith(f"{table}.csv, line 5, column {column}:") for error in errors)


def test_readme_tells_source_licence_and_attribution_of_every_file() -> None:
    text = (SOURCES_DIR / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    heading, _, *described = rows
    assert heading[-1] == "attribute to"
    tables = (*sources.TABLES, *OPTIONAL_TABLES)
    shapes = {"natural_earth_10m.parquet", "city_areas.parquet", "gshhg_land.parquet"}
    files = {f"{name}.csv" for name in tables} | shapes
    assert {row[0].strip("`") for row in described} == files
    there = {path.name for path in SOURCES_DIR.iterdir()}
    assert there - files == {"README.md"}
    assert files - there <= {f"{name}.csv" for name in OPTIONAL_TABLES}
    assert all(len(row) == len(heading) and all(row) for row in described)


def test_readme_attributes_as_the_table_of_sources_says(tables: dict[str, pd.DataFrame]) -> None:
    text = (SOURCES_DIR / "README.md").read_text(encoding="utf-8")
    said = tables["sources"].set_index("source_id")["attribution"]
    for source in (
        "natural-earth",
        "gshhg",
        "geonames",
        "wup-2018",
        "wdi-2026-03",
        "ascn-framework-2018",
    ):
        assert f"| {said[source]} |" in text
    assert said["ascn-me-2022"].removesuffix(" 2022") in text
