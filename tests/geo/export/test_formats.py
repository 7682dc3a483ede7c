"""Every format, read back independently: same rows, types, missing values and geometries."""

from __future__ import annotations

import csv
import datetime
import io
import json
import tracemalloc
import zipfile
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from geo import export
from geo.errors import QueryError
from geo.export import FORMATS, Record, xlsx
from geo.layers.catalogue import Catalogue
from geo.schema import LAYERS
from geo.schema.declare import Layer, column, integer, number, text
from geo.vocabulary import CRS
from tests.examples import examples

SPATIAL = [name for name, layer in LAYERS.items() if layer.geometry]

# GDAL misses the extension of what it is handed in memory.
pytestmark = pytest.mark.filterwarnings("ignore:.*non conformant file extension")

HOSTILE = Layer(
    name="hostile",
    title="Hostile <values>",
    description="Values that have broken exports elsewhere.",
    columns={
        "key": integer("row", "", 0, 10**6),
        "note": text("a text", nullable=True),
        "whole": integer("a whole number", "people", -(10**15), 10**15, nullable=True),
        "figure": number("a number", "km", -1e300, 1e300, nullable=True),
        "truth": column(bool, "true or false"),
    },
    key=("key",),
    geometry="Point",
    sources=("geonames",),
)

NOTES = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "@SUM(A1)",
    "http://example.org/?a=1&b=2",
    "mailto:someone",
    "\u202eright to left\u202c",
    "nul\0, bell\x07, unit\x1f, delete\x7f",
    "line\r\nbreak, tab\t, \"quotes\", 'single' and ; semicolons",
    "_x0041_ is no A, _x00 neither",
    "]]>&amp;<!--",
    "not characters \ufffe\uffff",
    "\ufeffmark first",
    "back\\slash",
    " spaced ",
    "NULL",
    "NaN",
    "2018-07-08",
    "00123",
    "𝒳 😀 កម្ពុជា ประเทศไทย",
    "{}",
    "x" * 1_000_000,
    "",
    None,
]


def frame_of(notes: list[str | None], points: list[Any] | None = None) -> gpd.GeoDataFrame:
    count = len(notes)
    numbers = np.arange(count)
    whole = pd.array([None if n % 3 == 2 else 10**15 - n for n in numbers], dtype="Int64")
    frame = {
        "key": pd.array(numbers, dtype="Int64"),
        "note": pd.array(notes, dtype="str"),
        "whole": whole,
        "figure": np.where(numbers % 4 == 1, np.nan, numbers / 8 - 1),
        "truth": numbers % 2 == 0,
    }
    geometry = points or list(shapely.points(100 + numbers / 16, numbers / -16))
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS)


def encoded(frame: pd.DataFrame, layer: Layer, extension: str, record: Record) -> bytes:
    return export.encode(frame, layer, extension, record)


def plain(value: Any) -> Any:
    return None if pd.isna(value) else value.item() if isinstance(value, np.generic) else value


def given_rows(frame: pd.DataFrame, layer: Layer) -> list[dict[str, Any]]:
    names = list(layer.columns)
    values = [[plain(value) for value in frame[name].astype(object)] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def by_json(content: bytes) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in json.loads(content)["features"]]


def by_json_records(content: bytes) -> list[dict[str, Any]]:
    """By RFC 8142: records start with RS and end with LF."""
    empty, *records = content.decode().split("\x1e")
    assert empty == ""
    assert all(record.endswith("\n") for record in records)
    return [json.loads(record)["properties"] for record in records]


def by_parquet(content: bytes) -> list[dict[str, Any]]:
    table = pq.read_table(io.BytesIO(content))
    return table.drop_columns(["geometry", "bbox"]).to_pylist()


def by_gdal(content: bytes) -> list[dict[str, Any]]:
    rows = pyogrio.read_arrow(content)[1].to_pylist()
    rows = [{k: v for k, v in row.items() if k not in ("wkb_geometry", "geom")} for row in rows]
    return sorted(rows, key=lambda row: row["key"])


def sheet(content: bytes, name: int = 0) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[name]


def by_openpyxl(content: bytes) -> list[dict[str, Any]]:
    names, *rows = sheet(content).iter_rows(values_only=True)
    return [
        {n: unescape(v) if isinstance(v, str) else v for n, v in zip(names, row, strict=True)}
        for row in rows
    ]


EXACT = {
    "geojson": by_json,
    "geojsons": by_json_records,
    "parquet": by_parquet,
    "gpkg": by_gdal,
    "fgb": by_gdal,
}


