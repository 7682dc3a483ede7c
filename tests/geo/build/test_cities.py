"""Member cities: no dropped or duplicated rows, errors that name the fault."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from geo.analysis.un_cities import member_figures
from geo.build.cities import (
    build_cities,
    build_city_populations,
    check_first_level,
    differing_areas,
)
from geo.errors import SourceError
from geo.layers.catalogue import Catalogue
from geo.schema.core import CITIES

Tables = dict[str, pd.DataFrame]


def changed(tables: Tables, table: str, city: str, **values: object) -> Tables:
    """The tables with other values in one city's row of one table."""
    frame = tables[table].copy()
    where = frame["city_id"] == city
    for column, value in values.items():
        frame.loc[where, column] = value
    return {**tables, table: frame}


def joined(tables: Tables, catalogue: Catalogue) -> gpd.GeoDataFrame:
    states = catalogue.geo("countries")[["iso3", "geometry"]]
    return build_cities(
        tables["cities"],
        tables["countries"],
        states[states["iso3"].isin(tables["countries"]["iso3"])],
        tables["city_agglomerations"],
        tables["wup2018_agglomerations"],
        catalogue["city_years"],
        member_figures(tables["city_wup2025"], catalogue["wup2025_cities"]),
        catalogue["country_years"],
        catalogue["projects"],
    )


def row(tables: Tables, catalogue: Catalogue, city_id: str) -> pd.Series:
    return joined(tables, catalogue).set_index("city_id").loc[city_id]


def test_every_city_is_there_once_with_every_column(tables: Tables, catalogue: Catalogue) -> None:
    found = joined(tables, catalogue)
    assert found["city_id"].tolist() == sorted(tables["cities"]["city_id"])
    assert list(found.columns) == [*CITIES.columns, "geometry"]


def test_order_of_the_source_rows_does_not_matter(tables: Tables, catalogue: Catalogue) -> None:
    mixed = {**tables, "cities": tables["cities"].iloc[::-1].reset_index(drop=True)}
    pd.testing.assert_frame_equal(joined(mixed, catalogue), joined(tables, catalogue))


def test_density_is_people_per_land_area_and_missing_without_one(
    tables: Tables, catalogue: Catalogue
) -> None:
    sure = changed(tables, "cities", "hanoi", population=1_000_000, land_area_km2=300.0)
    assert row(sure, catalogue, "hanoi")["density_per_km2"] == 3333.333
    for column in ("population", "land_area_km2"):
        unsure = changed(tables, "cities", "hanoi", **{column: pd.NA})
        assert pd.isna(row(unsure, catalogue, "hanoi")["density_per_km2"])


@pytest.mark.parametrize("column", ["population_territory", "land_area_territory"])
@pytest.mark.parametrize("territory", ["province", pd.NA])
def test_figures_of_two_territories_give_no_density(
    column: str, territory: object, tables: Tables, catalogue: Catalogue
) -> None:
    mixed = changed(tables, "cities", "hanoi", **{column: territory})
    assert pd.isna(row(mixed, catalogue, "hanoi")["density_per_km2"])


def test_other_figures_are_in_order_and_have_a_density_where_both_are_known() -> None:
    figures = pd.DataFrame(
        {
            "city_id": ["b", "a", "a"],
            "year": [2020, 2025, 2020],
            "territory": ["city", "city", "city"],
            "population": pd.array([1000, None, 5000], dtype="Int64"),
            "land_area_km2": [3.0, 10.0, None],
        }
    )
    table = build_city_populations(figures)
    assert table["city_id"].tolist() == ["a", "a", "b"]
    assert table["year"].tolist() == [2020, 2025, 2020]
    assert table["density_per_km2"].isna().tolist() == [True, True, False]
    assert table["density_per_km2"].iloc[2] == 333.333


def test_published_areas_that_differ_are_told_with_what_they_are_of() -> None:
    cities = pd.DataFrame({"city_id": ["a", "b"], "land_area_km2": [100.0, None]})
    figures = pd.DataFrame(
        {
            "city_id": ["a", "a", "b"],
            "year": pd.array([2020, 2021, 2020], dtype="Int64"),
            "territory": ["district", "city", "city"],
            "land_area_km2": [150.0, 104.0, 10.0],
        }
    )
    plans = pd.DataFrame({"city_id": ["a", "b"], "stated_land_area_km2": [80.0, None]})
    found = differing_areas(cities, figures, plans)
    assert found["other"].tolist() == ["2020, district", "action plan"]
    assert found["difference_percent"].tolist() == [50.0, -20.0]


def test_only_a_city_that_is_the_agglomeration_has_its_figures(
    tables: Tables, catalogue: Catalogue
) -> None:
    same = row(tables, catalogue, "hanoi")
    assert same["agglomeration_population_2018"] > 4_000_000
    within = row(
        changed(tables, "city_agglomerations", "hanoi", relation="within"), catalogue, "hanoi"
    )
    assert within["agglomeration"] == same["agglomeration"]
    assert within["city_code"] == same["city_code"]
    figures = [c for c in CITIES.columns if c.startswith(("agglomeration_p", "agglomeration_g"))]
    assert len(figures) == 5
    assert within[figures].isna().all()


def test_national_figures_are_those_of_the_newest_release(
    tables: Tables, catalogue: Catalogue
) -> None:
    years = catalogue["country_years"].set_index(["iso3", "indicator_code", "revision", "year"])
    found = row(tables, catalogue, "phnom-penh")
    key = ("KHM", "SP.URB.TOTL.IN.ZS", "wdi-2026-03", found["national_urban_share_year"])
    assert found["national_urban_share"] == years.loc[key, "value"]
    assert found["country"] == "Cambodia"


