"""Check the claims on urbanisation in the network's texts against the layers.

No source states the base year of a gain "by 2025". Such a claim is computed for every base year
that its text allows, both with the series available to its authors (the UN's 2018 revision) and
with the newest one, so that each verdict states its assumption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from geo.analysis.urbanisation import break_years, regional_urban_people, regional_urban_share
from geo.i18n import decimal, exact, percent, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CLAIM_SERIES, NEWEST_REVISION, VERDICTS, WUP_2018

HOLDS, FAILS, ON_BASE_YEAR, ON_REVISION, UNKNOWN = VERDICTS

ROUND_SHARE = 2.0
"""Tolerance in percentage points below a share claimed in round words, such as "half"."""

ROUND_MULTIPLE = 0.05
"""Tolerance for a multiple claimed to one decimal, such as "one and a half times"."""

MIDDLEWEIGHT = (300_000, 2_000_000)
"""People of a middleweight agglomeration: the claim starts at 200,000, the UN series at 300,000."""

BY_BASE_YEAR = ("gain", "multiple")
"""Measures of a claim that depend on its base year."""

WORLD = "WLD"

Claim = Mapping[Any, Any]
"""A row of :data:`geo.schema.network.CLAIMS`."""

Finding = tuple[str, str, str]
"""Verdict, conclusion, calculation; see :class:`CheckedClaim`."""


@dataclass(frozen=True)
class CheckedClaim:
    """The result of checking one claim.

    Attributes
    ----------
    verdict
        One of :data:`geo.vocabulary.VERDICTS`, untranslated.
    conclusion
        The verdict with its assumption, one sentence in the user's language.
    calculation
        How it was computed, one or two sentences in the user's language.
    """

    claim_id: str
    verdict: str
    conclusion: str
    calculation: str


@dataclass(frozen=True)
class Evidence:
    """The layers that claims are checked against.

    Attributes
    ----------
    country_years, agglomerations, urban_rural
        See :data:`geo.schema.core.COUNTRY_YEARS`, :data:`geo.schema.core.AGGLOMERATIONS` and
        :data:`geo.schema.core.URBAN_RURAL_YEARS`.
    names
        Name of each member state by ``iso3``.
    """

    country_years: pd.DataFrame
    agglomerations: pd.DataFrame
    urban_rural: pd.DataFrame
    names: pd.Series

    @classmethod
    def from_catalogue(cls, layers: Catalogue) -> Evidence:
        """The evidence of a catalogue, cached with it."""
        return layers.cached(
            "evidence of claims",
            lambda: cls(
                layers["country_years"],
                layers["agglomerations"],
                layers["urban_rural_years"],
                layers["countries"].set_index("iso3")["name"],
            ),
        )

    @cached_property
    def world(self) -> pd.DataFrame:
        """World by year: ``urban_population`` and ``rural_population`` in people."""
        rows = self.urban_rural[self.urban_rural["area_code"] == WORLD]
        return rows.set_index("year")[["urban_population", "rural_population"]].astype(float)

    def urban_people(self, series: str) -> pd.Series:
        """Total urban population of the eleven member states by year, in people.

        ``series`` is one of :data:`geo.vocabulary.CLAIM_SERIES`; the newest series is the share of
        each country times its population.
        """
        return self._members["urban_population"] if series == WUP_2018 else self._newest_people

    @cached_property
    def _newest_people(self) -> pd.Series:
        return regional_urban_people(self.country_years, NEWEST_REVISION)

    def urban_share(self, series: str, year: int) -> float:
        """Urban share of the eleven member states combined, % of total population."""
        if series == WUP_2018:
            return _percent_urban(self._members, year)
        urban, people = regional_urban_share(self.country_years, year, series)
        return 100 * urban / people

    @cached_property
    def _members(self) -> pd.DataFrame:
        rows = self.urban_rural[self.urban_rural["iso3"].notna()]
        return rows.groupby("year")[["urban_population", "rural_population"]].sum().astype(float)


def check_claims(claims: pd.DataFrame, evidence: Evidence) -> list[CheckedClaim]:
    """Check each claim against the UN's 2018 revision and the newest series.

    Parameters
    ----------
    claims
        See :data:`geo.schema.network.CLAIMS`.

    Returns
    -------
    list of Checked
        One per row of ``claims``, in the same order.
    """
    checks = {"gain": _gain, "share": _share, "level": _level, "multiple": _multiple}
    return [
        CheckedClaim(
            str(claim["claim_id"]),
            *checks.get(str(claim["measure"]), _middleweight)(claim, evidence),
        )
        for claim in claims.to_dict("records")
    ]


def gains_by_base_year(claim: Claim, evidence: Evidence) -> pd.DataFrame:
    """The gain computed from each base year that the claim's text allows.

    Returns
    -------
    pandas.DataFrame
        ``series`` (:data:`geo.vocabulary.CLAIM_SERIES`), ``base_year``, ``gain`` in people from
        that year to the claimed one; ``carried_on``: whether the series ends before the claimed
        year and was extrapolated at its mean yearly gain since the base year.
    """
    rows = []
    claimed_year = int(claim["claimed_year"])
    for series in CLAIM_SERIES:
        people = evidence.urban_people(series)
        last = min(int(people.index.max()), claimed_year)
        for base in _base_years(claim):
            ahead = (claimed_year - base) / (last - base)
            rows.append(
                {
                    "series": series,
                    "base_year": base,
                    "gain": (people[last] - people[base]) * ahead,
                    "carried_on": ahead > 1,
                }
            )
    return pd.DataFrame(rows)


def _base_years(claim: Claim) -> range:
    return range(int(claim["base_first"]), int(claim["base_last"]) + 1)


def _gain(claim: Claim, evidence: Evidence) -> Finding:
    claimed, rows = float(claim["claimed_value"]), gains_by_base_year(claim, evidence)
    reached = rows["gain"] >= claimed
    if reached.all() or not reached.any():
        verdict = HOLDS if reached.all() else FAILS
    else:
        verdict = ON_BASE_YEAR
    conclusions = [
        tr(
            "{series}: {conclusion}.",
            series=tr(name),
            conclusion=_reached_from(rows.loc[rows["series"] == series], claimed),
        )
        for series, name in CLAIM_SERIES.items()
    ]
    return verdict, " ".join(conclusions), _gain_calculation(claim, rows, evidence)


def _reached_from(rows: pd.DataFrame, claimed: float) -> str:
    """Base years from which one series reaches the claim, and the shortfall from the last one."""
    gains = rows.set_index("base_year")["gain"].sort_index()
    reached = [int(year) for year in gains.index if gains[year] >= claimed]
    last = int(gains.index[-1])
    if len(reached) == len(gains):
        return tr("reached if counted from any year up to {last}", last=last)
    if not reached:
        return tr(
            "at least {short} million people short whichever base year is used",
            short=decimal((claimed - gains.max()) / 1e6, 1),
        )
    return tr(
        "on course if counted from {year} or earlier, {short} million people short if counted "
        "from {last}",
        year=reached[-1],
        short=decimal((claimed - gains[last]) / 1e6, 1),
        last=last,
    )


def _gain_calculation(claim: Claim, rows: pd.DataFrame, evidence: Evidence) -> str:
    first, last = int(claim["base_first"]), int(claim["base_last"])
    carried = rows[rows["carried_on"]]
    sentences = [
        tr(
            "Computed for each base year from {first} to {last}. In the 2018 revision, {year} "
            "is a projection.",
            first=first,
            last=last,
            year=int(claim["claimed_year"]),
        )
    ]
    if len(carried):
        newest = int(evidence.urban_people(NEWEST_REVISION).index.max())
        sentences.append(
            tr(
                "The newest series ends in {newest}; it is extended at its mean yearly gain "
                "since the base year.",
                newest=newest,
            )
        )
    return " ".join([*sentences, *_breaks_within(first, evidence)])


def _breaks_within(first: int, evidence: Evidence) -> list[str]:
    """One sentence for each break of the newest series after a base year."""
    return [
        tr(
            "The published series for {country} has a break in {year}, which adds to any gain "
            "counted from before then.",
            country=evidence.names[iso3],
            year=year,
        )
        for iso3 in evidence.names.index
        for year in break_years(evidence.country_years, str(iso3), NEWEST_REVISION)
        if year > first
    ]


def _share(claim: Claim, evidence: Evidence) -> Finding:
    claimed = float(claim["claimed_value"])
    year = int(claim["claimed_year"])
    if claim["area_code"] == WORLD:
        shares = {WUP_2018: _percent_urban(evidence.world, year)}
    else:
        shares = {series: evidence.urban_share(series, year) for series in CLAIM_SERIES}
    passed = [share >= claimed - ROUND_SHARE for share in shares.values()]
    verdict = HOLDS if all(passed) else ON_REVISION if any(passed) else FAILS
    stated = [
        tr(
            "{share} ({revision})",
            share=percent(decimal(share, 1)),
            revision=tr(CLAIM_SERIES[series]),
        )
        for series, share in shares.items()
    ]
    conclusion = tr("In {year}: {shares}.", year=year, shares=_joined(stated))
    area = (
        tr("the world") if claim["area_code"] == WORLD else tr("the eleven member states combined")
    )
    calculation = tr(
        "Urban share of {area} by national definitions. The claim is worded in round terms, so "
        "a share up to {points} points lower still counts.",
        area=area,
        points=exact(ROUND_SHARE),
    )
    return verdict, conclusion, calculation


def _level(claim: Claim, evidence: Evidence) -> Finding:
    claimed, year = float(claim["claimed_value"]), int(claim["claimed_year"])
    urban = evidence.world["urban_population"]
    first = int(urban.index[urban >= claimed][0])
    conclusion = tr(
        "The 2018 revision projects {number} billion for {year}; it passes {claimed} billion "
        "in {first}.",
        number=decimal(urban[year] / 1e9, 2),
        year=year,
        claimed=exact(claimed / 1e9),
        first=first,
    )
    verdict = HOLDS if urban[year] >= claimed else FAILS
    return verdict, conclusion, _world_source()


def _multiple(claim: Claim, evidence: Evidence) -> Finding:
    claimed, year = float(claim["claimed_value"]), int(claim["claimed_year"])
    urban = evidence.world["urban_population"]
    times = {base: urban[year] / urban[base] for base in _base_years(claim)}
    matching = [base for base, value in times.items() if abs(value - claimed) <= ROUND_MULTIPLE]
    verdict = HOLDS if len(matching) == len(times) else ON_BASE_YEAR if matching else FAILS
    bases = sorted({min(times), *((matching[0], matching[-1]) if matching else ()), max(times)})
    conclusion = tr(
        "The {year} figure is {multiples}.",
        year=year,
        multiples=_joined(
            [
                tr("{number} times the {base} figure", number=decimal(times[b], 2), base=b)
                for b in bases
            ]
        ),
    )
    calculation = tr(
        "Computed for each base year from {first} to {last}.",
        first=min(times),
        last=max(times),
    )
    return verdict, conclusion, f"{calculation} {_world_source()}"


def _world_source() -> str:
    return tr(
        "World urban population, UN 2018 revision, national definitions; years after 2018 are "
        "projections. The layers hold no newer world figures."
    )


def _percent_urban(people: pd.DataFrame, year: int) -> float:
    urban = float(people["urban_population"][year])
    return 100 * urban / (urban + float(people["rural_population"][year]))


def _joined(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return tr("{others} and {last}", others=", ".join(parts[:-1]), last=parts[-1])


def _middleweight(_: Claim, evidence: Evidence) -> Finding:
    size = evidence.agglomerations["agglomeration_population_2018"].astype(float)
    gain = evidence.agglomerations["agglomeration_population_2035"].astype(float) - size
    low, high = MIDDLEWEIGHT
    middle = gain[(size >= low) & (size < high)].sum()
    conclusion = tr("The claim is about economic growth, on which we have no data.")
    calculation = tr(
        "Of the population gain from 2018 to 2035 in UN agglomerations of {low} people or more "
        "(projection, 2018 revision), those below {high} account for {share}.",
        low=decimal(low),
        high=decimal(high),
        share=percent(decimal(100 * middle / gain.sum())),
    )
    return UNKNOWN, conclusion, calculation
