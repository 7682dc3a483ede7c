"""CSV for spreadsheets, safe from formula injection."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import export
from geo.export import Record
from geo.export.csv import encode_table, escape_formula
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from geo.schema.declare import Layer, number, text
from geo.vocabulary import CRS

NOTES = Layer(
    name="notes",
    title="Notes",
    description="A text and a number at a point.",
    columns={
        "note": text("a note", nullable=True),
        "figure": number("a figure", "", -1e9, 1e9, nullable=True),
    },
    key=("note",),
    geometry="Point",
)
RECORD = Record("Notes", "", "", "GeoNames", "CC BY 4.0", "2026", "1")
DANGEROUS = tuple("=+-@\t\r＝＋－＠")

# Letters that start formulas come up often; the rest is any text.
TEXTS = st.text(
    st.sampled_from("=+-@＝＋－＠\t\r\n\ufeff \"',;aÀ") | st.characters(exclude_categories=["Cs"])
)


def notes(texts: list[str | None], figures: list[float]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([-0.5] * len(texts), [-8.25] * len(texts))
    frame = {"note": pd.array(texts, dtype="str"), "figure": figures}
    return gpd.GeoDataFrame(frame, geometry=points, crs=CRS)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def can_run(cell: str) -> bool:
    """Whether a cell starts like a formula and is not one number."""
    number = re.fullmatch(r"\s*[+-]?[\d.,\s]+(e[+-]?\d+)?\s*", cell, re.IGNORECASE)
    return not number and cell.lstrip(" \ufeff").startswith(DANGEROUS)


def test_file_starts_with_a_byte_order_mark_and_ends_lines_with_crlf(
    catalogue: Catalogue, record: Record
) -> None:
    content = export.encode(catalogue["cities"], LAYERS["cities"], "csv", record)
    assert content.startswith(b"\xef\xbb\xbfcity_id,name,")
    assert content.endswith(b"\r\n")
    lines = content.count(b"\r\n")
    assert lines == 1 + 38
    assert content.count(b"\n") == lines == content.count(b"\r")


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=5))
def test_no_text_can_run_as_a_formula(record: Record, texts: list[str | None]) -> None:
    content = export.encode(notes(texts, [1.0] * len(texts)), NOTES, "csv", record)
    read = rows(content)
    assert len(read) == len(texts)
    assert not any(can_run(cell) for row in read for cell in (row["note"], *row))
    for row, given_text in zip(read, texts, strict=True):
        assert row["note"].removeprefix("'") == (given_text or "").removeprefix("'")


@pytest.mark.parametrize("field", ["attribution", "licence"])
def test_source_named_like_a_formula_cannot_run(field: str, record: Record) -> None:
    spoiled = replace(record, **{field: "=HYPERLINK(1)"})
    [row] = rows(export.encode(notes(["a"], [1.0]), NOTES, "csv", spoiled))
    assert not can_run(row[f"source_{field}"])


@pytest.mark.parametrize(
    "value",
    [
        *(
            "=1+1",
            "+a1",
            "-1+1",
            "-2+3+cmd|' /C calc'!A0",
            "-",
            "+1(2)",
            "@1",
            "@x",
            "\tx",
            "\rx",
            "  =1",
            "\n=1",
            "\x00=1",
        ),
        *("＝1+1", "＋1", "－1", "-6°10'", "＠x", " ＝1", "\ufeff=1", "\u200b=1", "\u3000=1"),
    ],
)
def test_text_that_starts_a_formula_is_preceded_by_an_apostrophe(value: str) -> None:
    assert escape_formula(value) == "'" + value
    [row] = rows(export.encode(notes([value], [1.0]), NOTES, "csv", RECORD))
    assert row["note"] == "'" + value


@pytest.mark.parametrize(
    "value",
    [
        *("Ha Noi", "a=1", "1-2", "", " Kota", "กรุงเทพ", "'x", "a＝1"),
        *(
            "-6,1754",
            "+13.7563",
            "-7.25",
            " -1",
            "-1 234,5",
            "-1.234.567",
            "-1e-5",
            "-.5",
            "+62 21",
        ),
    ],
)
def test_other_text_and_plain_numbers_stay_as_they_are(value: str) -> None:
    assert escape_formula(value) == value
    [row] = rows(export.encode(notes([value], [1.0]), NOTES, "csv", RECORD))
    assert row["note"] == value


def test_negative_numbers_stay_numbers(record: Record) -> None:
    [row] = rows(export.encode(notes(["a"], [-2.5]), NOTES, "csv", record))
    assert (row["figure"], row["longitude"], row["latitude"]) == ("-2.5", "-0.5", "-8.25")


def test_missing_values_are_empty_cells(record: Record) -> None:
    [row] = rows(export.encode(notes([None], [np.nan]), NOTES, "csv", record))
    assert (row["note"], row["figure"]) == ("", "")


def test_every_row_states_source_and_licence(catalogue: Catalogue, record: Record) -> None:
    for row in rows(export.encode(catalogue["projects"], LAYERS["projects"], "csv", record)):
        assert row["source_attribution"] == "GeoNames (geonames.org)"
        assert row["source_licence"] == "CC BY 4.0"


def test_points_become_two_columns_and_boundaries_are_left_out(
    catalogue: Catalogue, record: Record
) -> None:
    stated = ["source_attribution", "source_licence"]
    for name, added in (("cities", ["longitude", "latitude"]), ("countries", []), ("projects", [])):
        content = export.encode(catalogue[name].iloc[:1], LAYERS[name], "csv", record)
        assert list(rows(content)[0]) == [*LAYERS[name].columns, *added, *stated]


@pytest.mark.parametrize("name", ["places", "countries", "projects"])
def test_empty_selection_is_the_header_alone(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    empty = export.encode(catalogue[name].iloc[:0], LAYERS[name], "csv", record)
    whole = export.encode(catalogue[name], LAYERS[name], "csv", record)
    assert empty == whole[: whole.index(b"\r\n") + 2]


def test_table_without_rows_is_the_header_alone() -> None:
    empty = pd.DataFrame({"city": pd.Series([], dtype="str"), "ended": pd.Series([], dtype=bool)})
    content = encode_table(empty, "GeoNames", "CC BY 4.0").decode("utf-8-sig")
    assert content == "city,ended,source_attribution,source_licence\r\n"


def test_booleans_are_true_and_false_in_files_of_layers_and_of_tables(
    catalogue: Catalogue, record: Record
) -> None:
    layer = LAYERS["city_years"]
    content = export.encode(catalogue["city_years"].iloc[:500], layer, "csv", record)
    assert {row["is_projection"] for row in rows(content)} == {"true", "false"}
    table = pd.DataFrame({"a": [True, False], "b": [None, True], "c": ["-1,5", "=x"]})
    first, second = rows(encode_table(table, "GeoNames", "CC BY 4.0"))
    assert [first[name] for name in "abc"] == ["true", "", "-1,5"]
    assert [second[name] for name in "abc"] == ["false", "true", "'=x"]


@pytest.mark.parametrize("name", LAYERS)
def test_pandas_reads_the_same_values(name: str, catalogue: Catalogue, record: Record) -> None:
    frame = catalogue[name].iloc[::7]
    layer = LAYERS[name]
    types = {c: str(frame[c].dtype) for c in layer.columns}
    content = export.encode(frame, layer, "csv", record)
    read = pd.read_csv(io.BytesIO(content), dtype=types, keep_default_na=False, na_values=[""])
    for column in layer.columns:
        there, here = read[column], frame[column].reset_index(drop=True)
        pd.testing.assert_series_equal(there, here, check_exact=True)
    if layer.geometry == "Point":
        assert isinstance(frame, gpd.GeoDataFrame)
        for column, there in (("longitude", frame.geometry.x), ("latitude", frame.geometry.y)):
            here = read[column].to_numpy()
            np.testing.assert_allclose(here, there.to_numpy(), rtol=0, atol=1e-6, equal_nan=True)
