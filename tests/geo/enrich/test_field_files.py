"""Files as other programs write them: nothing is misread without a word, nothing sound is refused.

Each kind was reported by users of other tools; the inputs are our own.
"""

from __future__ import annotations

import io
import json
import sqlite3
import unicodedata
from decimal import Decimal

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely

from geo.cli import main
from geo.enrich import Choice, Hints, UserFile, enrich
from geo.enrich.coordinates import pair, sexagesimal
from geo.enrich.crs import crs_label, parse_stated_crs
from geo.enrich.names import guess_choice
from geo.enrich.readers.encoding import guess_single_byte
from geo.errors import CrsError, InputError

SPOT = (104.89, 11.57)
"""Phnom Penh."""


def csv(*values: str, name: str = "v") -> str:
    """A CSV with one column of values besides the coordinates."""
    return f"{name},lon,lat\n" + "".join(f"{value},104.89,11.57\n" for value in values)


def feature(properties: str = "{}", xy: tuple[float, float] = SPOT) -> str:
    point = f'{{"type":"Point","coordinates":[{xy[0]},{xy[1]}]}}'
    return f'{{"type":"Feature","properties":{properties},"geometry":{point}}}'


def collection(*features: str, crs: str = "") -> str:
    stated = f'"crs":{crs},' if crs else ""
    return f'{{"type":"FeatureCollection",{stated}"features":[{",".join(features)}]}}'


def parquet(**columns) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def wkb(xy: tuple[float, float] = SPOT) -> bytes:
    return shapely.to_wkb(shapely.Point(xy))


# Values


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["9223372036854775807", "9007199254740993"], "Int64"),
        (["98765432109876543210", "1"], "str"),
        (["9007199254740993", "0.5"], "str"),
        (["51.20", "51.2"], "str"),
        (["1", "1.10"], "str"),
        (["12E5", "3E2"], "str"),
        (["6.10", "7.25"], "float64"),
        (["5.0", "5.25", "1.2e+05", "3"], "float64"),
    ],
)
def test_numbers_keep_every_digit_or_stay_text(values, dtype, join):
    column = join(csv(*values)).rows["v"]
    assert str(column.dtype) == dtype
    to_value = {"Int64": int, "str": str, "float64": float}[dtype]
    assert column.tolist() == [to_value(value) for value in values]


@pytest.mark.parametrize("name", ["kode_kec", "ADM2 PCODE"])
def test_decimals_in_a_column_of_codes_stay_text(name, join):
    assert join(csv("6.10", "7.25", name=name)).rows[name].tolist() == ["6.10", "7.25"]


def test_column_chosen_as_id_stays_text_and_ids_that_differ_in_a_zero_are_two(join):
    found = join(csv("6.1", "6.10", name="key"), choice=Choice(id="key"))
    assert found.rows["key"].tolist() == ["6.1", "6.10"]
    assert not found.faults.counts


def test_codes_are_recognized_over_all_parts_of_a_file(catalogue, network, monkeypatch):
    monkeypatch.setattr("geo.enrich.readers.text.CHUNK_ROWS", 2)
    text = "v,lon,lat\n1.25,104.80,11.50\n1.26,104.8,11.5\n1.20,104,11.5\n1.2,104.8,11.55\n"
    rows = enrich(UserFile("mine", text.encode()), catalogue, network).rows
    assert rows["v"].tolist() == ["1.25", "1.26", "1.20", "1.2"]
    assert [str(rows[name].dtype) for name in ("lon", "lat")] == ["float64", "float64"]


def test_large_numbers_of_geojson_keep_every_digit(join):
    values = ['{"a":123456789012345678901,"b":18446744073709551615,"c":9007199254740993}']
    values.append('{"a":1,"b":2,"c":0.25}')
    rows = join(collection(*map(feature, values))).rows
    assert rows[["a", "b", "c"]].to_numpy().tolist() == [
        ["123456789012345678901", "18446744073709551615", "9007199254740993"],
        ["1", "2", "0.25"],
    ]