@pytest.mark.parametrize("extension", EXACT)
def test_hostile_values_come_back_as_the_same_text_and_numbers(
    extension: str, record: Record
) -> None:
    frame = frame_of(NOTES)
    found = EXACT[extension](encoded(frame, HOSTILE, extension, record))
    expected = given_rows(frame, HOSTILE)
    if extension in ("gpkg", "fgb"):  # they end a text at NUL, so it is told apart
        for row in expected:
            row["note"] = row["note"] and row["note"].replace("\0", "\ufffd")
    assert found == expected
    assert [type(value) for row in found for value in row.values()] == [
        type(value) for row in expected for value in row.values()
    ]


def test_hostile_values_come_back_from_csv_and_none_can_run(record: Record) -> None:
    frame = frame_of(NOTES)
    content = encoded(frame, HOSTILE, "csv", record).decode("utf-8-sig")
    before = csv.field_size_limit(2_000_000)
    try:
        found = list(csv.DictReader(io.StringIO(content, newline="")))
    finally:
        csv.field_size_limit(before)
    for row, expected in zip(found, given_rows(frame, HOSTILE), strict=True):
        note = expected["note"] or ""
        assert row["note"] in (note, f"'{note}")
        assert row["note"].lstrip("\ufeff \t\r\n")[:1] not in {"=", "+", "-", "@"}
        assert ((row["whole"] and int(row["whole"])) or None) == expected["whole"]
        assert (float(row["figure"]) if row["figure"] else None) == expected["figure"]
        assert row["truth"] == str(expected["truth"]).lower()


