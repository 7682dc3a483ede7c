"""Validation and joins of a user's rows."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo import export
from geo.analysis.boundaries import locate
from geo.analysis.geodesy import nearest_site
from geo.build.places import nearest_member_city
from geo.enrich import Choice, Enriched, PlaceJoiner, UserFile, enrich
from geo.enrich.coordinates import sexagesimal
from geo.enrich.faults import KINDS, ValidationReport, visible
from geo.enrich.limits import FILE
from geo.enrich.names import guess_choice, safe_column_names
from geo.enrich.result import result_record
from geo.i18n import use_language
from geo.layers import files
from geo.layers.catalogue import Catalogue
from tests.pseudolocale import MARK, MARKED


@pytest.fixture(scope="module")
def network() -> PlaceJoiner:
    return PlaceJoiner.from_catalogue(Catalogue())


@pytest.fixture
def join(catalogue, network):
    def joined(content: str | bytes, **options) -> Enriched:
        data = content.encode() if isinstance(content, str) else content
        return enrich(UserFile("mine", data), catalogue, network, **options)

    return joined


def table(*coordinates: str) -> str:
    """A CSV of rows ``lon;lat``; the first is on line 2."""
    return "lon;lat\n" + "".join(f"{row}\n" for row in coordinates)


def collection(*geometries: object) -> bytes:
    features = [{"type": "Feature", "properties": {}, "geometry": one} for one in geometries]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def polygon(*corners: tuple[float, ...]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[*map(list, corners), list(corners[0])]]}


def box(west: float, south: float, east: float, north: float) -> dict[str, object]:
    return polygon((west, south), (east, south), (east, north), (west, north))


GOOD = "106.8;-6.2"


@pytest.mark.parametrize(
    ("row", "kind", "column", "value"),
    [
        (";-6.2", "missing", "lon", ""),
        ("106.8;NaN", "missing", "lat", "NaN"),
        ("106.8;null", "missing", "lat", "null"),
        ("east;-6.2", "not_a_number", "lon", "east"),
        ("106.8;1e999", "not_a_number", "lat", "1e999"),
        ("inf;-6.2", "not_a_number", "lon", "inf"),
        ("106°61'0\"E;-6.2", "not_a_number", "lon", "106°61'0\"E"),
        ("181;10", "out_of_range", "", "181, 10"),
        ("106.8;-91", "out_of_range", "", "106.8, -91"),
        ("-6.2;106.8", "swapped", "", "-6.2, 106.8"),
        ("0;0", "null_island", "", "0, 0"),
        ("\u202e106.8;-6.2", "not_a_number", "lon", "\\u202e106.8"),
    ],
)
def test_faulty_row_is_set_aside_and_the_rest_goes_on(row, kind, column, value, join):
    found = join(table(GOOD, row, GOOD))
    assert found.rows["ascn_row"].tolist() == [2, 4]
    [fault] = found.faults.listed
    assert (fault.row, fault.column, fault.value, fault.kind) == (3, column, value, kind)
    assert found.faults.aside == 1


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("106,8;-6,2", "decimal_comma"),
        ("106°48'0\"E;6°12'0\"S", "sexagesimal"),
        ("106 48 E;S 6 12", "sexagesimal"),
        ("106° 48' BT;6° 12' LS", "sexagesimal"),
    ],
)
def test_other_ways_to_write_degrees_are_read_and_told(row, kind, join):
    found = join(table(row))
    assert found.rows.geometry.x.tolist() == pytest.approx([106.8])
    assert found.rows.geometry.y.tolist() == pytest.approx([-6.2])
    assert found.faults.counts == {kind: 2}
    assert found.faults.aside == 0


@pytest.mark.parametrize("text", ["", "x", "1 2 3 4", "10°70'", "10°10'61\"", "N 10 S", "1" * 50])
def test_text_that_is_no_angle_has_none(text):
    assert sexagesimal(text) is None


def test_swapped_rows_are_turned_round_when_asked(join):
    found = join(table(GOOD, "-6.2;106.8"), choice=Choice(swap=True))
    assert found.rows["ascn_iso3"].tolist() == ["IDN", "IDN"]
    assert found.faults.counts == {"turned": 1}


def test_swapped_polygon_is_told_and_turned_round(join):
    content = collection(box(10, 106, 11, 107))
    assert join(content).faults.counts == {"swapped": 1}
    found = join(content, choice=Choice(swap=True))
    assert found.rows["ascn_iso3"].tolist() == ["VNM"]


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (None, "no_geometry"),
        ({"type": "Point", "coordinates": []}, "no_geometry"),
        ({"type": "Polygon", "coordinates": []}, "no_geometry"),
        ({"type": "Point", "coordinates": ["a", 1]}, "damaged"),
        ({"type": "Point", "coordinates": [1]}, "damaged"),
        ({"type": "Point", "coordinates": [True, False]}, "damaged"),
        ({"type": "Point"}, "damaged"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}, "damaged"),
        ({"type": "Polygon", "coordinates": 5}, "damaged"),
        ({"coordinates": [1, 1]}, "damaged"),
        ({"type": "LineString", "coordinates": [[100, 1], [101, 1]]}, "line"),
        ({"type": "GeometryCollection", "geometries": []}, "line"),
        ({"type": "MultiPoint", "coordinates": [[100, 1], [101, 1]]}, "several_points"),
        (box(100, 1, 101, 2), "other_kind"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_geometry_that_is_no_point_is_set_aside_among_points(geometry, kind, join):
    point = {"type": "Point", "coordinates": [106.8, -6.2, 7.0]}
    single = {"type": "MultiPoint", "coordinates": [[106.8, -6.2]]}
    found = join(collection(point, geometry, single))
    assert found.rows["ascn_row"].tolist() == [1, 3]
    assert found.rows.geom_type.tolist() == ["Point", "Point"]
    assert dict(found.faults.counts) == {kind: 1, "height": 1}
    assert not found.rows.geometry.has_z.any()


def test_self_crossing_polygon_is_mended_and_told(join):
    found = join(collection(polygon((106, 11), (107, 12), (107, 11), (106, 12))))
    assert found.rows.geometry.is_valid.all()
    assert found.faults.counts == {"invalid": 1}
    assert found.faults.aside == 0


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (polygon((106, 11), (107, 12), (106.5, 11.5)), "flat"),
        (box(-179, 1, 179, 2), "antimeridian"),
        (box(170, 1, 190, 2), "out_of_range"),
    ],
)
def test_polygon_that_cannot_be_right_is_set_aside(geometry, kind, join):
    found = join(collection(box(106, 11, 107, 12), geometry))
    assert found.rows["ascn_row"].tolist() == [1]
    assert found.faults.counts == {kind: 1}


def test_tangle_is_set_aside_without_waiting_and_others_are_mended(join):
    corners = np.random.default_rng(0).uniform((101, 2), (102, 3), (20_000, 2))
    bow = polygon((106, 11), (107, 12), (107, 11), (106, 12))
    found = join(collection(bow, polygon(*corners.tolist())))
    assert found.faults.counts == {"invalid": 1, "tangled": 1}


def test_polygon_that_crosses_borders_too_often_keeps_its_country_from_a_point(join, monkeypatch):
    monkeypatch.setattr("geo.enrich.join.MAX_CUT_CROSSINGS", 1_000)
    x = np.linspace(95, 135, 500)
    teeth = np.column_stack([x, np.where(np.arange(500) % 2, -10, 27)])
    comb = polygon(*teeth.tolist(), (135, 28), (95, 28))
    found = join(collection(comb, box(108, 14, 108.5, 14.5)))
    assert found.faults.counts == {"uncut": 1}
    row = found.rows.iloc[0]
    assert pd.isna(row["ascn_percent_in_country"])
    assert row["ascn_area_km2"] > 1e6
    assert found.rows["ascn_countries"].tolist()[1] == "VNM"


def test_duplicate_ids_are_told_and_kept(join):
    found = join("id,lon,lat\nA,100,14\nB,101,14\nA,102,14\n,103,14\n,104,14\n")
    assert len(found.rows) == 5
    [fault] = found.faults.listed
    assert (fault.row, fault.column, fault.value, fault.kind) == (4, "id", "A", "duplicate_id")


def test_long_value_is_set_aside_in_every_format(join, catalogue):
    text = "x" * 1_000_000
    csv = join(f"name,lon,lat\n{text},100,14\nB,100,14\n")
    properties = [{"name": text}, {"name": "B"}]
    points = {"type": "Point", "coordinates": [100, 14]}
    features = [{"type": "Feature", "properties": p, "geometry": points} for p in properties]
    geojson = join(orjson.dumps({"type": "FeatureCollection", "features": features}))
    for found in (csv, geojson):
        assert found.rows["name"].tolist() == ["B"]
        assert found.faults.counts == {"long_text": 1}


def test_quotation_mark_that_is_never_closed_costs_its_line_however_long_the_file(join):
    found = join('name,lon,lat\n"A,100,14\n' + "B,100,14\n" * 40_000)
    assert found.faults.counts == {"open_quote": 1}
    assert len(found.rows) == 40_000


def test_faults_are_all_counted_and_the_first_listed(join):
    found = join(table(GOOD, *["200;1"] * 3_000))
    assert found.faults.counts == {"out_of_range": 3_000}
    assert len(found.faults.listed) == found.faults.max_listed == 1_000
    assert found.faults.aside == 3_000


def test_faults_speak_the_readers_language():
    faults = ValidationReport()
    for row, kind in enumerate(KINDS):
        faults.add(kind, row + 1, "c", "v")
    with use_language(MARKED):
        frame = faults.frame()
    words = [*frame.columns, *frame.iloc[:, 3], *frame.iloc[:, 4], *frame.iloc[:, 5]]
    assert all(word.startswith(MARK) for word in words)


def test_table_of_faults_runs_no_formula_and_shows_hidden_signs():
    faults = ValidationReport()
    faults.add("not_a_number", 2, "=cmd", "=1+1\u202e")
    line = faults.csv().decode("utf-8-sig").splitlines()[1]
    assert line.startswith("2,'=cmd,'=1+1\\u202e,")
    assert visible("ลาว\x07") == "ลาว\\x07"


def test_names_are_safe_and_guessed():
    assert safe_column_names(["A", "a", "", "bbox", "x" * 200]) == [
        "A",
        "a_2",
        "column_3",
        "bbox_text",
        "x" * 80,
    ]
    assert guess_choice(["Kinh độ", "Vĩ độ (°)"], False).latitude == "Vĩ độ (°)"
    assert guess_choice(["lon", "name"], False).longitude == ""


def test_places_of_the_layer_get_the_same_country_and_city_as_in_the_layer(catalogue, network):
    places = catalogue.geo("places")
    joined = network.join(places[["geometry"]])
    own = places["country_basis"].isin(["inside", "nearest"])
    assert (joined["ascn_iso3"] == places["iso3"])[own].all()
    assert joined["ascn_iso3"][places["country_basis"] == "neighbour"].isna().all()
    assert (joined["ascn_city_id"] == places["city_id"]).all()
    assert np.allclose(joined["ascn_city_distance_km"], places["distance_km"], atol=2e-3)
    for column in ("within_city_id", "within_edition"):
        assert (joined[f"ascn_{column}"].fillna("") == places[column].fillna("")).all()


def test_place_tells_the_city_in_whose_area_it_lies_in_the_last_columns(join):
    # Hoan Kiem in Hanoi; Thu Dau Mot, of Ho Chi Minh City since 2025; Ipoh, which has no exact
    # boundary; Kunming.
    spots = table("105.852;21.028", "106.652;10.98", "101.08;4.6", "102.71;25.04")
    rows = join(spots).rows.drop(columns="geometry")
    assert rows.columns[-3:].tolist() == [
        *("ascn_within_city_id", "ascn_within_city", "ascn_within_edition"),
    ]
    assert rows.iloc[:, -3:].astype(object).fillna("").to_numpy().tolist() == [
        ["hanoi", "Hanoi", "network"],
        ["ho-chi-minh-city", "Ho Chi Minh City", "merged_2025"],
        ["", "", ""],
        ["", "", ""],
    ]


def test_nearest_site_is_nearest_on_the_ellipsoid():
    rng = np.random.default_rng(7)
    here = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rng.uniform(-180, 180, 300), rng.uniform(-90, 90, 300))
    )
    there = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rng.uniform(-180, 180, 90), rng.uniform(-90, 90, 90))
    )
    row, km = nearest_site(here, there)
    geod = Geod(ellps="WGS84")
    ends = np.meshgrid(np.arange(300), np.arange(90), indexing="ij")
    x, y = here.geometry.x.to_numpy(), here.geometry.y.to_numpy()
    a, b = there.geometry.x.to_numpy(), there.geometry.y.to_numpy()
    metres = geod.inv(x[ends[0]], y[ends[0]], a[ends[1]], b[ends[1]])[2]
    assert (row == metres.argmin(axis=1)).all()
    assert np.allclose(km, metres.min(axis=1) / 1_000)


def test_place_off_the_coast_joins_the_nearest_country_and_records_the_distance(join):
    rows = join(table("116.05;5.98", "112.0;12.0")).rows
    assert rows["ascn_country_basis"].fillna("").tolist() == ["nearest", ""]
    assert 0 < rows["ascn_distance_to_boundary_km"][0] < 5
    assert rows["ascn_iso3"].isna().tolist() == [False, True]


def test_place_in_a_neighbour_close_to_a_border_has_no_country_but_a_city(join, catalogue):
    countries, around = catalogue.geo("countries"), catalogue.geo("context")
    spot = gpd.GeoDataFrame(geometry=gpd.points_from_xy([102.4], [22.78]), crs="OGC:CRS84")
    assert around.intersects(spot.geometry[0]).any()
    assert locate(spot, countries)["iso3"].tolist() == ["VNM"]
    row = join(table("102.4;22.78")).rows.iloc[0]
    assert pd.isna(row["ascn_iso3"])
    assert pd.isna(row["ascn_urban_share"])
    assert row["ascn_city_id"] == nearest_member_city(spot, catalogue.geo("cities"))["city_id"][0]


def test_country_brings_its_figures_with_their_years(join, catalogue):
    row = join(table("104.9;11.55")).rows.iloc[0]
    cambodia = catalogue["countries"].set_index("iso3").loc["KHM"]
    assert row["ascn_country"] == cambodia["name"]
    assert row["ascn_urban_share"] == pytest.approx(cambodia["urban_share"], abs=0.01)
    assert row["ascn_urban_share_year"] == cambodia["urban_share_year"]
    city = catalogue["cities"].set_index("city_id").loc["phnom-penh"]
    assert row["ascn_city_projects_completed"] == city["projects_completed"]
    assert row["ascn_agglomeration_population_2018"] == 1_952_329


def test_polygon_across_a_border_belongs_to_the_country_with_most_of_it(join, catalogue):
    found = join(collection(box(100, 5, 101, 7.5), box(108, 14, 108.5, 14.5)))
    first, second = found.rows.to_dict("records")
    assert first["ascn_countries"] == "MYS,THA"
    geod = Geod(ellps="WGS84")
    parts = catalogue.geo("countries").set_index("iso3").intersection(found.rows.geometry[0])
    areas = parts.map(lambda part: abs(geod.geometry_area_perimeter(part)[0]) / 1e6)
    assert first["ascn_iso3"] == areas.idxmax()
    share = areas.max() / first["ascn_area_km2"] * 100
    assert first["ascn_percent_in_country"] == pytest.approx(share, abs=1e-3)
    assert (second["ascn_countries"], second["ascn_percent_in_country"]) == ("VNM", 100)
    shape = found.rows.geometry[1]
    area = abs(geod.geometry_area_perimeter(shape)[0]) / 1e6
    whole = catalogue["countries"].set_index("iso3")["boundary_area_km2"]["VNM"]
    assert second["ascn_area_km2"] == pytest.approx(area, abs=1e-6)
    assert second["ascn_percent_of_country"] == pytest.approx(area / whole * 100, abs=1e-6)


def test_member_states_themselves_lie_whole_in_themselves(network, catalogue):
    joined = network.join(catalogue.geo("countries")[["geometry"]])
    assert joined["ascn_iso3"].tolist() == catalogue["countries"]["iso3"].tolist()
    assert np.allclose(joined["ascn_percent_in_country"], 100, atol=1e-3)
    assert np.allclose(joined["ascn_percent_of_country"], 100, atol=1e-2)


@pytest.mark.parametrize("extension", export.FORMATS)
@pytest.mark.parametrize("content", [table(GOOD, "112;12"), collection(box(100, 5, 101, 7))])
def test_joined_rows_are_exported_in_every_format_with_their_terms(
    content, extension, join, catalogue
):
    found = join(content)
    files.check(found.rows, found.layer)
    record = result_record(found.layer, catalogue)
    assert export.encode(found.rows, found.layer, extension, record)
    assert "Natural Earth" in record.attribution
    assert "as their owner states" in record.licence


def test_every_added_column_has_a_meaning_and_a_source(join):
    for content in (table(GOOD), collection(box(100, 5, 101, 7))):
        found = join(content)
        added = [name for name in found.layer.columns if name.startswith("ascn_")][1:]
        for name in added:
            column = found.layer.columns[name]
            assert column.metadata["source"], name
            assert column.metadata["source"] in column.description


def test_parts_of_a_file_give_what_the_whole_gives(join, monkeypatch):
    rows = [f"{100 + i / 50};{(i * 7) % 25 - 5}" for i in range(300)]
    whole = join(table(*rows, "a;b"))
    monkeypatch.setattr("geo.enrich.readers.text.CHUNK_ROWS", 37)
    parts = join(table(*rows, "a;b"), limits=FILE)
    pd.testing.assert_frame_equal(parts.rows, whole.rows)
    assert parts.faults.listed == whole.faults.listed


def test_polygons_that_touch_shapely_edge_cases_never_lose_a_row_silently(join):
    ring = shapely.Point(106, 12).buffer(0.2)
    hole = ring.difference(shapely.Point(106, 12).buffer(0.1))
    shapes = [shapely.geometry.mapping(one) for one in (ring, hole)]
    found = join(collection(*shapes))
    assert len(found.rows) + found.faults.aside == 2
    assert found.rows["ascn_area_km2"][1] < found.rows["ascn_area_km2"][0]