def test_large_and_exact_numbers_of_parquet_keep_every_digit(join):
    decimals = [Decimal("11.5701"), Decimal("11.57")]
    content = parquet(
        lon=[104.89, 104.9],
        lat=pa.array(decimals, pa.decimal128(38, 18)),
        few=pa.array([1, 2**62], pa.uint64()),
        many=pa.array([1, 2**64 - 1], pa.uint64()),
        whole=pa.array([Decimal(10**24 + 1), Decimal(5)], pa.decimal128(25, 0)),
        money=pa.array([Decimal("98765432109876543.21"), Decimal(1)], pa.decimal128(30, 2)),
    )
    rows = join(content).rows
    assert rows["lat"].tolist() == [11.5701, 11.57]
    assert rows["few"].tolist() == [1, 2**62]
    assert rows["many"].tolist() == ["1", "18446744073709551615"]
    assert rows["whole"].tolist() == ["1000000000000000000000001", "5"]
    assert rows["money"].tolist() == ["98765432109876543.21", "1.00"]


# Coordinates


@pytest.mark.parametrize(
    "text", ["104.891.234", "11.573.210", "104,891.234", "104.891,234", "1.048.912", "104.53.24"]
)
def test_grouped_number_is_no_angle(text, join):
    assert sexagesimal(text) is None
    found = join(f"lon;lat\n104.89;11.57\n{text};11.57\n")
    assert found.faults.counts == {"not_a_number": 1}


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("6 12 30 S", -6.208333),
        ("6:12:30S", -6.208333),
        ("6 12 30 s", -6.208333),
        ("6d12m30s", 6.208333),
        ("6d12m30sS", -6.208333),
        ("6d12m30S", -6.208333),
        ("104°53'24\"O", 104.89),
        ("9°8'O", None),
    ],
)
def test_letter_of_the_hemisphere_is_not_taken_for_another(text, degrees):
    assert sexagesimal(text) == (degrees if degrees is None else pytest.approx(degrees, abs=1e-6))


def test_letter_o_is_told_and_invisible_characters_are_left_out(join):
    found = join("lon;lat\n104°53'24\"O;\u200e11.57\n104.89;\u00a011.57\u00a0\n")
    assert found.rows.geometry.x.tolist() == pytest.approx([104.89, 104.89])
    assert found.faults.counts == {"letter_o": 1, "invisible": 2}


@pytest.mark.parametrize(
    ("text", "xy"),
    [
        ("11.57, 104.89", SPOT),
        ("(11.57,104.89)", SPOT),
        ("104.89 11.57", SPOT),
        ("[104.89,11.57]", SPOT),
        ("11.57 104.89 12.5 4", SPOT),
        ("11,57; 104,89", SPOT),
        ("11,57, 104,89", SPOT),
        ("11°34'12\"N 104°53'24\"E", SPOT),
        ("104.89 E, 11.57 N", SPOT),
        ("52.5, 13.4", (13.4, 52.5)),
        ("[13.4, 52.5]", (13.4, 52.5)),
        ("11,57,104,89", None),
        ("11,57", None),
        ("104 53 24", None),
        ("Street 51, Phnom Penh", None),
    ],
)
def test_both_coordinates_in_one_text(text, xy):
    assert pair(text) == (xy if xy is None else pytest.approx(xy))


def test_column_with_both_coordinates_is_found_by_its_values(join):
    with pytest.raises(InputError, match="no column recognised as coordinates"):
        join('where is it,n\n"11.57, 104.89",A\n"x",B\n')
    found = join('n,where is it\nA,"11.57, 104.89"\nB,"11.58, 104.9"\n')
    assert found.choice.wkt == "where is it"
    assert found.rows["ascn_city"].tolist() == ["Phnom Penh"] * 2
    assert found.faults.counts == {"pair": 2}


@pytest.mark.parametrize(
    ("names", "longitude", "latitude"),
    [
        (["_id", "_q1_latitude", "_q1_longitude", "_q1_altitude"], "_q1_longitude", "_q1_latitude"),
        (["site:Latitude", "site:Longitude"], "site:Longitude", "site:Latitude"),
        (["Lat.", "Long."], "Long.", "Lat."),
        (["LAT_WGS84", "LON_WGS84"], "LON_WGS84", "LAT_WGS84"),
        (["koordinat_x", "koordinat_y"], "koordinat_x", "koordinat_y"),
        (["start-lat", "end-lng"], "", ""),
    ],
)
def test_columns_of_survey_tools_are_recognized(names, longitude, latitude):
    choice = guess_choice(names, has_geometry=False)
    assert (choice.longitude, choice.latitude) == (longitude, latitude)