def test_hostile_values_come_back_from_xlsx_as_text_and_numbers(record: Record) -> None:
    frame = frame_of(NOTES)
    content = encoded(frame, HOSTILE, "xlsx", record)
    for row, expected in zip(by_openpyxl(content), given_rows(frame, HOSTILE), strict=True):
        note = expected["note"]
        assert row["note"] == (note and xlsx.truncate_cell(note))
        assert (row["whole"], row["figure"]) == (expected["whole"], expected["figure"])
        assert row["truth"] is expected["truth"]
        assert row["longitude"] == pytest.approx(100 + expected["key"] / 16, abs=1e-6)
    cells = [cell for row in sheet(content).iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n", "b"}
    assert not any(cell.hyperlink for cell in cells)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_lone_surrogate_cannot_be_in_a_text_column() -> None:
    with pytest.raises(UnicodeEncodeError):
        pd.array(["\ud800"], dtype="str")


@pytest.mark.parametrize("extension", FORMATS)
def test_missing_and_empty_geometry_is_a_row_without_a_place(
    extension: str, record: Record
) -> None:
    points = [shapely.Point(100, 1), None, shapely.Point(), shapely.Point(102, 3)]
    frame = frame_of(["a", "b", "c", "d"], points)
    content = encoded(frame, HOSTILE, extension, record)
    if extension == "xlsx":
        found = [(row["note"], row["longitude"]) for row in by_openpyxl(content)]
    elif extension == "csv":
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        found = [
            (row["note"], (row["longitude"] and float(row["longitude"])) or None) for row in rows
        ]
    else:
        reads = extension == "parquet"
        read = gpd.read_parquet(io.BytesIO(content)) if reads else pyogrio.read_dataframe(content)
        there = ~(read.geometry.isna() | read.geometry.is_empty)
        east = [shape.x if yes else None for shape, yes in zip(read.geometry, there, strict=True)]
        found = list(zip(read["note"], east, strict=True))
    assert found == [("a", 100), ("b", None), ("c", None), ("d", 102)]


@pytest.mark.parametrize("extension", ["gpkg", "fgb", "geojsons"])
@pytest.mark.parametrize("name", SPATIAL)
def test_gdal_reads_the_same_rows_and_shapes(
    name: str, extension: str, catalogue: Catalogue, record: Record
) -> None:
    layer = LAYERS[name]
    frame = catalogue.geo(name).iloc[::5].reset_index(drop=True)
    read = pyogrio.read_dataframe(encoded(frame, layer, extension, record))
    assert read.crs.to_epsg() == 4326
    key = list(layer.key)
    read = read.sort_values(key).reset_index(drop=True)
    frame = frame.sort_values(key).reset_index(drop=True)
    tolerance = 0 if extension != "geojsons" else 1e-6
    assert frame.geometry.isna().tolist() == read.geometry.isna().tolist()
    here, there = (rows.geometry.dropna().normalize() for rows in (frame, read))
    if layer.geometry == "Point":
        assert (shapely.distance(here.array, there.array) <= tolerance).all()
    elif not tolerance:
        assert shapely.equals_exact(here.array, there.array).all()
    for column_name in layer.columns:
        one, other = frame[column_name], read[column_name]
        assert one.isna().tolist() == other.isna().tolist(), column_name
        if layer.is_date(column_name):
            other = other.dt.strftime("%Y-%m-%d")
        assert one.dropna().tolist() == other.dropna().tolist(), column_name


@pytest.mark.parametrize("name", LAYERS)
def test_openpyxl_reads_the_same_rows(name: str, catalogue: Catalogue, record: Record) -> None:
    layer, frame = LAYERS[name], catalogue[name].iloc[::9]
    found = by_openpyxl(encoded(frame, layer, "xlsx", record))
    expected = given_rows(frame, layer)
    for row in expected:
        row |= {
            name: datetime.datetime.fromisoformat(row[name]) for name in row if layer.is_date(name)
        }
    assert [{n: row[n] for n in layer.columns} for row in found] == expected


def test_dates_are_dates_in_spreadsheets_and_databases(
    catalogue: Catalogue, record: Record
) -> None:
    countries, members = catalogue["countries"], catalogue["members"]
    layers = ((countries, LAYERS["countries"]), (members, LAYERS["members"]))
    for frame, layer in layers:
        _, table = pyogrio.read_arrow(encoded(frame, layer, "gpkg", record))
        assert table.schema.field("asean_since").type == pa.date32()
        assert min(table["asean_since"].to_pylist()) == datetime.date(1967, 8, 8)
    _, table = pyogrio.read_arrow(encoded(countries, LAYERS["countries"], "fgb", record))
    days = table["asean_since"].to_pylist()  # FlatGeobuf has times only
    assert min(days) == datetime.datetime(1967, 8, 8)
    cells = sheet(encoded(members, LAYERS["members"], "xlsx", record))
    [position] = [cell.column for cell in cells[1] if cell.value == "asean_since"]
    assert {cells.cell(row, position).number_format for row in range(2, 13)} == {"yyyy-mm-dd"}
    assert cells.cell(2, 1).number_format == "General"


def test_geopackage_is_of_a_version_that_older_gdal_knows(record: Record) -> None:
    content = encoded(frame_of(["a"]), HOSTILE, "gpkg", record)
    assert int.from_bytes(content[60:64], "big") == 10_300  # SQLite's user_version


@pytest.mark.parametrize("extension", ["geojson", "geojsons"])
def test_feature_has_the_key_of_its_row_as_id(
    extension: str, catalogue: Catalogue, record: Record
) -> None:
    for name, key in (("cities", "city_id"), ("places", "geonameid")):
        content = encoded(catalogue[name].iloc[:9], LAYERS[name], extension, record).decode()
        lines = content.split("\x1e")[1:] if extension == "geojsons" else [content]
        features = [json.loads(line) for line in lines]
        features = features[0]["features"] if extension == "geojson" else features
        assert [feature["id"] for feature in features] == catalogue[name][key].iloc[:9].tolist()


def test_table_without_geometry_is_a_table_in_a_geopackage(
    catalogue: Catalogue, record: Record
) -> None:
    projects = catalogue["projects"]
    read = pyogrio.read_dataframe(encoded(projects, LAYERS["projects"], "gpkg", record))
    assert not isinstance(read, gpd.GeoDataFrame)
    assert read["project_id"].tolist() == projects["project_id"].tolist()


@pytest.mark.parametrize("extension", FORMATS)
def test_empty_selection_has_its_columns_and_no_row(
    extension: str, catalogue: Catalogue, record: Record
) -> None:
    content = encoded(catalogue.geo("cities").iloc[:0], LAYERS["cities"], extension, record)
    if extension in ("gpkg", "fgb"):
        read = pyogrio.read_dataframe(content)
        assert (len(read), list(read.columns[:-1])) == (0, list(LAYERS["cities"].columns))
    elif extension == "xlsx":
        assert [row[0] for row in sheet(content).iter_rows(values_only=True)] == ["city_id"]
    elif extension == "geojsons":
        assert content == b""


@pytest.mark.parametrize("extension", FORMATS)
def test_equal_rows_give_equal_bytes(extension: str, record: Record) -> None:
    frame = frame_of(NOTES[:8])
    first = encoded(frame, HOSTILE, extension, record)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2033-05-18T03:33:20Z"})
    assert encoded(frame, HOSTILE, extension, record) == first
    assert datetime.date.today().isoformat().encode() not in first


def test_workbook_states_no_time_but_a_fixed_one(record: Record) -> None:
    book = openpyxl.load_workbook(io.BytesIO(encoded(frame_of(["a"]), HOSTILE, "xlsx", record)))
    assert {book.properties.created.year, book.properties.modified.year} == {1980}
    assert book.properties.title == HOSTILE.title


@pytest.mark.parametrize("extension", FORMATS)
def test_stream_is_the_whole_file_in_parts(extension: str, record: Record) -> None:
    frame = frame_of(["x" * 300] * 20_000)
    chunks = list(export.stream(frame, HOSTILE, extension, record))
    assert b"".join(chunks) == encoded(frame, HOSTILE, extension, record)
    assert extension in ("xlsx", "parquet") or len(chunks) > 3


@pytest.fixture(scope="module")
def many() -> gpd.GeoDataFrame:
    """Rows of 43 MB of text."""
    return frame_of([f"{n:x}" * 100 for n in range(100_000)])


@pytest.mark.parametrize("extension", FORMATS)
def test_memory_of_a_stream_is_a_part_of_its_rows(
    extension: str, many: gpd.GeoDataFrame, record: Record
) -> None:
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    peak = 0
    for _ in export.stream(many, HOSTILE, extension, record):
        peak = max(peak, pa.total_allocated_bytes() - before + tracemalloc.get_traced_memory()[0])
    peak = max(peak, tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert many["note"].str.len().sum() > 40_000_000
    assert peak < 30_000_000


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(NOTES[:20])
ROWS = st.lists(st.none() | TEXTS, min_size=1, max_size=5)


@given(ROWS)
def test_any_text_comes_back_from_a_geojson_sequence(record: Record, notes: list) -> None:
    frame = frame_of(notes)
    found = by_json_records(encoded(frame, HOSTILE, "geojsons", record))
    assert found == given_rows(frame, HOSTILE)


@given(ROWS)
def test_any_text_comes_back_from_csv(record: Record, notes: list) -> None:
    content = encoded(frame_of(notes), HOSTILE, "csv", record).decode("utf-8-sig")
    found = [row["note"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    assert len(found) == len(notes)
    assert all(a in (b or "", f"'{b}") for a, b in zip(found, notes, strict=True))


@settings(max_examples=examples(15))
@given(ROWS)
def test_any_text_comes_back_from_xlsx(record: Record, notes: list) -> None:
    found = by_openpyxl(encoded(frame_of(notes), HOSTILE, "xlsx", record))
    assert [row["note"] for row in found] == notes


def metadata_rows(content: bytes) -> dict[str, tuple[Any, ...]]:
    lines = sheet(content, 1).iter_rows(values_only=True)
    return {row[0]: row[1:] for row in lines if row[0]}


def test_second_sheet_tells_sources_licence_columns_and_cuts(record: Record) -> None:
    content = encoded(
        frame_of(["x" * 40_000, "y" * 32_767, "😀" * 20_000]), HOSTILE, "xlsx", record
    )
    lines = metadata_rows(content)
    assert lines["licence"][0] == "CC BY 4.0"
    assert lines["selection"][0] == "Indonesia"
    assert lines["whole"] == ("a whole number", "integer", "people", "geonames")
    assert lines["longitude"][1:3] == ("number", "°")
    assert lines["geonames"][3] == "https://www.geonames.org/"
    assert lines["cut"][0].startswith("2 cells are longer than 32,767 characters")
    first, second, third = (row["note"] for row in by_openpyxl(content))
    assert (len(first), first[-6:], second) == (32_767, " [cut]", "y" * 32_767)
    assert len(third.encode("utf-16-le")) <= 2 * 32_767
    assert "cut" not in metadata_rows(encoded(frame_of(["short"]), HOSTILE, "xlsx", record))


def test_sheet_has_its_heading_fixed_and_a_filter(record: Record) -> None:
    found = sheet(encoded(frame_of(["a", "b"]), HOSTILE, "xlsx", record))
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:G3")
    assert found.dimensions == "A1:G3"
    assert found["A1"].font.bold


def test_more_rows_than_a_sheet_holds_are_refused_before_the_first_byte(record: Record) -> None:
    rows = gpd.GeoDataFrame({"key": np.zeros(xlsx.MAX_ROWS + 1)})
    with pytest.raises(
        QueryError, match="1,048,576 rows are more than XLSX can hold; the limit is 1,048,575"
    ):
        export.stream(rows, HOSTILE, "xlsx", record)


@pytest.mark.parametrize("extension", ["gpkg", "fgb"])
def test_file_states_title_description_record_and_meaning_of_columns(
    extension: str, record: Record
) -> None:
    content = encoded(frame_of(["a"]), HOSTILE, extension, record)
    info = pyogrio.read_info(content)
    assert info["layer_name"] == "hostile"
    assert (
        info["layer_metadata"].items()
        >= {
            "DESCRIPTION": HOSTILE.description,
            "licence": "CC BY 4.0",
            "attribution": "GeoNames (geonames.org)",
            "selection": "Indonesia",
            "version": record.version,
        }.items()
    )
    assert b"a whole number [people]" in content


def test_flatgeobuf_and_geopackage_have_a_spatial_index(
    catalogue: Catalogue, record: Record
) -> None:
    for extension in ("gpkg", "fgb"):
        content = encoded(catalogue.geo("places"), LAYERS["places"], extension, record)
        assert pyogrio.read_info(content)["capabilities"]["fast_spatial_filter"]
        read = pyogrio.read_dataframe(content, bbox=(103.0, 1.0, 105.0, 2.0))
        assert 0 < len(read) < 1_000
