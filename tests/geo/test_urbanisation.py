"""Urbanisation: shares, growth, agglomerations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.errors import QueryError, SourceError
from geo.layers import Catalogue
from geo.urbanisation import (
    agglomeration_figures,
    annual_growth,
    build_agglomerations,
    build_city_years,
    build_country_years,
    latest,
    regional_urban_share,
    urban_growth,
    urban_share,
)
from geo.vocabulary import MEMBER_STATES

SHARE, PEOPLE = "SP.URB.TOTL.IN.ZS", "SP.POP.TOTL"
NEWER, OLDER = "wdi-2026-03", "wdi-2025-07"


def indicators(*rows: tuple[str, str, str, int, float]) -> pd.DataFrame:
    columns = ["iso3", "indicator_code", "revision", "year", "value"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"}).assign(source="s")


def matches(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["city_id", "city_code", "relation"])


def population(*rows: tuple[str, int, float, str]) -> pd.DataFrame:
    columns = ["city_code", "year", "population_thousands", "is_projection"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


TOWNS = pd.DataFrame(
    {
        "city_code": ["1", "2"],
        "urban_agglomeration": ["Ha Noi", "Hai Phong"],
        "iso3": ["VNM", "VNM"],
        "longitude": [105.8, 106.7],
        "latitude": [21.0, 20.9],
    }
)
SERIES = population(
    *[(code, year, size, "true" if year > 2018 else "false")
      for code, sizes in (("1", (1000, 2000, 4000)), ("2", (0, 50.4994, 60)))
      for year, size in zip((2000, 2018, 2035), sizes, strict=True)]
)  # fmt: skip
HANOI = matches(("hanoi", "1", "same"), ("haiphong-port", "2", "within"), ("dili", None, "none"))


def test_units_come_from_the_indicator_and_rows_are_ordered() -> None:
    table = build_country_years(
        indicators(("VNM", SHARE, NEWER, 2001, 30.0), ("IDN", PEOPLE, NEWER, 2000, 5.0))
    )
    assert table["iso3"].tolist() == ["IDN", "VNM"]
    assert table["unit"].tolist() == ["people", "% of total population"]


def test_share_is_of_one_release_by_year_without_filled_gaps() -> None:
    table = indicators(
        ("KHM", SHARE, NEWER, 2018, 37.6),
        ("KHM", SHARE, OLDER, 2018, 23.4),
        ("KHM", SHARE, OLDER, 2015, 22.2),
        ("VNM", SHARE, OLDER, 2018, 35.9),
        ("KHM", PEOPLE, OLDER, 2018, 1e7),
    )
    assert urban_share(table, "KHM", OLDER).to_dict() == {2015: 22.2, 2018: 23.4}
    assert urban_share(table, "KHM", NEWER).to_dict() == {2018: 37.6}
    assert urban_share(table, "KHM", OLDER).index.tolist() == [2015, 2018]


def test_latest_is_the_newest_year_of_the_release() -> None:
    table = indicators(
        ("KHM", SHARE, NEWER, 2023, 1.0),
        ("KHM", SHARE, NEWER, 2020, 2.0),
        ("KHM", SHARE, OLDER, 2024, 3.0),
        ("VNM", SHARE, NEWER, 2019, 4.0),
    )
    assert latest(table, SHARE).to_dict("index") == {
        "KHM": {"year": 2023, "value": 1.0},
        "VNM": {"year": 2019, "value": 4.0},
    }


def test_growth_is_compound_and_missing_from_zero_or_nothing() -> None:
    start = pd.Series([1000, 100, 0, None], dtype="Int64")
    end = pd.Series([2000, 81, 5, 5], dtype="Int64")
    growth = annual_growth(start, end, 2)
    assert growth.tolist()[:2] == [41.421, -10.0]
    assert growth.isna().tolist()[2:] == [True, True]


def test_growth_of_the_urban_population_is_that_of_the_definition_asked_for() -> None:
    table = indicators(
        *[("KHM", PEOPLE, NEWER, year, people) for year, people in ((2000, 100.0), (2001, 110.0))],
        *[("KHM", SHARE, NEWER, year, share) for year, share in ((2000, 40.0), (2001, 40.0))],
        *[("KHM", SHARE, OLDER, year, share) for year, share in ((2000, 20.0), (2001, 30.0))],
    )
    assert urban_growth(table, "KHM", NEWER).to_dict() == {2001: 10.0}
    assert urban_growth(table, "KHM", OLDER).to_dict() == {2001: 65.0}


def test_growth_of_the_urban_population_is_missing_after_a_gap() -> None:
    table = indicators(
        *[("KHM", PEOPLE, NEWER, year, 100.0) for year in (2000, 2001, 2002, 2003, 2004)],
        *[("KHM", SHARE, NEWER, year, 40.0 + year - 2000) for year in (2000, 2001, 2003, 2004)],
    )
    assert urban_growth(table, "KHM", NEWER).index.tolist() == [2001, 2004]


@pytest.mark.parametrize("revision", [NEWER, OLDER])
def test_no_urban_population_shrinks_by_more_than_all_of_it(
    revision: str, catalogue: Catalogue
) -> None:
    years = catalogue["country_years"]
    growth = {iso3: urban_growth(years, iso3, revision) for iso3 in MEMBER_STATES}
    assert all(series.index.tolist() == list(range(1961, 2025)) for series in growth.values())
    assert all(series.gt(-100).all() for series in growth.values())
    assert growth["KHM"].idxmin() == 1975


def test_published_growth_is_the_logarithm_of_the_growth_computed_here(
    catalogue: Catalogue,
) -> None:
    years = catalogue["country_years"]
    published = years[years["indicator_code"] == "SP.URB.GROW"]
    assert set(published["revision"]) == {NEWER}
    for iso3, rows in published.groupby("iso3"):
        computed = np.log1p(urban_growth(years, str(iso3), NEWER) / 100) * 100
        given = rows.set_index("year")["value"]
        assert (computed - given).abs().max() < 0.01, iso3


def test_people_are_whole_and_the_city_is_the_one_that_is_the_agglomeration() -> None:
    table = build_city_years(SERIES, TOWNS, HANOI)
    assert table["population"].tolist() == [1_000_000, 2_000_000, 4_000_000, 0, 50_499, 60_000]
    assert table["is_projection"].tolist() == [False, False, True] * 2
    own = table["city_id"]
    assert own.tolist()[:3] == ["hanoi"] * 3
    assert own.isna().tolist()[3:] == [True] * 3


def test_series_of_an_unknown_agglomeration_is_named() -> None:
    with pytest.raises(SourceError, match=r"wup2018_population\.csv, line 2, .*'9' is not in"):
        build_city_years(population(("9", 2000, 1.0, "false")), TOWNS, HANOI)


def test_agglomeration_of_two_member_cities_is_named() -> None:
    twice = matches(("hanoi", "1", "same"), ("ha-tay", "1", "same"))
    with pytest.raises(SourceError, match="agglomeration 1 is 'same' for hanoi, ha-tay"):
        build_city_years(SERIES, TOWNS, twice)


def test_figures_are_those_of_2000_2018_and_2035() -> None:
    years = build_city_years(SERIES, TOWNS, HANOI)
    figures = agglomeration_figures(years)
    assert figures.loc["1"].tolist() == [1_000_000, 2_000_000, 4_000_000, 3.926, 4.162]
    assert np.isnan(figures.loc["2", "agglomeration_growth_2000_2018"])
    layer = build_agglomerations(TOWNS, years, HANOI)
    assert layer["name"].tolist() == ["Ha Noi", "Hai Phong"]
    assert layer["city_id"].iloc[0] == "hanoi"
    assert pd.isna(layer["city_id"].iloc[1])
    assert layer.geometry.x.tolist() == [105.8, 106.7]


def test_regional_share_weighs_each_country_by_its_people() -> None:
    rows = [(iso3, SHARE, NEWER, 2020, 50.0) for iso3 in MEMBER_STATES[:-1]]
    rows += [(iso3, PEOPLE, NEWER, 2020, 100.0) for iso3 in MEMBER_STATES]
    rows += [("VNM", SHARE, OLDER, 2020, 99.0), ("VNM", SHARE, NEWER, 2020, 10.0)]
    assert regional_urban_share(indicators(*rows), 2020) == (510.0, 1100.0)


def test_regional_share_names_countries_without_a_value(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match=r"no urban share or population of BRN, IDN, .* in 1900"):
        regional_urban_share(catalogue["country_years"], 1900)
