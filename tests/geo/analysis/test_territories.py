"""Territories of member cities: edition, people of that very territory, equal-area shape."""

from __future__ import annotations

import pytest
import shapely

from geo.analysis.boundaries import areas_km2
from geo.analysis.city_areas import MERGED, NETWORK
from geo.analysis.territories import equal_area_km, territories
from geo.layers.catalogue import Catalogue
from geo.vocabulary import EXACT

VIET_NAM = ("da-nang", "hanoi", "ho-chi-minh-city")


def test_rows_are_in_the_order_asked_for_and_of_one_edition_each(catalogue: Catalogue):
    rows = territories(catalogue, ("jakarta", "hanoi", "dili"), MERGED)
    assert rows["city_id"].tolist() == ["jakarta", "hanoi", "dili"]
    assert rows["edition"].tolist() == [NETWORK, MERGED, NETWORK]
    assert rows["has_editions"].tolist() == [False, True, False]
    assert rows.crs is not None


def test_people_are_those_of_the_edition(catalogue: Catalogue):
    earlier, merged = (territories(catalogue, VIET_NAM, edition) for edition in (NETWORK, MERGED))
    assert earlier["population"].tolist() == [1_134_310, 8_685_607, 9_521_886]
    figures = catalogue["city_populations"]
    after = figures[figures["edition"].str.startswith("after", na=False)].set_index("city_id")
    assert merged["population"].tolist() == after.loc[list(VIET_NAM), "population"].tolist()
    assert set(merged["population_year"]) == {2025}
    assert merged["area_km2"].gt(earlier["area_km2"]).all()


def test_only_people_of_the_same_exact_territory_are_given(catalogue: Catalogue):
    rows = territories(catalogue, tuple(catalogue["cities"]["city_id"]), NETWORK)
    known = rows.set_index("city_id")["population"].notna()
    # A district around the city; a district whose plan counts the city in it; a municipality whose
    # figure is that of the plan.
    assert not known[["chiang-mai", "luang-prabang", "siem-reap"]].any()
    assert known[["jakarta", "manila", "singapore"]].all()
    assert not known[(rows["fit"] != EXACT).to_numpy()].any()


@pytest.mark.parametrize("edition", [NETWORK, MERGED])
def test_shape_keeps_its_geodesic_area_around_its_centroid(edition, catalogue: Catalogue):
    rows = territories(catalogue, tuple(catalogue["cities"]["city_id"]), edition)
    shapes = [equal_area_km(shape) for shape in rows.geometry]
    assert [shape.area for shape in shapes] == pytest.approx(areas_km2(rows.geometry), rel=1e-5)
    for shape in shapes:
        assert shapely.get_coordinates(shape.centroid) == pytest.approx(0, abs=1e-6)


def test_north_is_up_and_a_km_is_a_km():
    # At the equator 0.1 degrees are 11.13 km from west to east and 11.06 from south to north.
    west, south, east, north = equal_area_km(shapely.box(100, -0.05, 100.1, 0.05)).bounds
    assert (east - west, north - south) == pytest.approx((11.132, 11.057), abs=0.01)
    low_and_wide = shapely.union(shapely.box(0, 0, 3, 1), shapely.box(0, 1, 1, 3))
    assert equal_area_km(low_and_wide).bounds[3] > -equal_area_km(low_and_wide).bounds[1]