# Reference systems

UTM = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:32648").transform(*SPOT)


@pytest.mark.parametrize(
    ("stated", "label"),
    [
        ("http://www.opengis.net/def/crs/EPSG/0/32648", "EPSG:32648"),
        ("https://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84"),
        ("http://www.opengis.net/gml/srs/epsg.xml#32648", "EPSG:32648"),
        ("urn:ogc:def:crs:EPSG::4240", "EPSG:4240"),
        ("urn:x-ogc:def:crs:EPSG:6.9:4240", "EPSG:4240"),
        ("CRS:84", "OGC:CRS84"),
        ("srid:32648", "EPSG:32648"),
        (32648, "EPSG:32648"),
        (pyproj.CRS(4240).to_wkt(), "EPSG:4240"),
        (pyproj.CRS(4240).to_json(), "EPSG:4240"),
        (pyproj.CRS(4240).to_json_dict(), "EPSG:4240"),
    ],
)
def test_spellings_of_reference_systems(stated, label):
    assert crs_label(parse_stated_crs(stated)) == label


@pytest.mark.parametrize("stated", ["file:/etc/passwd", "GEOGCS[", "{", {"type": "x"}, 999999, []])
def test_reference_system_that_is_none_is_refused(stated):
    with pytest.raises(CrsError):
        parse_stated_crs(stated)


@pytest.mark.parametrize(
    "crs",
    [
        '{"type":"name","properties":{"name":"http://www.opengis.net/def/crs/EPSG/0/32648"}}',
        '{"type":"EPSG","properties":{"code":32648}}',
    ],
)
def test_reference_system_of_geojson_is_used(crs, join):
    found = join(collection(feature(xy=UTM), crs=crs))
    assert found.rows.geometry.x.tolist() == pytest.approx([SPOT[0]])


@pytest.mark.parametrize(
    "crs", ['{"type":"name","properties":{"name":"EPSG:99999"}}', '{"type":"link"}', '"no"']
)
def test_unknown_reference_system_asks_for_its_code_even_if_values_are_degrees(crs, join):
    content = collection(feature(), crs=crs)
    with pytest.raises(CrsError, match="is not a known reference system"):
        join(content)
    assert len(join(content, choice=Choice(crs="4326")).rows) == 1
    assert len(join(collection(feature(), crs="null")).rows) == 1


class GeoArrowWkb(pa.ExtensionType):
    """The extension type that Arrow writes as Parquet's type GEOMETRY."""

    def __init__(self, metadata: bytes) -> None:
        self.metadata = metadata
        super().__init__(pa.binary(), "geoarrow.wkb")

    def __arrow_ext_serialize__(self) -> bytes:
        return self.metadata

    @classmethod
    def __arrow_ext_deserialize__(cls, storage, serialized):
        return cls(serialized)


def native(metadata: dict[str, object], xy: tuple[float, float], is_registered: bool) -> bytes:
    """A Parquet file with the type GEOMETRY or, unregistered, GeoArrow's metadata only."""
    storage = pa.array([wkb(xy)], pa.binary())
    kind = GeoArrowWkb(json.dumps(metadata).encode())
    buffer = io.BytesIO()
    if is_registered:
        pa.register_extension_type(kind)
        try:
            table = pa.table({"place": pa.ExtensionArray.from_storage(kind, storage)})
            pq.write_table(table, buffer, store_schema=False)
        finally:
            pa.unregister_extension_type("geoarrow.wkb")
    else:
        field = pa.field("place", pa.binary()).with_metadata(
            {
                "ARROW:extension:name": "geoarrow.wkb",
                "ARROW:extension:metadata": json.dumps(metadata),
            }
        )
        pq.write_table(pa.Table.from_arrays([storage], schema=pa.schema([field])), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("is_registered", [True, False])
def test_geometry_type_of_parquet_states_column_and_reference_system(is_registered, join):
    for crs in ("EPSG:32648", pyproj.CRS(32648).to_json_dict()):
        found = join(native({"crs": crs}, UTM, is_registered))
        assert found.rows.geometry.x.tolist() == pytest.approx([SPOT[0]])
    found = join(native({}, SPOT, is_registered))
    assert found.rows["ascn_city"].tolist() == ["Phnom Penh"]


def test_early_geoparquet_with_well_known_text_is_read(join):
    column = {"encoding": "WKB", "crs": pyproj.CRS(32648).to_wkt()}
    for extra in ({"primary_column": "shape"}, {}):
        geo = {"schema_version": "0.1.0", "columns": {"shape": column}, **extra}
        table = pa.table({"shape": pa.array([wkb(UTM)], pa.binary())})
        buffer = io.BytesIO()
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), buffer)
        assert join(buffer.getvalue()).rows.geometry.x.tolist() == pytest.approx([SPOT[0]])


