"""State of the Urbanisation page and its URL query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dashboard.data import un_revision
from dashboard.pages import url_state
from dashboard.pages.overview.text import share_years
from dashboard.pages.urbanisation.pressure import spans_of
from geo.analysis.pressure import AGGLOMERATION_SPANS
from geo.layers.catalogue import Catalogue
from geo.parameters import Query
from geo.vocabulary import BASE_YEAR_2025, NEWEST_REVISION, REVISION_NAMES


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
        UN revision of the city figures; one of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """

    year: int = url_state.year()
    revision: str = url_state.choice("revision", REVISION_NAMES, NEWEST_REVISION)
    span: str = url_state.choice(un_revision.SPAN, (), un_revision.DEFAULT_SPAN)
    wup: str = url_state.choice(un_revision.PARAMETER, un_revision.UN_REVISIONS, un_revision.NEWEST)


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
        """Years of the map for one of :data:`dashboard.data.un_revision.UN_REVISIONS`."""
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


class UrbanisationCodec:
    """Codec of the page, whose years, spans and defaults depend on the UN revision."""

    def __init__(self, years: YearsByRevision) -> None:
        self.years = years
        self._codecs = {
            wup: url_state.QueryCodec(
                UrbanisationState,
                {"year": years.for_revision(wup), "span": spans_of(wup)},
                asdict(years.default(wup)),
            )
            for wup in un_revision.UN_REVISIONS
        }
        self.parameters = self._codecs[un_revision.NEWEST].parameters

    def from_query(self, query: Query) -> tuple[UrbanisationState, tuple[str, ...]]:
        """The state of a query, and a sentence for each invalid parameter."""
        named = query.get(un_revision.PARAMETER) or self._implied_revision(query)
        return self._codecs.get(named, self._codecs[un_revision.NEWEST]).from_query(query)

    def to_query(self, state: UrbanisationState) -> dict[str, str]:
        """The query of a state, without defaults."""
        query = self._codecs[state.wup].to_query(state)
        implied = self._implied_revision(query) == state.wup
        return query if implied else {**query, un_revision.PARAMETER: state.wup}

    def _implied_revision(self, query: Query) -> str:
        """UN revision inferred from the year or span of a query that does not name one.

        Keeps links working that predate the second revision.
        """
        year, span = query.get("year", ""), query.get("span", "")
        only_earlier = {str(one) for one in set(self.years.earlier) - set(self.years.un_cities)}
        return (
            un_revision.EARLIER
            if year in only_earlier or span in AGGLOMERATION_SPANS
            else un_revision.NEWEST
        )


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
