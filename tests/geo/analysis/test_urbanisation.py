"""Urbanisation: shares, growth, agglomerations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.analysis.urbanisation import (
    annual_growth,
    latest_values,
    newest_urban_growth,
    regional_urban_people,
    regional_urban_share,
    urban_growth,
    urban_share,
)
from geo.build.urbanisation import (
    agglomeration_figures,
    build_agglomerations,
    build_city_years,
    build_country_years,
    series_breaks,
)
from geo.errors import QueryError, SourceError
from geo.layers.catalogue import Catalogue
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
    assert latest_values(table, SHARE).to_dict("index") == {
        "KHM": {"year": 2023, "value": 1.0},
        "VNM": {"year": 2019, "value": 4.0},
    }


def test_growth_is_compound_and_missing_from_zero_or_nothing() -> None:
    start = pd.Series([1000, 100, 0, None], dtype="Int64")
    end = pd.Series([2000, 81, 5, 5], dtype="Int64")
    growth = annual_growth(start, end, 2)
    assert growth.tolist()[:2] == [41.42136, -10.0]
    assert growth.isna().tolist()[2:] == [True, True]


def test_growth_of_the_urban_population_is_that_of_the_revision_asked_for() -> None:
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


def test_change_that_stands_out_is_a_break_and_one_among_its_like_is_rapid() -> None:
    shares = {2000: 30.0, 2001: 31.0, 2002: 36.5, 2003: 37.5, 2004: 39.6, 2005: 41.8, 2007: 50.0}
    table = indicators(*[("THA", SHARE, NEWER, year, share) for year, share in shares.items()])
    found = series_breaks(table)
    assert found[["year", "value_before", "value", "change", "series_break"]].to_dict("list") == {
        "year": [2002, 2004, 2005],
        "value_before": [31.0, 37.5, 39.6],
        "value": [36.5, 39.6, 41.8],
        "change": [5.5, 2.1, 2.2],
        "series_break": ["break", "rapid_change", "rapid_change"],
    }


def test_breaks_of_one_series_do_not_reach_into_another() -> None:
    table = indicators(
        ("KHM", SHARE, NEWER, 2000, 10.0),
        ("KHM", SHARE, OLDER, 2001, 60.0),
        ("LAO", SHARE, NEWER, 2001, 90.0),
        ("KHM", PEOPLE, NEWER, 2001, 9e6),
    )
    assert series_breaks(table).empty


def test_every_change_of_more_than_two_points_is_marked_in_the_layer(catalogue: Catalogue) -> None:
    years = catalogue["country_years"]
    share = years[years["indicator_code"].isin(["SP.URB.TOTL.IN.ZS", "EN.URB.MCTY.TL.ZS"])]
    large = {}
    for key, rows in share.groupby(["iso3", "indicator_code", "revision"]):
        by_year = dict(zip(rows["year"], rows["value"], strict=True))
        for year, value in by_year.items():
            if year - 1 in by_year and abs(value - by_year[year - 1]) > 2:
                large[*key, year] = None
    marked = share[share["series_break"].notna()]
    columns = ["iso3", "indicator_code", "revision", "year"]
    assert set(marked[columns].itertuples(index=False, name=None)) == set(large)
    breaks = marked[(marked["series_break"] == "break") & (marked["indicator_code"] == SHARE)]
    assert set(zip(breaks["iso3"], breaks["revision"], breaks["year"], strict=True)) == {
        ("THA", NEWER, 2018),
        *(("KHM", NEWER, year) for year in (1972, 1973, 1974, 1975, 1979, 1980)),
        *(("KHM", OLDER, year) for year in (1974, 1975, 1980, 1981)),
    }


def test_what_follows_from_the_share_bears_its_mark(catalogue: Catalogue) -> None:
    years = catalogue["country_years"]
    thailand = years[(years["iso3"] == "THA") & (years["year"] == 2018)]
    marked = thailand[thailand["series_break"] == "break"]
    assert set(zip(marked["indicator_code"], marked["revision"], strict=True)) == {
        (SHARE, NEWER),
        ("SP.URB.TOTL", NEWER),
        ("SP.URB.GROW", NEWER),
    }


def test_newest_growth_passes_over_a_break() -> None:
    people = {2000: 100.0, 2001: 110.0, 2002: 110.0}
    shares = {2000: 40.0, 2001: 40.0, 2002: 50.0}
    table = build_country_years(
        indicators(
            *[("THA", PEOPLE, NEWER, year, value) for year, value in people.items()],
            *[("THA", SHARE, NEWER, year, value) for year, value in shares.items()],
        )
    )
    assert newest_urban_growth(table).to_dict("index") == {"THA": {"year": 2001, "value": 10.0}}


def test_growth_of_countries_and_cities_is_compound_with_its_year(catalogue: Catalogue) -> None:
    years, countries, cities = (
        catalogue[name] for name in ("country_years", "countries", "cities")
    )
    rows = years[years["revision"] == NEWER].pivot(
        index=["iso3", "year"], columns="indicator_code", values="value"
    )
    urban = rows[SHARE] * rows[PEOPLE]
    for country in countries.to_dict("records"):
        iso3, year = country["iso3"], country["urban_growth_year"]
        rate = 100 * (urban[iso3, year] / urban[iso3, year - 1] - 1)
        assert country["urban_growth"] == pytest.approx(rate, abs=0.006)
        own = cities[cities["iso3"] == iso3]
        assert set(own["national_urban_growth"]) == {country["urban_growth"]}
        assert set(own["national_urban_growth_year"]) == {year}


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
    assert figures.loc["1"].tolist() == [1_000_000, 2_000_000, 4_000_000, 3.92592, 4.1616]
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


def test_urban_people_of_the_region_are_those_of_each_year(catalogue: Catalogue) -> None:
    people = regional_urban_people(catalogue["country_years"], NEWER)
    assert people.index.tolist() == list(range(1960, 2025))
    for year in (1960, 1990, 2024):
        urban, _ = regional_urban_share(catalogue["country_years"], year, NEWER)
        assert people[year] == pytest.approx(urban, rel=1e-12)


def test_urban_people_leave_out_a_year_without_every_member_state() -> None:
    rows = [
        (iso3, code, NEWER, year, 50.0)
        for iso3 in MEMBER_STATES
        for code in (SHARE, PEOPLE)
        for year in (2020, 2021)
    ]
    assert regional_urban_people(indicators(*rows[:-1]), NEWER).index.tolist() == [2020]
    assert regional_urban_people(indicators(*rows), NEWER).tolist() == [275.0, 275.0]


def test_regional_share_names_countries_without_a_value(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match=r"no urban share or population for BRN, IDN, .* in 1900"):
        regional_urban_share(catalogue["country_years"], 1900)