# Texts


def cp1258(text: str) -> bytes:
    """Vietnamese in the encoding of Windows: tones are characters of their own."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    plain = ""
    for letter in text:
        try:
            letter.encode("cp1258")
            plain += letter
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            base = "".join(part for part in parts if part not in tones)
            plain += unicodedata.normalize("NFC", base)
            plain += "".join(part for part in parts if part in tones)
    return plain.encode("cp1258")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1258", "Thành phố Cần Thơ"),
        ("cp874", "Udon อุดร"),
        ("cp874", "โรงพยาบาลส่งเสริมสุขภาพตำบล"),
        ("gb18030", "马来西亚吉隆坡双子塔"),
        ("cp1252", "São João"),
        ("cp1252", "Peña, à côté"),
    ],
)
def test_encoding_without_a_mark_is_guessed_and_told(encoding, name, join):
    content = csv(f'"{name}"')
    data = cp1258(content) if encoding == "cp1258" else content.encode(encoding)
    found = join(data)
    assert found.rows["v"].tolist() == [name]
    assert any("is a guess" in note for note in found.notes)


def test_accents_are_not_taken_for_vietnamese_tones_or_chinese():
    for text in ("così però", "Þórshöfn", "Sa Đéc".replace("Đ", "Ð"), "Straße 5 – Ångström"):
        assert guess_single_byte(text.encode("cp1252")) == "cp1252"


def test_text_that_is_mostly_utf8_stays_so_and_other_bytes_are_told(join):
    found = join(csv("Đà Nẵng", "Huế").encode() + b"Caf\xe9,104.89,11.57\n")
    assert found.rows["v"].tolist() == ["Đà Nẵng", "Huế", "Caf\ufffd"]
    [fault] = found.faults.listed
    assert (fault.row, fault.kind) == (4, "replaced")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_with_and_without_a_mark(encoding, join):
    assert join(csv("Huế").encode(encoding)).rows["v"].tolist() == ["Huế"]
    assert join(csv("Huế").encode(encoding), hints=Hints(encoding=encoding)).rows["v"][0] == "Huế"
    content = collection(feature('{"v":"Huế"}')).encode(encoding)
    assert join(content).rows["v"].tolist() == ["Huế"]
    with pytest.raises(InputError, match="XML or HTML"):
        join("<kml>…</kml>".encode(encoding))


def test_unknown_encoding_is_refused_with_the_known_ones(join):
    with pytest.raises(
        InputError, match=r"'vietnamese' is not an encoding\. Available: utf-8, utf-16"
    ):
        join(csv("A"), hints=Hints(encoding="vietnamese"))


def test_nul_in_a_text_is_left_out_and_told(join):
    found = join(csv("A\0B", "C"))
    assert found.rows["v"].tolist() == ["AB", "C"]
    assert [(fault.row, fault.kind) for fault in found.faults.listed] == [(2, "nul")]


@pytest.mark.parametrize(
    ("text", "rows", "aside"),
    [
        ('n,lon,lat\n"A,104,11\nB,104,11\nC,104,11\n', [3, 4], [2]),
        ('n,lon,lat\nA,104,11\n"B,104,11\n"C",104,11\nD,104,11\n', [2, 4, 5], [3]),
        ('lon,lat,n\n104,11,"A\n104,11,B\n104,11,"C"\n', [3, 4], [2]),
        ('lon,lat,n\n104,11,A\n104,11,"B\n104,11,C\n', [2, 4], [3]),
        ('n,lon,lat\n"two\nlines",104,11\n"15"" pipe",104,11\n', [2, 4], []),
        ('n,lon,lat\n"two\nlines" ,104,11\nA,104,11\n', [2, 4], []),
    ],
)
def test_quotation_mark_that_is_not_closed_costs_its_own_line_only(text, rows, aside, join):
    for separator in ",\t":
        found = join(text.replace(",", separator))
        assert found.rows["ascn_row"].tolist() == rows
        assert [fault.row for fault in found.faults.listed] == aside
        assert set(found.faults.counts) <= {"open_quote"}


def test_quotation_marks_that_are_never_closed_are_read_again_only_so_often(
    catalogue, network, monkeypatch
):
    monkeypatch.setattr("geo.enrich.readers.text._MAX_REPEATED", 5_000)
    text = "n,lon,lat\n" + 'x","\n' * 2_000 + "A,104,11\n"
    found = enrich(UserFile("mine", text.encode()), catalogue, network)
    assert 2 <= found.faults.counts["open_quote"] <= 4


@pytest.mark.parametrize(
    ("before", "line"),
    [("sep=;\r\n", 3), ('"sep=;"\n', 3), ("\n\n", 4), ("Clinics of 2026\n\n", 4), (";;\n", 3)],
)
def test_table_is_found_below_other_lines(before, line, join):
    found = join(f"{before}n;lon;lat\nA;104,89;11,57\nB;104,9;11,5\n")
    assert found.rows["ascn_row"].tolist() == [line, line + 1]
    assert any("The table starts on line" in note for note in found.notes)


def test_space_before_a_quotation_mark_is_no_value(join):
    found = join('n, lon, lat\n"A", "104.89", "11.57"\n')
    assert found.rows["lon"].tolist() == [104.89]


# Geometries and formats


@pytest.mark.parametrize(
    "text",
    [
        "POINTZ(104.89 11.57 10)",
        "point zm (104.89 11.57 1 2)",
        "SRID=4326;POINT(104.89 11.57)",
        wkb().hex(),
        "\\x"
        + shapely.to_wkb(shapely.set_srid(shapely.Point(SPOT), 4326), include_srid=True).hex(),
        '{"type":"Point","coordinates":[104.89,11.57]}',
        feature(),
    ],
)
def test_geometry_is_read_in_every_form_that_databases_write(text, join):
    quoted = text.replace('"', '""')
    rows = join(f'n,geometry\nA,"{quoted}"\n').rows
    assert rows["ascn_city"].tolist() == ["Phnom Penh"]
    assert join(parquet(geometry=[text])).rows["ascn_city"].tolist() == ["Phnom Penh"]


def test_srid_of_geometries_is_their_reference_system_and_others_are_set_aside(join):
    x, y = UTM
    text = f"n,wkt\nA,SRID=32648;POINT({x} {y})\nB,SRID=4326;POINT(104.89 11.57)\n"
    found = join(text)
    assert found.rows.geometry.x.tolist() == pytest.approx([SPOT[0]])
    assert found.faults.counts == {"other_crs": 1}
    with pytest.raises(CrsError):
        join("n,wkt\nA,SRID=99999;POINT(104.89 11.57)\n")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"type":"Point"}', "00" * 20, "SRID=4326;", "POINT Z"]
)
def test_text_that_is_no_geometry_is_set_aside(text, join):
    quoted = text.replace('"', '""')
    found = join(f'n,wkt\nA,POINT(104.89 11.57)\nB,"{quoted}"\n')
    assert found.faults.counts == {"damaged": 1}


def test_nan_of_geojson_is_no_data_and_told(join):
    good, bad = feature('{"v":1.5}'), feature('{"v":NaN,"w":-Infinity}')
    for content in (collection(good, bad), f"{bad}\n{good}\n"):
        found = join(content)
        assert sorted(found.rows["v"].dropna()) == [1.5]
        assert any(note.startswith("-Infinity, NaN is not valid JSON") for note in found.notes)
    with pytest.raises(InputError, match=r"trailing comma is not allowed: line 1 column 12"):
        join('{"type":"x",}')


def test_geometry_without_a_feature_is_read(join):
    assert len(join('{"type":"Point","coordinates":[104.89,11.57]}').rows) == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        ("{\\rtf1\\ansi}", "RTF"),
        ('{"type":"Topology","objects":{}}', "TopoJSON"),
        ('{"geometryType":"esriGeometryPoint","features":[]}', "Esri"),
        (f'{{"data":{collection()}}}', "inside another object"),
        (b"ARROW1\0\0", "Feather"),
    ],
)
def test_file_of_another_kind_is_named(content, what, join):
    with pytest.raises(InputError, match=what):
        join(content)


def test_empty_row_groups_and_equal_names_of_parquet_are_read(join):
    table = pa.Table.from_arrays(
        [["a", "b"], ["c", "d"], [104.89, 104.9], [11.57, 11.58]], names=["n", "n", "lon", "lat"]
    )
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, table.schema) as writer:
        for part in (table.slice(0, 0), table.slice(0, 1), table.slice(0, 0), table.slice(1)):
            writer.write_table(part)
    rows = join(buffer.getvalue()).rows
    assert rows["n"].tolist() == ["a", "b"]
    assert rows["n_2"].tolist() == ["c", "d"]


def layers(tmp_path, **frames: gpd.GeoDataFrame) -> bytes:
    path = tmp_path / "mine.gpkg"
    for name, frame in frames.items():
        pyogrio.write_dataframe(frame, path, layer=name, append=path.exists())
    return path.read_bytes()


def frame(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    names = [str(number) for number in range(len(shapes))]
    return gpd.GeoDataFrame({"n": names}, geometry=list(shapes), crs=4326)


def test_first_layer_of_a_geopackage_that_holds_places_is_read(tmp_path, join):
    point, line = shapely.Point(SPOT), shapely.LineString([SPOT, (105, 12)])
    empty = frame(point).head(0)
    content = layers(tmp_path, empty=empty, roads=frame(line), clinics=frame(point))
    found = join(content)
    assert len(found.rows) == 1
    assert any("'clinics' is used" in note and "'roads'" in note for note in found.notes)
    with pytest.raises(InputError, match="no row"):
        join(content, hints=Hints(layer="empty"))


def test_geopackage_with_a_wrong_count_keeps_its_rows(tmp_path, join):
    database = sqlite3.connect(":memory:")
    database.deserialize(layers(tmp_path, mine=frame(shapely.Point(SPOT))))
    database.execute("UPDATE gpkg_ogr_contents SET feature_count = 0")
    database.commit()
    assert len(join(database.serialize()).rows) == 1


def test_geopackage_in_wal_mode_or_without_an_id_is_read(tmp_path, join):
    content = bytearray(layers(tmp_path, mine=frame(shapely.Point(SPOT))))
    content[68:72] = bytes(4)
    assert len(join(bytes(content)).rows) == 1
    content[18:20] = b"\2\2"
    found = join(bytes(content))
    assert len(found.rows) == 1
    assert any("-wal" in note for note in found.notes)


# Nothing left


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("n,lon,lat\nA,1\nB,2\n", "ragged"),
        (f"{collection(feature())}\n" * 2, "no_feature"),
        ('{"type":"Feature"}\n{"x\n{"y\n', "not_json"),
    ],
)
def test_file_without_a_readable_row_lists_its_faults(content, kind, join):
    found = join(content)
    assert not len(found.rows)
    assert kind in found.faults.counts


def test_file_without_a_readable_row_and_known_columns_says_why(join):
    with pytest.raises(
        InputError, match="number of values differs from the number of names in the header"
    ):
        join("a,b\n1\n2\n3\n")


def test_command_writes_the_faults_even_if_no_row_is_left(tmp_path, capsys):
    source, faults = tmp_path / "mine.csv", tmp_path / "faults.csv"
    source.write_text("n,lon,lat\nA,104.891.234,11\nB,1\n")
    assert main(["enrich", str(source), "-o", str(tmp_path / "o.csv"), "--faults", str(faults)])
    assert "No row of 'mine.csv' can be joined" in capsys.readouterr().err
    assert faults.read_text("utf-8-sig").count("\n") == 3
    assert not (tmp_path / "o.csv").exists()


def test_fault_with_an_invisible_character_is_told(join):
    found = join(csv("A") + "B,\u202e104.89,11.57\n")
    assert [fault.value for fault in found.faults.listed] == ["\\u202e104.89"]
