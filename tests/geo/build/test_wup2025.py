"""UN cities of 2025: figures, matches to member cities, and errors."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geo.analysis.un_cities import member_series, split_codes
from geo.build.run import build_in_memory
from geo.build.wup2025 import member_roles
from geo.errors import SourceError
from geo.layers.catalogue import Catalogue
from geo.layers.consistency import inconsistencies
from geo.sources.read import SOURCES_DIR

SetCell = Callable[[str, int, str, str], Path]

CITIES = {
    **{"BRN": 2, "IDN": 389, "KHM": 10, "LAO": 3, "MMR": 125, "MYS": 42},
    **{"PHL": 114, "SGP": 2, "THA": 56, "TLS": 1, "VNM": 137},
}
"""UN cities of 2025 of each member state."""

PEOPLE = {
    **{"BRN": 136_250, "IDN": 153_184_352, "KHM": 3_491_595, "LAO": 386_917, "MMR": 20_933_580},
    **{"MYS": 20_026_149, "PHL": 49_007_766, "SGP": 5_842_549, "THA": 25_747_959},
    **{"TLS": 345_038, "VNM": 40_875_842},
}
"""People in them in 2025."""

YEARS = {1975: 374, 2000: 628, 2025: 881, 2050: 850}
"""Cities with 50,000 people or more in each year."""


def lines(name: str) -> list[dict[str, str]]:
    """The raw rows of a source table."""
    with (SOURCES_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def member(catalogue: Catalogue, city_id: str) -> pd.Series:
    return catalogue["cities"].set_index("city_id").loc[city_id]


def un_city(catalogue: Catalogue, code: str) -> pd.Series:
    return catalogue["wup2025_cities"].set_index("un_city_code").loc[code]


# Figures


def test_cities_and_people_of_each_country(catalogue: Catalogue) -> None:
    cities = catalogue["wup2025_cities"]
    assert len(cities) == 881
    assert cities["iso3"].value_counts().to_dict() == CITIES
    assert cities.groupby("iso3")["population_2025"].sum().to_dict() == PEOPLE


def test_layers_hold_what_the_tables_hold_to_the_person() -> None:
    country = {row["un_city_code"]: row["iso3"] for row in lines("wup2025_cities")}
    people: Counter[str] = Counter()
    for row in lines("wup2025_city_years"):
        if row["year"] == "2025":
            whole, _, thousandths = row["population_thousands"].partition(".")
            people[country[row["un_city_code"]]] += int(whole + thousandths.ljust(3, "0"))
    assert people == PEOPLE


def test_years_of_a_city_are_those_with_fifty_thousand_people(catalogue: Catalogue) -> None:
    years = catalogue["wup2025_city_years"]
    assert years["year"].value_counts().to_dict() == YEARS
    assert years["population"].min() > 50_000
    projected = years.loc[years["is_projection"], "year"]
    assert set(projected) == {2050}
    wide = catalogue["wup2025_cities"]
    for year, cities in YEARS.items():
        assert wide[f"population_{year}"].notna().sum() == cities


@pytest.mark.parametrize(
    ("code", "name", "population", "area", "density"),
    [
        ("5590", "Jakarta", 41_913_860, 4_883, 8583.629),
        ("326", "Viangchan (Vientiane)", 216_305, 84, 2575.06),
        ("2369", "Manila", 24_735_305, 2_438, 10145.736),
    ],
)
def test_size_area_and_density_in_2025(
    code: str, name: str, population: int, area: float, density: float, catalogue: Catalogue
) -> None:
    city = un_city(catalogue, code)
    assert city["name"] == name
    assert city["population_2025"] == population
    assert city["area_km2"] == area
    assert city["density_per_km2"] == density


def test_growth_is_compound_and_missing_without_either_end(catalogue: Catalogue) -> None:
    vientiane = un_city(catalogue, "326")
    rate = ((216_305 / 265_599) ** (1 / 25) - 1) * 100
    assert vientiane["growth_2000_2025"] == round(rate, 5)
    assert vientiane["growth_2000_2025"] < 0
    cities = catalogue["wup2025_cities"]
    for start, end in ((2000, 2025), (2025, 2050)):
        ends = cities[[f"population_{start}", f"population_{end}"]]
        assert cities[f"growth_{start}_{end}"].isna().equals(ends.isna().any(axis=1))


def test_cities_are_ranked_by_size_in_their_country(catalogue: Catalogue) -> None:
    cities = catalogue["wup2025_cities"]
    first = cities[cities["rank_in_country"] == 1].set_index("iso3")["name"]
    assert first["IDN"] == "Jakarta"
    assert first["VNM"] == "Ho Chi Minh City"
    for _, of_country in cities.groupby("iso3"):
        assert of_country["rank_in_country"].tolist() == list(range(1, len(of_country) + 1))
        assert of_country["population_2025"].is_monotonic_decreasing


def test_points_lie_in_their_country_or_close_to_it(catalogue: Catalogue) -> None:
    away = catalogue["wup2025_cities"].set_index("name")["distance_to_boundary_km"]
    assert (away > 0).sum() == 35
    # One lies on an island that is not drawn, the other at a border that is drawn more simply.
    assert away.nlargest(1).to_dict() == {"Sơn Hải": 7.774}
    assert away["Myawaddy"] == 1.12


# Member cities


def test_every_member_city_is_decided_once(catalogue: Catalogue) -> None:
    decided = [row["city_id"] for row in lines("city_wup2025")]
    assert sorted(decided) == sorted(catalogue["cities"]["city_id"])
    relations = catalogue["cities"].set_index("city_id")["un_city_relation"]
    assert relations.value_counts().to_dict() == {
        **{"same": 22, "part_of": 8, "several": 7, "none": 1}
    }
    assert set(relations.index[relations == "part_of"]) == {
        *("bangkok", "cebu-city", "chiang-mai", "denpasar", "jakarta", "khon-kaen"),
        *("kuala-lumpur", "manila"),
    }


def test_densities_and_growth_round_as_their_unrounded_values_do(catalogue: Catalogue) -> None:
    cities = catalogue["wup2025_cities"]
    density = cities["population_2025"].astype(float) / cities["area_km2"]
    assert cities["density_per_km2"].round().equals(density.round())
    for start, end in ((2000, 2025), (2025, 2050)):
        ends = [
            cities[f"population_{year}"].astype("Float64").astype(float) for year in (start, end)
        ]
        rate = ((ends[1] / ends[0]) ** (1 / 25) - 1) * 100
        assert cities[f"growth_{start}_{end}"].round(1).equals(rate.round(1))


def test_several_un_cities_are_added_up(catalogue: Catalogue) -> None:
    singapore = member(catalogue, "singapore")
    assert singapore["un_city"] == "Singapore; Sembawang"
    assert split_codes(singapore["un_city_codes"]) == ["165", "329"]
    assert singapore["un_city_population_2025"] == 5_842_549
    assert singapore["un_city_area_km2"] == 367 + 61
    assert singapore["un_city_density_per_km2"] == round(5_842_549 / 428, 3)
    rate = ((5_842_549 / (3_539_148 + 482_838)) ** (1 / 25) - 1) * 100
    assert singapore["un_city_growth_2000_2025"] == round(rate, 5)


@pytest.mark.parametrize("city_id", ["phuket", "seberang-perai", "nay-pyi-taw", "banyuwangi"])
def test_sum_is_missing_in_a_year_in_which_a_part_is_no_city(
    city_id: str, catalogue: Catalogue
) -> None:
    city = member(catalogue, city_id)
    parts = [un_city(catalogue, code) for code in split_codes(city["un_city_codes"])]
    known = [part["population_2000"] for part in parts]
    assert any(map(pd.notna, known))
    assert any(map(pd.isna, known))
    assert pd.isna(city["un_city_population_2000"])
    assert pd.isna(city["un_city_growth_2000_2025"])
    assert city["un_city_population_2025"] == sum(part["population_2025"] for part in parts)


def test_member_without_a_un_city_has_no_figure_and_a_reason(catalogue: Catalogue) -> None:
    cauayan = member(catalogue, "cauayan-city")
    assert cauayan["un_city_relation"] == "none"
    assert "Santiago" in cauayan["un_city_note"]
    figures = cauayan[[name for name in cauayan.index if name.startswith("un_city")]]
    assert set(figures.dropna().index) == {"un_city_relation", "un_city_note"}


def test_un_city_tells_what_it_is_to_a_member(catalogue: Catalogue) -> None:
    cities = catalogue["wup2025_cities"].set_index("un_city_code")
    roles = cities["member_role"].dropna()
    assert roles.value_counts().to_dict() == {"same": 22, "part": 20, "inside": 10, "holds": 8}
    assert cities["city_id"].notna().equals(cities["member_role"].notna())
    # Across a border or a river, and not the member: Sembawang is not Johor Bahru's, nor is
    # Kulim, in Kedah, Seberang Perai's, Sagaing Mandalay's, Map Ta Phut Rayong's.
    assert cities.loc["329", "city_id"] == "singapore"
    assert cities.loc[["996", "2970", "3261", "5639"], "city_id"].isna().all()
    assert cities.loc["1893", ["city_id", "member_role"]].tolist() == ["putrajaya", "same"]
    hanoi = cities[cities["city_id"] == "hanoi"]
    assert hanoi["member_role"].value_counts().to_dict() == {"same": 1, "inside": 9}
    assert member(catalogue, "hanoi")["un_city_population_2025"] == 5_068_414


def test_member_is_part_of_a_un_city_only_if_that_is_far_larger(catalogue: Catalogue) -> None:
    cities = catalogue["cities"].set_index("city_id")
    people = cities["un_city_population_2025"] / cities["population"]
    area = cities["un_city_area_km2"] / cities["land_area_km2"]
    held = cities["un_city_relation"] == "part_of"
    assert (held == ((people > 2) & (area > 1)).fillna(False)).all()


def test_series_of_a_member_adds_up_whole_years_only(catalogue: Catalogue) -> None:
    years = catalogue["wup2025_city_years"]
    singapore = member_series("165;329", years)
    assert singapore["year"].tolist() == [1975, 2000, 2025, 2050]
    assert singapore["population"].tolist() == [2_210_668, 4_021_986, 5_842_549, 6_040_170]
    assert singapore["is_projection"].tolist() == [False, False, False, True]
    assert member_series("1533;1432;1327", years)["year"].tolist() == [2025, 2050]
    assert member_series(None, years).empty


# Faults


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (13, "un_city_codes", "4711", "line 13, column un_city_codes: '4711' is not in wup2025_"),
        (13, "codes_inside", "1;172", "line 13, column codes_inside: '1' is not in wup2025_cities"),
        (13, "un_city_codes", "172, 5", "line 13, column un_city_codes: '172, 5' is not str_match"),
        (13, "un_city_codes", "", "line 13, column un_city_codes: '' does not go with relation 's"),
        (36, "un_city_codes", "165", "'165' does not go with relation 'several', which has two co"),
        (6, "un_city_codes", "3097", "'3097' does not go with relation 'none', which has no code."),
        (13, "un_city_codes", "329", "UN city 329 is matched more than once (dili, singapore); on"),
        (36, "un_city_codes", "165;5590", "UN city 5590 is matched more than once (jakarta, singa"),
        (13, "un_city_codes", "5737", "line 13: UN city '5737' lies in IDN, 'dili' in TLS."),
        (13, "relation", "maybe", "line 13, column relation: 'maybe' is not isin"),
        (13, "city_id", "hanoi", "line 14, column city_id: 'hanoi' stands"),
        (13, "document", "hearsay", "line 13, column document: 'hearsay' is not in sources.csv."),
    ],
)
def test_wrong_match_is_one_clear_error(
    line: int, column: str, value: str, message: str, set_cell: SetCell
) -> None:
    sources = set_cell("city_wup2025", line, column, value)
    with pytest.raises(SourceError) as caught:
        build_in_memory(sources)
    assert str(caught.value).startswith("city_wup2025.csv")
    assert message in str(caught.value)


def test_one_un_city_may_hold_two_members(tables: dict[str, pd.DataFrame]) -> None:
    matches = tables["city_wup2025"].copy()
    smaller = matches["city_id"] == "banyuwangi"
    matches.loc[smaller, ["relation", "un_city_codes"]] = ["part_of", "5590"]
    roles = member_roles(matches, tables["cities"]).set_index("un_city_code")
    assert roles.loc["5590"].tolist() == ["jakarta", "holds"]
    matches.loc[smaller, "relation"] = "same"
    with pytest.raises(SourceError, match=r"5590 is matched more than once \(banyuwangi, jakarta"):
        member_roles(matches, tables["cities"])


def test_un_city_far_from_its_member_is_named(set_cell: SetCell) -> None:
    sources = set_cell("city_wup2025", 12, "un_city_codes", "7728")
    with pytest.raises(SourceError) as caught:
        build_in_memory(sources)
    assert str(caught.value) == (
        "city_wup2025.csv, line 12: UN city '7728' lies 312 km from 'denpasar'; 75 km at the most."
    )


def test_city_without_a_figure_of_2025_is_named(source_copy: Path) -> None:
    path = source_copy / "wup2025_city_years.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(row for row in rows if row[:8] != "172,2025"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"cities\.csv, line 12: 'Dili' has no population of 202"):
        build_in_memory(source_copy)


def test_point_far_outside_its_country_is_named(set_cell: SetCell) -> None:
    sources = set_cell("wup2025_cities", 12, "latitude", "-9.9")
    with pytest.raises(SourceError, match=r"city 172 \(Dili\) is said to lie in TLS, but its poi"):
        build_in_memory(sources)


@pytest.mark.parametrize(
    ("layer", "key", "column", "value", "message"),
    [
        ("cities", "dili", "un_city_population_2025", 9, "column un_city_population_2025: is not"),
        ("cities", "dili", "un_city_codes", "4711", "column un_city_codes: ['4711'] not in wup202"),
        ("cities", "dili", "un_city_codes", None, "lacks [('dili', '172')] of wup2025_cities"),
        ("cities", "dili", "un_city_codes", "165", "['165'] are more than one member city"),
        ("wup2025_cities", "172", "density_per_km2", 9.0, "differs from population by area (172)"),
        ("wup2025_cities", "172", "iso3", "IDN", "column city_id, iso3: [('dili', 'IDN')] not in"),
    ],
)
def test_layers_that_do_not_fit_together_are_told(
    layer: str, key: str, column: str, value: object, message: str, catalogue: Catalogue
) -> None:
    frames = {name: catalogue[name] for name in ("cities", "countries", "wup2025_cities")}
    changed = frames[layer].copy()
    changed.loc[changed.iloc[:, 0] == key, column] = value
    assert list(inconsistencies(frames)) == []
    assert any(message in problem for problem in inconsistencies({**frames, layer: changed}))
