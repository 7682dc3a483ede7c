"""Claims of the network's texts against the layers."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from geo.analysis import claims
from geo.analysis.claims import Evidence
from geo.build import claims as claims_
from geo.errors import SourceError
from geo.i18n import Language, use_language
from geo.layers.catalogue import Catalogue
from geo.sources.read import SOURCES_DIR
from geo.vocabulary import MEMBER_STATES, NEWEST_REVISION, WUP_2018
from tests.pseudolocale import MARKED


@pytest.fixture(scope="module")
def evidence(catalogue: Catalogue) -> Evidence:
    return Evidence.from_catalogue(catalogue)


def checked(catalogue: Catalogue) -> dict[str, claims.CheckedClaim]:
    rows = claims.check_claims(catalogue["urbanisation_claims"], Evidence.from_catalogue(catalogue))
    assert [row.claim_id for row in rows] == catalogue["urbanisation_claims"]["claim_id"].tolist()
    return {row.claim_id: row for row in rows}


def claim(catalogue: Catalogue, claim_id: str) -> dict:
    table = catalogue["urbanisation_claims"]
    return table[table["claim_id"] == claim_id].to_dict("records")[0]


def urban_millions(codes: tuple[str, ...]) -> dict[int, float]:
    """Urban people of areas together by year, read from the source table by other means."""
    total: dict[int, float] = {}
    with Path(SOURCES_DIR / "wup2018_urban_rural.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["area_code"] in codes:
                year = int(row["year"])
                total[year] = total.get(year, 0) + float(row["urban_thousands"]) / 1e3
    return total


@pytest.mark.parametrize(
    ("claim_id", "claimed", "year", "latest_base", "short"),
    [
        ("urban-70-million-by-2025", 70, 2025, 2015, 20.7),
        ("urban-90-million-by-2030", 90, 2030, 2017, 5.9),
    ],
)
def test_gain_is_computed_from_every_base_year_that_the_text_allows(
    claim_id: str, claimed: int, year: int, latest_base: int, short: float, catalogue: Catalogue
) -> None:
    people = urban_millions(MEMBER_STATES)
    by_hand = {base: people[year] - people[base] for base in range(2010, 2019)}
    rows = claims.gains_by_base_year(claim(catalogue, claim_id), Evidence.from_catalogue(catalogue))
    older = rows[rows["series"] == WUP_2018].set_index("base_year")["gain"] / 1e6
    assert older.to_dict() == pytest.approx(by_hand)
    assert max(base for base, gain in by_hand.items() if gain >= claimed) == latest_base
    assert claimed - by_hand[2018] == pytest.approx(short, abs=0.05)
    found = checked(catalogue)[claim_id]
    assert found.verdict == claims.ON_BASE_YEAR
    assert (
        f"UN 2018 revision: on course if counted from {latest_base} or earlier, {short} million "
        "people short if counted from 2018."
    ) in found.conclusion


def test_newest_series_is_carried_on_at_its_mean_yearly_gain(catalogue: Catalogue) -> None:
    years = catalogue["country_years"]
    rows = years[years["revision"] == NEWEST_REVISION].pivot(
        index=["year", "iso3"], columns="indicator_code", values="value"
    )
    urban = (rows["SP.URB.TOTL.IN.ZS"] / 100 * rows["SP.POP.TOTL"]).groupby("year").sum()
    gains = claims.gains_by_base_year(
        claim(catalogue, "urban-90-million-by-2030"), Evidence.from_catalogue(catalogue)
    )
    newest = gains[gains["series"] == NEWEST_REVISION].set_index("base_year")
    for base in (2010, 2015, 2018):
        expected = (urban[2024] - urban[base]) / (2024 - base) * (2030 - base)
        assert newest["gain"][base] == pytest.approx(expected)
    assert newest["carried_on"].all()
    assert not gains.loc[gains["series"] == WUP_2018, "carried_on"].any()


def test_break_of_the_newest_series_stands_beside_a_gain_across_it(catalogue: Catalogue) -> None:
    calculation = checked(catalogue)["urban-70-million-by-2025"].calculation
    assert "The published series for Thailand has a break in 2018" in calculation


def test_half_is_checked_by_the_series_of_the_time_and_by_the_newest(catalogue: Catalogue) -> None:
    found = checked(catalogue)["urban-half"]
    assert found.conclusion == "In 2018: 48.9% (UN 2018 revision) and 50.3% (UN 2025 revision)."
    assert found.verdict == claims.HOLDS
    assert "up to 2 points lower still counts" in found.calculation


def test_claims_on_the_world_are_checked_by_its_own_rows(catalogue: Catalogue) -> None:
    world, found = urban_millions(("WLD",)), checked(catalogue)
    six = found["world-6-billion-in-2045"]
    assert six.verdict == claims.HOLDS
    assert f"projects {world[2045] / 1e3:.2f} billion for 2045" in six.conclusion
    first = min(year for year, people in world.items() if people >= 6_000)
    assert f"it passes 6 billion in {first}" in six.conclusion
    times = found["world-1-5-times-in-2045"]
    assert times.verdict == claims.ON_BASE_YEAR
    for base in (2015, 2025):
        assert f"{world[2045] / world[base]:.2f} times the {base} figure" in times.conclusion
    half = found["world-half"]
    assert (half.verdict, half.conclusion) == (claims.HOLDS, "In 2018: 55.3% (UN 2018 revision).")


def test_claim_on_the_economy_cannot_be_checked(catalogue: Catalogue) -> None:
    unknown = {name for name, row in checked(catalogue).items() if row.verdict == claims.UNKNOWN}
    assert unknown == {"middleweight-40-percent-of-growth"}


def gain_claim(value: float) -> pd.DataFrame:
    row = {"claim_id": "c", "claimed_value": value, "claimed_year": 2020, "area_code": "ASEAN"}
    return pd.DataFrame([row | {"measure": "gain", "base_first": 2010, "base_last": 2018}])


@pytest.mark.parametrize(
    ("value", "verdict", "conclusion"),
    [
        (1e6, claims.HOLDS, "reached if counted from any year up to 2018"),
        (9e8, claims.FAILS, "million people short whichever base year is used"),
    ],
)
def test_gain_from_all_base_years_or_none_says_so(
    value: float, verdict: str, conclusion: str, evidence: Evidence
) -> None:
    [found] = claims.check_claims(gain_claim(value), evidence)
    assert found.verdict == verdict
    assert conclusion in found.conclusion


def test_gain_without_base_years_is_refused_by_name(evidence: Evidence) -> None:
    table = gain_claim(1e6).assign(base_last=None)
    with pytest.raises(SourceError, match=r"'c' is a gain and needs base_first and base_last"):
        claims_.build_claims(table, evidence)


def test_calculations_write_numbers_as_the_language_does(catalogue: Catalogue) -> None:
    with use_language(Language("id", "Bahasa Indonesia")):
        found = checked(catalogue)
    assert "20,7 million" in found["urban-70-million-by-2025"].conclusion
    assert "300.000 people or more" in found["middleweight-40-percent-of-growth"].calculation
    english = checked(catalogue)
    assert [row.verdict for row in found.values()] == [row.verdict for row in english.values()]


def test_middleweight_share_counts_agglomerations_below_two_million(evidence: Evidence) -> None:
    sizes = pd.DataFrame(
        {
            "agglomeration_population_2018": [400_000, 1_900_000, 9_000_000],
            "agglomeration_population_2035": [500_000, 2_200_000, 9_600_000],
        }
    )
    few = Evidence(evidence.country_years, sizes, evidence.urban_rural, evidence.names)
    assert "account for 40%" in claims._middleweight({}, few)[2]


def test_layer_is_what_the_build_finds_in_english_in_any_language(
    catalogue: Catalogue, evidence: Evidence
) -> None:
    layer = catalogue["urbanisation_claims"]
    source = layer.drop(columns=["verdict", "conclusion", "calculation"])
    with use_language(MARKED):
        built = claims_.build_claims(source.iloc[::-1], evidence)
    pd.testing.assert_frame_equal(built[layer.columns], layer)
