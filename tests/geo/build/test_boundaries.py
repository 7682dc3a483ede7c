"""Boundaries: repair, levels of detail, defects, and point-in-country lookup."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.analysis import boundaries as boundaries_
from geo.build import boundaries
from geo.errors import GeoError, SourceError
from geo.refresh.natural_earth import (
    DETAILED,
    WINDOW,
    encode,
    prepare_countries,
    read_topojson,
    unpack,
)
from geo.vocabulary import CRS, MEMBER_STATES

SOURCES = Path(__file__).resolve().parents[3] / "data" / "sources"
LEVELS = list(boundaries.LEVELS)

# Laos and Thailand as two adjacent squares of one degree.
LEFT = shapely.box(100, 15, 101, 16)
RIGHT = shapely.box(101, 15, 102, 16)


def earth(*rows: tuple[str, str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(list(rows), columns=list(boundaries.COLUMNS), crs=CRS)


def two_squares() -> gpd.GeoDataFrame:
    return earth(("418", "Laos", LEFT), ("764", "Thailand", RIGHT))


def two_countries() -> pd.DataFrame:
    return pd.DataFrame({"iso3": ["LAO", "THA"], "iso_numeric": ["418", "764"]})


def states() -> gpd.GeoDataFrame:
    return boundaries.member_states(two_squares(), two_countries())


def at(*locations: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*locations, strict=True)), crs=CRS)


@pytest.fixture(scope="module")
def natural_earth() -> gpd.GeoDataFrame:
    return boundaries.read(SOURCES / "natural_earth_10m.parquet")


@pytest.fixture(scope="module")
def members(natural_earth: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    codes = pd.DataFrame(boundaries.MEMBER_NUMERIC.items(), columns=["iso3", "iso_numeric"])
    return boundaries.member_states(natural_earth, codes)


@pytest.fixture(scope="module")
def neighbours(natural_earth: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = pd.read_csv(SOURCES / "context_countries.csv", dtype=str)
    return boundaries.context(natural_earth, table)


# Small cases


def test_land_borders_are_where_two_countries_meet_and_coasts_are_none():
    island = shapely.box(105, 15, 106, 16)
    met = boundaries_.land_borders(np.array([LEFT, RIGHT, island]))
    assert shapely.equals(met, shapely.MultiLineString([[(101, 15), (101, 16)]]))


@pytest.mark.parametrize("level", LEVELS)
def test_countries_without_a_land_neighbour_have_no_border(level, members, neighbours):
    around = np.concatenate([members[level], neighbours[level]])
    borders = boundaries_.land_borders(around)
    own = dict(zip(members["iso3"], members[level], strict=True))
    assert {code for code in own if shapely.dwithin(own[code], borders, 1e-6)} == {
        *("BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "THA", "TLS", "VNM")
    }


def test_area_is_geodesic() -> None:
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(LEFT)
    assert states()["land_area_km2"].tolist() == pytest.approx([area / 1e6] * 2)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_a_valid_counter_clockwise_multipolygon(level: str) -> None:
    shapes = states()[level]
    assert set(shapes.geom_type) == {"MultiPolygon"}
    assert shapes.is_valid.all()
    assert shapes.crs == CRS
    assert shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(shapes.to_numpy()))).all()


def test_country_without_boundary_is_named_with_its_line() -> None:
    codes = pd.DataFrame({"iso3": ["LAO", "VNM"], "iso_numeric": ["418", "704"]})
    with pytest.raises(SourceError, match=r"countries\.csv, line 3.*VNM \(704\) has no boundary"):
        boundaries.member_states(two_squares(), codes)


def test_country_with_two_boundaries_is_named() -> None:
    twice = earth(("418", "Laos", LEFT), ("418", "Laos", shapely.box(110, 15, 111, 16)))
    with pytest.raises(SourceError, match=r"LAO \(418\) has several boundaries"):
        boundaries.member_states(twice, two_countries().head(1))


def test_overlapping_neighbours_are_named() -> None:
    wrong = earth(("418", "Laos", LEFT), ("764", "Thailand", shapely.box(100.9, 15, 102, 16)))
    with pytest.raises(SourceError, match="Boundaries of Laos, Thailand overlap"):
        boundaries.levels_of_detail(wrong)


def test_low_detail_drops_islets_but_keeps_the_largest_part_of_each_country() -> None:
    islet = shapely.box(105, 15, 105.01, 15.01)  # about 1 km2
    low = boundaries.levels_of_detail(
        earth(
            ("418", "Laos", shapely.MultiPolygon([LEFT, islet])),
            ("702", "Singapore", shapely.box(106, 15, 106.01, 15.01)),
        )
    )["geometry_low"]
    assert shapely.get_num_geometries(low.to_numpy()).tolist() == [1, 1]
    assert low.iloc[0].equals(LEFT)
    assert not low.iloc[1].is_empty


def test_context_has_no_member_state_and_keeps_areas_without_a_code() -> None:
    around = earth(
        ("", "Some Reef", shapely.box(110, 15, 111, 16)),
        ("764", "Thailand", RIGHT),
        ("050", "Bangla", shapely.box(90, 22, 91, 23)),
    )
    table = pd.DataFrame({"iso_numeric": ["050"], "iso3": ["BGD"], "name_en": ["Bangladesh"]})
    found = boundaries.context(around, table)
    assert found["name"].tolist() == ["Bangladesh", "Some Reef"]
    assert found["iso3"].iloc[0] == "BGD"
    assert pd.isna(found["iso3"].iloc[1])
    with pytest.raises(SourceError, match=r"context_countries\.csv has no row for Bangla \(050\)"):
        boundaries.context(around, table.head(0))


def test_no_defect_while_the_border_is_shared() -> None:
    found = boundaries.coverage_defects(states(), "geometry_low")
    assert found[["gap_km2", "overlap_km2", "share_percent"]].to_numpy().tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize(
    ("start", "gap", "overlap"), [(101.1, 0.1, 0.0), (100.9, 0.0, 0.1)], ids=["gap", "overlap"]
)
def test_broken_border_is_a_gap_or_an_overlap(start: float, gap: float, overlap: float) -> None:
    broken = states()
    moved = [LEFT, shapely.box(start, 15, 102, 16)]
    broken["geometry_low"] = gpd.GeoSeries(moved, crs=CRS)
    found = boundaries.coverage_defects(broken, "geometry_low")
    area = broken["land_area_km2"].to_numpy()
    assert found["gap_km2"].to_numpy() == pytest.approx(area * gap, rel=1e-3)
    assert found["overlap_km2"].to_numpy() == pytest.approx(area * overlap, rel=1e-3)
    assert found["share_percent"].tolist() == pytest.approx([10.0, 10.0], rel=1e-3)


def test_enclosed_gap_counts_but_a_lake_does_not() -> None:
    lake = shapely.box(100.2, 15.2, 100.4, 15.4)
    frame = states()
    frame["geometry"] = gpd.GeoSeries([LEFT.difference(lake), RIGHT], crs=CRS)
    larger = LEFT.difference(shapely.box(100.19, 15.19, 100.41, 15.41))
    frame["geometry_low"] = gpd.GeoSeries([larger, RIGHT], crs=CRS)
    assert boundaries.coverage_defects(frame, "geometry_low")["gap_km2"].tolist() == [0.0, 0.0]
    missing = larger.difference(shapely.box(100.6, 15.6, 100.8, 15.8))
    frame["geometry_low"] = gpd.GeoSeries([missing, RIGHT], crs=CRS)
    gaps = boundaries.coverage_defects(frame, "geometry_low")["gap_km2"]
    assert gaps.iloc[0] > 400
    assert gaps.iloc[1] == 0


def test_coast_drawn_more_simply_is_no_gap() -> None:
    frame = states()
    simpler = gpd.GeoSeries([LEFT, shapely.box(101, 15, 101.9, 16)], crs=CRS)
    frame["geometry_low"] = simpler
    assert boundaries.coverage_defects(frame, "geometry_low")["share_percent"].max() == 0


def test_point_inside_joins_its_country_at_distance_zero() -> None:
    found = boundaries_.locate(at((100.5, 15.5), (101.5, 15.5)), states())
    assert found["iso3"].tolist() == ["LAO", "THA"]
    assert found["distance_to_boundary_km"].tolist() == [0.0, 0.0]


def test_point_off_the_coast_joins_nearest_country_and_records_distance() -> None:
    found = boundaries_.locate(at((102.03, 15.4)), states()).iloc[0]
    _, _, metres = Geod(ellps="WGS84").inv(102.03, 15.4, 102.0, 15.4)
    assert found["iso3"] == "THA"
    assert found["distance_to_boundary_km"] == pytest.approx(metres / 1000, abs=1e-4)


def test_point_beyond_the_distance_joins_nothing() -> None:
    points = at((102.03, 15.4), (90, 0))
    found = boundaries_.locate(points, states(), max_distance_km=3)
    assert found["iso3"].isna().all()
    assert found["distance_to_boundary_km"].isna().all()
    assert boundaries_.locate(points, states())["iso3"].notna().tolist() == [True, False]


@pytest.mark.parametrize("spot", [(101.0, 15.5), (101.0, 16.01)], ids=["on the border", "off it"])
def test_tie_goes_to_the_first_code_whatever_the_order(spot: tuple[float, float]) -> None:
    for frame in (states(), states().iloc[::-1]):
        assert boundaries_.locate(at(spot), frame)["iso3"].tolist() == ["LAO"]


def test_located_points_keep_their_index() -> None:
    points = at((100.5, 15.5), (90, 0)).set_index(pd.Index(["b", "a"]))
    assert boundaries_.locate(points, states()).index.tolist() == ["b", "a"]


def test_unreadable_boundaries_say_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "natural_earth_10m.parquet"
    with pytest.raises(SourceError, match="is missing"):
        boundaries.read(path)
    path.write_bytes(b"PAR1 cut off")
    with pytest.raises(SourceError, match="damaged"):
        boundaries.read(path)
    two_squares().drop(columns="name").to_parquet(path)
    with pytest.raises(SourceError, match="lacks column name"):
        boundaries.read(path)
    two_squares().to_crs("EPSG:3857").to_parquet(path)
    with pytest.raises(SourceError, match="must be in OGC:CRS84"):
        boundaries.read(path)


# Fetching, without a network


def test_topojson_without_the_member_states_is_refused(tmp_path: Path) -> None:
    square = [[100, 15], [101, 15], [101, 16], [100, 16], [100, 15]]
    laos = {"type": "Polygon", "arcs": [[0]], "id": "418", "properties": {"name": "Laos"}}
    objects = {"countries": {"type": "GeometryCollection", "geometries": [laos]}}
    path = tmp_path / "countries-10m.json"
    path.write_text(json.dumps({"type": "Topology", "arcs": [square], "objects": objects}))
    with pytest.raises(SourceError, match=r"countries-10m\.json lacks BRN, IDN, KHM, MMR"):
        prepare_countries(read_topojson(path), path.name)
    path.write_text("no map")
    with pytest.raises(SourceError, match="cannot be read"):
        read_topojson(path)


def test_package_of_other_content_is_refused(tmp_path: Path) -> None:
    tarball = tmp_path / "world-atlas-2.0.2.tgz"
    tarball.write_bytes(b"other")
    with pytest.raises(GeoError, match="SHA-512 differs"):
        unpack(tarball)


def around_the_members(**countries: shapely.Geometry) -> dict[str, shapely.Geometry]:
    """Shapes of other countries by name, prepared with a square for each member state."""
    rows = [
        (code, iso3, shapely.box(100 + 2 * number, 0, 101 + 2 * number, 1))
        for number, (iso3, code) in enumerate(boundaries.MEMBER_NUMERIC.items())
    ]
    rows += [("", name, shape) for name, shape in countries.items()]
    raw = gpd.GeoDataFrame(rows, columns=["id", "name", "geometry"], crs=CRS)
    found = prepare_countries(raw, "made up").set_index("name")["geometry"]
    assert shapely.coverage_is_valid(found.to_numpy())
    return {name: found[name] for name in countries}


def test_land_far_from_the_member_states_is_simplified_and_meets_the_detailed_land() -> None:
    x = np.arange(60, 90.01, 0.1)
    y = 20 + 0.05 * np.sin(7 * x)  # a border from 60 to 90° E, across the edge at 80
    border = np.column_stack([x, y])
    north, south = (
        shapely.Polygon([*border.tolist(), (90, edge), (60, edge)]) for edge in (30, 10)
    )
    islet = shapely.box(61, 0, 61.1, 0.1)
    found = around_the_members(Northland=north, Southland=shapely.union(south, islet))
    detailed = shapely.box(*DETAILED)
    for name, whole in (("Northland", north), ("Southland", south)):
        [part] = found[name].geoms  # no islet, no seam
        assert shapely.symmetric_difference(part & detailed, whole & detailed).area < 1e-9
        assert shapely.get_num_coordinates(part - detailed) < 20
        assert part.area == pytest.approx(whole.area, rel=0.01)


def test_country_across_the_antimeridian_ends_there() -> None:
    band = shapely.Polygon([(170, -16), (-175, -16), (-175, -10), (170, -10)])
    found = around_the_members(Fiji=band)["Fiji"]
    assert found.equals(shapely.box(170, -16, 180, -10))


def test_encoding_twice_gives_equal_bytes() -> None:
    assert encode(two_squares()) == encode(two_squares())


# Facts about the committed boundaries


def test_natural_earth_has_every_member_state(members: gpd.GeoDataFrame) -> None:
    assert tuple(members["iso3"]) == MEMBER_STATES
    assert (SOURCES / "natural_earth_10m.parquet").stat().st_size < 1_000_000


def test_vertices_by_level(members: gpd.GeoDataFrame) -> None:
    # Natural Earth has 44,912; the four repaired states lose spikes and gain crossing points.
    vertices = [
        int(shapely.get_num_coordinates(members[level].to_numpy()).sum()) for level in LEVELS
    ]
    assert vertices[0] == 44_910
    assert 20_000 < vertices[1] < 30_000
    assert 8_000 < vertices[2] < 12_000


@pytest.mark.parametrize("level", LEVELS)
def test_no_gap_or_overlap_between_member_states(members: gpd.GeoDataFrame, level: str) -> None:
    assert boundaries.coverage_defects(members, level)["share_percent"].max() <= 0.01


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_share_their_borders_with_members(
    members: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame, level: str
) -> None:
    shapes = np.concatenate([members[level].to_numpy(), neighbours[level].to_numpy()])
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert shapely.coverage_is_valid(shapes)


def test_states_simplified_one_by_one_would_fail(members: gpd.GeoDataFrame) -> None:
    apart = members.copy()
    apart["geometry_low"] = members.geometry.simplify(0.02)
    assert boundaries.coverage_defects(apart, "geometry_low")["share_percent"].max() > 0.01


def test_singapore_is_present_at_low_detail(members: gpd.GeoDataFrame) -> None:
    row = members.set_index("iso3").loc["SGP"]
    assert row["geometry_low"].area == pytest.approx(row["geometry"].area, rel=0.05)


def test_low_detail_is_light(members: gpd.GeoDataFrame) -> None:
    shapes = shapely.set_precision(members["geometry_low"].to_numpy(), 1e-4)
    assert sum(len(text.replace(" ", "")) for text in shapely.to_geojson(shapes)) < 250_000


@pytest.mark.parametrize("level", LEVELS)
def test_detailed_and_simplified_land_join_without_an_edge(
    neighbours: gpd.GeoDataFrame, level: str
) -> None:
    outlines = shapely.boundary(neighbours[level].to_numpy())
    along = shapely.intersection(outlines, shapely.box(*DETAILED).exterior)
    assert shapely.length(along).max() < 0.05  # a simplified coast may touch it


def test_neighbours_end_at_the_window(neighbours: gpd.GeoDataFrame) -> None:
    assert shapely.box(*WINDOW).covers(shapely.box(*neighbours.total_bounds))
    west, _, east, north = neighbours.total_bounds
    assert (west, east, north) == (WINDOW[0], WINDOW[2], WINDOW[3])  # the south is sea
    assert neighbours["name"].is_unique


def test_two_member_cities_lie_off_their_coast(members: gpd.GeoDataFrame) -> None:
    cities = pd.read_csv(SOURCES / "geonames_places.csv").set_index("geonameid")
    expected = cities.loc[[1733432, 1611110]]  # Kota Kinabalu, Chonburi
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(expected["longitude"], expected["latitude"]), crs=CRS
    )
    found = boundaries_.locate(points, members)
    assert found["iso3"].tolist() == ["MYS", "THA"]
    assert found["distance_to_boundary_km"].tolist() == pytest.approx([2.040, 0.025], abs=0.001)


def test_places_off_every_boundary_are_few(members: gpd.GeoDataFrame) -> None:
    places = pd.read_csv(SOURCES / "geonames_places.csv")
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(places["longitude"], places["latitude"]), crs=CRS
    )
    found = boundaries_.locate(points, members)
    assert len(found) == len(places)
    assert 0 < found["iso3"].isna().sum() < 100
    assert found["distance_to_boundary_km"].max() <= 5
