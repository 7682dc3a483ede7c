"""CSV for spreadsheets, safe from formula injection."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import export
from geo.export import Record
from geo.export.csv import escape_formula
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
    return cell.lstrip(" \ufeff").startswith(DANGEROUS)


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
        *("=1+1", "+1", "-1", "@x", "\tx", "\rx", "  =1", "\n=1", "\x00=1"),
        *("＝1+1", "＋1", "－1", "＠x", " ＝1", "\ufeff=1", "\u200b=1", "\u3000=1"),
    ],
)
def test_text_that_starts_a_formula_is_preceded_by_an_apostrophe(value: str) -> None:
    assert escape_formula(value) == "'" + value


@pytest.mark.parametrize("value", ["Ha Noi", "a=1", "1-2", "", " Kota", "กรุงเทพ", "'x", "a＝1"])
def test_other_text_stays_as_it_is(value: str) -> None:
    assert escape_formula(value) == value


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
def test_empty_selection_states_source_and_licence_and_nothing_else(
    name: str, catalogue: Catalogue, record: Record
) -> None:
    content = export.encode(catalogue[name].iloc[:0], LAYERS[name], "csv", record)
    [row] = rows(content)
    assert {column: cell for column, cell in row.items() if cell} == {
        "source_attribution": "GeoNames (geonames.org)",
        "source_licence": "CC BY 4.0",
    }
    assert set(LAYERS[name].columns) < set(row)


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
        assert np.abs(read["longitude"] - frame.geometry.x.to_numpy()).max() < 1e-6
        assert np.abs(read["latitude"] - frame.geometry.y.to_numpy()).max() < 1e-6
