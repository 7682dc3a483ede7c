"""Claims of the network's texts against the layers."""

from __future__ import annotations

import pandas as pd
import pytest

from geo import claims
from geo.i18n import Language, speaking
from geo.layers import Catalogue
from geo.urbanisation import regional_urban_share
from geo.vocabulary import REVISION_NAMES
from tests.spoken import MARKED


def checked(catalogue: Catalogue) -> dict[str, claims.Checked]:
    found = claims.check_claims(
        catalogue["urbanisation_claims"], catalogue["country_years"], catalogue["agglomerations"]
    )
    assert [one.claim_id for one in found] == catalogue["urbanisation_claims"]["claim_id"].tolist()
    return {one.claim_id: one for one in found}


def test_half_of_the_people_is_checked_by_both_definitions(catalogue: Catalogue) -> None:
    found = checked(catalogue)["urban-half"]
    shares = []
    for revision, name in REVISION_NAMES.items():
        urban, people = regional_urban_share(catalogue["country_years"], 2018, revision)
        shares.append(100 * urban / people)
        assert f"{shares[-1]:.1f} % by {name}" in found.calculation
    expected = {2: claims.HOLDS, 1: claims.PARTLY, 0: claims.FAILS}
    assert found.verdict == expected[sum(share >= 48 for share in shares)]


@pytest.mark.parametrize(
    ("claim", "needed"), [("urban-70-million-by-2025", 10.0), ("urban-90-million-by-2030", 7.5)]
)
def test_gain_is_compared_with_the_yearly_gain_that_the_claim_needs(
    claim: str, needed: float, catalogue: Catalogue
) -> None:
    found = checked(catalogue)[claim]
    assert f"{needed} million a year" in found.calculation
    gains = []
    for revision in REVISION_NAMES:
        now, before = (
            regional_urban_share(catalogue["country_years"], year, revision)[0]
            for year in (2024, 2018)
        )
        gains.append((now - before) / 1e6 / 6)
    passed = sum(gain >= needed for gain in gains)
    assert found.verdict == (claims.BEHIND, claims.PARTLY, claims.ON_COURSE)[passed]


def test_claims_on_the_world_or_the_economy_cannot_be_checked(catalogue: Catalogue) -> None:
    found = checked(catalogue)
    unknown = {name for name, one in found.items() if one.verdict == claims.UNKNOWN}
    assert unknown == {
        "middleweight-40-percent-of-growth",
        "world-1-5-times-in-2045",
        "world-6-billion-in-2045",
    }


def test_calculations_write_numbers_as_the_language_does(catalogue: Catalogue) -> None:
    with speaking(Language("id", "Bahasa Indonesia")):
        found = checked(catalogue)
    assert "10,0 million a year" in found["urban-70-million-by-2025"].calculation
    assert "300.000 or more" in found["middleweight-40-percent-of-growth"].calculation
    english = checked(catalogue)
    assert [one.verdict for one in found.values()] == [one.verdict for one in english.values()]


def test_middleweight_share_counts_agglomerations_below_two_million() -> None:
    rows = pd.DataFrame(
        {
            "agglomeration_population_2018": [400_000, 1_900_000, 9_000_000],
            "agglomeration_population_2035": [500_000, 2_200_000, 9_600_000],
        }
    )
    assert "bring 40 %" in claims._middleweight(rows)


def test_layer_holds_what_the_check_finds_in_english(catalogue: Catalogue) -> None:
    stored = catalogue["urbanisation_claims"].set_index("claim_id")
    for claim_id, one in checked(catalogue).items():
        assert stored.loc[claim_id, ["verdict", "calculation"]].tolist() == [
            one.verdict,
            one.calculation,
        ]


def test_layer_is_english_in_whatever_language_the_build_runs(catalogue: Catalogue) -> None:
    tables = (catalogue["country_years"], catalogue["agglomerations"])
    source = catalogue["urbanisation_claims"].drop(columns=["verdict", "calculation"])
    with speaking(MARKED):
        built = claims.build_claims(source.iloc[::-1], *tables)
    pd.testing.assert_frame_equal(built, catalogue["urbanisation_claims"])
