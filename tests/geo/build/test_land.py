"""Land at city scale by country: islands, borders, islets; and the facts of the committed layer."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.analysis.boundaries import areas_km2
from geo.build.land import (
    NO_COUNTRY,
    SHARED_DEGREES,
    build_land,
    check_land,
    cities_in_the_sea,
    connected,
    with_city_state,
)
from geo.errors import GeoError
from geo.layers.catalogue import Catalogue
from geo.sources import read as sources
from geo.vocabulary import CRS

box = shapely.box


def frame(rows: list[tuple[str, shapely.Geometry]]) -> gpd.GeoDataFrame:
    codes = [code for code, _ in rows]
    shapes = [shape for _, shape in rows]
    return gpd.GeoDataFrame({"iso3": codes, "name": codes}, geometry=shapes, crs=CRS)


def squares(*shapes: shapely.Geometry, west: int = 100) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"west": range(west, west + len(shapes)), "south": 1}, geometry=list(shapes), crs=CRS
    )


NONE = frame([])
STATES = frame([("IDN", box(100.2, 1, 100.5, 2)), ("MYS", box(100.5, 1, 100.8, 2))])


def areas(land: gpd.GeoDataFrame) -> dict[str, float]:
    return dict(
        land.assign(area=shapely.area(land.geometry.to_numpy()))
        .groupby("name")["area"]
        .sum()
        .round(3)
    )


def test_island_of_two_countries_is_divided_on_their_border_and_beyond_their_coasts() -> None:
    land = build_land(squares(box(100.1, 1, 100.9, 2)), STATES, NONE)
    # 0.1 degrees on each side lie outside of the coarse coasts.
    assert areas(land) == {"IDN": 0.4, "MYS": 0.4}
    assert shapely.coverage_is_valid(land.geometry.to_numpy())


def test_land_off_both_coasts_is_divided_by_the_bisector() -> None:
    coarse = frame([("IDN", box(100.2, 1, 100.5, 1.5)), ("MYS", box(100.5, 1, 100.8, 1.5))])
    land = build_land(squares(box(100.2, 1, 100.8, 1.9)), coarse, NONE)
    assert areas(land) == pytest.approx({"IDN": 0.27, "MYS": 0.27}, abs=0.005)
    assert shapely.coverage_is_valid(land.geometry.to_numpy())


def test_island_into_which_a_neighbour_reaches_a_little_is_not_divided() -> None:
    reach = box(100.49, 1.4, 100.6, 1.6)  # 0.01 degrees of it are in IDN
    assert SHARED_DEGREES > 0.01 * 0.2
    land = build_land(squares(reach), STATES, NONE)
    assert areas(land) == {"MYS": round(reach.area, 3)}


def test_islet_goes_to_the_nearest_country_unless_it_is_far_from_all() -> None:
    near, far = box(100.9, 1.5, 100.91, 1.51), box(101.5, 1.5, 101.51, 1.51)
    land = build_land(squares(near, far), STATES, NONE)
    assert list(land["name"]) == ["MYS", NO_COUNTRY]
    assert land["iso3"].isna().tolist() == [False, True]


def test_parts_of_an_island_in_two_squares_are_connected() -> None:
    parts = np.array([box(0, 0, 1, 1), box(5, 5, 6, 6), box(1, 0.2, 2, 0.4), box(2, 0.3, 3, 0.5)])
    assert connected(parts).tolist() == [0, 1, 0, 0]


def test_city_state_has_the_area_of_its_city_and_no_other_island_there() -> None:
    city = shapely.set_precision(box(100.3, 1.3, 100.5, 1.4), 2.0**-14)
    states = frame([("MYS", box(100, 1.5, 101, 2)), ("SGP", box(100.35, 1.3, 100.45, 1.35))])
    exact = gpd.GeoDataFrame({"iso3": ["SGP"], "fit": ["exact"]}, geometry=[city], crs=CRS)
    old_island, mainland = box(100.29, 1.31, 100.4, 1.39), box(100, 1.405, 101, 2)
    drawn = squares(shapely.MultiPolygon([old_island, mainland]))
    land = build_land(drawn, with_city_state(states, exact), NONE)
    shapes = land.set_index("iso3").geometry
    assert shapes["SGP"].equals(shapely.MultiPolygon([city]))
    assert shapes["MYS"].bounds[1] == pytest.approx(1.405, abs=1e-4)


def test_land_unlike_the_published_areas_is_refused() -> None:
    land = build_land(squares(box(100.2, 1, 100.5, 2)), STATES, NONE)
    [km2] = areas_km2(land.geometry)
    official = pd.DataFrame({"iso3": ["IDN"], "land_area_km2": [km2 - 10], "total_area_km2": [km2]})
    assert check_land(land, official)["difference_percent"].tolist() == [0.0]
    with pytest.raises(GeoError, match="Land of IDN is unlike that published"):
        check_land(land, official.assign(land_area_km2=km2 * 0.5, total_area_km2=km2 * 0.8))


def test_city_partly_in_the_sea_is_reported() -> None:
    land = build_land(squares(box(100.2, 1, 100.5, 2)), STATES, NONE)
    city = gpd.GeoDataFrame(
        {"city_id": ["a"], "edition": ["network"], "fit": ["exact"]},
        geometry=[box(100.1, 1, 100.5, 2)],
        crs=CRS,
    )
    [row] = cities_in_the_sea(city, land, STATES).to_dict("records")
    assert (row["land_percent"], row["boundary_percent"]) == (75.0, 75.0)


@pytest.fixture(scope="module")
def committed() -> gpd.GeoDataFrame:
    return Catalogue().geo("land")


def test_every_member_state_has_about_its_published_area(committed: gpd.GeoDataFrame) -> None:
    table = check_land(committed, sources.read("countries")).set_index("iso3")
    assert table["difference_percent"].drop("SGP").abs().max() < 1.5
    # The city's area has the reclamation under way in it; Natural Earth's is 30% too small.
    assert table.loc["SGP", "difference_percent"] == pytest.approx(7.8, abs=0.1)


@pytest.mark.parametrize(
    ("place", "iso3"),
    [
        ((103.96, 1.41), "SGP"),  # Pulau Ubin
        ((104.05, 1.40), "SGP"),  # Pulau Tekong
        ((103.64, 1.28), "SGP"),  # Tuas, reclaimed
        ((103.70, 1.50), "MYS"),  # Johor
        ((104.03, 1.10), "IDN"),  # Batam
        ((115.07, 4.60), "BRN"),  # Temburong
        ((124.35, -9.35), "TLS"),  # Oecusse
        ((120.29, 22.95), "TWN"),
    ],
)
def test_known_places_are_on_the_land_of_their_country(
    place: tuple[float, float], iso3: str, committed: gpd.GeoDataFrame
) -> None:
    assert committed[committed.intersects(shapely.Point(place))]["iso3"].tolist() == [iso3]


def test_sea_between_singapore_and_its_neighbours_is_no_land(committed: gpd.GeoDataFrame) -> None:
    for strait in ((103.85, 1.18), (103.70, 1.44)):
        assert not committed.intersects(shapely.Point(strait)).any()


def test_borders_of_every_square_match(committed: gpd.GeoDataFrame) -> None:
    for _, square in committed.groupby(["west", "south"]):
        assert shapely.coverage_is_valid(square.geometry.to_numpy())
