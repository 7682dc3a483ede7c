"""Places: geodesic distances, nearest member city, country of a place."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.analysis.city_areas import CityAreas
from geo.analysis.geodesy import distances_km, points
from geo.build.places import build_places, nearest_member_city
from geo.vocabulary import CRS

SPOTS = st.lists(
    st.tuples(st.floats(90, 145), st.floats(-15, 30)), min_size=1, max_size=8, unique=True
)

# Laos and Thailand as two adjacent squares of one degree.
COUNTRIES = gpd.GeoDataFrame(
    {"iso3": ["LAO", "THA"]},
    geometry=[shapely.box(100, 15, 101, 16), shapely.box(101, 15, 102, 16)],
    crs=CRS,
)
# China as a square to the north, beyond a strip that nobody holds.
NEIGHBOURS = gpd.GeoDataFrame(
    {"name": ["China"]}, geometry=[shapely.box(100, 16.01, 102, 17)], crs=CRS
)
# A city of Laos in the west of its square.
AREAS = CityAreas(
    gpd.GeoDataFrame(
        {"city_id": ["west"], "name": ["West"], "edition": ["network"], "fit": ["exact"]},
        geometry=[shapely.box(100, 15, 100.4, 16)],
        crs=CRS,
    )
)
CODES = pd.DataFrame({"iso3": ["LAO", "THA"], "iso2": ["LA", "TH"]})


def at(geometries: list[tuple[float, float]], ids: list[str] | None = None) -> gpd.GeoDataFrame:
    names = ids or [f"city-{i}" for i in range(len(geometries))]
    xy = gpd.points_from_xy(*zip(*geometries, strict=True))
    return gpd.GeoDataFrame({"city_id": names}, geometry=xy, crs=CRS)


def geonames(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["geonameid", "iso2", "longitude", "latitude"])
    return frame.assign(name="Ban", admin1_code="01", population=600).astype(
        {"geonameid": "Int64", "population": "Int64"}
    )


def test_points_stand_in_place_of_longitude_and_latitude() -> None:
    found = points(pd.DataFrame({"a": [1], "longitude": [100.5], "latitude": [-8.25]}))
    assert list(found.columns) == ["a", "geometry"]
    assert found.crs == CRS
    assert found.geometry.iloc[0].coords[:] == [(100.5, -8.25)]


def test_distance_is_geodesic_on_wgs_84() -> None:
    # One degree from the equator's 100° E: to the east, to the north; a sphere has 111.195 twice.
    assert distances_km(100, 0, [101, 100, 100], [0, 1, 0]).round(3).tolist() == [
        111.319,
        110.574,
        0.0,
    ]
    assert distances_km(100, 0, [], []).tolist() == []


def test_nearest_city_is_the_nearer_one_with_its_distance() -> None:
    places = at([(100.4, 0), (100.6, 0)]).set_index(pd.Index([7, 3]))
    found = nearest_member_city(places, at([(100, 0), (101, 0)], ["west", "east"]))
    assert found["city_id"].tolist() == ["west", "east"]
    assert found.index.tolist() == [7, 3]
    assert found["distance_km"].tolist() == pytest.approx([44.528, 44.528], abs=0.001)


def test_sphere_and_ellipsoid_disagree_and_the_ellipsoid_decides() -> None:
    # East is nearer on a sphere (0.9961 degrees against 1), north on the ellipsoid (110.57 km
    # against 110.88).
    found = nearest_member_city(at([(100, 0)]), at([(100.9961, 0), (100, 1)], ["east", "north"]))
    assert found["city_id"].tolist() == ["north"]
    assert found["distance_km"].tolist() == [110.574]


@given(SPOTS, SPOTS)
def test_nearest_city_is_that_of_a_search_through_all(
    here: list[tuple[float, float]], there: list[tuple[float, float]]
) -> None:
    found = nearest_member_city(at(here), at(there))
    for (x, y), row in zip(here, found.itertuples(), strict=True):
        metres = {f"city-{i}": Geod(ellps="WGS84").inv(x, y, *c)[2] for i, c in enumerate(there)}
        assert metres[str(row.city_id)] == pytest.approx(min(metres.values()), abs=1e-6)
        assert row.distance_km == pytest.approx(min(metres.values()) / 1000, abs=0.00051)


def test_place_lies_in_its_polygon_off_a_coast_or_on_an_islet() -> None:
    table = geonames(
        (1, "LA", 100.5, 15.5),  # inside
        (2, "LA", 101.5, 15.5),  # inside Thailand, though GeoNames says Laos
        (3, "TH", 102.03, 15.5),  # 3.2 km off the coast
        (4, "TH", 105.0, 15.5),  # far from every polygon
        (5, "CN", 100.5, 15.6),  # of no member state
    )
    cities = at([(100.5, 15.5)], ["vientiane"])
    places, disagreements = build_places(table, COUNTRIES, CODES, cities, NEIGHBOURS, AREAS)
    assert places["geonameid"].tolist() == [1, 2, 3, 4]
    assert places["iso3"].tolist() == ["LAO", "THA", "THA", "THA"]
    assert places["geonames_iso3"].tolist() == ["LAO", "LAO", "THA", "THA"]
    assert places["country_basis"].tolist() == ["inside", "inside", "nearest", "geonames"]
    distance = places["distance_to_boundary_km"].tolist()
    assert distance[:2] == [0.0, 0.0]
    assert 3.1 < distance[2] < 3.3
    assert np.isnan(distance[3])
    assert set(places["city_id"]) == {"vientiane"}
    assert places["distance_km"].iloc[0] == 0
    assert places["within_city_id"].isna().all()
    assert disagreements["geonameid"].tolist() == [2, 4]
    assert disagreements["iso3"].iloc[0] == "THA"
    assert pd.isna(disagreements["iso3"].iloc[1])
    assert disagreements["neighbour"].isna().all()


def test_place_tells_the_city_in_whose_area_it_lies() -> None:
    table = geonames((1, "LA", 100.3, 15.5), (2, "LA", 100.5, 15.5))
    cities = at([(100.5, 15.5)], ["vientiane"])
    places, _ = build_places(table, COUNTRIES, CODES, cities, NEIGHBOURS, AREAS)
    assert places["city_id"].tolist() == ["vientiane"] * 2
    assert places["within_city_id"].fillna("").tolist() == ["west", ""]
    assert places["within_edition"].fillna("").tolist() == ["network", ""]


def test_place_in_a_neighbours_polygon_is_told_with_that_country() -> None:
    table = geonames(
        (1, "LA", 100.5, 16.02),  # 2.2 km from Laos, in China's polygon
        (2, "LA", 100.5, 16.5),  # far inside China
        (3, "LA", 100.5, 16.005),  # between the two
        (4, "LA", 100.5, 15.5),  # inside Laos
    )
    cities = at([(100.5, 15.5)], ["vientiane"])
    places, disagreements = build_places(table, COUNTRIES, CODES, cities, NEIGHBOURS, AREAS)
    assert places["iso3"].tolist() == ["LAO"] * 4
    assert places["country_basis"].tolist() == ["neighbour", "neighbour", "nearest", "inside"]
    assert disagreements["geonameid"].tolist() == [1, 2]
    assert disagreements["neighbour"].tolist() == ["China", "China"]
    assert disagreements["iso3"].iloc[0] == "LAO"
    assert pd.isna(disagreements["iso3"].iloc[1])


def test_place_on_a_border_that_a_member_shares_is_inside_the_member() -> None:
    neighbour = gpd.GeoDataFrame(
        {"name": ["China"]}, geometry=[shapely.box(100, 16, 102, 17)], crs=CRS
    )
    cities = at([(100.5, 15.5)], ["vientiane"])
    places, disagreements = build_places(
        geonames((1, "LA", 100.5, 16)), COUNTRIES, CODES, cities, neighbour, AREAS
    )
    assert places["country_basis"].tolist() == ["inside"]
    assert disagreements.empty
