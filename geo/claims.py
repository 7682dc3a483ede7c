"""The claims on urbanisation that the network's texts make, beside what the layers show."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.i18n import Language, decimal, exact, speaking, tr
from geo.urbanisation import regional_urban_share
from geo.vocabulary import REVISION_NAMES, VERDICTS

HOLDS, FAILS, PARTLY, ON_COURSE, BEHIND, UNKNOWN = VERDICTS

BASE_YEAR = 2018
"""Year of the texts, which the claims count from."""

SHARE_TOLERANCE = 2.0
"""Points that a share may lie below a claim in round words, such as "half"."""

MIDDLEWEIGHT = (300_000, 2_000_000)
"""People of a middleweight agglomeration: the claim starts at 200,000, the UN series at 300,000."""


@dataclass(frozen=True)
class Checked:
    """One claim with what was found.

    Attributes
    ----------
    verdict
        One of :data:`geo.vocabulary.VERDICTS`, as it stands there.
    calculation
        How the verdict was reached, in a sentence or two in the reader's language.
    """

    claim_id: str
    verdict: str
    calculation: str


def check_claims(
    claims: pd.DataFrame, country_years: pd.DataFrame, agglomerations: pd.DataFrame
) -> list[Checked]:
    """Check each claim by both revisions of the urban share, which are never mixed.

    Parameters
    ----------
    claims
        See :data:`geo.schema_network.CLAIMS`.
    country_years, agglomerations
        See :data:`geo.schema.COUNTRY_YEARS` and :data:`geo.schema.AGGLOMERATIONS`.

    Returns
    -------
    list of Checked
        One a row of ``claims``, in their order.
    """
    newest = int(country_years["year"].max())
    checked = []
    for claim in claims.to_dict("records"):
        if claim["indicator"] == "SP.URB.TOTL.IN.ZS":
            found = _share(float(claim["claimed_value"]), country_years)
        elif claim["indicator"] == "SP.URB.TOTL":
            found = _growth(
                float(claim["claimed_value"]), int(claim["claimed_year"]), newest, country_years
            )
        elif "middleweight" in str(claim["claim_id"]):
            found = UNKNOWN, _middleweight(agglomerations)
        else:
            found = UNKNOWN, tr("The layers hold the member states only, not the world.")
        checked.append(Checked(str(claim["claim_id"]), *found))
    return checked


def build_claims(
    claims: pd.DataFrame, country_years: pd.DataFrame, agglomerations: pd.DataFrame
) -> pd.DataFrame:
    """The ``urbanisation_claims`` table: each claim with what checking it finds, in English.

    Parameters
    ----------
    claims
        Source table ``urbanisation_claims``.
    country_years, agglomerations
        See :data:`geo.schema.COUNTRY_YEARS` and :data:`geo.schema.AGGLOMERATIONS`.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema_network.URBANISATION_CLAIMS`; ordered by ``claim_id``. A page in
        another language calls :func:`check_claims` itself, which says the same in that language.
    """
    table = claims.sort_values("claim_id", ignore_index=True)
    with speaking(Language()):
        found = check_claims(table, country_years, agglomerations)
    return table.assign(
        verdict=pd.array([one.verdict for one in found], dtype="str"),
        calculation=pd.array([one.calculation for one in found], dtype="str"),
    )


def _verdict(passed: list[bool]) -> str:
    if all(passed):
        return HOLDS
    return PARTLY if any(passed) else FAILS


def _joined(said: list[str]) -> str:
    return tr("{others} and {last}", others=", ".join(said[:-1]), last=said[-1])


def _share(claimed: float, country_years: pd.DataFrame) -> tuple[str, str]:
    passed, said = [], []
    for revision, name in REVISION_NAMES.items():
        urban, people = regional_urban_share(country_years, BASE_YEAR, revision)
        share = 100 * urban / people
        passed.append(share >= claimed - SHARE_TOLERANCE)
        said.append(tr("{number} % by {revision}", number=decimal(share, 1), revision=tr(name)))
    return (
        _verdict(passed),
        tr(
            "Urban share of the eleven member states together in {year}: {shares}; up to "
            "{points} points less still counts.",
            year=BASE_YEAR,
            shares=_joined(said),
            points=exact(SHARE_TOLERANCE),
        ),
    )


def _growth(claimed: float, year: int, newest: int, country_years: pd.DataFrame) -> tuple[str, str]:
    """Compare the mean yearly gain so far with the one that the claim needs."""
    needed = claimed / (year - BASE_YEAR) / 1e6
    passed, said = [], []
    for revision, name in REVISION_NAMES.items():
        before, _ = regional_urban_share(country_years, BASE_YEAR, revision)
        now, _ = regional_urban_share(country_years, newest, revision)
        gain = (now - before) / 1e6
        passed.append(gain / (newest - BASE_YEAR) >= needed)
        said.append(
            tr("{number} million by {revision}", number=decimal(gain, 1), revision=tr(name))
        )
    verdict = _verdict(passed)
    if year > newest:
        verdict = {HOLDS: ON_COURSE, FAILS: BEHIND}.get(verdict, verdict)
    return (
        verdict,
        tr(
            "Gain of {start} to {end} in the eleven member states: {gains}. The claim needs "
            "{yearly} million a year, counted from {start}: {needed} million by {end}.",
            start=BASE_YEAR,
            end=newest,
            gains=_joined(said),
            yearly=decimal(needed, 1),
            needed=decimal(needed * (newest - BASE_YEAR), 1),
        ),
    )


def _middleweight(agglomerations: pd.DataFrame) -> str:
    size = agglomerations["agglomeration_population_2018"].astype(float)
    gain = agglomerations["agglomeration_population_2035"].astype(float) - size
    low, high = MIDDLEWEIGHT
    middle = gain[(size >= low) & (size < high)].sum()
    return tr(
        "The claim is about economic growth, which the layers do not hold. Of the people that UN "
        "agglomerations of {low} or more gain from 2018 to 2035 (projection), those below {high} "
        "bring {share} %.",
        low=decimal(low),
        high=decimal(high),
        share=decimal(100 * middle / gain.sum()),
    )
