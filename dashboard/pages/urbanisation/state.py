"""State of the Urbanisation page and its URL query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.data import un_revision
from dashboard.pages.explore.state import unknown_parameters
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation.pressure import spans_of
from geo.analysis.pressure import AGGLOMERATION_SPANS
from geo.errors import no_year, not_known
from geo.layers.catalogue import Catalogue
from geo.vocabulary import BASE_YEAR_2025, NEWEST_REVISION, REVISION_NAMES

PARAMETERS = ("year", "revision", "span", un_revision.PARAMETER)


@dataclass(frozen=True)
class UrbanisationState:
    """State of the Urbanisation page.

    Attributes
    ----------
    year
        Year of the map.
    revision
        Revision of the urban share; one of :data:`geo.vocabulary.REVISIONS`.
    span
        Period of growth; one of :data:`dashboard.pages.urbanisation.pressure.SPANS`.
    wup
        UN revision of the city figures; one of :data:`dashboard.data.un_revision.WUPS`.
    """

    year: int
    revision: str = NEWEST_REVISION
    span: str = un_revision.DEFAULT_SPAN
    wup: str = un_revision.NEWEST


@dataclass(frozen=True)
class YearsByRevision:
    """Years with data, each ascending.

    Attributes
    ----------
    shares
        Years of the urban share.
    un_cities
        Years of the UN cities (2025 revision).
    earlier
        Years of the urban share or of the agglomerations (2018 revision).
    """

    shares: tuple[int, ...]
    un_cities: tuple[int, ...]
    earlier: tuple[int, ...]

    def for_revision(self, revision: str) -> tuple[int, ...]:
        """Years of the map for one of :data:`dashboard.data.un_revision.WUPS`."""
        return self.un_cities if revision == un_revision.NEWEST else self.earlier

    def default(self, revision: str) -> UrbanisationState:
        """Default state of a UN revision."""
        if revision == un_revision.NEWEST:
            return UrbanisationState(BASE_YEAR_2025)
        span = next(iter(spans_of(revision)))
        return UrbanisationState(self.shares[-1], span=span, wup=revision)


def known_years(layers: Catalogue) -> YearsByRevision:
    """Years of the layers."""
    un_cities = layers["wup2025_city_years"]["year"].unique()
    return YearsByRevision(
        tuple(share_years(layers)),
        tuple(sorted(int(year) for year in un_cities)),
        tuple(all_years(layers)),
    )


def all_years(layers: Catalogue) -> list[int]:
    """Years with figures on countries or agglomerations, ascending."""
    series = layers["city_years"]["year"].unique()
    return sorted({int(year) for year in (*share_years(layers), *series)})


def _revision(query: Mapping[str, str], years: YearsByRevision) -> str:
    """UN revision inferred from the year or span of a query that does not name one.

    Keeps links working that predate the second revision.
    """
    year, span = query.get("year", ""), query.get("span", "")
    only_earlier = {str(one) for one in set(years.earlier) - set(years.un_cities)}
    return (
        un_revision.EARLIER
        if year in only_earlier or span in AGGLOMERATION_SPANS
        else un_revision.NEWEST
    )


def read(
    query: Mapping[str, str], years: YearsByRevision
) -> tuple[UrbanisationState, tuple[str, ...]]:
    """Parse the page's query; returns the state and a message for each invalid parameter."""
    problems = unknown_parameters(query, PARAMETERS)
    named = query.get(un_revision.PARAMETER)
    revision = un_revision.read(query, problems) if named else _revision(query, years)
    default = years.default(revision)
    known: Mapping[str, Sequence[str]] = {
        "year": [str(year) for year in years.for_revision(revision)],
        "revision": list(REVISION_NAMES),
        "span": list(spans_of(revision)),
    }
    values = {}
    for name, choices in known.items():
        values[name] = query.get(name) or str(getattr(default, name))
        if values[name] not in choices:
            problems.append(
                no_year(name, values[name], years.for_revision(revision))
                if name == "year"
                else not_known(name, values[name], choices)
            )
            values[name] = str(getattr(default, name))
    state = UrbanisationState(int(values["year"]), values["revision"], values["span"], revision)
    return state, tuple(problems)


def write(state: UrbanisationState, years: YearsByRevision) -> dict[str, str]:
    """Query parameters of a state, without defaults."""
    default = years.default(state.wup)
    query = {
        name: str(getattr(state, name))
        for name in ("year", "revision", "span")
        if getattr(state, name) != getattr(default, name)
    }
    named = {} if _revision(query, years) == state.wup else {un_revision.PARAMETER: state.wup}
    return {**query, **named}


def with_revision(
    state: UrbanisationState, revision: str, years: YearsByRevision
) -> UrbanisationState:
    """A copy with another UN revision; year and span fall back to its defaults if unavailable."""
    default = years.default(revision)
    year = state.year if state.year in years.for_revision(revision) else default.year
    span = state.span if state.span in spans_of(revision) else default.span
    return UrbanisationState(year, state.revision, span, revision)


def share_year(state: UrbanisationState, years: Sequence[int]) -> int:
    """Year of the urban share on the map: the map's year, or the year before if it is the last one
    with data."""
    return years[-1] if state.year == years[-1] + 1 else state.year
