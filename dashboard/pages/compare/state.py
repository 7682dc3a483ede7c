"""State of the Compare page and its URL query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.data import un_revision
from dashboard.pages import url_state
from geo.analysis.city_areas import NETWORK
from geo.analysis.peers import EQUAL, Weights, parse_weights, weights_text
from geo.i18n import ntr
from geo.vocabulary import AREA_EDITIONS

MAX_COMPARED = 6
MIN_COMPARED = 2


def _too_many(number: int) -> str:
    return ntr(
        "{n} city requested; only the first {most} are compared.",
        "{n} cities requested; only the first {most} are compared.",
        number,
        most=MAX_COMPARED,
    )


@dataclass(frozen=True)
class CompareState:
    """State of the Compare page.

    Attributes
    ----------
    cities
        Ids of the compared cities.
    wup
        One of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    edition
        One of :data:`geo.vocabulary.AREA_EDITIONS`: which territory is drawn of cities that have
        several.
    over
        The city whose territory is laid over another's, and that other; empty for the first two
        compared cities.
    weights
        Of the measures by which peers are found.
    """

    cities: tuple[str, ...] = url_state.code_list("city", MAX_COMPARED, _too_many)
    wup: str = url_state.choice(un_revision.PARAMETER, un_revision.UN_REVISIONS, un_revision.NEWEST)
    edition: str = url_state.choice("edition", AREA_EDITIONS, NETWORK)
    over: tuple[str, ...] = url_state.pair("over", "city")
    weights: Weights = url_state.parsed("weights", parse_weights, weights_text, EQUAL)

    @property
    def laid_over(self) -> tuple[str, ...]:
        """The upper and the lower city of the overlay; empty if fewer than two are compared."""
        first_two = self.cities[:2] if len(self.cities) >= 2 else ()
        return self.over if self.over and {*self.over} <= {*self.cities} else first_two


def compare_codec(city_ids: Collection[str]) -> url_state.QueryCodec[CompareState]:
    """Codec of the page."""
    return url_state.QueryCodec(CompareState, {"cities": city_ids, "over": city_ids})