def test_city_said_to_lie_in_another_country_is_named_with_its_line(
    tables: Tables, catalogue: Catalogue
) -> None:
    line = tables["cities"].index[tables["cities"]["city_id"] == "hanoi"][0]
    with pytest.raises(SourceError) as caught:
        joined(changed(tables, "cities", "hanoi", iso3="LAO"), catalogue)
    assert str(caught.value) == (
        f"cities.csv, line {line}, column iso3: 'hanoi' is said to lie in LAO, but its point lies "
        "in VNM."
    )


def test_city_of_a_country_without_a_row_is_named_with_its_line(
    tables: Tables, catalogue: Catalogue
) -> None:
    countries = tables["countries"].query("iso3 != 'TLS'")
    with pytest.raises(SourceError, match=r"cities\.csv, line 13, column iso3: 'dili'.* in TLS"):
        joined({**tables, "countries": countries}, catalogue)


def test_city_far_out_at_sea_is_named(tables: Tables, catalogue: Catalogue) -> None:
    with pytest.raises(SourceError, match=r"'hanoi' is said to lie in VNM.*no member state"):
        joined(changed(tables, "cities", "hanoi", longitude=112.0, latitude=14.0), catalogue)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"city_id": "atlantis"}, "column city_id: 'atlantis' is not in cities.csv"),
        ({"city_code": "1"}, "column city_code: '1' is not in wup2018_agglomerations.csv"),
        ({"relation": "none"}, "column relation: 'none' does not go with city_code '2"),
        ({"city_code": None}, "column relation: 'same' does not go with city_code"),
    ],
    ids=["unknown city", "unknown code", "none with a code", "same without a code"],
)
def test_wrong_match_with_an_agglomeration_is_named_with_its_line(
    values: dict[str, object], message: str, tables: Tables, catalogue: Catalogue
) -> None:
    frame = tables["city_agglomerations"]
    line = frame.index[frame["city_id"] == "hanoi"][0]
    with pytest.raises(SourceError) as caught:
        joined(changed(tables, "city_agglomerations", "hanoi", **values), catalogue)
    assert f"city_agglomerations.csv, line {line}, {message}" in str(caught.value)


def test_city_without_a_match_is_named(tables: Tables, catalogue: Catalogue) -> None:
    frame = tables["city_agglomerations"]
    fewer = frame[frame["city_id"] != "hanoi"]
    with pytest.raises(SourceError, match="no row for hanoi; every city needs one"):
        joined({**tables, "city_agglomerations": fewer}, catalogue)


def test_city_in_two_rows_is_named(tables: Tables, catalogue: Catalogue) -> None:
    cities = tables["cities"]
    twice = pd.concat([cities, cities[cities["city_id"] == "hanoi"]])
    with pytest.raises(SourceError) as caught:
        joined({**tables, "cities": twice}, catalogue)
    assert str(caught.value) == (
        "cities.csv: the joins doubled 'hanoi'; check the keys they join on."
    )


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [("city_agglomerations", "city_id", "hanoi"), ("countries", "iso3", "VNM")],
)
def test_row_that_would_double_a_city_is_named(
    table: str, key: str, value: str, tables: Tables, catalogue: Catalogue
) -> None:
    frame = tables[table]
    twice = pd.concat([frame, frame[frame[key] == value]])
    with pytest.raises(SourceError) as caught:
        joined({**tables, table: twice}, catalogue)
    assert str(caught.value) == (
        f"{table}.csv, column {key}: '{value}' stands more than once; each may stand once."
    )


def first_level(tables: Tables) -> None:
    check_first_level(tables["cities"], tables["geonames_places"], tables["countries"])


def test_first_level_area_is_that_of_the_citys_own_geonames_place(tables: Tables) -> None:
    first_level(tables)
    wrong = changed(tables, "cities", "hanoi", admin1_code="48")
    with pytest.raises(
        SourceError, match=r"cities.csv, line 14, column admin1_code: 'hanoi'.*in '48'.*'01'"
    ):
        first_level(wrong)


def test_wrong_code_copied_with_its_place_is_found_by_the_places_around(tables: Tables) -> None:
    # Both tables say Da Nang, as if Hanoi's row had been taken from the wrong place.
    wrong = changed(tables, "cities", "hanoi", admin1_code="48")
    places = wrong["geonames_places"].copy()
    own = wrong["cities"].loc[wrong["cities"]["city_id"] == "hanoi", "geonameid"].iloc[0]
    places.loc[places["geonameid"] == own, "admin1_code"] = "48"
    with pytest.raises(SourceError, match=r"'hanoi' is said to lie in '48', but .* '01' there"):
        first_level({**wrong, "geonames_places": places})


def test_point_moved_into_another_area_is_found(tables: Tables) -> None:
    moved = changed(tables, "cities", "hanoi", longitude=108.2, latitude=16.07)
    with pytest.raises(SourceError, match=r"'hanoi' is said to lie in '01', but .* '48' there"):
        first_level(moved)


def test_area_without_other_places_is_not_compared(tables: Tables) -> None:
    # All places around Putrajaya lie in Selangor; no other place of Malaysia has its code.
    cities, places = tables["cities"], tables["geonames_places"]
    code = cities.loc[cities["city_id"] == "putrajaya", "admin1_code"].iloc[0]
    malaysian = places[(places["iso2"] == "MY") & (places["admin1_code"] == code)]
    assert len(malaysian) == 1
    first_level({**tables, "cities": cities[cities["city_id"] == "putrajaya"]})


def test_city_without_a_geonames_id_has_the_first_level_area_of_the_places_around(
    tables: Tables,
) -> None:
    moved = changed(tables, "cities", "cauayan-city", longitude=120.98, latitude=14.6)
    with pytest.raises(SourceError, match=r"'cauayan-city'.*'NCR'"):
        first_level(moved)
