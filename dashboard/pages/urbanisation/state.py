"""What the Urbanisation page shows, read from and written to the URL."""

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
    """What the page shows.

    Attributes
    ----------
    year
        Year of the map.
    revision
        Revision of the urban share, one of :data:`geo.vocabulary.REVISIONS`.
    span
        Years of growth, one of :data:`dashboard.pages.urbanisation.pressure.SPANS`.
    wup
        Revision of the UN's figures on cities, one of :data:`dashboard.data.un_revision.WUPS`.
    """

    year: int
    revision: str = NEWEST_REVISION
    span: str = un_revision.USUAL_SPAN
    wup: str = un_revision.NEWEST


@dataclass(frozen=True)
class YearsByRevision:
    """Years that there are figures of, each ascending.

    Attributes
    ----------
    shares
        Of the urban share.
    un_cities
        Of the UN's cities of 2025.
    earlier
        Of the urban share or of agglomerations of 2018.
    """

    shares: tuple[int, ...]
    un_cities: tuple[int, ...]
    earlier: tuple[int, ...]

    def of(self, revision: str) -> tuple[int, ...]:
        """Those that the map can show with one of :data:`dashboard.data.un_revision.WUPS`."""
        return self.un_cities if revision == un_revision.NEWEST else self.earlier

    def usual(self, revision: str) -> UrbanisationState:
        """What is shown when a URL asks for nothing but the revision."""
        if revision == un_revision.NEWEST:
            return UrbanisationState(BASE_YEAR_2025)
        span = next(iter(spans_of(revision)))
        return UrbanisationState(self.shares[-1], span=span, wup=revision)


def known_years(layers: Catalogue) -> YearsByRevision:
    """The years of the layers."""
    un_cities = layers["wup2025_city_years"]["year"].unique()
    return YearsByRevision(
        tuple(share_years(layers)),
        tuple(sorted(int(year) for year in un_cities)),
        tuple(all_years(layers)),
    )


def all_years(layers: Catalogue) -> list[int]:
    """Years that countries or agglomerations have figures of, ascending."""
    series = layers["city_years"]["year"].unique()
    return sorted({int(year) for year in (*share_years(layers), *series)})


def _revision(query: Mapping[str, str], years: YearsByRevision) -> str:
    """The revision of a query that does not name it: that of its year or of its years of growth,
    so that an address from before there were two shows what it did."""
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
    """The state that a URL asks for, and a sentence for each part that is not understood."""
    problems = unknown_parameters(query, PARAMETERS)
    named = query.get(un_revision.PARAMETER)
    revision = un_revision.read(query, problems) if named else _revision(query, years)
    usual = years.usual(revision)
    known: Mapping[str, Sequence[str]] = {
        "year": [str(year) for year in years.of(revision)],
        "revision": list(REVISION_NAMES),
        "span": list(spans_of(revision)),
    }
    asked = {}
    for name, values in known.items():
        asked[name] = query.get(name) or str(getattr(usual, name))
        if asked[name] not in values:
            problems.append(
                no_year(name, asked[name], years.of(revision))
                if name == "year"
                else not_known(name, asked[name], values)
            )
            asked[name] = str(getattr(usual, name))
    state = UrbanisationState(int(asked["year"]), asked["revision"], asked["span"], revision)
    return state, tuple(problems)


def write(state: UrbanisationState, years: YearsByRevision) -> dict[str, str]:
    """The URL's query of a state."""
    usual = years.usual(state.wup)
    query = {
        name: str(getattr(state, name))
        for name in ("year", "revision", "span")
        if getattr(state, name) != getattr(usual, name)
    }
    named = {} if _revision(query, years) == state.wup else {un_revision.PARAMETER: state.wup}
    return {**query, **named}


def with_revision(
    state: UrbanisationState, revision: str, years: YearsByRevision
) -> UrbanisationState:
    """The state with another revision of the UN's figures, and a year and span that it has."""
    usual = years.usual(revision)
    year = state.year if state.year in years.of(revision) else usual.year
    span = state.span if state.span in spans_of(revision) else usual.span
    return UrbanisationState(year, state.revision, span, revision)


def share_year(state: UrbanisationState, years: Sequence[int]) -> int:
    """Year of the urban share on the map: that of the map, or the last one known if it is the year
    before."""
    return years[-1] if state.year == years[-1] + 1 else state.year
