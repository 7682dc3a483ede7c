"""Readers of a user's files: detection of format and options, rejected files."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo.enrich import Choice, Hints, UserFile
from geo.enrich.limits import PAGE
from geo.enrich.readers import open_source
from geo.errors import CrsError, InputError, LimitError

TABLE = "name,lon,lat\nMonas,106.827,-6.175\nBến Thành,106.698,10.772\n"


@pytest.fixture(scope="module")
def points() -> gpd.GeoDataFrame:
    geometry = gpd.points_from_xy([106.827, 106.698], [-6.175, 10.772], crs="OGC:CRS84")
    return gpd.GeoDataFrame({"name": ["Monas", "Bến Thành"], "n": [1, 2]}, geometry=geometry)


def parquet(frame: gpd.GeoDataFrame | pa.Table, **options) -> bytes:
    buffer = io.BytesIO()
    if isinstance(frame, pa.Table):
        pq.write_table(frame, buffer, **options)
    else:
        frame.to_parquet(buffer, **options)
    return buffer.getvalue()


def geopackage(frame: gpd.GeoDataFrame, layer: str = "mine") -> bytes:
    buffer = io.BytesIO()
    pyogrio.write_dataframe(frame, buffer, driver="GPKG", layer=layer)
    return buffer.getvalue()


def changed(content: bytes, *statements: str) -> bytes:
    """A GeoPackage changed by SQL statements."""
    database = sqlite3.connect(":memory:")
    database.deserialize(content)
    for statement in statements:
        database.execute(statement)
    database.commit()
    return database.serialize()


def sequence(frame: gpd.GeoDataFrame, opening: str = "") -> str:
    features = orjson.loads(frame.to_json())["features"]
    return "".join(f"{opening}{orjson.dumps(one).decode()}\n" for one in features)


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet", "mine"])
@pytest.mark.parametrize("kind", ["csv", "geojson", "feature", "lines", "sequence", "pq", "gpkg"])
def test_content_decides_the_format_whatever_the_name(kind, name, points, join):
    made = {
        "csv": lambda: TABLE,
        "geojson": points.to_json,
        "feature": lambda: sequence(points.head(1)).strip(),
        "lines": lambda: sequence(points),
        "sequence": lambda: sequence(points, "\x1e"),
        "pq": lambda: parquet(points),
        "gpkg": lambda: geopackage(points),
    }
    rows = join(made[kind](), name).rows
    expected = ["IDN"] if kind == "feature" else ["IDN", "VNM"]
    assert rows["ascn_iso3"].tolist() == expected
    assert rows["name"].tolist() == ["Monas", "Bến Thành"][: len(expected)]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.shp", b"x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (gzip.compress(TABLE.encode()), "gzip; decompress it first"),
        (zipped(), "a ZIP archive"),
        (b"\x00\x00\x27\x0a" + bytes(96), "a shapefile"),
        (b"%PDF-1.7", "a PDF"),
        (b"<kml/>", "XML or HTML"),
        (bytes(2_000), "is not in a supported format"),
        (b"[1, 2]", "not a GeoJSON FeatureCollection or Feature"),
        (b'{"type": "x"}', "not a GeoJSON FeatureCollection or Feature"),
        (b"[" * 100_000, "cannot be read as such"),
        (b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(500), "or is damaged"),
        (b"PAR1" + bytes(100) + b"PAR1", "cannot be read as such"),
        (b"hello", "no row that can be read"),
        (b"a,b\n1,2\n", "no column recognised as coordinates"),
        (b"lon,lat\n", "no row that can be read"),
        (b"name,lon,lat\n" + b"," * 4_100_000, "longer than 4 million characters"),
        (b",".join(b"c%d" % i for i in range(301)) + b"\n1", "301 columns; the limit is 300"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_file_that_is_not_read_is_refused_in_one_sentence(content, said, join):
    with pytest.raises(InputError) as raised:
        join(content)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("limits", "said"),
    [(replace(PAGE, bytes=10), "the limit is 0 MB"), (replace(PAGE, rows=1), "more than 1 rows")],
)
def test_file_beyond_the_limits_is_refused(limits, said, points, join):
    files = (TABLE, points.to_json(), sequence(points), parquet(points), geopackage(points))
    for content in files:
        with pytest.raises(LimitError, match=said):
            join(content, limits=limits)


@pytest.mark.parametrize("line", ["", "a", "a,b,c,d", '"'])
def test_lines_that_give_no_row_count_as_rows(line, join):
    text = "name,lon,lat\n" + f"{line}\n" * 50
    with pytest.raises(LimitError, match="more than 20 rows"):
        join(text, limits=replace(PAGE, rows=20))


def test_lines_of_a_text_sequence_that_are_no_features_count_as_rows(points, join):
    with pytest.raises(LimitError, match="more than 20 rows"):
        join(sequence(points) + "\nx\n" * 20, limits=replace(PAGE, rows=20))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp874"])
def test_encoding_of_thai_text_is_found_out(encoding, join):
    content = "ชื่อ,ละติจูด,ลองจิจูด\nกรุงเทพมหานคร,13.75,100.5\n".encode(encoding)
    rows = join(content).rows
    assert rows["ชื่อ"].tolist() == ["กรุงเทพมหานคร"]
    assert rows["ascn_city"].tolist() == ["Bangkok"]


def test_encoding_can_be_chosen(join):
    assert join("n;lon;lat\né;108,2;16,05\n".encode("cp1252")).rows["n"].tolist() == ["é"]
    wrong = b"n,lon,lat\n\xff\xfe\xfa,108,16\n"
    with pytest.raises(InputError, match=r"is not UTF-8 text after line 0; give its encoding"):
        join(wrong, hints=Hints(encoding="utf-8"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_found_out(separator, join):
    rows = join(TABLE.replace(",", separator)).rows
    assert rows["name"].tolist() == ["Monas", "Bến Thành"]


def test_rows_are_numbered_as_the_lines_of_the_text(join):
    text = 'name,lon,lat\n"two\nlines",106.8,-6.2\n\nB,x,1\nC,106.8,-6.2\n'
    found = join(text)
    assert found.rows["ascn_row"].tolist() == [2, 6]
    assert [fault.row for fault in found.faults.listed] == [5]


def test_codes_with_leading_zeros_stay_texts_and_numbers_become_numbers(join):
    rows = join("code,n,f,e,lon,lat\n007,1,1.5,,106.8,-6.2\n010,2,2,,106.8,-6.2\n").rows
    assert rows["code"].tolist() == ["007", "010"]
    assert [str(rows[name].dtype) for name in ("n", "f", "e")] == ["Int64", "float64", "str"]


def test_file_without_a_header_has_numbered_columns(join):
    with pytest.raises(InputError, match="'column_1', 'column_2'"):
        join("106.8,-6.2\n106.9,-6.3\n")
    found = join("106.8,-6.2\n106.9,-6.3\n", choice=Choice("column_1", "column_2"))
    assert found.rows["ascn_row"].tolist() == [1, 2]


def test_columns_are_guessed_in_languages_of_the_region_and_can_be_chosen(join):
    text = "Nama,Lintang,Bujur,a,b\nMonas,-6.175,106.827,10.77,106.7\n"
    found = join(text)
    assert (found.choice.longitude, found.choice.latitude, found.choice.name) == (
        "Bujur",
        "Lintang",
        "Nama",
    )
    other = join(text, choice=Choice(longitude="b", latitude="a"))
    assert other.rows["ascn_iso3"].tolist() == ["VNM"]
    with pytest.raises(InputError, match=r"no column 'y'\. Available: 'Nama', 'Lintang'"):
        join(text, choice=Choice(longitude="b", latitude="y"))


def test_well_known_text_is_read(join):
    rows = join('id,wkt\n1,"POINT Z (106.8 -6.2 3)"\n2,"POINT(100.5 13.7)"\n').rows
    assert rows["ascn_iso3"].tolist() == ["IDN", "THA"]


def test_metres_without_a_reference_system_ask_for_its_code(join):
    text = "x,y\n700000,9300000\n710000,9310000\n"
    with pytest.raises(CrsError, match="give its EPSG code"):
        join(text)
    rows = join(text, choice=Choice(crs="EPSG:32748")).rows
    assert rows["ascn_iso3"].tolist() == ["IDN", "IDN"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("EPSG:1", "is not a known reference system"),
        ("/etc/passwd", "is not a known reference"),
        ("5773", "EGM96 height"),
    ],
)
def test_unknown_reference_system_is_refused(code, said, join):
    with pytest.raises(CrsError, match=said):
        join(TABLE, choice=Choice(crs=code))


@pytest.mark.parametrize("write", [parquet, geopackage, lambda frame: frame.to_json()])
def test_stated_reference_system_is_used(write, points, join):
    projected = points.to_crs("EPSG:3857")
    found = join(write(projected))
    assert found.rows["ascn_iso3"].tolist() == ["IDN", "VNM"]
    assert found.rows.geometry.x.tolist() == pytest.approx([106.827, 106.698])


def test_types_of_parquet_are_kept_and_others_become_text(join):
    table = pa.table(
        {
            "lon": [100.5, 106.8],
            "lat": [13.7, -6.2],
            "whole": pa.array([1, None], pa.int8()),
            "yes": [True, None],
            "day": pa.array([0, 1], pa.date32()),
            "list": [[1], None],
            "raw": [b"x", b"y"],
            "kind": pa.array(["a", "a"]).dictionary_encode(),
        }
    )
    found = join(parquet(table))
    kinds = {name: str(found.rows[name].dtype) for name in ("whole", "yes", "day", "list")}
    assert kinds == {"whole": "Int64", "yes": "boolean", "day": "str", "list": "str"}
    assert found.rows["day"].tolist() == ["1970-01-01", "1970-01-02"]
    assert found.rows["list"].tolist()[0] == "[1]"
    assert "raw" not in found.rows
    assert any("'raw'" in note for note in found.notes)


def test_layer_of_a_geopackage_is_chosen(tmp_path, points, join):
    path = tmp_path / "two.gpkg"
    pyogrio.write_dataframe(points, path, layer="first")
    pyogrio.write_dataframe(points.head(1), path, layer="second", append=True)
    content = path.read_bytes()
    assert len(join(content).rows) == 2
    assert any("'first' is used" in note for note in join(content).notes)
    assert len(join(content, hints=Hints(layer="second")).rows) == 1
    with pytest.raises(InputError, match=r"no layer 'third'\. Available: 'first', 'second'"):
        join(content, hints=Hints(layer="third"))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE gpkg_contents SET data_type = 'tiles'",
            "is a GeoPackage without a feature layer, or is damaged",
        ),
        ("PRAGMA application_id = 1", "SQLite database but not a GeoPackage"),
    ],
)
def test_geopackage_without_a_layer_of_features_is_refused(statement, said, points, join):
    with pytest.raises(InputError, match=said):
        join(changed(geopackage(points), statement))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM mine WHERE fid = 1",
        "UPDATE gpkg_ogr_contents SET feature_count = 1",
        "UPDATE gpkg_ogr_contents SET feature_count = 3",
        "DROP TABLE gpkg_ogr_contents",
    ],
)
def test_geopackage_whose_ids_are_not_all_numbers_up_to_its_count_is_read(statement, points, join):
    content = changed(geopackage(points), statement)
    assert len(join(content).rows) == (1 if statement.startswith("DELETE") else 2)


def test_geopackage_with_a_damaged_table_is_one_sentence(points, join):
    content = geopackage(points)
    database = sqlite3.connect(":memory:")
    database.deserialize(content)
    [page] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'mine'").fetchone()
    [size] = database.execute("PRAGMA page_size").fetchone()
    start = (page - 1) * size
    damaged = content[:start] + b"\xff" * size + content[start + size :]
    said = r"looks like GeoPackage, but cannot be read as such \(Tree \d+ page \d+: "
    with pytest.raises(InputError, match=said):
        join(damaged)


def test_geopackage_that_goes_away_before_its_features_are_read_is_one_sentence(
    tmp_path, points, monkeypatch
):
    path = tmp_path / "mine.gpkg"
    path.write_bytes(geopackage(points))
    read_info = pyogrio.read_info

    def read_and_remove(*arguments, **options):
        info = read_info(*arguments, **options)
        path.unlink()
        return info

    monkeypatch.setattr(pyogrio, "read_info", read_and_remove)
    with pytest.raises(InputError, match="looks like GeoPackage, but cannot be read as such"):
        open_source(UserFile(path.name, path), PAGE)


def test_view_and_computed_column_of_a_geopackage_are_read(points, join):
    content = changed(
        geopackage(points),
        "PRAGMA legacy_alter_table=ON",
        "ALTER TABLE mine RENAME TO real",
        "CREATE VIEW mine AS SELECT fid, geom, name, n * 2 AS n FROM real",
    )
    assert join(content).rows["n"].astype(int).tolist() == [2, 4]
    column = "ALTER TABLE mine ADD COLUMN twice INTEGER AS (n * 2)"
    assert join(changed(geopackage(points), column)).rows["twice"].tolist() == [2, 4]


def test_trigger_of_a_geopackage_does_not_run(points, join):
    trigger = "CREATE TRIGGER t AFTER INSERT ON mine BEGIN DELETE FROM mine; END"
    assert len(join(changed(geopackage(points), trigger)).rows) == 2


def described(geometry: list[bytes | None], **said) -> bytes:
    geo = {"encoding": "WKB", "geometry_types": [], **said}
    columns = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geo}}
    table = pa.table({"geometry": pa.array(geometry, pa.binary())})
    return parquet(table.replace_schema_metadata({b"geo": orjson.dumps(columns)}))


@pytest.mark.parametrize("code", [4, 6, 7])
def test_nested_geometry_is_set_aside_and_does_not_end_the_process(code, join):
    nested = b"".join(struct.pack("<BII", 1, code, 1) for _ in range(100_000))
    good = shapely.to_wkb(shapely.Point(106.8, -6.2))
    found = join(described([good, nested + struct.pack("<BII", 1, 3, 0), b"", b"\x01", None]))
    assert found.rows["ascn_row"].tolist() == [1]
    assert found.faults.aside == 4


def test_nested_well_known_text_is_set_aside(join):
    text = "id,wkt\n1,POINT(106.8 -6.2)\n2," + "GEOMETRYCOLLECTION(" * 6_000 + "\n"
    assert join(text).faults.counts == {"line": 1}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"encoding": "point"}, "stores its geometry as"),
        ({"crs": {"type": "x"}}, "is not a known reference system"),
    ],
)
def test_geoparquet_with_unknown_description_is_refused(said, message, join):
    with pytest.raises(InputError, match=message):
        join(described([shapely.to_wkb(shapely.Point(1, 1))], **said))


def test_missing_file_is_one_sentence(tmp_path: Path):
    with pytest.raises(InputError, match=r"'no.csv' cannot be opened: No such file"):
        open_source(UserFile("no.csv", tmp_path / "no.csv"), PAGE)


def test_names_of_columns_become_usable_in_every_format(join):
    text = "Name,name,,geometry,fid,a\u202eb,ascn_city,lon,lat\nA,B,C,D,E,F,G,106.8,-6.2\n"
    found = join(text)
    own = [name for name in found.rows.columns if not name.startswith("ascn_")]
    assert own == [
        *("Name", "name_2", "column_3", "geometry_text", "fid_text", "ab", "lon", "lat"),
        "geometry",
    ]
    assert found.rows["ascn_city"].tolist() == ["Jakarta"]
    assert pd.Series(found.rows.columns).str.lower().is_unique
